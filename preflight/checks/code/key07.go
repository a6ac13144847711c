package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var key07 = check.Check{
	Rule: preflight.Rule{
		ID:      "KEY-07",
		Title:   "The signing key is made anew at every start",
		Level:   preflight.Warn,
		Rows:    []string{"P6", "P7"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Every deployment signs everybody out, and several workers refuse each other's tokens.",
		Fix:     "Set the variable to a key made once with `openssl rand -hex 32`.",
		Verify:  "Sign in, deploy again, and go on without signing in.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "The key of a call that signs is random, or is random when a variable is not set, and a deployment path does not set it.",
		Silent:  "Keys that are kept in a file or a database; paths that set the variable.",
		Bad:     "-- main.py --\nimport secrets\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = secrets.token_hex(32)\n@app.post('/login')\ndef login():\n    return jwt.encode({'sub': 1}, KEY, algorithm='HS256')\n",
		Good:    "-- main.py --\nimport os\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = os.environ['SECRET_KEY']\n@app.post('/login')\ndef login():\n    return jwt.encode({'sub': 1}, KEY, algorithm='HS256')\n",
	},
	Run: runKey07,
}

// keptInFile reports whether the function around a place also writes a file.
func keptInFile(in *check.Input, p repo.Place) bool {
	m := in.Code.Module(in.Code.File(p.File))
	if m == nil {
		return false
	}
	for _, fn := range m.Funcs {
		if int(fn.Node.Line) <= p.Line && p.Line <= int(fn.Node.End) && contains(fn.Node, func(n *node) bool {
			return n.Is(syntax.Call) && words(syntax.Last(n.X), "write", "dump", "save", "writefile")
		}) {
			return true
		}
	}
	return false
}

func runKey07(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := map[repo.Place]bool{}
	for _, k := range signingKeys(in) {
		v := k.value
		if v.Fallback().Kind != repo.Random || seen[v.Place] {
			continue
		}
		seen[v.Place] = true
		if keptInFile(in, v.Fallback().Place) {
			continue
		}
		f := preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{at(in, v.Place.File, v.Place.Line, "random at every start"), here(in, k.site, "signs "+k.what)}}
		if len(v.Names) > 0 {
			st := sets(in, k.site.Mod().File.Path, v.Names)
			if st.allSet() {
				continue
			}
			f.Key = v.Names[0]
			f.Path, f.Detail = st.blame(v.Names)
			if len(st.missing) == 0 && len(st.open) > 0 {
				f.Level = preflight.Info
			}
		}
		findings = append(findings, f)
	}
	return preflight.Found(findings...)
}
