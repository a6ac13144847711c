package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var auth02 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-02",
		Title:   "After sign-in the browser is sent to a local address",
		Level:   preflight.Fail,
		Rows:    []string{"P1", "C1", "R1"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Everybody who signs in ends on an error page of their own machine.",
		Fix:     "Take the front end's address from FRONTEND_URL and refuse to start in production when it is missing.",
		Verify:  "Sign in on the deployed site: the last redirect must go to your https domain.",
		FixCost: "15 minutes",
		Cost:    preflight.Low,
		Detect:  "A redirect response, res.redirect, window.location, window.open or launchUrl in code of a sign-in flow gets a literal URL of this machine, or a template that begins with one.",
		Silent:  "Defaults of variables, conditions on the environment, loopback flows of command line tools, custom schemes of mobile applications.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\n@app.get('/auth/callback')\nasync def callback(code: str):\n    token = code\n    return RedirectResponse(url=f'http://localhost:3000/welcome?t={token}')\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\n@app.get('/auth/callback')\nasync def callback(code: str):\n    return RedirectResponse(url=os.environ['FRONTEND_URL'] + '/welcome')\n",
	},
	Run: runAuth02,
}

func runAuth02(_ context.Context, in *check.Input) preflight.Outcome {
	var found []preflight.Evidence
	total := 0
	for _, t := range browserTargets(in) {
		if !t.signIn && !signIn(in, t.site) && !mentions(t.expr, "auth", "login") {
			continue
		}
		total++
		if literalLocal(t.value) {
			found = append(found, here(in, t.site, "goes to "+prefixOf(t.value)))
		}
	}
	if len(found) > 0 {
		return preflight.Found(preflight.Finding{Level: preflight.Fail, Evidence: found, Detail: "The address is right only while everything runs on one machine."})
	}
	if total == 0 {
		return preflight.NotApplicable("no redirect of a sign-in flow was found in the code")
	}
	return preflight.Pass(count(total, "redirect") + " looked at")
}

func prefixOf(v repo.Value) string {
	for len(v.Items) > 0 {
		v = v.Items[0]
	}
	if v.Partial {
		text, _, _ := strings.Cut(v.Text, "?")
		return text + "..."
	}
	return v.Text
}

// target is an address that code sends a browser to.
type target struct {
	site   *repo.Site
	expr   *node
	value  repo.Value
	signIn bool // an option of a library for sign-in
}

// browserTargets returns the addresses that the live code sends browsers to, outside of conditions on the environment.
func browserTargets(in *check.Input) []target {
	var out []target
	add := func(s *repo.Site, x *node) {
		if x != nil && !in.Code.Mode(s.Guards) {
			out = append(out, target{site: s, expr: x, value: in.Code.Value(x, s.Scope)})
		}
	}
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Calls {
			add(s, redirectTarget(s.Node))
		}
		for _, s := range m.Dicts { // passport.authenticate
			for _, key := range []string{"successRedirect", "failureRedirect"} {
				if x := syntax.Field(s.Node, key); x != nil {
					n := len(out)
					add(&repo.Site{Node: x, Scope: s.Scope, Guards: s.Guards, Parent: s.Node}, x)
					for i := range out[n:] {
						out[n+i].signIn = true
					}
				}
			}
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) == 1 && isLocation(s.Node.List[0]) {
				add(s, s.Node.X)
			}
		}
	}
	return out
}

func isLocation(n *node) bool {
	switch syntax.Dotted(n) {
	case "window.location", "window.location.href", "location.href", "document.location", "document.location.href", "location", "html.window.location.href", "web.window.location.href":
		return true
	}
	return false
}

// redirectTarget returns the address of a call that sends the browser somewhere, nil for other calls.
func redirectTarget(call *node) *node {
	dotted := syntax.Dotted(call.X)
	switch last := syntax.Last(call.X); last {
	case "RedirectResponse", "HttpResponseRedirect", "redirect", "HTTPFound", "HTTPSeeOther", "permanentRedirect":
		if dotted == "res.redirect" || dotted == "reply.redirect" || dotted == "response.redirect" || strings.HasSuffix(dotted, "status().redirect") {
			return lastText(call)
		}
		return syntax.Arg(call, 0, "url", "redirect_to", "location")
	case "Redirect":
		if dotted == "http.Redirect" {
			return syntax.Arg(call, 2)
		}
		return lastText(call)
	case "open":
		if dotted == "window.open" || dotted == "open" || dotted == "html.window.open" || dotted == "web.window.open" {
			return syntax.Arg(call, 0)
		}
	case "assign", "replace":
		if isLocation(call.X.X) {
			return syntax.Arg(call, 0)
		}
	case "launchUrl", "launch", "launchUrlString":
		x := syntax.Arg(call, 0)
		if x.Is(syntax.Call) && len(x.List) > 0 {
			return x.List[0]
		}
		return x
	}
	return nil
}

// lastText returns the last argument that may be a text: res.redirect(302, url).
func lastText(call *node) *node {
	for i := len(call.List) - 1; i >= 0; i-- {
		if call.List[i].Is(syntax.Str, syntax.Template, syntax.Name, syntax.Binary, syntax.Attr, syntax.Call, syntax.Cond) {
			return call.List[i]
		}
	}
	return nil
}
