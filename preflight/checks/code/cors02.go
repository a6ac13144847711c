package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var cors02 = check.Check{
	Rule: preflight.Rule{
		ID:      "CORS-02",
		Title:   "The allowed origins fall back to localhost where the variable is not set",
		Level:   preflight.Warn,
		Rows:    []string{"P4", "P10", "C2", "C5"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The server starts without complaint, and the browser blocks every request of the deployed front end.",
		Fix:     "Set the variable on the platform, with https, and with both www and the bare domain if both are used.",
		Verify:  "Open the deployed front end and look at the console: no CORS error.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "The allowed origins depend on a variable, are all local without it, and a deployment path does not set it.",
		Silent:  "Paths that set the variable; paths whose variables live in a dashboard are told as information only; programs with one origin.",
		Bad:     corsHead + "import os\norigins = os.getenv('CORS_ORIGINS', 'http://localhost:3000').split(',')\napp.add_middleware(CORSMiddleware, allow_origins=origins)\n" + corsRoute + corsRender + "      - key: OTHER\n        value: x\n",
		Good:    corsHead + "import os\norigins = os.getenv('CORS_ORIGINS', 'http://localhost:3000').split(',')\napp.add_middleware(CORSMiddleware, allow_origins=origins)\n" + corsRoute + corsRender + "      - key: CORS_ORIGINS\n        value: https://app.example.net\n",
	},
	Run: runCors02,
}

const corsRender = "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0 --port $PORT\n    envVars:\n"

func runCors02(_ context.Context, in *check.Input) preflight.Outcome {
	all := corsSetups(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sets no allowed origins")
	}
	joined := sameOrigin(in)
	var findings []preflight.Finding
	seen := map[string]bool{}
	for i := range all {
		c := &all[i]
		names := localWithout(c)
		if len(names) == 0 || seen[names[0]] {
			continue
		}
		seen[names[0]] = true
		st := sets(in, c.site.Mod().File.Path, names)
		if st.allSet() {
			continue
		}
		f := preflight.Finding{Level: preflight.Warn, Key: names[0], Evidence: originEvidence(in, c)}
		var sentence string
		f.Path, sentence = st.blame(names)
		f.Detail = sentence + " Then only local origins are allowed."
		f.Fix = "Set " + strings.Join(names, " or ") + " to the https origin of the front end." + st.commands(names[0], ownDomain)
		if len(st.missing) == 0 || joined != "" {
			f.Level = preflight.Info
		}
		findings = append(findings, f)
	}
	return preflight.Found(findings...)
}

// localWithout returns the variables without which only local origins are allowed, none when that is not so.
func localWithout(c *cors) []string {
	if c.any || c.open || c.origins == nil || c.regex != nil {
		return nil
	}
	list, known := originList(c.value)
	if !known {
		return nil
	}
	var names []string
	local := false
	for _, o := range list {
		rest := []repo.Value{o}
		if o.Kind == repo.Env {
			names = append(names, o.Names...)
			if o.Default == nil {
				continue
			}
			rest, known = originList(o.Fallback())
			if !known {
				return nil
			}
		}
		for _, r := range rest {
			if r.Kind != repo.Text || r.Text != "" && !localOrigin(r.Text) {
				return nil
			}
			local = local || r.Text != ""
		}
	}
	if !local {
		return nil
	}
	return names
}
