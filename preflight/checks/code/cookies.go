package code

import (
	"bytes"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// cookie is one place where the server sets a cookie that keeps people signed in.
type cookie struct {
	site     *repo.Site
	name     string
	secure   *repo.Value // nil: not given
	httpOnly *repo.Value
	sameSite *repo.Value
	session  bool // set by a session library, whose defaults differ
	open     bool
	written  bool // by a call that names every attribute it wants, and whose options are all seen
}

// cookies returns the sign-in cookies of the live server code, outside of conditions on the environment.
func cookies(in *check.Input) []cookie {
	return once(in, "cookies", func() []cookie {
		var out []cookie
		eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
			if clientSide(in, m) || in.Code.Mode(s.Guards) {
				return
			}
			if c, ok := cookieOf(in, m, s, last); ok {
				out = append(out, c)
			}
		})
		return append(out, configuredCookies(in)...)
	})
}

// configuredCookies returns the session cookies that a setting of Flask or Django makes insecure on purpose.
func configuredCookies(in *check.Input) []cookie {
	var out []cookie
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Assigns {
			if m.File.Lang != repo.Python || len(s.Node.List) != 1 || s.Node.X == nil || in.Code.Mode(s.Guards) {
				continue
			}
			t := s.Node.List[0]
			switch {
			case tokensInCookies(in, s):
				out = append(out, cookie{site: s, name: "access_token", written: true})
				continue
			case t.Is(syntax.Index) && t.Y.Is(syntax.Str) && (t.Y.Text == "SESSION_COOKIE_SECURE" || t.Y.Text == "JWT_COOKIE_SECURE") && strings.HasSuffix(syntax.Dotted(t.X), "config"):
			case t.Is(syntax.Name) && t.Name == "SESSION_COOKIE_SECURE" && m.Scope.Names["INSTALLED_APPS"] != nil && onlyDefinition(s) && !replacedInProduction(in, m, t.Name):
			default:
				continue
			}
			v := in.Code.Value(s.Node.X, s.Scope)
			out = append(out, cookie{site: s, name: "session", secure: &v})
		}
	}
	return out
}

// tokensInCookies reports whether an assignment makes Flask-JWT-Extended keep its tokens in cookies while nothing in the
// program says JWT_COOKIE_SECURE, which is off without (its documentation of configuration options).
func tokensInCookies(in *check.Input, s *repo.Site) bool {
	t := s.Node.List[0]
	named := t.Is(syntax.Name) && t.Name == "JWT_TOKEN_LOCATION" || t.Is(syntax.Index) && t.Y.Is(syntax.Str) && t.Y.Text == "JWT_TOKEN_LOCATION"
	if !named || !mentions(s.Node.X, "cookies") {
		return false
	}
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang == repo.Python && bytes.Contains(in.Code.Source(m.File), []byte("JWT_COOKIE_SECURE")) {
			return false
		}
	}
	return true
}

// onlyDefinition reports whether a module gives a name one value only.
func onlyDefinition(s *repo.Site) bool { return len(s.Scope.Names[s.Node.List[0].Name]) == 1 }

