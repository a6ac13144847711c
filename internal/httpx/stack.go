package httpx

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// DefaultMaxBody is the limit of a request body where a route allows no more.
const DefaultMaxBody = 1 << 20

// Options say how requests are treated before they reach a route. The zero
// value is strict: no other origin, no proxy, nobody signed in.
type Options struct {
	Log            *slog.Logger
	PublicURL      *url.URL       // the address under which people reach the server
	Origins        []string       // other origins that may call it, exactly as browsers write them
	TrustedProxies []netip.Prefix // whose forwarded headers count
	Edge           *Edge          // the platform's proxy, where no proxy is declared; nil: none
	MaxBody        int64          // bytes; zero is DefaultMaxBody
	Authenticate   Authenticator  // nil: everybody is anonymous
	Limiter        *Limiter       // for every request of a signed-in user; nil: none
	AddressLimiter *Limiter       // for every request of an address where nobody is signed in; nil: none
	ErrorPage      Renderer       // for errors that no route could answer; nil: problem JSON
	FormOrigins    []string       // other origins to which a form may lead
	Now            func() time.Time
	Observe        func(Observation) // told of each request that has ended; nil: nobody
}

type middleware func(http.Handler) http.Handler

// layer is one step of the stack, with its name for the test of the order.
type layer struct {
	name string
	wrap middleware
}

// layers is the one statement of the order, outermost first:
//
//   - identify: request id and client address, which all others use
//   - log: one line for each request, whatever becomes of it
//   - recover: a panic becomes a problem, inside the log and outside the rest
//   - secure: headers on every answer, also on refusals
//   - cors: before anything that refuses, so that a front end elsewhere can read why
//   - https: what a known proxy took over plain http goes no further
//   - origin: refuses state-changing requests from foreign sites, before credentials are read
//   - body: no reader sees more than the limit
//   - authenticate: who asks
//   - limit: requests per user or address, once it is known who asks
func layers(o Options) ([]layer, error) {
	origin, err := crossOrigin(o)
	if err != nil {
		return nil, err
	}
	return []layer{
		{"identify", identify(o)},
		{"log", access(o)},
		{"recover", recoverPanics(o.ErrorPage)},
		{"secure", secure(o)},
		{"cors", cors(o.Origins)},
		{"https", requireHTTPS(o)},
		{"origin", origin},
		{"body", limitBody(o.MaxBody)},
		{"authenticate", authenticate(o.Authenticate)},
		{"limit", limitAll(o)},
	}, nil
}

// Stack wraps the router with everything that all requests pass. It fails
// where an origin is not written as browsers write it.
func Stack(o Options, router http.Handler) (http.Handler, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxBody == 0 {
		o.MaxBody = DefaultMaxBody
	}
	all, err := layers(o)
	if err != nil {
		return nil, fmt.Errorf("middleware: %w", err)
	}
	h := remember(router)
	for i := len(all) - 1; i >= 0; i-- {
		h = all[i].wrap(h)
	}
	return h, nil
}

// remember keeps the pattern that matched, for the log. The router writes it
// into the request that it gets, which the outer layers don't see.
func remember(router http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { recordOf(r.Context()).route = r.Pattern }()
		router.ServeHTTP(w, r)
	})
}

// isOpen reports whether a path is answered without looking at credentials:
// assets and health, which must work while the database does not.
func isOpen(path string) bool {
	return strings.HasPrefix(path, "/static/") || path == "/health" || strings.HasPrefix(path, "/health/")
}
