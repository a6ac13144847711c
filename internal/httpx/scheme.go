package httpx

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// requireHTTPS answers what a proxy took over plain http, where people reach
// the server over https. The proxy must be known and say so itself: one that
// sends no header would be led in a circle.
func requireHTTPS(o Options) middleware {
	return func(next http.Handler) http.Handler {
		if o.PublicURL == nil || o.PublicURL.Scheme != "https" {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !recordOf(r.Context()).proxied || !cameByHTTP(r) || isHealth(r.URL.Path) {
				next.ServeHTTP(w, r)
				return
			}
			toHTTPS(w, r, o.PublicURL, o.ErrorPage)
		})
	}
}

// cameByHTTP reports whether every proxy on the way says http. Of several, one
// that says https is the one that people reached.
func cameByHTTP(r *http.Request) bool {
	said := r.Header.Values("X-Forwarded-Proto")
	for _, one := range strings.Split(strings.Join(said, ","), ",") {
		if !strings.EqualFold(strings.TrimSpace(one), "http") {
			return false
		}
	}
	return len(said) > 0
}

// toHTTPS leads somebody who reads to the same page over https. What carries
// credentials or changes something is refused and not led on: it has gone over
// the network readable for everybody, which its sender must notice.
func toHTTPS(w http.ResponseWriter, r *http.Request, public *url.URL, page Renderer) {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	if !safe || r.Header.Get("Authorization") != "" {
		failEither(w, r, &ba.Error{Kind: ba.Forbidden, Code: "https_required",
			Msg: "This came over plain http, where everybody on the way can read it, and was refused. Use " + originOf(public) + "; a token or password that was in it should be replaced."}, page)
		return
	}
	w.Header().Set("Location", originOf(public)+r.URL.RequestURI())
	w.WriteHeader(http.StatusMovedPermanently)
}

func isHealth(path string) bool { return path == "/health" || strings.HasPrefix(path, "/health/") }