func cookieOf(in *check.Input, m *repo.Module, s *repo.Site, last string) (cookie, bool) {
	n := s.Node
	switch {
	case last == "set_cookie" && m.File.Lang == repo.Python, last == "cookie" && m.File.Lang == repo.Script && n.X.Is(syntax.Attr) && len(n.List) >= 2, last == "setCookie" && m.File.Lang == repo.Script && len(n.List) >= 2:
		c := newCookie(in, s)
		c.name = cookieName(in, s)
		c.written = attributesSeen(in, s) && givesValue(in, s)
		return c, signsIn(c.name) || signsIn(syntax.Last(syntax.Arg(n, 0, "key", "name")))
	case last == "SetCookie" && m.File.Lang == repo.Go && strings.HasPrefix(callName(in, s), "net/http") && len(n.List) == 2:
		c := newCookie(in, s)
		c.name = "session"
		if v, ok := optionsOf(in, s).value("Name"); ok && v.Kind == repo.Text {
			c.name = v.Text
		}
		return c, signsIn(c.name)
	case (last == "add_middleware" || last == "Middleware") && len(n.List) > 0 && syntax.Last(n.List[0]) == "SessionMiddleware":
		c := newCookie(in, s)
		c.name = "session"
		if x := syntax.Arg(n, -1, "https_only"); x != nil {
			v := in.Code.Value(x, s.Scope)
			c.secure = &v
		}
		return c, c.secure != nil // Starlette leaves it to the option
	case strings.TrimSuffix(callName(in, s), ".default") == "express-session":
		o := optionsOf(in, s)
		c := cookie{site: s, name: "session", session: true, open: o.open}
		if v, ok := o.value("cookie"); ok && v.Kind == repo.Dict {
			inner := newCookieOptions(s, optionsIn(in, v))
			inner.name, inner.session = "session", true
			return inner, true
		}
		return c, true
	}
	return cookie{}, false
}

func newCookie(in *check.Input, s *repo.Site) cookie { return newCookieOptions(s, optionsOf(in, s)) }

func newCookieOptions(s *repo.Site, o *options) cookie {
	c := cookie{site: s}
	get := func(names ...string) *repo.Value {
		if v, ok := o.value(names...); ok {
			return &v
		}
		return nil
	}
	c.secure, c.httpOnly, c.sameSite = get("secure", "Secure"), get("httponly", "httpOnly", "HttpOnly"), get("samesite", "sameSite", "SameSite")
	for _, a := range s.Node.List {
		c.open = c.open || a.Kind == syntax.Spread
	}
	return c
}

// attributesSeen reports whether all attributes that a call gives a cookie can be read.
func attributesSeen(in *check.Input, s *repo.Site) bool {
	for i, a := range s.Node.List {
		if a.Kind == syntax.Spread || s.Mod().File.Lang == repo.Script && i == 2 && in.Code.Value(a, s.Scope).Kind != repo.Dict {
			return false
		}
	}
	return s.Mod().File.Lang == repo.Python || !optionsOf(in, s).open
}

// givesValue reports whether a call sets a cookie to something that is made for the person: an empty text removes one,
// and a word of the code is only a mark for the page.
func givesValue(in *check.Input, s *repo.Site) bool {
	v := in.Code.Value(syntax.Arg(s.Node, 1, "value"), s.Scope)
	return v.Kind != repo.None && v.Kind != repo.Text && v.Kind != repo.Bool && v.Kind != repo.Number
}

func cookieName(in *check.Input, s *repo.Site) string {
	x := syntax.Arg(s.Node, 0, "key", "name")
	if v := in.Code.Value(x, s.Scope); v.Fallback().Kind == repo.Text {
		return v.Fallback().Text
	}
	return syntax.Last(x)
}

// signsIn reports whether a cookie of this name keeps somebody signed in.
func signsIn(name string) bool {
	return words(name, "session", "sid", "token", "auth", "jwt", "access", "refresh", "sessionid", "login") && !words(name, "csrf", "xsrf", "theme", "state", "next", "page", "url", "redirect", "return", "expired")
}

// certainly reports whether a given value is that boolean whatever variables are set.
func certainly(v *repo.Value, want string) bool {
	return v != nil && v.Kind == repo.Bool && v.Text == want
}

// sameSiteIs reports whether a cookie's SameSite is certainly the given word.
func (c *cookie) sameSiteIs(word string) bool {
	if c.sameSite == nil {
		return false
	}
	v := *c.sameSite
	return v.Kind == repo.Text && strings.EqualFold(v.Text, word) || v.Kind == repo.External && strings.HasSuffix(v.Name, "SameSite"+word+"Mode")
}
