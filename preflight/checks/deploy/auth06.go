package deploy

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var auth06 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-06",
		Title:   "The redirect address for production is not https, or is local",
		Level:   preflight.Warn,
		Rows:    []string{"P1", "P8", "P8w2", "C1", "R8"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "The provider refuses the sign-in, or sends people to an address that does not answer.",
		Fix:     "Write the public https address, exactly as it is registered with the provider.",
		Verify:  "Begin to sign in on the deployed site and read redirect_uri in the address bar.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "The value of *REDIRECT_URI, *CALLBACK_URL, BACKEND_URL, FRONTEND_URL, PUBLIC_URL and their like in a manifest or an env file for production is http with a public host, a local address, or on a host that is none of the domains of the manifest.",
		Silent:  "Development files, references, names with placeholders (ENV-07).",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    envVars:\n      - key: GOOGLE_REDIRECT_URI\n        value: http://ba.acme.net/auth/callback\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    envVars:\n      - key: GOOGLE_REDIRECT_URI\n        value: https://ba.acme.net/auth/callback\n",
	},
	Run: runAuth06,
}

// redirectName reports whether a variable of that name holds an address that
// people, or the provider, are sent to.
func redirectName(name string) bool {
	upper := strings.ToUpper(name)
	for _, w := range []string{"REDIRECT_UR", "CALLBACK_UR", "OAUTH_REDIRECT", "AUTH_REDIRECT"} {
		if strings.Contains(upper, w) {
			return true
		}
	}
	switch upper {
	case "BACKEND_URL", "FRONTEND_URL", "PUBLIC_URL", "APP_URL", "BASE_URL", "SITE_URL", "NEXTAUTH_URL", "AUTH_URL", "API_URL", "SERVER_URL", "CLIENT_URL", "WEB_URL", "EXTERNAL_URL":
		return true
	}
	return false
}

func runAuth06(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := 0
	for _, s := range configured(in) {
		if !redirectName(s.Name) || s.Kind != manifest.Literal || placeholder(s.Value) || s.path != nil && !runsCode(s.path) {
			continue
		}
		u, err := url.Parse(s.Value)
		if err != nil || u.Host == "" {
			continue
		}
		seen++
		f := preflight.Finding{Level: preflight.Warn, Path: s.by, Key: s.Name, Evidence: []preflight.Evidence{at(in, s.Place, "")}}
		if s.path != nil {
			f.Level = certainOf(s.path, f.Level)
		}
		switch {
		case plainPublic(s.Value) != "":
			f.Title = fmt.Sprintf("%s is http, and providers accept https only", s.Name)
		case onlyHere(u.Hostname()) && !(s.path != nil && s.path.Platform == manifest.Compose && !told(s.path)):
			f.Title = fmt.Sprintf("%s is an address of this machine in production", s.Name)
		case strings.Contains(strings.ToUpper(s.Name), "REDIRECT_UR") && s.path != nil && len(s.path.Domains) > 0 && !slices.Contains(s.path.Domains, u.Hostname()):
			f.Title = fmt.Sprintf("%s is on %s, which is none of the domains of %s", s.Name, u.Hostname(), s.by)
			f.Level = preflight.Info
		default:
			continue
		}
		findings = append(findings, f)
	}
	if seen == 0 {
		return preflight.NotApplicable("no redirect address is written for production")
	}
	return preflight.Found(findings...)
}
