package api

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestAConversationIsBegunOnceForEachIDOfTheClient(t *testing.T) {
	s := newSite(t)
	a, stranger := storetest.User(t, s.db, "olga"), storetest.User(t, s.db, "stan")
	project := string(storetest.Project(t, s.db, a, "Checkout"))
	for _, path := range []string{"/api/threads", "/api/projects/" + project + "/threads"} {
		body := map[string]any{"id": ba.NewID[string](), "mode": "meeting"}
		first := s.call(as(a), "POST", path, body)
		expect(t, "begin", first, 201)
		again := s.call(as(a), "POST", path, body)
		expect(t, "begin again", again, 201)
		if field[string](t, first, "id") != body["id"] || string(first.body) != string(again.body) {
			t.Errorf("%s: %s, and then %s", path, first.body, again.body)
		}
		if list := s.call(as(a), "GET", path, nil); len(field[[]any](t, list, "items")) != 1 {
			t.Errorf("%s: %s", path, list.body)
		}
		expect(t, "a stranger takes the id", s.call(as(stranger), "POST", "/api/threads", body), 409)
		expect(t, "delete", s.call(as(a), "DELETE", "/api/threads/"+body["id"].(string), nil), 204)
		gone := s.call(as(a), "POST", path, body)
		expect(t, "begin one that was deleted", gone, 409)
	}
	wrong := s.call(as(a), "POST", "/api/threads", map[string]any{"id": "mine"})
	expect(t, "an id that is none", wrong, 422)
}
