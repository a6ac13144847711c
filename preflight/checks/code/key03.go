package code

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var key03 = check.Check{
	Rule: preflight.Rule{
		ID:      "KEY-03",
		Title:   "The guard against the default signing key does not run",
		Level:   preflight.Fail,
		Rows:    []string{"P6", "P10", "C5", "P6w2", "P10w5", "V6"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The check that should have refused the default key is asleep, because nothing tells the program that this is production.",
		Fix:     "Set the gate variable to its production value on every deployment path, or let the check run unless the program is told that this is development.",
		Verify:  "Start the program as the platform does, without the key: it must refuse.",
		FixCost: "5 minutes",
		Cost:    preflight.High,
		Detect:  "Code stops the program when the default key is found, but only under a condition on a variable whose default is the development value, and a deployment path sets neither the variable nor the key.",
		Silent:  "Gates whose default is production; paths that set the gate or the key; gates that could not be followed.",
		Bad:     "-- main.py --\nimport os\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nENVIRONMENT = os.getenv('ENVIRONMENT', 'development')\nKEY = os.getenv('SECRET_KEY', 'change-me-please')\nif ENVIRONMENT == 'production':\n    if KEY == 'change-me-please':\n        raise RuntimeError('set SECRET_KEY')\n@app.post('/login')\ndef login():\n    return jwt.encode({'sub': 1}, KEY, algorithm='HS256')\n",
		Good:    "-- main.py --\nimport os\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nENVIRONMENT = os.getenv('ENVIRONMENT', 'production')\nKEY = os.getenv('SECRET_KEY', 'change-me-please')\nif ENVIRONMENT == 'production':\n    if KEY == 'change-me-please':\n        raise RuntimeError('set SECRET_KEY')\n@app.post('/login')\ndef login():\n    return jwt.encode({'sub': 1}, KEY, algorithm='HS256')\n",
	},
	Run: runKey03,
}

func runKey03(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	guarded := 0
	for _, k := range defaultKeys(in) {
		if len(k.stops) == 0 {
			continue
		}
		guarded++
		if f, ok := asleep(in, k); ok {
			findings = append(findings, f)
		}
	}
	if guarded == 0 {
		return preflight.NotApplicable("no code looks for a default signing key")
	}
	return preflight.Found(findings...)
}

// asleep returns a finding when no stop of a key runs on some path that does not set the key.
func asleep(in *check.Input, k defaultKey) (preflight.Finding, bool) {
	file := k.site.Mod().File.Path
	st := sets(in, file, k.names)
	f := preflight.Finding{Level: preflight.Fail, Key: k.names[0]}
	for _, s := range k.stops {
		if s.opaque {
			return f, false
		}
	}
	missing, open := unarmed(in, k.stops, st.missing), unarmed(in, k.stops, st.open)
	switch {
	case st.none():
		if anyArmed(in, k.stops) {
			return f, false
		}
	case len(missing) > 0:
		f.Path = pathNames(missing)
	case len(open) > 0:
		f.Path, f.Level = pathNames(open), preflight.Warn
	default:
		return f, false
	}
	s := k.stops[0]
	gate := "the gate"
	if len(s.gates) > 0 {
		gate = strings.Join(s.gates[0].names, " or ")
		f.Evidence = append(f.Evidence, at(in, s.gates[0].place.File, s.gates[0].place.Line, "the gate"))
	}
	d := k.value.Fallback().Place
	f.Evidence = append(f.Evidence, here(in, s.site, "the guard"), at(in, d.File, d.Line, "the default, "+describeSecret(k.literal)), here(in, k.site, "signs "+k.what))
	f.Detail = fmt.Sprintf("%s: %s is not set to its production value, so the guard does not run; if %s is not set either, the default key signs %s.", orUnknown(f.Path), gate, strings.Join(k.names, " or "), k.what)
	if fine := armedPaths(in, k.stops, st); fine != "" {
		f.Detail += " " + fine + " is fine."
	}
	f.Fix = fmt.Sprintf("Set %s to its production value and %s to a generated key.", gate, strings.Join(k.names, " or "))
	return f, true
}

func anyArmed(in *check.Input, list []stop) bool {
	for _, s := range list {
		if s.armed(in, nil) {
			return true
		}
	}
	return false
}

func orUnknown(path string) string {
	if path == "" {
		return "Without a deployment description"
	}
	return "With " + path
}

// armedPaths names the paths on which the guard runs or the key is set.
func armedPaths(in *check.Input, list []stop, st setting) string {
	fine := append([]*manifest.Path{}, st.set...)
	for _, p := range append(append([]*manifest.Path{}, st.missing...), st.open...) {
		if len(unarmed(in, list, []*manifest.Path{p})) == 0 {
			fine = append(fine, p)
		}
	}
	return pathNames(fine)
}
