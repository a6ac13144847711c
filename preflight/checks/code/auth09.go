package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var auth09 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-09",
		Title:   "The state of the OAuth request is missing, fixed or never compared",
		Level:   preflight.Fail,
		Rows:    []string{"S3", "P7"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Somebody else's sign-in can be finished in a user's browser, so that the user works in a stranger's account or links it to their own.",
		Fix:     "Make a random state for each sign-in, keep it in a signed cookie or session, compare it in the callback, and forget it.",
		Verify:  "Call the callback with a state of your own: it must be refused.",
		FixCost: "1 hour",
		Cost:    preflight.Medium,
		Detect:  "A hand-written authorization address carries no state, or a literal one; or the callback that exchanges the code never looks at the state.",
		Silent:  "Libraries that keep and compare it (authlib, passport, next-auth, fastapi-users), flows of ID tokens, flows that the front end begins and checks, programs whose authorization address could not be followed.",
		Bad:     oauthHead + "    return RedirectResponse('https://accounts.google.com/o/oauth2/v2/auth?' + urlencode({'client_id': 'x', 'redirect_uri': 'https://a.example/cb', 'response_type': 'code', 'scope': 'email'}))\n" + oauthBack,
		Good:    oauthHead + "    state = secrets.token_urlsafe(16)\n    request.session['state'] = state\n    return RedirectResponse('https://accounts.google.com/o/oauth2/v2/auth?' + urlencode({'client_id': 'x', 'redirect_uri': 'https://a.example/cb', 'response_type': 'code', 'state': state}))\n" + strings.Replace(oauthBack, "(code: str)", "(request: Request, code: str, state: str)", 1) + "    if state != request.session.pop('state', None):\n        raise ValueError()\n",
		Sourced: "RFC 6749, section 10.12; RFC 9700, section 4.7.",
	},
	Run: runAuth09,
}

const (
	oauthHead = "-- main.py --\nimport secrets\nimport httpx\nfrom urllib.parse import urlencode\nfrom fastapi import FastAPI, Request\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\n@app.get('/auth/google')\ndef login(request: Request):\n"
	oauthBack = "@app.get('/auth/google/callback')\ndef callback(code: str):\n    token = httpx.post('https://oauth2.googleapis.com/token', data={'code': code, 'grant_type': 'authorization_code'}).json()\n"
)

// authorization is one place where the program builds the address at which a provider asks people to sign in.
type authorization struct {
	site  *repo.Site
	state *node // nil: there is none
	fixed bool
	open  bool // parameters that could not be seen
}

func runAuth09(_ context.Context, in *check.Input) preflight.Outcome {
	all := authorizations(in)
	if len(all) == 0 {
		return preflight.NotApplicable("no hand-written OAuth request was found in the code")
	}
	var findings []preflight.Finding
	stated := false
	for _, a := range all {
		switch {
		case a.open:
			stated = true
		case a.state == nil:
			findings = append(findings, preflight.Finding{Level: preflight.Fail, Rows: []string{"S3"}, Evidence: []preflight.Evidence{here(in, a.site, "no state")}, Detail: "The authorization request carries no state."})
		case a.fixed:
			findings = append(findings, preflight.Finding{Level: preflight.Fail, Rows: []string{"S3"}, Evidence: []preflight.Evidence{here(in, a.site, "always the same")}, Detail: "The state is a literal: everybody knows it."})
		default:
			stated = true
		}
	}
	if stated && len(findings) == 0 {
		findings = append(findings, uncompared(in)...)
	}
	return preflight.Found(findings...)
}

var authorizeHosts = []string{"accounts.google.com/o/oauth2", "github.com/login/oauth/authorize", "login.microsoftonline.com", "discord.com/api/oauth2/authorize", "discord.com/oauth2/authorize", "facebook.com/dialog/oauth", "linkedin.com/oauth/v2/authorization", "slack.com/oauth", "accounts.spotify.com/authorize", "gitlab.com/oauth/authorize", "kauth.kakao.com/oauth/authorize", "id.twitch.tv/oauth2/authorize", "api.notion.com/v1/oauth/authorize", "appleid.apple.com/auth/authorize", "nid.naver.com/oauth2.0/authorize"}

// authorizations finds the authorization addresses that live code builds by hand.
func authorizations(in *check.Input) []authorization {
	var out []authorization
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Strings {
			if !authorizeText(s.Node) || in.Code.Mode(s.Guards) {
				continue
			}
			if a, ok := authorizationAt(in, m, s); ok {
				out = append(out, a)
			}
		}
	}
	return out
}

func authorizeText(n *node) bool {
	text := n.Text
	if n.Is(syntax.Template) && len(n.List) > 0 {
		text = n.List[0].Text
	}
	for _, h := range authorizeHosts {
		if strings.Contains(text, h) && !strings.Contains(text, "/token") && !strings.Contains(text, "logout") {
			return strings.Contains(text, "uth") && !strings.HasSuffix(text, "login.microsoftonline.com")
		}
	}
	return false
}

// authorizationAt reads the parameters of a request: those in the text itself, or those of the one dict or builder in the
// function around it that has a client_id.
func authorizationAt(in *check.Input, m *repo.Module, s *repo.Site) (authorization, bool) {
	a := authorization{site: s}
	whole := wholeSum(s)
	text := flatText(whole)
	if strings.Contains(text, "client_id=") {
		a.state, a.fixed = stateInText(whole)
		if a.state == nil && strings.Contains(text, "response_type=token") || strings.Contains(text, "response_type=id_token") {
			return a, false
		}
		a.open = a.state == nil && (openEnded(whole) || mentionsState(s))
		return a, true
	}
	fn := s.Scope.Enclosing()
	if fn == nil {
		return a, false
	}
	dict := paramsDict(m, fn)
	if dict == nil {
		return a, false
	}
	o := optionsIn(in, repo.Value{Kind: repo.Dict, Node: dict.Node, Scope: dict.Scope})
	a.site, a.open = dict, o.open
	if v, ok := o.value("response_type"); ok && v.Kind == repo.Text && !strings.Contains(v.Text, "code") {
		return a, false
	}
	if opt, ok := o.get("state"); ok {
		a.state = opt.expr
		v := in.Code.Value(opt.expr, opt.scope)
		a.fixed = v.Kind == repo.Text && !v.Partial && v.Text != ""
	} else {
		a.open = a.open || mentionsState(s)
	}
	return a, true
}

