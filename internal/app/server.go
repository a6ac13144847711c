package app

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/api"
	"github.com/ba-assistant/ba-assistant/internal/audit"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/identity"
	"github.com/ba-assistant/ba-assistant/internal/web"
)

const (
	headerTimeout = 10 * time.Second
	// idleTimeout is longer than proxies keep a connection to us open: a
	// shorter one gives random 502s.
	idleTimeout    = 120 * time.Second
	maxHeaderBytes = 64 << 10

	// What one user may ask: 10 requests a second (S5), and a burst of them.
	userPerMinute, userBurst = 600, 100
	// What strangers behind one address may ask: an office has many people.
	addressPerMinute, addressBurst = 1200, 400
	// Attempts to sign in or to enter a code, for each address.
	doorPerMinute, doorBurst = 60, 60
)

// newServer puts the API and the pages on one router. It has no limit on the
// time of writing, which would cut streams; each write has its own.
func newServer(a *App) (*http.Server, error) {
	mux := http.NewServeMux()
	site, err := newPages(a)
	if err != nil {
		return nil, err
	}
	s := a.services
	err = api.New(api.Deps{
		Identity: s.identity, Dev: site.Dev, Projects: s.projects, Library: s.library, Chat: s.chat, Requirements: s.required, Artifacts: s.artifacts,
		Health: s.health, Budget: s.budget, Providers: s.providers, Audit: &audit.Service{Store: a.db}, Backups: s.backups, Deployment: a.deploymentChecks,
		ErrorPage: site.Problem, SignInLimiter: site.SignInLimiter, Clock: time.Now, Stopping: a.streams,
	}, mux)
	if err != nil {
		return nil, err
	}
	site.Register(mux)
	if a.metrics != nil && a.cfg.MetricsAddr == "" {
		mux.Handle("GET /metrics", a.metrics)
	}
	handler, err := stack(a, site.Problem, mux)
	if err != nil {
		return nil, err
	}
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}, nil
}

func newPages(a *App) (*web.Site, error) {
	door, err := httpx.NewLimiter(doorPerMinute, doorBurst)
	if err != nil {
		return nil, err
	}
	s := a.services
	return web.New(web.Deps{
		Identity: s.identity, Dev: identity.NewDevelopment(s.identity), Projects: s.projects, Library: s.library, Chat: s.chat, Requirements: s.required, Artifacts: s.artifacts, Budget: s.budget, Providers: s.providers,
		Audit: &audit.Service{Store: a.db}, Backups: s.backups, BackupsOn: a.cfg.BackupTo != "", Deployment: a.examine, SignInLimiter: door.Shared(a.sharing.limit, "door"), HTTPS: s.public.Scheme == "https", Clock: time.Now, Log: a.log,
	})
}

func stack(a *App, page httpx.Renderer, router http.Handler) (http.Handler, error) {
	users, err := httpx.NewLimiter(userPerMinute, userBurst)
	if err != nil {
		return nil, err
	}
	strangers, err := httpx.NewLimiter(addressPerMinute, addressBurst)
	if err != nil {
		return nil, err
	}
	h, err := httpx.Stack(httpx.Options{
		Observe: a.observe,
		Log:     a.log, PublicURL: a.services.public, Origins: origins(a.cfg), TrustedProxies: trusted(a.cfg), Edge: edge(a.cfg),
		Authenticate: a.services.identity.Authenticate, Limiter: users.Shared(a.sharing.limit, "user"), AddressLimiter: strangers.Shared(a.sharing.limit, "address"), ErrorPage: page, Now: time.Now,
	}, a.metrics.counted(router))
	return a.traceRequests(h), err
}

// observe is told of each request that has ended.
func (a *App) observe(o httpx.Observation) {
	traceRequest(o)
	if a.metrics != nil {
		a.metrics.observe(o)
	}
}
