package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var tls12 = check.Check{
	Rule: preflight.Rule{
		ID:      "TLS-12",
		Title:   "Sign-in is allowed over plain http",
		Level:   preflight.Warn,
		Rows:    []string{"P8", "S8"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "The library no longer refuses a callback over http, so that codes and tokens may travel where anybody can read them.",
		Fix:     "Remove the line; for the developer's machine set OAUTHLIB_INSECURE_TRANSPORT in the shell. Behind a proxy make the program trust X-Forwarded-Proto instead.",
		Verify:  "Sign in on the deployed site: it must work without the variable.",
		FixCost: "5 minutes",
		Cost:    preflight.Medium,
		Detect:  "Live server code sets OAUTHLIB_INSECURE_TRANSPORT, or a manifest gives it to the program, outside of a condition on the environment.",
		Silent:  "Conditions on the environment or on a setting, the start block of a script that only its developer runs, tests and examples, env files for development.",
		Bad:     "-- app.py --\nimport os\nfrom flask import Flask\nos.environ['OAUTHLIB_INSECURE_TRANSPORT'] = '1'\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'x'\n",
		Good:    "-- app.py --\nimport os\nfrom flask import Flask\nif os.environ.get('FLASK_ENV') == 'development':\n    os.environ['OAUTHLIB_INSECURE_TRANSPORT'] = '1'\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'x'\n",
		Sourced: "oauthlib documentation, OAuth 2 security: insecure_transport is refused unless OAUTHLIB_INSECURE_TRANSPORT is set; never in production.",
	},
	Run: runTLS12,
}

const insecureTransport = "OAUTHLIB_INSECURE_TRANSPORT"

func runTLS12(_ context.Context, in *check.Input) preflight.Outcome {
	if !serves(in) {
		return preflight.NotApplicable("the program answers no requests")
	}
	var findings []preflight.Finding
	for _, s := range insecureSwitches(in) {
		findings = append(findings, preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{here(in, s, "https is no longer demanded")}})
	}
	for _, p := range in.Paths() {
		if v := p.Var(insecureTransport); v.Known() && v.Value != "" && v.Value != "0" && v.File != "" {
			findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: p.Name, Key: p.Name, Evidence: []preflight.Evidence{at(in, v.File, v.Line, "https is no longer demanded")}})
		}
	}
	return preflight.Found(findings...)
}

// insecureSwitches returns the places that set the variable whatever the environment is.
func insecureSwitches(in *check.Input) []*repo.Site {
	var out []*repo.Site
	add := func(s *repo.Site, value *node) {
		if s.Guards == nil && value != nil && !(value.Is(syntax.Str) && (value.Text == "0" || value.Text == "")) {
			out = append(out, s)
		}
	}
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Python {
			continue
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) == 1 && s.Node.List[0].Is(syntax.Index) && s.Node.List[0].Y.Is(syntax.Str) && s.Node.List[0].Y.Text == insecureTransport {
				add(s, s.Node.X)
			}
		}
		for _, s := range m.Calls {
			if first := syntax.Arg(s.Node, 0); syntax.Dotted(s.Node.X) == "os.environ.setdefault" && first.Is(syntax.Str) && first.Text == insecureTransport {
				add(s, syntax.Arg(s.Node, 1))
			}
		}
	}
	return out
}
