package api

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestTheProvidersAreListedWithWhatTheyCost(t *testing.T) {
	s := newSite(t)
	ana := as(storetest.User(t, s.db, "ana"))
	r := s.call(ana, "GET", "/api/providers", nil)
	expect(t, "providers", r, 200)
	if field[string](t, r, "items", "0", "id") != "analyst" || field[string](t, r, "items", "0", "models", "0", "id") != "rules" ||
		!field[bool](t, r, "items", "0", "models", "0", "free") || !field[bool](t, r, "items", "0", "models", "0", "available") {
		t.Errorf("providers %s", r.body)
	}
}
