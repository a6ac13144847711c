package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var auth13 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-13",
		Title:   "The sign-in cookie does not survive the deployment",
		Level:   preflight.Fail,
		Rows:    []string{"P8", "S8"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The cookie is sent in plain text, or the browser never keeps it, so that people are signed out at once.",
		Fix:     "Set Secure and HttpOnly; SameSite=None only together with Secure; in Express behind a platform app.set('trust proxy', 1).",
		Verify:  "Sign in on the deployed site and look at the cookie in the browser's storage: Secure and HttpOnly are ticked.",
		FixCost: "15 minutes",
		Cost:    preflight.Medium,
		Detect:  "A cookie named after a session or token is set with secure=False as a literal (also https_only=False of Starlette and SESSION_COOKIE_SECURE = False of Flask and Django), with SameSite=None without Secure, or by express-session with secure: true behind a platform's proxy without trust proxy. A call that leaves Secure out is a warning.",
		Silent:  "Values from variables or conditions on the environment, cookies of other kinds, local paths.",
		Bad:     cookieHead + "    response.set_cookie('session', 'x', httponly=True, secure=False)\n    return {}\n",
		Good:    cookieHead + "    response.set_cookie('session', 'x', httponly=True, secure=True, samesite='lax')\n    return {}\n",
		Sourced: "RFC 6265bis, section 5.7: a cookie with SameSite=None must be Secure. express-session README, cookie.secure.",
	},
	Run: runAuth13,
}

const cookieHead = "-- main.py --\nfrom fastapi import FastAPI, Response\napp = FastAPI()\n@app.post('/login')\ndef login(response: Response):\n"

func runAuth13(_ context.Context, in *check.Input) preflight.Outcome {
	all := cookies(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sets no sign-in cookies")
	}
	var findings []preflight.Finding
	for i := range all {
		c := &all[i]
		why, path := "", ""
		rows, level := []string{"P8", "S8"}, preflight.Fail
		switch {
		case c.open:
		case certainly(c.secure, "false") && c.sameSiteIs("none"), c.sameSiteIs("none") && c.secure == nil:
			why = "SameSite=None without Secure: browsers throw the cookie away"
		case certainly(c.secure, "false"):
			why = "the cookie is sent over plain http as well"
		case c.written && c.secure == nil:
			why, level = "without Secure the cookie is sent over plain http as well", preflight.Warn
		case c.session && certainly(c.secure, "true") && !trustsProxy(in):
			if path = terminatedPaths(in, c.site.Mod().File.Path); path != "" {
				why = "behind the platform's proxy the connection looks like http: express-session never sends the cookie"
				rows = []string{"S8"}
			}
		}
		if why != "" {
			findings = append(findings, preflight.Finding{Level: level, Rows: rows, Key: c.name, Path: path, Evidence: []preflight.Evidence{here(in, c.site, why)}, Detail: c.name + ": " + why + "."})
		}
	}
	return preflight.Found(findings...)
}

// trustsProxy reports whether an Express or Fastify application is told that a proxy stands before it.
func trustsProxy(in *check.Input) bool {
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang == repo.Script && contains(m.Tree, func(n *node) bool {
			return n.Is(syntax.Str) && (n.Text == "trust proxy" || n.Text == "trustProxy") || n.Is(syntax.Attr) && n.Name == "proxy" && syntax.Dotted(n.X) == "app"
		}) {
			return true
		}
	}
	return false
}

// terminatedPaths names the paths of a file whose platform ends TLS before the program.
func terminatedPaths(in *check.Input, file string) string {
	var list []*manifest.Path
	for _, p := range pathsOf(in, file) {
		if p.Platform.TerminatesTLS() {
			list = append(list, p)
		}
	}
	return pathNames(list)
}
