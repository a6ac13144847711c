package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var state05 = check.Check{
	Rule: preflight.Rule{
		ID:      "STATE-05",
		Title:   "Several processes each run their own scheduler, limiter or rooms",
		Level:   preflight.Info,
		Rows:    []string{"P7"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Jobs run once for each process, limits count a part of the requests, and messages reach a part of the people.",
		Fix:     "Run the scheduler in one process of its own, and give limiter and sockets a shared store (Redis).",
		Verify:  "Look at the log of a scheduled job: it must run once.",
		Detect:  "A scheduler in the process, socket.io without an adapter, or a limiter without a store, on a path with several processes.",
		Silent:  "Paths with one process, shared stores.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom apscheduler.schedulers.asyncio import AsyncIOScheduler\napp = FastAPI()\nscheduler = AsyncIOScheduler()\nscheduler.start()\n-- Procfile --\nweb: uvicorn main:app --workers 4\n",
		Good:    "-- main.py --\nfrom fastapi import FastAPI\nfrom apscheduler.schedulers.asyncio import AsyncIOScheduler\napp = FastAPI()\nscheduler = AsyncIOScheduler()\nscheduler.start()\n-- Procfile --\nweb: uvicorn main:app\n",
	},
	Run: runState05,
}

func runState05(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := 0
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		what := localFeature(in, s, last)
		if what == "" || clientSide(in, m) {
			return
		}
		seen++
		if c := crowded(in, m.File.Path); c.some() {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Key: what, Path: pathNames(c.paths), Evidence: []preflight.Evidence{here(in, s, what)}, Detail: c.sentence + " Each has " + what + "."})
		}
	})
	if seen == 0 {
		return preflight.NotApplicable("nothing that lives in one process was found")
	}
	return preflight.Found(findings...)
}

// localFeature names what a call sets up in the memory of the process, "" when it is nothing of the kind.
func localFeature(in *check.Input, s *repo.Site, last string) string {
	name := strings.TrimSuffix(callName(in, s), ".default")
	switch {
	case last == "BackgroundScheduler" || last == "AsyncIOScheduler", name == "node-cron.schedule":
		return "its own scheduler"
	case name == "socket.io.Server" && s.Node.Has(syntax.New) && !mentions(s.Mod().Tree, "adapter"):
		return "its own rooms of sockets"
	case name == "express-rate-limit" || name == "express-rate-limit.rateLimit":
		if _, shared := optionsOf(in, s).get("store"); !shared {
			return "its own counters of requests"
		}
	case name == "slowapi.Limiter":
		if syntax.Arg(s.Node, -1, "storage_uri") == nil {
			return "its own counters of requests"
		}
	}
	return ""
}
