package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var auth05 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-05",
		Title:   "The callback is built from a request whose scheme is not trusted",
		Level:   preflight.Warn,
		Rows:    []string{"P1", "P8"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Behind the platform's proxy the program believes that it runs over http, and the provider refuses the callback http://...",
		Fix:     "Build the callback from a configured public URL, or start uvicorn with --forwarded-allow-ips='*' where only the platform's proxy can reach it (ProxyFix in Flask, trust proxy in Express).",
		Verify:  "Begin to sign in on the deployed site and read redirect_uri in the address bar: it must begin with https.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "The address of the OAuth callback is made of request.url_for, url_for(_external=True), req.protocol or a relative callbackURL of passport, and the path's platform ends TLS while nothing makes the program trust the forwarded headers.",
		Silent:  "FORWARDED_ALLOW_IPS, --forwarded-allow-ips, ProxyHeadersMiddleware, ProxyFix, trust proxy, proxy: true, a scheme that is replaced in the code, Heroku (its build sets the variable).",
		Bad:     urlForApp + "    return await oauth.google.authorize_redirect(request, request.url_for('callback'))\n" + corsRender + "      - key: X\n        value: y\n",
		Good:    urlForApp + "    return await oauth.google.authorize_redirect(request, request.url_for('callback'))\n" + corsRender + "      - key: FORWARDED_ALLOW_IPS\n        value: '*'\n",
		Sourced: "uvicorn settings, --forwarded-allow-ips: 127.0.0.1 by default; passport-oauth2, option proxy.",
	},
	Run: runAuth05,
}

const urlForApp = "-- main.py --\nfrom fastapi import FastAPI\nfrom authlib.integrations.starlette_client import OAuth\napp = FastAPI()\noauth = OAuth()\n@app.get('/auth/callback')\nasync def callback(request):\n    return {}\n@app.get('/auth/login')\nasync def login(request):\n"

func runAuth05(_ context.Context, in *check.Input) preflight.Outcome {
	sites := requestBuilt(in)
	if len(sites) == 0 {
		return preflight.NotApplicable("no callback is built from the request")
	}
	var findings []preflight.Finding
	for _, s := range sites {
		if trustsForwarded(in, s.Mod().File.Lang) {
			continue
		}
		var list []*manifest.Path
		for _, p := range pathsOf(in, s.Mod().File.Path) {
			if p.Platform.TerminatesTLS() && p.Platform != manifest.Heroku && !passesForwarded(p, s.Mod().File.Lang) {
				list = append(list, p)
			}
		}
		f := preflight.Finding{Level: preflight.Info, Rows: []string{"P8"}, Evidence: []preflight.Evidence{here(in, s, "built from the request")}}
		if len(list) > 0 {
			f.Level, f.Path = preflight.Warn, pathNames(list)
			f.Detail = f.Path + " ends TLS before the program, and nothing makes it trust X-Forwarded-Proto."
		}
		findings = append(findings, f)
	}
	return preflight.Found(findings...)
}

// requestBuilt finds callback addresses that are made of the request.
func requestBuilt(in *check.Input) []*repo.Site {
	var out []*repo.Site
	seen := map[*node]bool{}
	for _, r := range redirects(in) {
		x, scope := followed(in, r.expr, r.site.Scope)
		if !fromRequest(x) && !(r.site.Mod().File.Lang == repo.Script && relativeCallback(in, r, scope)) || seen[r.site.Node] {
			continue
		}
		fn := outermost(r.site.Scope.Enclosing())
		if fn != nil && contains(fn.Node, func(n *node) bool {
			return n.Is(syntax.Str) && strings.HasPrefix(n.Text, "https") && len(n.Text) < 9 || n.Is(syntax.Keyword) && (n.Name == "_scheme" || n.Name == "scheme")
		}) {
			continue // the scheme is replaced
		}
		seen[r.site.Node] = true
		out = append(out, r.site)
	}
	return out
}

// followed returns the expression that a local name was given.
func followed(in *check.Input, x *node, s *repo.Scope) (*node, *repo.Scope) {
	for range 3 {
		if x.Is(syntax.Call) && wrapsText(x) {
			x = x.List[0]
			continue
		}
		if !x.Is(syntax.Name) {
			return x, s
		}
		d := in.Code.Origin(x, s)
		if d == nil || d.Value == nil {
			return x, s
		}
		x, s = d.Value, d.Scope
	}
	return x, s
}

func wrapsText(call *node) bool { return syntax.Last(call.X) == "str" && len(call.List) == 1 }

func fromRequest(x *node) bool {
	return contains(x, func(n *node) bool {
		switch {
		case n.Is(syntax.Call) && syntax.Last(n.X) == "url_for":
			return strings.HasPrefix(syntax.Dotted(n.X), "request") || contains(n, func(k *node) bool {
				return k.Kind == syntax.Keyword && k.Name == "_external" && k.X.Is(syntax.Const) && k.X.Name == "true"
			})
		case n.Is(syntax.Call) && syntax.Last(n.X) == "build_absolute_uri":
			return true
		case n.Is(syntax.Attr):
			d := syntax.Dotted(n)
			return d == "request.base_url" || d == "req.protocol" || d == "request.protocol" || d == "request.host_url" || d == "request.url_root"
		}
		return false
	})
}

// relativeCallback recognises passport's callbackURL: "/auth/callback", which is completed from the request.
func relativeCallback(in *check.Input, r redirect, _ *repo.Scope) bool {
	if r.name != "callbackURL" || r.value.Kind != repo.Text || !strings.HasPrefix(r.value.Text, "/") {
		return false
	}
	dict := r.site.Parent
	return dict.Is(syntax.Dict) && syntax.Field(dict, "clientID") != nil && syntax.Field(dict, "proxy") == nil && importsPassport(r.site.Mod())
}

func importsPassport(m *repo.Module) bool {
	for _, im := range m.Imports {
		if strings.HasPrefix(im.Name, "passport-") {
			return true
		}
	}
	return false
}

// trustsForwarded reports whether the program itself trusts forwarded headers.
func trustsForwarded(in *check.Input, lang repo.Lang) bool {
	if lang == repo.Script {
		return trustsProxy(in)
	}
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang == repo.Python && contains(m.Tree, func(n *node) bool {
			return n.Is(syntax.Name, syntax.Alias, syntax.Keyword, syntax.Attr) && (n.Name == "ProxyFix" || n.Name == "ProxyHeadersMiddleware" || n.Name == "forwarded_allow_ips" || n.Name == "SECURE_PROXY_SSL_HEADER") || n.Is(syntax.Str) && strings.Contains(strings.ToLower(n.Text), "x-forwarded-proto")
		}) {
			return true
		}
	}
	return false
}

// passesForwarded reports whether a path makes the server trust forwarded headers, or has its own proxy in the container.
func passesForwarded(p *manifest.Path, lang repo.Lang) bool {
	if p.Sets("FORWARDED_ALLOW_IPS") || p.Sets("GUNICORN_CMD_ARGS") {
		return true
	}
	server, ok := p.Start.Server()
	if !ok && lang == repo.Python {
		return true // nobody knows how it is started
	}
	for _, a := range server.Args {
		if strings.HasPrefix(a, "--forwarded-allow-ips") || a == "-c" || a == "--config" {
			return true
		}
	}
	return false
}
