package code

import (
	"context"
	"regexp"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var mail01 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAIL-01",
		Title:   "Links in mails lead to the developer's machine",
		Level:   preflight.Fail,
		Rows:    []string{"P1"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Nobody can confirm an address, reset a password or accept an invitation.",
		Fix:     "Build the link from FRONTEND_URL and refuse to start in production without it.",
		Verify:  "Ask for a new password on the deployed site and follow the link.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "Server code builds a link for a reset, a confirmation or an invitation that begins with a literal local address.",
		Silent:  "Addresses from variables, conditions on the environment, printed text.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/forgot')\ndef forgot(email: str):\n    token = make(email)\n    send_mail(email, f'http://localhost:3000/reset-password?token={token}')\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/forgot')\ndef forgot(email: str):\n    token = make(email)\n    send_mail(email, os.environ['FRONTEND_URL'] + f'/reset-password?token={token}')\n",
	},
	Run: runMail01,
}

var mailLink = regexp.MustCompile(`(?i)/[\w/-]*(reset|verif|confirm|invit|activat|unsubscribe|magic)[\w/-]*`)

func runMail01(_ context.Context, in *check.Input) preflight.Outcome {
	seen := 0
	var evidence []preflight.Evidence
	for _, m := range in.Code.LiveModules() {
		if clientSide(in, m) {
			continue
		}
		for _, s := range m.Strings {
			if !mailLink.MatchString(s.Node.Text) && len(s.Node.List) == 0 {
				continue
			}
			x := wholeSum(s)
			if !mailLink.MatchString(flatText(x)) || printed(s) || in.Code.Mode(s.Guards) || routeText(s) {
				continue
			}
			v := in.Code.Value(x, s.Scope)
			if v.Kind != repo.Text && v.Kind != repo.Choice {
				continue
			}
			seen++
			if literalLocal(v) {
				evidence = append(evidence, here(in, s, "a link to "+schemeHost.FindString(firstLiteral(v).Text)))
			}
		}
	}
	if len(evidence) == 0 {
		if seen == 0 {
			return preflight.NotApplicable("no links for mails were found in the code")
		}
		return preflight.Pass(count(seen, "link") + " looked at")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Fail, Evidence: first(evidence, 5)})
}

func firstLiteral(v repo.Value) repo.Value {
	for len(v.Items) > 0 {
		v = v.Items[0]
	}
	return v
}

// routeText reports whether a text is the path of a route.
func routeText(s *repo.Site) bool {
	return s.Parent.Is(syntax.Call) && len(s.Parent.List) > 0 && s.Parent.List[0] == s.Node && len(s.Node.Text) > 0 && s.Node.Text[0] == '/'
}

// printed reports whether a text goes to a log or the console only.
func printed(s *repo.Site) bool {
	if !s.Parent.Is(syntax.Call) {
		return false
	}
	switch syntax.Last(s.Parent.X) {
	case "print", "info", "debug", "warning", "log", "error", "warn", "Println", "Printf":
		return true
	}
	return false
}
