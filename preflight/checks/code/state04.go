package code

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var state04 = check.Check{
	Rule: preflight.Rule{
		ID:      "STATE-04",
		Title:   "Nothing says how many processes will run",
		Level:   preflight.Info,
		Rows:    []string{"P7", "V7", "P7w3"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "What is kept in memory works with one process and breaks with two; a setting in a dashboard decides.",
		Fix:     "Pin one worker and one instance for the pilot, in the manifest and in the runbook.",
		Verify:  "The platform's page shows one instance, and the log of a start one worker.",
		Detect:  "Sign-in is kept in memory, or sessions in the library's memory store, and a path leaves the number of workers or instances open.",
		Silent:  "Programs without state in memory, paths that say both numbers.",
		Bad:     stateApp + "-- Procfile --\nweb: uvicorn main:app --host 0.0.0.0 --port $PORT\n",
		Good:    stateApp + "-- railway.json --\n{\"deploy\": {\"startCommand\": \"uvicorn main:app --workers 1\", \"numReplicas\": 1}}\n",
	},
	Run: runState04,
}

func runState04(_ context.Context, in *check.Input) preflight.Outcome {
	files := map[string]bool{}
	for _, st := range loginStores(in) {
		files[st.mod.File.Path] = true
	}
	list, _ := memorySessions(in)
	for _, s := range list {
		files[s.site.Mod().File.Path] = true
	}
	if len(files) == 0 {
		return preflight.NotApplicable("nothing of a sign-in is kept in memory")
	}
	var findings []preflight.Finding
	seen := map[*manifest.Path]bool{}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		for _, p := range pathsOf(in, file) {
			var open []string
			if !p.Replicas.Known {
				open = append(open, "instances")
			}
			if !p.Workers.Known {
				open = append(open, "workers")
			}
			if p.Role != manifest.Web || seen[p] || len(open) == 0 {
				continue
			}
			seen[p] = true
			findings = append(findings, preflight.Finding{Level: preflight.Info, Path: p.Name, Key: p.Name, Evidence: []preflight.Evidence{at(in, p.File, p.Line, "the path")}, Detail: p.Name + " does not say the number of " + strings.Join(open, " and ") + "; one is assumed."})
		}
	}
	return preflight.Found(findings...)
}