// wholeSum returns the outermost sum of texts that a text is a part of, or the text itself.
func wholeSum(s *repo.Site) *node {
	if !s.Parent.Is(syntax.Binary) {
		return s.Node
	}
	tree := s.Mod().Tree
	if fn := s.Scope.Enclosing(); fn != nil {
		tree = fn.Node
	}
	whole := s.Parent
	syntax.Walk(tree, func(n *node) bool {
		if n.Is(syntax.Binary) && n.Name == "+" && contains(n, func(x *node) bool { return x == s.Node }) {
			whole = n
			return false
		}
		return true
	})
	return whole
}

// flatText joins the literal parts of an expression.
func flatText(n *node) string {
	var b strings.Builder
	syntax.Walk(n, func(x *node) bool {
		if x.Is(syntax.Str) {
			b.WriteString(x.Text)
		}
		return true
	})
	return b.String()
}

// stateInText finds what follows state= in a text that is built in place.
func stateInText(n *node) (state *node, fixed bool) {
	var parts []*node
	syntax.Walk(n, func(x *node) bool {
		if x.Is(syntax.Str, syntax.Name, syntax.Attr, syntax.Call) {
			parts = append(parts, x)
			return false
		}
		return true
	})
	for i, p := range parts {
		at := strings.Index(p.Text, "state=")
		if !p.Is(syntax.Str) || at < 0 {
			continue
		}
		if rest := p.Text[at+len("state="):]; rest != "" && rest[0] != '&' {
			return p, true
		}
		if i+1 < len(parts) {
			return parts[i+1], false
		}
		return p, true
	}
	return nil, false
}

// openEnded reports whether an expression calls something that may add parameters.
func openEnded(n *node) bool {
	return contains(n, func(x *node) bool {
		return x.Is(syntax.Call) && words(syntax.Last(x.X), "urlencode", "stringify", "params")
	})
}

// mentionsState reports whether the function around a site deals with a state at all.
func mentionsState(s *repo.Site) bool {
	fn := outermost(s.Scope.Enclosing())
	if fn == nil {
		return true
	}
	return contains(fn.Node, func(n *node) bool {
		return n.Is(syntax.Name, syntax.Attr, syntax.Keyword, syntax.Param) && words(n.Name, "state") || n.Is(syntax.Str) && (n.Text == "state" || strings.Contains(n.Text, "state="))
	})
}

// paramsDict finds the dict of a function, or of the functions in it, that holds a client_id.
func paramsDict(m *repo.Module, fn *repo.Func) *repo.Site {
	for _, d := range m.Dicts {
		for f := d.Scope.Enclosing(); f != nil; f = f.Outer.Enclosing() {
			if f == fn && syntax.Field(d.Node, "client_id") != nil && syntax.Field(d.Node, "redirect_uri", "scope", "response_type") != nil && syntax.Field(d.Node, "client_secret", "grant_type") == nil {
				return d
			}
		}
	}
	return nil
}

// uncompared finds callbacks that exchange a code and never look at the state.
func uncompared(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	routes := in.Code.Routes()
	for i := range routes {
		r := &routes[i]
		if r.Func == nil || !strings.Contains(strings.ToLower(r.Path), "callback") || r.Module.File.Lang == repo.Dart {
			continue
		}
		fn := r.Func.Node
		if !exchangesCode(fn) || looksAtState(in, r.Func, 0) {
			continue
		}
		out = append(out, preflight.Finding{Level: preflight.Fail, Rows: []string{"S3"}, Key: r.Path, Evidence: []preflight.Evidence{at(in, r.File, int(fn.Line), "never compares the state")}, Detail: "The callback " + r.Path + " exchanges the code whatever the state is."})
	}
	return out
}

// exchangesCode reports whether a handler sends a code to a token endpoint itself.
func exchangesCode(fn *node) bool {
	return contains(fn, func(n *node) bool { return n.Is(syntax.Str) && n.Text == "authorization_code" })
}

// looksAtState reports whether a handler, its dependencies or what it calls names the state beyond receiving it.
func looksAtState(in *check.Input, fn *repo.Func, depth int) bool {
	uses := 0
	syntax.WalkAll(fn.Node.Body, func(n *node) bool {
		if n.Is(syntax.Name, syntax.Attr) && words(n.Name, "state", "nonce", "csrf") || n.Is(syntax.Str) && (n.Text == "state" || strings.Contains(n.Text, "oauth_state")) {
			uses++
		}
		return true
	})
	if uses > 0 {
		return true
	}
	for _, p := range fn.Node.List {
		if p.X.Is(syntax.Call) && syntax.Last(p.X.X) == "Depends" {
			return true
		}
	}
	if depth > 1 {
		return false
	}
	for _, s := range fn.Scope.Mod.Calls {
		if s.Scope.Enclosing() != fn {
			continue
		}
		if v := in.Code.Value(s.Node.X, s.Scope); v.Kind == repo.Function && v.Func != nil && v.Func != fn && looksAtState(in, v.Func, depth+1) {
			return true
		}
	}
	return false
}
