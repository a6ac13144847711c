package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/audit"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/identity"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/project"
	"github.com/ba-assistant/ba-assistant/internal/provider"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
	"github.com/ba-assistant/ba-assistant/internal/web/ui"
)

// Deps is what the pages work with.
type Deps struct {
	Identity     *identity.Service
	Dev          *identity.Development // nil in production: then its form does not exist
	Projects     *project.Service
	Library      *library.Service
	Chat         *chat.Service
	Requirements *requirement.Service
	Artifacts    *artifact.Service
	Budget       *budget.Service
	Providers    *provider.Service

	// Deployment examines the deployment, for administrators; nil: the page does not exist.
	Deployment func(context.Context) ([]page.CheckGroup, error)

	Audit     *audit.Service
	Backups   Backups // nil: the page does not exist
	BackupsOn bool    // it is said where backups go

	SignInLimiter *httpx.Limiter // per address, for the forms of the door; nil: none
	HTTPS         bool           // people come over https: cookies are secure
	Clock         func() time.Time
	Log           *slog.Logger
}

// Backups makes backups and knows the recent ones.
type Backups interface {
	Recent(ctx context.Context) ([]ba.Backup, error)
	// Start begins one and returns; Conflict where one is being made.
	Start(ctx context.Context, a ba.Actor) error
}

// Site is all pages. It is safe for concurrent use.
type Site struct {
	Deps
	assets    *ui.Assets
	templates *ui.Templates
}

// New reads the templates and assets. It fails on a template that does not
// parse.
func New(d Deps) (*Site, error) {
	if d.Identity == nil || d.Projects == nil || d.Library == nil || d.Chat == nil || d.Requirements == nil || d.Artifacts == nil || d.Budget == nil || d.Providers == nil || d.Audit == nil || d.Clock == nil || d.Log == nil {
		return nil, errors.New("web: a dependency is missing")
	}
	assets, err := ui.NewAssets()
	if err != nil {
		return nil, err
	}
	templates, err := ui.NewTemplates(assets, d.Clock)
	if err != nil {
		return nil, err
	}
	return &Site{Deps: d, assets: assets, templates: templates}, nil
}

// Register puts the pages on mux, with the page for addresses that no route
// matches.
func (s *Site) Register(mux *http.ServeMux) {
	mux.Handle("GET /static/", s.assets)
	for _, rt := range s.Routes() {
		mux.Handle(rt.Pattern, httpx.Page(s.Problem, rt.handler))
	}
	mux.Handle("/", httpx.Page(s.Problem, httpx.NotFound))
}
