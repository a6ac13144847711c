package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var web16 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-16",
		Title:   "The API process also serves the files of the front end",
		Level:   preflight.Info,
		Rows:    []string{"T6"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Users far from the region wait longer for every file, and large files take workers from the API.",
		Fix:     "Fine for a pilot. Later serve the built folder from the platform's static hosting or put a CDN before it.",
		Verify:  "curl -sI an asset twice: the second answer shows a cache hit of the CDN.",
		Detect:  "Server code mounts or sends a built front end.",
		Silent:  "Programs with static hosting or a proxy that serves the files.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.staticfiles import StaticFiles\napp = FastAPI()\napp.mount('/', StaticFiles(directory='build/web', html=True))\n",
		Good:    corsHead + corsRoute,
	},
	Run: runWeb16,
}

func runWeb16(_ context.Context, in *check.Input) preflight.Outcome {
	var evidence []preflight.Evidence
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if (last == "StaticFiles" || last == "static" || last == "serveStatic" || last == "FileServer") && servesPages(in, m, s, last) {
			evidence = append(evidence, here(in, s, "serves files"))
		}
	})
	if len(evidence) == 0 {
		return preflight.NotApplicable("no server code serves a front end")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info, Evidence: first(evidence, 2)})
}
