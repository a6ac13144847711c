package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var key02 = check.Check{
	Rule: preflight.Rule{
		ID:      "KEY-02",
		Title:   "The default signing key is used when the variable is not set",
		Level:   preflight.Fail,
		Rows:    []string{"P6", "S2", "C5", "P6w1", "V6"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The program starts with a key that is published with the code: anybody can forge a session.",
		Fix:     "Remove the default, so that the program refuses to start without the variable, and set a key made with `openssl rand -hex 32`.",
		Verify:  keyVerify,
		FixCost: "10 minutes",
		Cost:    preflight.High,
		Detect:  "The key of a call that signs depends on a variable with a literal default, a deployment path does not set the variable, and nothing stops the program when the default is in use.",
		Silent:  "Paths that set, generate or ask for the variable; code that raises when the default is found (a stop that runs only in production is KEY-03). Where another path sets the variable and a dashboard may, it is a warning.",
		Bad:     "-- main.py --\nimport os\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = os.getenv('SECRET_KEY', 'change-me-please')\n@app.post('/login')\ndef login():\n    return jwt.encode({'sub': 1}, KEY, algorithm='HS256')\n",
		Good:    "-- main.py --\nimport os\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = os.getenv('SECRET_KEY', 'change-me-please')\nif KEY == 'change-me-please':\n    raise RuntimeError('set SECRET_KEY')\n@app.post('/login')\ndef login():\n    return jwt.encode({'sub': 1}, KEY, algorithm='HS256')\n",
	},
	Run: runKey02,
}

// defaultKey is a signing key that depends on a variable with a literal default.
type defaultKey struct {
	key
	literal string
	names   []string
	stops   []stop
}

// defaultKeys returns the signing keys with a literal default, one for each variable.
func defaultKeys(in *check.Input) []defaultKey {
	var out []defaultKey
	seen := map[string]bool{}
	for _, k := range signingKeys(in) {
		for _, v := range k.value.Alternatives() {
			text, ok := keyFallback(v)
			if !ok || text == "" || seen[v.Names[0]] || publicKey(text) {
				continue
			}
			seen[v.Names[0]] = true
			one := k
			one.value = v
			names := append([]string{}, v.Names...)
			names = append(names, keyAliases(in, k, v)...)
			out = append(out, defaultKey{one, text, v.Names, comparing(stops(in, names, text))})
		}
	}
	return out
}

// keyAliases returns the names under which the program knows a key: constants, attributes and settings fields.
func keyAliases(in *check.Input, k key, v repo.Value) []string {
	var out []string
	add := func(n *node) {
		for n != nil {
			if n.Name != "" {
				out = append(out, n.Name)
			}
			n = n.X
			break
		}
	}
	add(k.expr)
	for _, r := range in.Code.EnvReads() {
		if r.Name == v.Names[0] && r.Field != "" {
			out = append(out, r.Field)
		}
	}
	return out
}

// comparing keeps the stops that notice a default, not only an absent value.
func comparing(list []stop) []stop {
	var out []stop
	for _, s := range list {
		if s.compares {
			out = append(out, s)
		}
	}
	return out
}

func runKey02(_ context.Context, in *check.Input) preflight.Outcome {
	keys := defaultKeys(in)
	var findings []preflight.Finding
	for _, k := range keys {
		if len(k.stops) > 0 { // armed or not: KEY-03 says which
			continue
		}
		file := k.site.Mod().File.Path
		st := sets(in, file, k.names)
		if st.allSet() {
			continue
		}
		f := preflight.Finding{Level: preflight.Fail, Key: k.names[0]}
		var sentence string
		f.Path, sentence = st.blame(k.names)
		if len(st.missing) == 0 && len(st.set) > 0 {
			f.Level = preflight.Warn // another path knows the variable: the dashboard may well have it
		}
		f.Evidence = []preflight.Evidence{at(in, k.value.Fallback().Place.File, k.value.Fallback().Place.Line, "the default, "+describeSecret(k.literal)), here(in, k.site, "signs "+k.what)}
		f.Detail = sentence + " Then the default from the code signs " + k.what + ", and nothing stops the program."
		f.Fix = "Generate a key with `openssl rand -hex 32`, set " + strings.Join(k.names, " or ") + ", and remove the default from the code." + st.commands(k.names[0], newKey)
		findings = append(findings, f)
	}
	if len(findings) == 0 {
		if len(keys) == 0 {
			return preflight.Pass("no signing key has a literal default")
		}
		return preflight.Pass("every default signing key is replaced or stopped")
	}
	return preflight.Found(findings...)
}

// unarmed returns the paths on which none of the stops runs.
func unarmed(in *check.Input, list []stop, paths []*manifest.Path) []*manifest.Path {
	var out []*manifest.Path
	for _, p := range paths {
		ok := false
		for _, s := range list {
			ok = ok || s.armed(in, p)
		}
		if !ok {
			out = append(out, p)
		}
	}
	return out
}
