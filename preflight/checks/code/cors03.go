package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var cors03 = check.Check{
	Rule: preflight.Rule{
		ID:      "CORS-03",
		Title:   "Any origin may call the API with the user's cookies",
		Level:   preflight.Fail,
		Rows:    []string{"S7"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Every web page that a signed-in user opens can read that user's data from the API.",
		Fix:     "List the origins of your front end, from CORS_ORIGINS, and keep credentials only with that list.",
		Verify:  "curl -sI -H 'Origin: https://evil.example' https://api.../ must not answer with that origin in Access-Control-Allow-Origin.",
		FixCost: "5 minutes",
		Cost:    preflight.Medium,
		Detect:  "A CORS set-up allows every origin (a star, a pattern that matches all, origin: true, a function that always agrees, a copied Origin header) and credentials.",
		Silent:  "Set-ups without credentials (CORS-04), credentials that are computed, code under a condition on the environment. Libraries that send a literal star are one level lower, since the browser then refuses the cookies, and so are programs that set no cookies.",
		Bad:     corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True, allow_methods=['*'])\n" + corsCookie,
		Good:    corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_methods=['*'])\n" + corsRoute,
		Sourced: "Starlette's CORSMiddleware answers a request that has a cookie with the caller's origin instead of a star; the Fetch standard refuses a star with credentials.",
	},
	Run: runCors03,
}

const corsCookie = "@app.get('/me')\ndef me(request):\n    return request.cookies.get('session')\n"

func runCors03(_ context.Context, in *check.Input) preflight.Outcome {
	all := corsSetups(in)
	findings := starVariables(in)
	if len(all) == 0 && len(findings) == 0 {
		return preflight.NotApplicable("the code sets no allowed origins")
	}
	for i := range all {
		c := &all[i]
		if !c.withCredentials() {
			continue
		}
		if c.any {
			f := preflight.Finding{Level: preflight.Fail, Evidence: originEvidence(in, c), Detail: "Other sites can read what the API answers to a signed-in user's browser."}
			if !usesCookies(in) {
				f.Level = preflight.Warn
				f.Detail = "No code of this program sets a cookie, so the risk is small today; it becomes a hole with the first one."
			}
			if !c.reflects {
				f.Level = preflight.Warn
				f.Detail = "This library sends a literal star; browsers refuse it together with credentials, so that requests with cookies fail."
			}
			findings = append(findings, f)
			continue
		}
		if f, ok := starByDefault(in, c); ok {
			findings = append(findings, f)
		}
	}
	return preflight.Found(findings...)
}

// usesCookies reports whether the server side sets or reads cookies, also through a session library.
func usesCookies(in *check.Input) bool {
	return once(in, "uses cookies", func() bool {
		for _, m := range in.Code.LiveModules() {
			if clientSide(in, m) {
				continue
			}
			if m.Scope.Names["INSTALLED_APPS"] != nil || importsAny(m, "express-session", "cookie-session", "cookie-parser", "flask_login", "flask_session", "starlette.middleware.sessions", "next-auth", "@fastify/session", "@fastify/cookie", "iron-session", "better-auth", "github.com/gorilla/sessions", "github.com/alexedwards/scs/v2") {
				return true
			}
			if contains(m.Tree, func(n *node) bool {
				return n.Is(syntax.Attr, syntax.Name) && (n.Name == "set_cookie" || n.Name == "cookies" || n.Name == "SessionMiddleware" || n.Name == "SetCookie" || n.Name == "setCookie" || n.Name == "Cookie" || n.Name == "setSameSite") || n.Is(syntax.Attr) && (n.Name == "cookie" || n.Name == "session") && (syntax.Dotted(n.X) == "res" || syntax.Dotted(n.X) == "req" || syntax.Dotted(n.X) == "request" || syntax.Dotted(n.X) == "reply")
			}) {
				return true
			}
		}
		return false
	})
}

// starByDefault judges a list that is a star where a variable is not set.
func starByDefault(in *check.Input, c *cors) (preflight.Finding, bool) {
	v := c.value
	if v.Kind == repo.List && len(v.Items) == 1 {
		v = v.Items[0]
	}
	if v.Kind != repo.Env || v.Default == nil || !starIn(v.Fallback()) || len(v.Names) == 0 {
		return preflight.Finding{}, false
	}
	st := sets(in, c.site.Mod().File.Path, v.Names)
	if st.allSet() {
		return preflight.Finding{}, false
	}
	f := preflight.Finding{Level: preflight.Fail, Key: v.Names[0], Evidence: originEvidence(in, c)}
	var sentence string
	f.Path, sentence = st.blame(v.Names)
	if len(st.missing) == 0 || !usesCookies(in) {
		f.Level = preflight.Warn
	}
	f.Detail = sentence + " Then every origin is allowed, with credentials."
	f.Fix = "Set " + strings.Join(v.Names, " or ") + " to the origins of the front end, and let the default be none."
	return f, true
}
