package httpx

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
)

// cors answers the browser's questions about other origins (Fetch standard,
// CORS protocol). Only origins that are named exactly may read answers, with
// credentials; the same headers go on streams and on errors.
func cors(origins []string) middleware {
	return func(next http.Handler) http.Handler {
		if len(origins) == 0 {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Add("Vary", "Origin")
			origin := r.Header.Get("Origin")
			if !slices.Contains(origins, origin) {
				next.ServeHTTP(w, r)
				return
			}
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Allow-Credentials", "true")
			h.Set("Access-Control-Expose-Headers", "X-Request-ID, Retry-After, Content-Disposition")
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				preflight(w)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func preflight(w http.ResponseWriter) {
	h := w.Header()
	h.Add("Vary", "Access-Control-Request-Method")
	h.Add("Vary", "Access-Control-Request-Headers")
	h.Set("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE")
	h.Set("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Last-Event-ID, X-Request-ID")
	h.Set("Access-Control-Max-Age", "7200")
	w.WriteHeader(http.StatusNoContent)
}

// crossOrigin refuses state-changing requests that a browser sends from
// another site. The public address and the CORS origins are the trusted ones;
// programs, which send no Origin, pass.
func crossOrigin(o Options) (middleware, error) {
	guard := http.NewCrossOriginProtection()
	trusted := slices.Clone(o.Origins)
	if o.PublicURL != nil {
		trusted = append(trusted, originOf(o.PublicURL))
	}
	for _, origin := range trusted {
		if err := guard.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("trusted origin: %w", err)
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := guard.Check(r); err != nil {
				refusal := ba.Wrap(ba.Forbidden, "This request came from another site and was refused. Open the page again and repeat it there. Operators: a separate front end must be listed in CORS_ORIGINS.", err)
				refusal.Code = "cross_origin"
				failEither(w, r, refusal, o.ErrorPage)
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}
