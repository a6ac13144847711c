package code

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// redirect is a value that an identity provider is asked to send people back to.
type redirect struct {
	site  *repo.Site // the call, dict or assignment that holds it
	name  string     // of the argument, key or target
	value repo.Value
	expr  *node
}

var separators = strings.NewReplacer("_", "", "-", "")

// redirectName reports whether an argument or key of this name holds a callback address.
func redirectName(name string) bool {
	if len(name) > 28 {
		return false
	}
	switch strings.ToLower(separators.Replace(name)) {
	case "redirecturi", "redirecturl", "callbackurl", "callbackuri", "oauthredirecturi", "oauthcallbackurl", "postlogoutredirecturi", "redirectsignin", "redirectsignout":
		return true
	}
	return false
}

// redirectLike reports whether a variable's name says that it holds a callback address.
func redirectLike(name string) bool {
	w := syntax.Words(name)
	has := func(s string) bool {
		for _, x := range w {
			if x == s {
				return true
			}
		}
		return false
	}
	return (has("redirect") || has("callback")) && (has("uri") || has("url") || has("uris"))
}

// redirects returns every callback address that the live code hands over, outside of conditions on the environment.
func redirects(in *check.Input) []redirect {
	return once(in, "redirects", func() []redirect { return findRedirects(in) })
}

func findRedirects(in *check.Input) []redirect {
	var out []redirect
	add := func(s *repo.Site, name string, x *node) {
		if x == nil || in.Code.Mode(s.Guards) {
			return
		}
		out = append(out, redirect{site: s, name: name, value: in.Code.Value(x, s.Scope), expr: x})
	}
	for _, m := range in.Code.LiveModules() {
		if loopbackFlow(m) || !answersWeb(in, m) {
			continue
		}
		for _, s := range m.Calls {
			callRedirects(in, s, add)
		}
		for _, s := range m.Dicts {
			if x := syntax.Field(s.Node, "redirectTo", "emailRedirectTo"); x != nil && importsSupabase(m) {
				add(&repo.Site{Node: x, Scope: s.Scope, Guards: s.Guards, Parent: s.Node}, "redirectTo", x)
			}
			if x := syntax.Field(s.Node, "redirect_uris"); x != nil && syntax.Field(s.Node, "client_secret", "auth_uri", "token_uri") != nil {
				add(&repo.Site{Node: x, Scope: s.Scope, Guards: s.Guards, Parent: s.Node}, "redirect_uris", x)
			}
			for _, pair := range s.Node.List {
				if pair.Kind == syntax.Pair && pair.X.Is(syntax.Str) && redirectName(pair.X.Text) && !pair.Y.Is(syntax.Func) {
					add(&repo.Site{Node: pair, Scope: s.Scope, Guards: s.Guards, Parent: s.Node}, pair.X.Text, pair.Y)
				}
			}
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) == 1 && s.Node.List[0].Is(syntax.Attr) && redirectName(s.Node.List[0].Name) && s.Node.X != nil {
				add(s, s.Node.List[0].Name, s.Node.X)
			}
		}
		for _, s := range m.Strings {
			templateRedirect(s, add)
		}
	}
	return out
}

// webFrameworks are the imports of programs that answer requests.
var webFrameworks = []string{"fastapi", "flask", "starlette", "django", "aiohttp", "tornado", "sanic", "quart", "bottle", "litestar", "streamlit", "gradio", "chainlit", "falcon", "pyramid", "nicegui", "flet", "reflex", "dash", "werkzeug", "robyn", "blacksheep"}

// answersWeb reports whether a module belongs to something that is deployed: scripts that run on somebody's own machine
// may send people to it.
func answersWeb(in *check.Input, m *repo.Module) bool {
	switch m.File.Lang {
	case repo.Python, repo.Go:
	default:
		return true
	}
	return once(in, "answers "+string(rune('0'+m.File.Lang)), func() bool {
		for _, other := range in.Code.LiveModules() {
			if other.File.Lang != m.File.Lang {
				continue
			}
			for _, im := range other.Imports {
				if m.File.Lang == repo.Go && (im.Name == "net/http" || strings.Contains(im.Name, "gin-gonic") || strings.Contains(im.Name, "labstack/echo") || strings.Contains(im.Name, "gofiber") || strings.Contains(im.Name, "go-chi")) {
					return true
				}
				top, _, _ := strings.Cut(im.Name, ".")
				if m.File.Lang == repo.Python && slices.Contains(webFrameworks, top) {
					return true
				}
			}
		}
		return false
	})
}

