package api

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestTheRoutesOfSignInAndTokensAreStricter(t *testing.T) {
	for path, body := range map[string]map[string]any{
		"/api/tokens": {"name": "x"}, "/auth/token": {"code": "x", "code_verifier": strings.Repeat("v", 43)},
	} {
		door, err := httpx.NewLimiter(1, 2)
		ok(t, err)
		s := newSite(t, func(d *Deps) { d.SignInLimiter = door })
		ana := as(storetest.User(t, s.db, "ana"))
		for n := range 3 {
			r := s.call(ana, "POST", path, body)
			if limited := r.status == 429; limited != (n == 2) || limited && r.header.Get("Retry-After") == "" {
				t.Errorf("%s, time %d: %d, Retry-After %q", path, n+1, r.status, r.header.Get("Retry-After"))
			}
		}
	}
}
