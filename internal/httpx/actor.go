package httpx

import (
	"context"
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
)

// ForUser is the header in which a client may say on whose behalf it acts, by
// id. A browser that sends what was written earlier does: where somebody else
// is signed in by now, the request is refused and not theirs.
const ForUser = "BA-User"

type actorKey struct{}

// WithActor returns a context that carries who asks.
func WithActor(ctx context.Context, a ba.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom returns who asks: the zero Actor where nobody is signed in.
func ActorFrom(ctx context.Context) ba.Actor {
	a, _ := ctx.Value(actorKey{}).(ba.Actor)
	return a
}

// RequireActor returns who asks, or the error to answer with: Unauthenticated
// where nobody is signed in, with the reason where a session or token came
// that is no longer good.
func RequireActor(ctx context.Context) (ba.Actor, error) {
	if a := ActorFrom(ctx); a.Valid() {
		return a, nil
	}
	if err := recordOf(ctx).authErr; err != nil {
		return ba.Actor{}, err
	}
	return ba.Actor{}, ba.E(ba.Unauthenticated, "Sign in first. A program sends a personal API token as 'Authorization: Bearer ...'.")
}

// Authenticator finds who asks from a request's credentials. It returns the
// zero Actor and no error where there are none, and an error where they are
// not accepted. It may set a cookie.
type Authenticator func(w http.ResponseWriter, r *http.Request) (ba.Actor, error)

// authenticate puts the actor into the context. Bad credentials stop nobody
// here: a route that needs an actor refuses by RequireActor, a public one goes on.
func authenticate(find Authenticator) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if find == nil || isOpen(r.URL.Path) {
				next.ServeHTTP(w, r)
				return
			}
			rec := recordOf(r.Context())
			rec.actor, rec.authErr = find(w, r)
			if meant := r.Header.Get(ForUser); meant != "" && rec.actor.Valid() && meant != string(rec.actor.User) {
				rec.actor, rec.authErr = ba.Actor{}, &ba.Error{Kind: ba.Conflict, Code: "another_person", Msg: "Somebody else is signed in now. Sign in as the person who wrote this, and it is sent."}
			}
			if rec.actor.Valid() {
				r = r.WithContext(WithActor(r.Context(), rec.actor))
			}
			next.ServeHTTP(w, r)
		})
	}
}
