package httpx

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// PlainOptions are for the listener of plain http beside one that speaks TLS.
type PlainOptions struct {
	Log            *slog.Logger
	Public         *url.URL // where people are led
	TrustedProxies []netip.Prefix
	Answer         func(w http.ResponseWriter, r *http.Request) bool // what an ACME server asks
	Ready          func() bool                                       // whether https works yet
	Health         http.Handler                                      // answers /health and what is below it
	Now            func() time.Time
}

// Plain returns the handler of that listener. It serves nothing but health and
// the ACME server's questions: everybody else is led to https, or refused. It
// sends no HSTS header (RFC 6797, section 7.2).
func Plain(o PlainOptions) http.Handler {
	stack := Options{Log: o.Log, TrustedProxies: o.TrustedProxies, Now: o.Now}
	rest := identify(stack)(access(stack)(recoverPanics(nil)(secure(stack)(http.HandlerFunc(o.lead)))))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case isHealth(r.URL.Path):
			o.Health.ServeHTTP(w, r)
		case o.Answer != nil && o.Answer(w, r):
		default:
			rest.ServeHTTP(w, r)
		}
	})
}

func (o PlainOptions) lead(w http.ResponseWriter, r *http.Request) {
	if o.Ready() {
		toHTTPS(w, r, o.Public, nil)
		return
	}
	const soon = 60
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Retry-After", fmt.Sprint(soon))
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, "This address has no certificate yet, so it cannot be used over https. It is being asked for.\nOperators: the log of the server, or ba doctor on its machine, says what is missing.\n") // who left needs no answer
}
