package code

import (
	"context"
	"fmt"
	"regexp"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var web09 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-09",
		Title:   "The front end calls an API on the user's own machine",
		Level:   preflight.Fail,
		Rows:    []string{"P1", "P10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "The page loads, and every request of every user fails: nothing answers on their machine.",
		Fix:     "Take the address of the API from a variable of the build (VITE_API_URL, --dart-define=API_BASE_URL), or use relative addresses behind one domain.",
		Verify:  "Open the deployed page and look at the network tab: no request goes to localhost.",
		FixCost: "15 minutes",
		Cost:    preflight.Low,
		Detect:  "A request, a socket or a client in live front-end code gets a literal address of this machine or of a private network, through constants, imports, classes and templates, on every branch.",
		Silent:  "Defaults of variables (WEB-10), branches of which one is public, conditions on the environment, development proxies, printed text, Angular environments that the build replaces.",
		Bad:     reactHead + "const API = 'http://localhost:8000';\nfetch(`${API}/items`);\n",
		Good:    reactHead + "const API = import.meta.env.VITE_API_URL;\nfetch(`${API}/items`);\n",
	},
	Run: runWeb09,
}

const reactHead = "-- package.json --\n{\"dependencies\": {\"react\": \"18\", \"react-dom\": \"18\", \"vite\": \"5\"}}\n-- src/main.jsx --\nimport { createRoot } from 'react-dom/client';\ncreateRoot(document.body).render(null);\n"

func runWeb09(_ context.Context, in *check.Input) preflight.Outcome {
	all := calls(in)
	if len(all) == 0 {
		return preflight.NotApplicable("no requests of a front end were found in the code")
	}
	var evidence []preflight.Evidence
	n := 0
	seen := map[string]bool{}
	for _, c := range all {
		if !everyLocal(c.value) {
			continue
		}
		n++
		v := c.value
		for len(v.Items) > 0 {
			v = v.Items[0]
		}
		for _, p := range []repo.Place{v.Place, {File: c.site.Mod().File.Path, Line: int(c.site.Node.Line)}} {
			if id := fmt.Sprint(p.File, p.Line); p.Line > 0 && !seen[id] && len(evidence) < 6 {
				seen[id] = true
				evidence = append(evidence, at(in, p.File, p.Line, "calls "+prefixOf(v)))
			}
		}
	}
	if n == 0 {
		return preflight.Pass(count(len(all), "request") + " looked at")
	}
	rows := []string{"P10"}
	if hasOAuth(in) {
		rows = []string{"P1"} // sign-in goes through this address
	}
	return preflight.Found(preflight.Finding{Level: preflight.Fail, Rows: rows, Evidence: evidence, Detail: count(n, "request") + " of the front end cannot leave the user's machine."})
}

var oauthPath = regexp.MustCompile(`(?i)/(oauth2?|sso|callback|google|github|microsoft|facebook|discord)(/|$)`)

// hasOAuth reports whether the program lets people sign in through a provider.
func hasOAuth(in *check.Input) bool {
	if len(redirects(in)) > 0 || len(authorizations(in)) > 0 {
		return true
	}
	for _, r := range in.Code.Routes() {
		if oauthPath.MatchString(r.Path) {
			return true
		}
	}
	for _, t := range browserTargets(in) {
		if mentions(t.expr, "/auth/", "oauth") {
			return true
		}
	}
	return false
}
