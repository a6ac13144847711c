package httpx

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// HandlerFunc answers a request or returns why it could not. It returns an
// error only before it has written anything, or when the answer must be cut.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// Renderer writes an error as an HTML page. It calls ProblemHeaders and
// WriteHeader(p.Status) itself.
type Renderer func(w http.ResponseWriter, r *http.Request, p Problem)

// JSON adapts h for machines: its errors become problem JSON.
func JSON(h HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			fail(w, r, err, nil)
		}
	})
}

// Page adapts h for people: its errors become pages written by render.
func Page(render Renderer, h HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			fail(w, r, err, render)
		}
	})
}

// Either adapts h for a route that people and machines share: its errors are
// pages for a browser that navigates, and problem JSON otherwise.
func Either(render Renderer, h HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			failEither(w, r, err, render)
		}
	})
}

// WantsPage reports whether the request comes from a browser that navigates,
// so that an error should be a page.
func WantsPage(r *http.Request) bool {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		return false
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

func failEither(w http.ResponseWriter, r *http.Request, err error, render Renderer) {
	if !WantsPage(r) {
		render = nil
	}
	fail(w, r, err, render)
}

// fail is the one place where an error becomes a response. Where a part of the
// answer is out already, the connection is cut, so that the client does not
// take the part for the whole.
func fail(w http.ResponseWriter, r *http.Request, err error, render Renderer) {
	Note(r.Context(), err)
	rec := recordOf(r.Context())
	if rec.started() {
		panic(http.ErrAbortHandler)
	}
	p := ProblemOf(classify(r.Context(), err), rec.id)
	if render != nil {
		render(w, r, p)
		return
	}
	WriteProblem(w, p)
}

// classify tells a client that went away from a failure of ours.
func classify(ctx context.Context, err error) error {
	if ba.KindOf(err) == ba.Internal && errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return ba.Wrap(ba.Canceled, "The request was cancelled.", err)
	}
	return err
}

// NotFound answers what no route matches.
func NotFound(_ http.ResponseWriter, _ *http.Request) error {
	return ba.E(ba.NotFound, "There is nothing at this address. Check it, or start again from the first page.")
}
