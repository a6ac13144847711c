package ui

import (
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/httpx"
)

// TestPreviewServesEveryPageForALook serves all pages and states at the address
// in BA_PREVIEW, until the test's time is over:
//
//	BA_PREVIEW=127.0.0.1:8095 go test ./internal/web/ui -run Preview -timeout 60m
func TestPreviewServesEveryPageForALook(t *testing.T) {
	addr := os.Getenv("BA_PREVIEW")
	if addr == "" {
		t.Skip("set BA_PREVIEW to an address to look at the pages")
	}
	assets, templates := build(t)
	mux := http.NewServeMux()
	mux.Handle("/static/", assets)
	mux.HandleFunc("/{name}", func(w http.ResponseWriter, r *http.Request) {
		for _, p := range pages() {
			if p.name == r.PathValue("name") {
				if err := templates.Write(w, http.StatusOK, p.template, p.data); err != nil {
					t.Error(err)
				}
			}
		}
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		var names []string
		for _, p := range pages() {
			if !p.part {
				names = append(names, p.name)
			}
		}
		_, _ = w.Write([]byte(strings.Join(names, "\n")))
	})
	handler, err := httpx.Stack(httpx.Options{Log: slog.New(slog.DiscardHandler), PublicURL: &url.URL{Scheme: "http", Host: addr}}, mux)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: time.Second}
	if err := server.ListenAndServe(); err != nil {
		t.Fatal(err)
	}
}

func build(t testing.TB) (*Assets, *Templates) {
	t.Helper()
	assets, err := NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	templates, err := NewTemplates(assets, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	return assets, templates
}
