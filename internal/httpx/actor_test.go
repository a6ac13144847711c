package httpx

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
)

func TestARequestForAnotherPersonThanTheOneSignedInIsRefused(t *testing.T) {
	reached := 0
	s := newSite(t, Options{Authenticate: func(http.ResponseWriter, *http.Request) (ba.Actor, error) { return ba.Actor{User: "bob"}, nil }},
		map[string]http.Handler{"POST /api/words": JSON(func(w http.ResponseWriter, r *http.Request) error {
			if _, err := RequireActor(r.Context()); err != nil {
				return err
			}
			reached++
			return ok(w, r)
		})})
	send := func(meant string) *http.Response {
		r := httptest.NewRequest("POST", "/api/words", nil)
		r.Header.Set(ForUser, meant)
		return s.do(r)
	}
	res := send("ana")
	if p := problemOf(t, res); res.StatusCode != http.StatusConflict || p.Code != "another_person" || reached != 0 {
		t.Errorf("as bob for ana: %d %s, reached %d times", res.StatusCode, p.Code, reached)
	}
	for _, meant := range []string{"bob", ""} {
		if res := send(meant); res.StatusCode != http.StatusOK {
			t.Errorf("as bob for %q: %d", meant, res.StatusCode)
		}
	}
}
