package deploy

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var key06 = check.Check{
	Rule: preflight.Rule{
		ID:      "KEY-06",
		Title:   "A signing key is too short to be safe",
		Level:   preflight.Warn,
		Rows:    []string{"P6", "S2"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "A short key can be found by trying, offline, from one token.",
		Fix:     "openssl rand -hex 32",
		Verify:  "The key has at least 32 characters that nobody typed.",
		FixCost: "10 minutes",
		Cost:    preflight.High,
		Detect:  "A signing key that is visible in a manifest or an env file for production has fewer than 32 characters, or fewer than five different ones.",
		Silent:  "References, generated keys, published defaults (KEY-05).",
		Bad:     "-- .env.production --\nSECRET_KEY=Zq8rT2x\n",
		Good:    "-- .env.production --\nSECRET_KEY=${SECRET_KEY}\n",
		Sourced: "RFC 7518, section 3.2: a key of at least the hash's size.",
	},
	Run: runKey06,
}

func runKey06(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := 0
	for _, s := range configured(in) {
		if !signingName(s.Name) || s.Kind != manifest.Literal {
			continue
		}
		seen++
		distinct := map[rune]bool{}
		for _, r := range s.Value {
			distinct[r] = true
		}
		if len(s.Value) >= 32 && len(distinct) >= 5 || secrets.IsKnownDefault(s.Value) || placeholder(s.Value) || secrets.Classify(s.Name, s.Value) < secrets.Real && secrets.Classify(s.Name, s.Value) != secrets.Placeholder {
			continue
		}
		findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: s.by, Key: s.Name, Title: fmt.Sprintf("%s has only %d characters", s.Name, len(s.Value)), Evidence: []preflight.Evidence{{File: s.Place.File, Line: s.Place.Line, Excerpt: s.Name + " = " + secrets.Mask(s.Value)}}})
	}
	if seen == 0 {
		return preflight.NotApplicable("no signing key is written in a manifest or an env file for production")
	}
	return preflight.Found(findings...)
}
