package web

import (
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// administrators lets nobody else in.
func administrators(h personal) personal {
	return func(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
		if !a.IsAdmin() {
			return ba.E(ba.Forbidden, "Only an administrator may see this.")
		}
		return h(w, r, a)
	}
}

func (s *Site) deployment(w http.ResponseWriter, r *http.Request, _ ba.Actor) error {
	if s.Deployment == nil {
		return httpx.NotFound(w, r)
	}
	groups, err := s.Deployment(r.Context())
	if err != nil {
		return err
	}
	return s.render(w, r, "deployment", &page.Deployment{AdminShell: adminShell("Deployment", "deployment"), Groups: groups})
}
