package httpx

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
)

func TestJSONIsDecodedStrictly(t *testing.T) {
	type body struct {
		Name  string `json:"name"`
		Count int    `json:"count"`
	}
	decode := func(s string) error {
		r := httptest.NewRequest("POST", "/", strings.NewReader(s))
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		var v body
		return DecodeJSON(r, &v)
	}
	if err := decode(`{"name":"a","count":2}`); err != nil {
		t.Errorf("a good body was refused: %v", err)
	}
	for name, s := range map[string]string{
		"unknown field": `{"name":"a","SECRETvalue":1}`, "wrong type": `{"count":"SECRETvalue"}`, "twice": `{"name":"a","name":"SECRETvalue"}`,
		"trailing": `{"name":"a"} SECRETvalue`, "cut": `{"name":"SECRETvalue`, "empty": ``, "bad UTF-8": "{\"name\":\"SECRETvalue\xff\"}",
		"deep": strings.Repeat("[", 500), "nested twice": `{"name":{"SECRETvalue":1,"SECRETvalue":2}}`,
	} {
		err := decode(s)
		p := ProblemOf(err, "")
		if err == nil || ba.KindOf(err) != ba.Invalid || len(p.Errors) == 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.Contains(p.Detail+p.Errors[0].Message+p.Errors[0].Location, "SECRETvalue") {
			t.Errorf("%s: the value is repeated: %+v", name, p)
		}
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader(`{}`))
	r.Header.Set("Content-Type", "text/plain")
	if err := DecodeJSON(r, &body{}); ba.KindOf(err) != ba.Unsupported {
		t.Errorf("text/plain: %v", err)
	}
}
