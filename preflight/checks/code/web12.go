package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var web12 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-12",
		Title:   "The front end calls its API over plain http",
		Level:   preflight.Fail,
		Rows:    []string{"P8"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "A page that came over https may not call http: the browser blocks every request, and what does get through can be read on the way.",
		Fix:     "Give the API a certificate and call it by https; for a bare machine put Caddy in front of it.",
		Verify:  "Open the deployed page over https and look at the console: no mixed content.",
		FixCost: "30 minutes",
		Cost:    preflight.Medium,
		Detect:  "A request of live front-end code gets a literal http:// or ws:// address of a public host or IP address, on every branch.",
		Silent:  "Local and cluster-internal hosts, conditions on the environment, documents and namespaces that are never called.",
		Bad:     reactHead + "fetch('http://api.acme.io/items');\n",
		Good:    reactHead + "fetch('https://api.acme.io/items');\n",
	},
	Run: runWeb12,
}

func runWeb12(_ context.Context, in *check.Input) preflight.Outcome {
	all := calls(in)
	if len(all) == 0 {
		return preflight.NotApplicable("no requests of a front end were found in the code")
	}
	var evidence []preflight.Evidence
	seen := map[repo.Place]bool{}
	for _, c := range all {
		v := c.value
		if v.Kind == repo.Env && v.Default != nil { // the default of a variable is what a build without it has
			continue
		}
		text, ok := insecure(v)
		p := v.Place
		if p.Line == 0 {
			p = repo.Place{File: c.site.Mod().File.Path, Line: int(c.site.Node.Line)}
		}
		if !ok || seen[p] {
			continue
		}
		seen[p] = true
		evidence = append(evidence, at(in, p.File, p.Line, "calls "+text))
	}
	if len(evidence) == 0 {
		return preflight.Pass(count(len(all), "request") + " looked at")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Fail, Evidence: first(evidence, 6), Detail: "Browsers block these requests on an https page."})
}

// insecure returns the plain address of a value that has no other alternative.
func insecure(v repo.Value) (string, bool) {
	text := ""
	for _, alt := range v.Alternatives() {
		if alt.Kind != repo.Text || v.Gated {
			return "", false
		}
		m := schemeHost.FindStringSubmatch(strings.TrimSpace(alt.Text))
		if m == nil || m[1] != "http" && m[1] != "ws" || localHost(m[2]) || !strings.Contains(m[2], ".") || exampleHost(m[2]) || alt.Partial && strings.HasSuffix(alt.Text, m[2]) {
			return "", false
		}
		text = m[0]
	}
	return text, text != ""
}

func exampleHost(h string) bool {
	return strings.HasSuffix(h, ".internal") || strings.HasSuffix(h, ".svc") || strings.Contains(h, ".svc.") || strings.HasPrefix(h, "example.") || strings.HasSuffix(h, ".example.com") || strings.HasSuffix(h, ".w3.org")
}
