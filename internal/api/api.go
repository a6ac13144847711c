package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

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
)

// Health reports whether the instance can do its work.
type Health interface {
	Health(ctx context.Context) HealthReport
}

// Deps is what the API works with.
type Deps struct {
	Identity     *identity.Service
	Dev          *identity.Development // nil in production: then its route does not exist
	Projects     *project.Service
	Library      *library.Service
	Chat         *chat.Service
	Requirements *requirement.Service
	Artifacts    *artifact.Service
	Health       Health
	Budget       *budget.Service

	// For administrators.
	Providers  *provider.Service
	Audit      *audit.Service
	Backups    Backups
	Deployment func(ctx context.Context) ([]DeploymentCheck, error)

	ErrorPage     httpx.Renderer // for sign-in errors in a browser; nil: problem JSON
	SignInLimiter *httpx.Limiter // per address, for the routes of sign-in; nil: none
	Clock         func() time.Time
	// StreamPeriod is how long an event stream lives before it ends between two
	// events; zero is 10 minutes. Platforms cut connections at 15.
	StreamPeriod time.Duration
	// Stopping ends when the server stops: event streams then end too, between
	// two events, once they have told what was already there. nil: never.
	Stopping context.Context
	// Heartbeat is the longest silence on a stream; zero is 12 seconds.
	Heartbeat time.Duration
}

type server struct{ Deps }

// New puts the API on mux, with the answers for what no route of it matches
// under /api/, /auth/ and /health/.
func New(d Deps, mux *http.ServeMux) error {
	if d.Identity == nil || d.Projects == nil || d.Library == nil || d.Chat == nil || d.Requirements == nil || d.Artifacts == nil || d.Health == nil || d.Budget == nil || d.Clock == nil {
		return errors.New("api: a dependency is missing")
	}
	if d.Providers == nil || d.Audit == nil || d.Backups == nil || d.Deployment == nil {
		return errors.New("api: a dependency of the administrators' routes is missing")
	}
	s := newServer(d)
	docs(mux, s.register(mux).OpenAPI())
	for _, prefix := range []string{"/api/", "/auth/", "/health/"} {
		mux.Handle(prefix, httpx.Either(d.ErrorPage, unmatched(mux, prefix)))
	}
	return nil
}

func newServer(d Deps) *server {
	if d.StreamPeriod == 0 {
		d.StreamPeriod = 10 * time.Minute
	}
	if d.Heartbeat == 0 {
		d.Heartbeat = 12 * time.Second
	}
	if d.Stopping == nil {
		d.Stopping = context.Background()
	}
	return &server{d}
}

func (s *server) register(mux humago.Mux) huma.API {
	takeOver()
	api := humago.New(mux, settings())
	for _, rt := range s.routes() {
		add(api, rt)
	}
	return api
}

// Routes returns the table of all routes, the development sign-in included.
func Routes() []Route {
	return newServer(Deps{Dev: &identity.Development{}}).routes()
}

// Spec returns the description of the API as OpenAPI 3.1 JSON, the development
// sign-in included.
func Spec() ([]byte, error) {
	s := newServer(Deps{Dev: &identity.Development{}})
	return describe(s.register(http.NewServeMux()).OpenAPI())
}

func describe(o *huma.OpenAPI) ([]byte, error) {
	spec, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return append(spec, '\n'), nil
}

// settings differ from the framework's defaults where those load scripts from
// elsewhere, add links to bodies, or take sloppy JSON.
func settings() huma.Config {
	c := huma.DefaultConfig("BA Assistant", "1")
	c.Info.Description = description + limits()
	c.DocsPath, c.OpenAPIPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	format := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}
	c.Formats = map[string]huma.Format{"application/json": format, "json": format}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-ba_session", Description: "The session cookie of a signed-in browser (ba_session in development)."},
		"bearer":  {Type: "http", Scheme: "bearer", Description: "A personal API token, or the session of a separate front end."},
	}
	return c
}

// schemaName is the name of a type in the description: without the prefix that
// the wire types have here, or the ending that they have in package chat.
func schemaName(t reflect.Type, hint string) string {
	return strings.NewReplacer("ListWire", "ListOf", "Wire", "", "InputBody", "Body", "JSON", "").Replace(huma.DefaultSchemaNamer(t, hint))
}

const description = `The API of BA Assistant.

Ids are UUIDs, times are RFC 3339 in UTC, money is in micro-dollars. Lists are {"items", "next"}: pass "next" as ?after= for the following part. Errors are problems (RFC 9457) with a stable "code", the "request_id", and "retry_after" in seconds where a retry helps. Unknown fields are refused. What belongs to others is not found.`

// limits states the limits of a conversation before anybody meets them.
func limits() string {
	l := chat.DefaultLimits()
	return fmt.Sprintf("\n\nA message has %d characters at most. A model is shown the newest %d characters of a conversation beside the question, which is never cut. "+
		"Of one thread, %d questions can be under way or wait; one more is refused with 429, and nothing of it is stored."+
		"\n\nA project holds %d requirements and %d notes at most, a requirement %d sources; more are refused with 413. One bulk edit names %d requirements at most, one extraction reads %d documents and threads.",
		ba.MaxMessageLen, l.History, l.Waiting, ba.MaxRequirements, ba.MaxNotes, ba.MaxLinks, requirement.MaxBulk, requirement.MaxSources)
}

// unmarshal refuses what encoding/json would silently accept.
func unmarshal(data []byte, v any) error {
	if err := httpx.CheckJSON(data); err != nil {
		var e *ba.Error
		if errors.As(err, &e) && len(e.Fields) > 0 {
			return errors.New(e.Fields[0].Message)
		}
		return err
	}
	return json.Unmarshal(data, v)
}
