package live

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"time"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// app is a well-behaved application: the look-alike that each fault is set against.
type app struct {
	origin      string // allowed by CORS; empty: no CORS
	credentials bool
	login       http.HandlerFunc
	mux         *http.ServeMux
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Strict-Transport-Security", "max-age=31536000")
	if origin := r.Header.Get("Origin"); origin != "" && origin == a.origin {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
		if a.credentials {
			h.Set("Access-Control-Allow-Credentials", "true")
		}
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	a.mux.ServeHTTP(w, r)
}

func newApp(origin string) *app {
	a := &app{origin: origin, mux: http.NewServeMux()}
	a.json("GET /{$}", 200, `{"name":"api"}`)
	a.json("GET /health", 200, `{"status":"ready","checks":[{"name":"database","ok":true}]}`)
	a.json("GET /api/me", 401, `{"title":"Sign in first"}`)
	a.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		fmt.Fprint(w, `{"title":"Not found"}`)
	})
	return a
}

func (a *app) json(pattern string, status int, body string) *app {
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
	return a
}

func (a *app) text(pattern, contentType, body string) *app {
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, body)
	})
	return a
}

// ticks writes ten events, 120 ms apart, with the time of sending.
func ticks(header map[string]string, n int, pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for k, v := range header {
			w.Header().Set(k, v)
		}
		flush := http.NewResponseController(w)
		for i := range n {
			fmt.Fprintf(w, "id: %d\ndata: {\"n\":%d,\"sent_at\":%q}\n\n", i, i, time.Now().UTC().Format(time.RFC3339Nano))
			if flush.Flush() != nil {
				return
			}
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return
			}
		}
	}
}

const tick = 130 * time.Millisecond

var friendly = map[string]string{"X-Accel-Buffering": "no", "Cache-Control": "no-cache, no-transform"}
