package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var hlt03 = check.Check{
	Rule: preflight.Rule{
		ID:      "HLT-03",
		Title:   "The health route reports trouble with status 200",
		Level:   preflight.Info,
		Rows:    []string{"C9"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Platforms look at the status alone: a program that says unhealthy with 200 stays in service.",
		Fix:     "Answer 503 when something that is needed is missing, and decide which failures should stop a deployment.",
		Verify:  "Stop the database and call the route: it must answer 503.",
		Detect:  "The handler of a health route writes unhealthy, degraded or down, and never sets a status.",
		Silent:  "Handlers that raise, or set a status.",
		Bad:     healthApp + "@app.get('/health')\ndef health():\n    try:\n        engine.connect()\n        return {'status': 'healthy'}\n    except Exception:\n        return {'status': 'unhealthy'}\n",
		Good:    healthApp + "@app.get('/health')\ndef health():\n    try:\n        engine.connect()\n        return {'status': 'healthy'}\n    except Exception:\n        raise HTTPException(503, 'unhealthy')\n",
	},
	Run: runHlt03,
}

func runHlt03(_ context.Context, in *check.Input) preflight.Outcome {
	list := healthRoutes(in)
	if len(list) == 0 {
		return preflight.NotApplicable("no health route was found in the code")
	}
	var findings []preflight.Finding
	for _, r := range list {
		if r.Func != nil && saysBad(r.Func) && !setsStatus(r.Func) {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Key: r.Path, Evidence: []preflight.Evidence{at(in, r.File, r.Line, "always 200")}})
		}
	}
	return preflight.Found(findings...)
}

func saysBad(fn *repo.Func) bool {
	return contains(fn.Node, func(n *node) bool {
		if !n.Is(syntax.Str) {
			return false
		}
		switch strings.ToLower(n.Text) {
		case "unhealthy", "degraded", "down", "disconnected", "error", "fail", "unavailable":
			return true
		}
		return false
	})
}

func setsStatus(fn *repo.Func) bool {
	return contains(fn.Node, func(n *node) bool {
		return n.Is(syntax.Raise) || n.Is(syntax.Num) && strings.HasPrefix(n.Text, "5") && len(n.Text) == 3 || n.Is(syntax.Keyword, syntax.Attr, syntax.Name) && (strings.HasPrefix(n.Name, "status") || strings.Contains(n.Name, "ServiceUnavailable") || n.Name == "sendStatus" || n.Name == "WriteHeader")
	})
}
