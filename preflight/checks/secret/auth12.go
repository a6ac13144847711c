package secret

import (
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var auth12 = shared(preflight.Rule{
	ID:      "AUTH-12",
	Title:   "Production signs in with the OAuth client of development",
	Level:   preflight.Warn,
	Rows:    []string{"G1", "C8"},
	Sources: []preflight.Source{preflight.Env, preflight.Manifest},
	Why:     "A client that also allows localhost lets a program on somebody's machine take part in production's sign-in, and one revoked secret stops both.",
	Fix:     "Register a second OAuth client with the production redirect URIs only.",
	Verify:  "The client id in the address bar of production differs from that of development.",
	FixCost: "30 minutes",
	Cost:    preflight.Medium,
	Detect:  "The same value of *_CLIENT_ID in an env file for development and in one for production or a manifest.",
	Silent:  "Placeholders, templates, setups where only one of the two can be seen.",
	Bad:     "-- .env --\nGOOGLE_CLIENT_ID=77.apps.googleusercontent.com\n-- .env.production --\nGOOGLE_CLIENT_ID=77.apps.googleusercontent.com\n",
	Good:    "-- .env --\nGOOGLE_CLIENT_ID=77.apps.googleusercontent.com\n-- .env.production --\nGOOGLE_CLIENT_ID=99.apps.googleusercontent.com\n",
}, runAuth12)

func runAuth12(in *Input) preflight.Outcome {
	development, production := map[string]place{}, map[string]place{}
	id := func(name, value string) bool {
		return strings.HasSuffix(strings.ToUpper(name), "_CLIENT_ID") && len(value) > 10 && !strings.ContainsAny(value, "<>${") && !strings.Contains(strings.ToLower(value), "your") && !strings.Contains(strings.ToLower(value), "client")
	}
	for _, e := range in.Deploy.EnvFiles {
		for _, v := range e.Vars {
			if v.Comment || !id(v.Name, v.Value) {
				continue
			}
			switch e.Use {
			case manifest.EnvProduction:
				production[v.Name+"\x00"+v.Value] = place{e.Path, v.Line}
			case manifest.EnvPlain, manifest.EnvDevelopment:
				development[v.Name+"\x00"+v.Value] = place{e.Path, v.Line}
			}
		}
	}
	for _, p := range in.Paths() {
		for _, v := range p.Vars {
			if v.Known() && id(v.Name, v.Value) {
				production[v.Name+"\x00"+v.Value] = place{v.File, v.Line}
			}
		}
	}
	if len(development) == 0 || len(production) == 0 {
		return preflight.NotApplicable("client ids of both environments are not in the repository")
	}
	var findings []preflight.Finding
	for key, p := range production {
		d, same := development[key]
		if !same || d == p {
			continue
		}
		name, _, _ := strings.Cut(key, "\x00")
		findings = append(findings, preflight.Finding{Level: preflight.Warn, Key: name, Title: fmt.Sprintf("%s is the same in development and production", name),
			Evidence: []preflight.Evidence{{File: d.file, Line: d.line, Note: "development"}, {File: p.file, Line: p.line, Note: "production"}}})
	}
	return preflight.Found(findings...)
}
