package web

import (
	"io"
	"net/http"

	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// offline is the page that the service worker keeps for when there is no
// network. Nothing in it is anybody's.
func (s *Site) offline(w http.ResponseWriter, _ *http.Request) error {
	return s.templates.Write(w, http.StatusOK, "offline", &page.Offline{Shell: page.Shell{Title: "No connection"}})
}

// worker is the service worker. It stands at the root, since it may serve only
// what is below its own address, and is never kept by a cache.
func (s *Site) worker(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, err := io.WriteString(w, s.assets.Worker("/offline"))
	return err
}
