package code

import (
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// loginStore is a store that a sign-in cannot be finished, or continued, without.
type loginStore struct {
	*store
	what  string // what is kept in it
	write access
	read  access
}

// loginStores returns the stores of sign-in: states and verifiers of OAuth, sessions, one-time codes.
func loginStores(in *check.Input) []loginStore {
	if !serves(in) {
		return nil
	}
	var out []loginStore
	for _, st := range stores(in) {
		w, r, ok := st.crosses()
		if !ok || backed(st) {
			continue
		}
		if what := loginKind(in, st, w, r); what != "" {
			out = append(out, loginStore{st, what, w, r})
		}
	}
	return out
}

var (
	loginFlow = regexp.MustCompile(`(?i)(^|[^a-z])(o?auth2?|oauth\d?|sso|oidc|saml|login|log ?in|signin|sign ?in|authorize|authenticate|authentication|callback|connect)([^a-z]|$)`)
	otherKind = map[string]bool{"chat": true, "conversation": true, "conversations": true, "game": true, "ws": true, "websocket": true, "socket": true, "sockets": true, "cache": true, "cached": true, "client": true, "clients": true, "agent": true, "agents": true, "upload": true, "rate": true, "limit": true, "limits": true, "attempts": true, "quiz": true, "room": true, "rooms": true, "stream": true, "task": true, "tasks": true, "job": true, "jobs": true, "lock": true, "locks": true, "metrics": true, "thread": true, "threads": true, "listeners": true, "handlers": true, "providers": true, "metadata": true, "routing": true, "router": true, "hits": true, "interview": true, "memory": true, "history": true, "message": true, "messages": true, "db": true, "transports": true, "transport": true}
)

// loginKind says what a store keeps, "" when it has nothing to do with sign-in.
func loginKind(in *check.Input, st *store, w, r access) string {
	for _, word := range syntax.Words(st.name) {
		if otherKind[word] {
			return ""
		}
	}
	flow := inFlow(in, w, loginFlow) || inFlow(in, r, loginFlow)
	switch {
	case flow && oauthKeyed(st, w, r), holdsVerifier(st, w):
		return "the state of a sign-in"
	case statesOnly(st.name) && dynamic(w.key) && (inFlow(in, w, oauthFlow) || inFlow(in, r, oauthFlow)):
		return "the state of a sign-in"
	case words(st.name, "otp", "otps", "reset", "verification", "magic") && dynamic(w.key) && routed(in, w, r):
		return "one-time codes"
	case words(st.name, "session", "sessions", "token", "tokens", "logins") && dynamic(w.key) && startsSession(in, st):
		return "the sessions of users"
	}
	return ""
}

// oauthKeyed reports whether the entries of a store are found by the state of an OAuth request or hold its verifier.
func oauthKeyed(st *store, w, r access) bool {
	keyed := stateName(w.key) || stateName(r.key)
	switch {
	case words(st.name, "pkce", "verifier", "verifiers", "nonce", "nonces"):
		return dynamic(w.key)
	case words(st.name, "oauth", "oauth2", "auth", "login", "sso", "csrf") && words(st.name, "state", "states"):
		return dynamic(w.key)
	}
	return keyed && !words(st.name, "token", "tokens", "client", "config")
}

// holdsVerifier reports whether the entries carry a PKCE verifier, which only a sign-in has, wherever the store is kept.
func holdsVerifier(st *store, w access) bool {
	if !dynamic(w.key) {
		return false
	}
	return words(st.name, "pkce", "verifier", "verifiers") || w.value.Is(syntax.Dict) && syntax.Field(w.value, "codeVerifier", "code_verifier") != nil
}

var oauthFlow = regexp.MustCompile(`(?i)(^|[^a-z])(o?auth2|oauth\d?|sso|oidc|openid|saml)([^a-z]|$)`)

// statesOnly reports whether a store is named after states and nothing else: what they are the states of, its place says.
func statesOnly(name string) bool {
	states := false
	for _, w := range syntax.Words(name) {
		switch w {
		case "state", "states":
			states = true
		case "pending", "valid", "active", "issued", "store", "map":
		default:
			return false
		}
	}
	return states
}

func stateName(n *node) bool {
	if n.Is(syntax.Call) && len(n.List) > 0 {
		return stateName(n.List[0])
	}
	name := syntax.Last(n)
	if n.Is(syntax.Index) && n.Y.Is(syntax.Str) {
		name = n.Y.Text
	}
	return words(name, "state", "nonce", "verifier")
}

// dynamic reports whether a key is computed: stores with fixed keys are settings.
func dynamic(key *node) bool { return key != nil && !key.Is(syntax.Str, syntax.Num, syntax.Const) }

// inFlow reports whether an access belongs to a piece of code whose route, function, class or file is named after sign-in.
func inFlow(in *check.Input, a access, flow *regexp.Regexp) bool {
	for fn := a.fn; fn != nil; fn = fn.Outer.Enclosing() {
		if flow.MatchString(spaced(fn.Node.Name)) || flow.MatchString(spaced(fn.Node.Text)) {
			return true
		}
		if r := routeFunc(in, fn); r != nil && flow.MatchString(r.Path) {
			return true
		}
		if fn.Call != nil && routeCall(fn.Call) && flow.MatchString(fn.Call.Node.List[0].Text) {
			return true
		}
	}
	for s := a.site.Scope; s != nil; s = s.Parent {
		if s.Kind == repo.ClassScope && flow.MatchString(spaced(s.Node.Name)) {
			return true
		}
	}
	file := a.site.Mod().File.Path
	return flow.MatchString(strings.ReplaceAll(file[strings.LastIndexByte(file, '/')+1:], "_", " "))
}

// routed reports whether one of the accesses is in the code of a route.
func routed(in *check.Input, list ...access) bool {
	for _, a := range list {
		if routeOf(in, a.site) != nil || a.site.Mod() != nil && len(routesOfModule(in, a.site.Mod())) > 0 {
			return true
		}
	}
	return false
}

func routesOfModule(in *check.Input, m *repo.Module) []repo.Route {
	var out []repo.Route
	for _, r := range in.Code.Routes() {
		if r.Module == m {
			out = append(out, r)
		}
	}
	return out
}

var sessionFlow = regexp.MustCompile(`(?i)(^|[^a-z])(login|log ?in|signin|sign ?in|signup|sign ?up|authenticate|oauth2?)([^a-z]|$)`)

// startsSession reports whether somebody's sign-in writes to the store: the writing function is named after it or sets a cookie.
func startsSession(in *check.Input, st *store) bool {
	for _, w := range st.writes {
		fn := outermost(w.fn)
		if words(st.name, "session", "sessions") && setsCookie(fn) {
			return true
		}
		if sessionFlow.MatchString(spaced(fn.Node.Name)) || makesSession(fn) && inFlow(in, w, loginFlow) {
			return true
		}
		if r := routeFunc(in, fn); r != nil && sessionFlow.MatchString(r.Path) {
			return true
		}
	}
	return false
}

// makesSession recognises create_session, newSession and the like.
func makesSession(fn *repo.Func) bool {
	return words(fn.Node.Name, "create", "new", "start", "issue") && words(fn.Node.Name, "session", "token")
}

func setsCookie(fn *repo.Func) bool {
	return contains(fn.Node, func(n *node) bool {
		if !n.Is(syntax.Call) {
			return false
		}
		switch syntax.Last(n.X) {
		case "set_cookie", "cookie", "setCookie", "SetCookie", "set_signed_cookie":
			return true
		}
		return false
	})
}

// backed reports whether the memory only stands in for a shared store: the same code also talks to one.
func backed(st *store) bool {
	for _, a := range append(append([]access{}, st.writes...), st.reads...) {
		if mentions(a.fn.Node, "redis", "memcache", "kv.put", "setex") {
			return true
		}
	}
	return false
}
