package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var env04 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-04",
		Title:   "A variable is set, and nothing reads it",
		Level:   preflight.Info,
		Rows:    []string{"P10", "R10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Somebody believes that it has an effect.",
		Fix:     "Remove it, or read it.",
		Verify:  "Remove it and deploy: nothing changes.",
		Detect:  "Names that manifests, env files or the example file hold, and that no code, script or configuration of the repository mentions.",
		Silent:  "Names that libraries and platforms read, services whose code is elsewhere, near misses (ENV-03).",
		Bad:     "-- .env.example --\nMAIL_FROM_ADDRESS=\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.environ['OTHER_THING']\napp = FastAPI()\n",
		Good:    "-- .env.example --\nMAIL_FROM_ADDRESS=\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.environ['MAIL_FROM_ADDRESS']\napp = FastAPI()\n",
	},
	Run: runEnv04,
}

func runEnv04(_ context.Context, in *check.Input) preflight.Outcome {
	n := variableNames(in)
	if len(n.read) == 0 || len(n.set) == 0 {
		return preflight.NotApplicable("there are no names to compare")
	}
	var findings []preflight.Finding
	for _, name := range n.unread(true) {
		if want, _ := n.meant(name); want != "" || strings.Contains(name, "BUFFERING") {
			continue // ENV-03, SSE-06
		}
		s := n.set[name][0]
		findings = append(findings, preflight.Finding{Level: preflight.Info, Path: s.by, Key: name, Title: fmt.Sprintf("%s is set, and nothing reads it", name), Evidence: []preflight.Evidence{at(in, s.place, "")}})
	}
	return preflight.Found(findings...)
}
