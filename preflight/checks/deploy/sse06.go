package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var sse06 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-06",
		Title:   "A variable that should switch buffering off does nothing",
		Level:   preflight.Info,
		Rows:    []string{"P9"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "Somebody believes that streams are safe because of it.",
		Fix:     "Remove it, and send X-Accel-Buffering: no with the stream.",
		Verify:  "preflight URL measures the stream (SSE-07).",
		Detect:  "PROXY_BUFFERING or a name like it among the variables of a path, which reach the process of the application only, and no code reads it.",
		Silent:  "Names that code or a template of a proxy reads.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    envVars:\n      - key: PROXY_BUFFERING\n        value: 'off'\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    envVars:\n      - key: LOG_LEVEL\n        value: info\n",
		Sourced: "No documentation of Render or Railway names such a variable (read up to November 2026).",
	},
	Run: runSSE06,
}

func runSSE06(_ context.Context, in *check.Input) preflight.Outcome {
	n := variableNames(in)
	var findings []preflight.Finding
	for _, p := range in.Paths() {
		for _, v := range sorted(p.Vars) {
			if !strings.Contains(strings.ToUpper(v.Name), "BUFFERING") || len(n.read[v.Name]) > 0 || n.mentions[v.Name] {
				continue
			}
			findings = append(findings, preflight.Finding{Level: preflight.Info, Path: p.Name, Key: v.Name, Title: fmt.Sprintf("%s does nothing", v.Name), Evidence: []preflight.Evidence{at(in, v.Place, "")}})
		}
	}
	if len(findings) == 0 {
		return preflight.NotApplicable("no variable about buffering is set")
	}
	return preflight.Found(findings...)
}
