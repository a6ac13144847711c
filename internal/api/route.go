package api

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
)

// Authority is what a caller needs for a route. The services and the store
// enforce what concerns a particular object; the table states it, and the
// isolation probe in the tests holds every route to it.
type Authority string

// The authorities.
const (
	Open   Authority = "open"   // anybody
	Person Authority = "person" // whoever is signed in, about what is theirs
	Own    Authority = "own"    // the one to whom the object belongs
	Viewer Authority = "viewer" // a member of the object's project
	Editor Authority = "editor" // one who may change what is in it
	Owner  Authority = "owner"  // one who may share and delete it
	Admin  Authority = "admin"  // an administrator of the instance
)

// Route is one line of the table.
type Route struct {
	Method    string
	Path      string
	Authority Authority
	ID        string // operation id in the API's description
	Summary   string
	Tag       string

	status   int
	maxBody  int64 // bytes; zero is httpx.DefaultMaxBody
	register registrar
	document func(*huma.Operation, huma.Registry) // completes the description of a raw route
}

// registrar puts a handler of some input and output type on the API.
type registrar func(huma.API, huma.Operation)

const bodyReadTimeout = 30 * time.Second

// handle adapts a handler that takes the actor as an argument.
func handle[I, O any](h func(ctx context.Context, a ba.Actor, in *I) (*O, error)) registrar {
	return func(api huma.API, op huma.Operation) {
		huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := h(ctx, httpx.ActorFrom(ctx), in)
			if err != nil {
				return nil, problemFor(ctx, err)
			}
			return out, nil
		})
	}
}

// raw adapts a handler that writes the response itself. I holds its
// parameters; its errors are problems.
func raw[I any](h func(w http.ResponseWriter, r *http.Request, a ba.Actor, in *I) error) registrar {
	return func(api huma.API, op huma.Operation) {
		huma.Register(api, op, func(_ context.Context, in *I) (*huma.StreamResponse, error) {
			return &huma.StreamResponse{Body: func(c huma.Context) {
				r, w := humago.Unwrap(c)
				httpx.JSON(func(w http.ResponseWriter, r *http.Request) error {
					return h(w, r, httpx.ActorFrom(r.Context()), in)
				}).ServeHTTP(w, r)
			}}, nil
		})
	}
}

// plain adapts a handler without parameters whose errors are pages for
// browsers, such as the steps of a sign-in.
func plain(render httpx.Renderer, h httpx.HandlerFunc) registrar {
	return func(api huma.API, op huma.Operation) {
		huma.Register(api, op, func(_ context.Context, _ *struct{}) (*huma.StreamResponse, error) {
			return &huma.StreamResponse{Body: func(c huma.Context) {
				r, w := humago.Unwrap(c)
				httpx.Either(render, h).ServeHTTP(w, r)
			}}, nil
		})
	}
}

// add puts a route on the API.
func add(api huma.API, rt Route) {
	op := huma.Operation{
		Method: rt.Method, Path: rt.Path, OperationID: rt.ID, Summary: rt.Summary, Tags: []string{rt.Tag},
		DefaultStatus:   rt.status,
		BodyReadTimeout: bodyReadTimeout,
		MaxBodyBytes:    cmp.Or(rt.maxBody, httpx.DefaultMaxBody),
		Middlewares:     huma.Middlewares{enforce(rt)},
		Extensions:      map[string]any{"x-authority": string(rt.Authority)},
	}
	if rt.Authority != Open {
		op.Security = []map[string][]string{{"session": {}}, {"bearer": {}}}
	}
	if rt.document != nil {
		// Stated before registration, a request body would make the framework
		// read it; so the description is completed afterwards.
		defer func() { rt.document(operationOf(api.OpenAPI(), rt), api.OpenAPI().Components.Schemas) }()
	}
	rt.register(api, op)
}

// enforce refuses before the request is looked at: a stranger learns nothing
// from how a body is wrong.
func enforce(rt Route) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		if err := permit(c.Context(), rt); err != nil {
			r, w := humago.Unwrap(c)
			httpx.JSON(func(http.ResponseWriter, *http.Request) error { return err }).ServeHTTP(w, r)
			return
		}
		if rt.maxBody > 0 {
			r, w := humago.Unwrap(c)
			httpx.AllowBody(w, r, rt.maxBody)
		}
		next(c)
	}
}

func permit(ctx context.Context, rt Route) error {
	if rt.Authority == Open {
		return nil
	}
	a, err := httpx.RequireActor(ctx)
	if err != nil {
		return err
	}
	if rt.Authority == Admin && !a.IsAdmin() {
		return ba.E(ba.Forbidden, "Only an administrator may do this. Ask one of the administrators of this workspace.")
	}
	if rt.Method != http.MethodGet && !a.CanWrite() {
		return ba.E(ba.Forbidden, "This token may only read. Make one that may also write, or sign in.")
	}
	return nil
}

func operationOf(o *huma.OpenAPI, rt Route) *huma.Operation {
	item := o.Paths[rt.Path]
	switch rt.Method {
	case http.MethodPost:
		return item.Post
	case http.MethodPatch:
		return item.Patch
	case http.MethodDelete:
		return item.Delete
	}
	return item.Get
}

var methods = []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodPut}

// unmatched answers what no route matches under a prefix: with 405 and the
// allowed methods where the path exists, and 404 else.
func unmatched(mux *http.ServeMux, own string) httpx.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		var allowed []string
		for _, m := range methods {
			probe := r.Clone(r.Context())
			probe.Method = m
			if _, pattern := mux.Handler(probe); pattern != "" && pattern != own && pattern != "/" {
				allowed = append(allowed, m)
			}
		}
		if len(allowed) == 0 {
			return ba.E(ba.NotFound, "There is nothing at this address. The routes of the API are listed at /api/docs.")
		}
		list := strings.Join(allowed, ", ")
		w.Header().Set("Allow", list)
		p := httpx.ProblemOf(ba.E(ba.Unsupported, "This address does not take that method. It takes: "+list+"."), httpx.RequestID(r.Context()))
		p.Status, p.Title, p.Code = http.StatusMethodNotAllowed, "Method not allowed", "method_not_allowed"
		httpx.WriteProblem(w, p)
		return nil
	}
}
