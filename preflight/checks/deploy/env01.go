package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var env01 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-01",
		Title:   "Settings that the program needs may be empty without anybody noticing",
		Level:   preflight.Fail,
		Rows:    []string{"P10", "P10w1", "P10w2", "P10w3", "P10w4", "C5", "V10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The deployment starts, looks healthy, and fails at the first sign-in, question or mail.",
		Fix:     "Make the fields required, or check them all at the start and name every missing one in one message.",
		Verify:  "Start the program without the variables: it must refuse and name them.",
		FixCost: "30 minutes",
		Cost:    preflight.Low,
		Detect:  "Keys and client ids of providers that deployed code reads with an empty default or without any, and that nothing tests before use; a path that declares its variables and leaves one out is a blocker.",
		Silent:  "Required fields, schemas, values that a condition tests (the feature is off), SDKs that read the variable themselves and refuse, tests and tools, variables that every path sets; where no manifest names any variable they are information.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0 --port $PORT\n    envVars:\n      - key: LOG_LEVEL\n        value: info\n-- config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    anthropic_api_key: str = ''\n    google_client_id: str = ''\nsettings = Settings()\n-- main.py --\nfrom fastapi import FastAPI\nfrom config import settings\napp = FastAPI()\n@app.get('/login')\ndef login():\n    return settings.google_client_id\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0 --port $PORT\n    envVars:\n      - key: LOG_LEVEL\n        value: info\n-- config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    anthropic_api_key: str\n    google_client_id: str\nsettings = Settings()\n-- main.py --\nfrom fastapi import FastAPI\nfrom config import settings\napp = FastAPI()\n@app.get('/login')\ndef login():\n    return settings.google_client_id\n",
	},
	Run: runEnv01,
}

func runEnv01(_ context.Context, in *check.Input) preflight.Outcome {
	var silent []repo.EnvRead
	needed := 0
	seen := map[string]bool{}
	for _, r := range in.Code.EnvReads() {
		if !r.Reachable || r.Tooling || r.Client || seen[r.Name] || !necessary(r.Name) {
			continue
		}
		seen[r.Name] = true
		needed++
		if silentlyEmpty(in, r) {
			silent = append(silent, r)
		}
	}
	if needed == 0 {
		return preflight.NotApplicable("no provider's key or client id is read")
	}
	return preflight.Found(emptyFindings(in, silent)...)
}

// necessary reports whether a variable of that name is a credential or client
// id of a provider, without which a feature cannot work.
func necessary(name string) bool {
	upper := strings.ToUpper(name)
	if signingName(name) {
		return false // KEY-01 to KEY-04
	}
	for _, end := range []string{"_CLIENT_ID", "_CLIENT_SECRET", "_API_KEY", "_APIKEY", "_API_TOKEN", "_ACCESS_TOKEN", "_AUTH_TOKEN", "_BOT_TOKEN", "_SECRET_KEY", "_WEBHOOK_SECRET", "_SERVICE_ROLE_KEY"} {
		if strings.HasSuffix(upper, end) {
			return true
		}
	}
	return strings.HasSuffix(upper, "_KEY") && secrets.SecretName(name)
}

// silentlyEmpty reports whether a read goes on without a value, and nothing in
// the deployed code tests for it.
func silentlyEmpty(in *check.Input, r repo.EnvRead) bool {
	if r.Required || r.Guarded || r.Validated || r.Random || r.HasDefault && r.Default != "" && !placeholder(r.Default) {
		return false
	}
	return !tested(in, r)
}

func emptyFindings(in *check.Input, silent []repo.EnvRead) []preflight.Finding {
	var missing, open, unknown []repo.EnvRead
	paths := map[string]bool{}
	for _, r := range silent {
		worst := check.SetYes
		known := 0
		for _, p := range servers(in) {
			if p.Role == manifest.Cron || !holds(p, r.File) {
				continue
			}
			if p.DeclaresVars {
				known++
			}
			switch s := in.Sets(p, r.Name); {
			case s == check.SetNo && p.Platform != manifest.Unknown && !p.SecretsApart:
				worst = check.SetNo
				paths[p.Name] = true
			case s != check.SetYes && worst == check.SetYes:
				worst = check.SetUnknown
			}
		}
		switch {
		case worst == check.SetNo:
			missing = append(missing, r)
		case known == 0:
			unknown = append(unknown, r)
		case worst == check.SetUnknown:
			open = append(open, r)
		}
	}
	var out []preflight.Finding
	if len(missing) > 0 {
		f := readsFinding(in, missing, preflight.Fail)
		f.Path = joinKeys(paths)
		f.Title = plural(len(missing), "setting") + " that the program needs " + isAre(len(missing)) + " not set by " + f.Path
		f.Detail = "The manifest lists its variables and leaves these out; nothing tests for them, so the program starts without."
		out = append(out, f)
	}
	for _, group := range []struct {
		reads []repo.EnvRead
		level preflight.Level
	}{{open, preflight.Warn}, {unknown, preflight.Info}} { // where no manifest names variables nobody can tell which features are wanted
		if len(group.reads) == 0 {
			continue
		}
		f := readsFinding(in, group.reads, group.level)
		f.Detail = "A missing or mistyped name goes unnoticed: the default is empty and nothing tests for it. The names on the platform can be compared with --names."
		out = append(out, f)
	}
	return out
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func readsFinding(in *check.Input, list []repo.EnvRead, level preflight.Level) preflight.Finding {
	f := preflight.Finding{Level: level}
	var all []string
	for i, r := range list {
		all = append(all, r.Name)
		if i < 6 {
			f.Evidence = append(f.Evidence, at(in, manifest.Place{File: r.File, Line: r.Line}, emptyHow(r)))
		}
	}
	f.Key = strings.Join(all, " ")
	f.Fix = fmt.Sprintf("Check at the start, all at once:\n  missing = [n for n in [%s] if not os.getenv(n)]\n  if missing: raise SystemExit('not set: ' + ', '.join(missing))", quoted(all))
	if strings.HasSuffix(list[0].File, ".ts") || strings.HasSuffix(list[0].File, ".js") {
		f.Fix = fmt.Sprintf("Check at the start, all at once:\n  const missing = [%s].filter(n => !process.env[n])\n  if (missing.length) throw new Error('not set: ' + missing.join(', '))", quoted(all))
	}
	return f
}

func quoted(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, "'"+n+"'")
	}
	return strings.Join(out, ", ")
}

func emptyHow(r repo.EnvRead) string {
	if r.HasDefault {
		return r.Name + " defaults to nothing"
	}
	return r.Name + " may be missing"
}

func joinKeys(m map[string]bool) string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