func importsSupabase(m *repo.Module) bool {
	for _, im := range m.Imports {
		if strings.Contains(strings.ToLower(im.Name), "supabase") {
			return true
		}
	}
	return false
}

// loopbackFlow recognises command line tools that open a browser and wait for its answer on this machine (RFC 8252,
// section 7.3): their local address is right.
func loopbackFlow(m *repo.Module) bool {
	browser := importsAny(m, "webbrowser", "open", "opener", "github.com/pkg/browser", "github.com/skratchdot/open-golang/open", "github.com/cli/browser")
	return browser && importsAny(m, "http.server", "socketserver", "http", "node:http", "net", "net/http", "socket", "aiohttp.web")
}

func callRedirects(in *check.Input, s *repo.Site, add func(*repo.Site, string, *node)) {
	for i, a := range s.Node.List {
		switch {
		case a.Kind == syntax.Keyword && redirectName(a.Name):
			add(s, a.Name, a.X)
		case a.Kind == syntax.Keyword || a.Kind == syntax.Spread:
		case redirectLike(syntax.Last(a)) && !isReader(in, s):
			add(s, syntax.Last(a), a)
		case i == 1 && syntax.Last(s.Node.X) == "authorize_redirect":
			add(s, "redirect_uri", a)
		case i == 2 && strings.HasPrefix(syntax.Last(s.Node.X), "OAuth2") && s.Node.Has(syntax.New):
			add(s, "redirectUri", a)
		case i == 1 && a.Is(syntax.Str, syntax.Template, syntax.Name) && isParam(s.Node, "redirect_uri"):
			add(s, "redirect_uri", a)
		}
	}
}

// isParam recognises params.append("redirect_uri", x) and url.searchParams.set.
func isParam(call *node, name string) bool {
	last := syntax.Last(call.X)
	return (last == "append" || last == "set" || last == "Set" || last == "Add") && call.List[0].Is(syntax.Str) && call.List[0].Text == name
}

func isReader(in *check.Input, s *repo.Site) bool {
	last := strings.ToLower(syntax.Last(s.Node.X))
	return last == "getenv" || last == "get" || last == "startswith" || strings.Contains(last, "print") || last == "info" || last == "debug" || last == "warning" || last == "log" || last == "error" || last == "parse" || last == "urlparse"
}

// templateRedirect finds redirect_uri=... inside a text that is built in place.
func templateRedirect(s *repo.Site, add func(*repo.Site, string, *node)) {
	parts := []*node{s.Node}
	if s.Node.Kind == syntax.Template {
		parts = s.Node.List
	}
	for i, part := range parts {
		if part.Kind != syntax.Str {
			continue
		}
		at := strings.LastIndex(part.Text, "redirect_uri=")
		if at < 0 {
			continue
		}
		rest := part.Text[at+len("redirect_uri="):]
		switch {
		case rest != "":
			rest = strings.NewReplacer("%3A", ":", "%2F", "/", "%3a", ":", "%2f", "/").Replace(rest)
			value := &node{Kind: syntax.Template, Line: s.Node.Line, List: append([]*node{{Kind: syntax.Str, Line: s.Node.Line, Text: rest}}, parts[i+1:]...)}
			add(s, "redirect_uri", value)
		case i+1 < len(parts):
			add(s, "redirect_uri", parts[i+1])
		}
	}
}

var signInWord = regexp.MustCompile(`(?i)(^|[^a-z])(o?auth2?|oauth2?|sso|login|signin|sign_in|sign-in|callback|google|github|microsoft|azure|oidc|saml|facebook|discord|session|authenticate)([^a-z]|$)`)

// signIn reports whether a piece of code belongs to sign-in: by its route, function or file name.
func signIn(in *check.Input, s *repo.Site) bool {
	for fn := s.Scope.Enclosing(); fn != nil; fn = fn.Outer.Enclosing() {
		if signInWord.MatchString(spaced(fn.Node.Name)) {
			return true
		}
		for _, d := range fn.Node.Else {
			if contains(d, func(n *node) bool { return n.Kind == syntax.Str && signInWord.MatchString(n.Text) }) {
				return true
			}
		}
		if fn.Call != nil && len(fn.Call.Node.List) > 0 && fn.Call.Node.List[0].Is(syntax.Str) && signInWord.MatchString(fn.Call.Node.List[0].Text) {
			return true
		}
	}
	return signInWord.MatchString(s.Mod().File.Path)
}

// spaced writes an identifier as words.
func spaced(name string) string { return strings.Join(syntax.Words(name), " ") }
