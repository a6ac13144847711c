package code

import (
	"context"
	"regexp"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var auth10 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-10",
		Title:   "A token that signs people in travels in a URL",
		Level:   preflight.Warn,
		Rows:    []string{"S8", "S4", "D4"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Addresses end up in histories, logs and the Referer header; whoever reads one of them is signed in.",
		Fix:     "Set an HttpOnly cookie, or hand over a one-time code that the front end exchanges with a POST.",
		Verify:  "Sign in on the deployed site and look at the address bar and the history: no token.",
		FixCost: "2 hours",
		Cost:    preflight.Medium,
		Detect:  "The target of a redirect after sign-in, or the address of a socket or stream, holds token=, access_token=, jwt= or session_id= followed by a value that is put in.",
		Silent:  "One-time links by mail (reset, verify, invite), calls to a provider, authorization codes; a token behind # is one level lower.",
		Bad:     "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\nFRONT = os.environ['FRONTEND_URL']\n@app.get('/auth/callback')\ndef callback(code: str):\n    token = make(code)\n    return RedirectResponse(f'{FRONT}/auth?token={token}')\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\nFRONT = os.environ['FRONTEND_URL']\n@app.get('/auth/callback')\ndef callback(code: str):\n    response = RedirectResponse(FRONT)\n    response.set_cookie('session', make(code), httponly=True, secure=True)\n    return response\n",
		Sourced: "RFC 6750, section 2.3; RFC 9700, section 4.3.2.",
	},
	Run: runAuth10,
}

var (
	tokenParam  = regexp.MustCompile(`(?i)([?&#])(token|access_token|accesstoken|jwt|session_id|sessionid|auth_token|id_token|refresh_token)=$`)
	oneTime     = []string{"reset", "verify", "verification", "confirm", "invite", "invitation", "unsubscribe", "activate", "magic", "download", "share", "signed"}
	socketCalls = map[string]bool{"WebSocket": true, "EventSource": true}
)

func runAuth10(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := map[repo.Place]bool{}
	add := func(s *repo.Site, x *node, what string) {
		sep := tokenPart(x)
		p := repo.Place{File: s.Mod().File.Path, Line: int(s.Node.Line)}
		if sep == "" || seen[p] {
			return
		}
		seen[p] = true
		f := preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{here(in, s, what)}}
		if sep == "#" {
			f.Level = preflight.Info
		}
		findings = append(findings, f)
	}
	targets := browserTargets(in)
	for _, t := range targets {
		if signIn(in, t.site) && !forOnce(t.site) {
			add(t.site, resolveText(in, t.expr, t.site.Scope), "the token is in the address")
		}
	}
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if socketCalls[last] && len(s.Node.List) > 0 && s.Node.Has(syntax.New) {
			add(s, resolveText(in, s.Node.List[0], s.Scope), "the token is in the address of the connection")
		}
	})
	if len(findings) == 0 && len(targets) == 0 {
		return preflight.NotApplicable("no redirect of a sign-in flow was found in the code")
	}
	return preflight.Found(findings...)
}

// resolveText follows a name to the template that it was given.
func resolveText(in *check.Input, x *node, s *repo.Scope) *node {
	for range 3 {
		if !x.Is(syntax.Name) {
			return x
		}
		d := in.Code.Origin(x, s)
		if d == nil || d.Value == nil {
			return nil
		}
		x, s = d.Value, d.Scope
	}
	return x
}

// tokenPart returns the character before a token parameter that a value is put into, "" when there is none.
func tokenPart(x *node) string {
	found := ""
	syntax.Walk(x, func(n *node) bool {
		switch {
		case n.Is(syntax.Template):
			for i, part := range n.List {
				if m := tokenParam.FindStringSubmatch(part.Text); part.Is(syntax.Str) && m != nil && i+1 < len(n.List) {
					found = m[1]
				}
			}
		case n.Is(syntax.Binary) && n.Name == "+":
			if m := tokenParam.FindStringSubmatch(lastLiteral(n.X)); m != nil {
				found = m[1]
			}
		}
		return found == ""
	})
	return found
}

// lastLiteral returns the literal that a sum ends with.
func lastLiteral(n *node) string {
	for n.Is(syntax.Binary) && n.Name == "+" {
		n = n.Y
	}
	if n.Is(syntax.Str) {
		return n.Text
	}
	return ""
}

// forOnce reports whether a piece of code makes links that serve once: by mail, for a reset or an invitation.
func forOnce(s *repo.Site) bool {
	for fn := s.Scope.Enclosing(); fn != nil; fn = fn.Outer.Enclosing() {
		if words(fn.Node.Name, oneTime...) {
			return true
		}
	}
	return false
}
