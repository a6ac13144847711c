package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var tls07 = check.Check{
	Rule: preflight.Rule{
		ID:      "TLS-07",
		Title:   "A public address is configured as plain http",
		Level:   preflight.Warn,
		Rows:    []string{"P8"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "What is sent there can be read and changed on the way, and an https page may not use it at all.",
		Fix:     "Write https://, where the other side has it.",
		Verify:  "curl the https address.",
		FixCost: "5 minutes",
		Cost:    preflight.Medium,
		Detect:  "http:// with a public host in a variable of a manifest or of an env file for production.",
		Silent:  "Local, private and cluster names, placeholders, redirect addresses (AUTH-06), proxies' own settings.",
		Bad:     "-- .env.production --\nPAYMENT_ENDPOINT=http://pay.acme.net/v1\n",
		Good:    "-- .env.production --\nPAYMENT_ENDPOINT=https://pay.acme.net/v1\n",
	},
	Run: runTLS07,
}

func runTLS07(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	list := configured(in)
	for _, s := range list {
		upper := strings.ToUpper(s.Name)
		host := plainPublic(s.Value)
		if host == "" || s.Kind != manifest.Literal || redirectName(s.Name) || placeholder(s.Value) || strings.Contains(upper, "PROXY") || strings.Contains(upper, "NAMESPACE") || strings.Contains(upper, "SCHEMA") {
			continue
		}
		level := preflight.Warn
		if s.path != nil {
			level = certainOf(s.path, level)
		}
		findings = append(findings, preflight.Finding{Level: level, Path: s.by, Key: s.Name, Title: fmt.Sprintf("%s is plain http to %s", s.Name, host), Evidence: []preflight.Evidence{at(in, s.Place, "")}})
	}
	if len(list) == 0 {
		return preflight.NotApplicable("no manifest or env file for production holds values")
	}
	return preflight.Found(findings...)
}
