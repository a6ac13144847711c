package code

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var key08 = check.Check{
	Rule: preflight.Rule{
		ID:      "KEY-08",
		Title:   "The key has a variable, and the code does not read it",
		Level:   preflight.Fail,
		Rows:    []string{"P6", "P10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Somebody sets a strong key, feels safe, and everything is still signed with the one from the code.",
		Fix:     "Read the variable where the key is used, without a default.",
		Verify:  "Change the variable and deploy: everybody must have to sign in again.",
		FixCost: "5 minutes",
		Cost:    preflight.High,
		Detect:  "The key of a signing call is a literal, an env file, its example or a manifest names a variable for it, and no code reads that variable.",
		Silent:  "Variables that any code reads.",
		Bad:     key08App + "-- .env.example --\nSECRET_KEY=\n",
		Good:    "-- main.py --\nimport os\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/login')\ndef login():\n    return jwt.encode({}, os.environ['SECRET_KEY'], algorithm='HS256')\n-- .env.example --\nSECRET_KEY=\n",
	},
	Run: runKey08,
}

const key08App = "-- main.py --\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = 'not-so-secret'\n@app.post('/login')\ndef login():\n    return jwt.encode({}, KEY, algorithm='HS256')\n"

func runKey08(_ context.Context, in *check.Input) preflight.Outcome {
	read := map[string]bool{}
	for _, r := range in.Code.EnvReads() {
		read[r.Name] = true
		for _, a := range r.Aliases {
			read[a] = true
		}
	}
	var findings []preflight.Finding
	seen := map[string]bool{}
	for _, k := range signingKeys(in) {
		text, ok := literalText(k.value)
		if !ok || text == "" || publicKey(text) || partial(k.value) {
			continue
		}
		for _, name := range keyVariables(in) {
			if read[name.Name] || seen[name.Name] {
				continue
			}
			seen[name.Name] = true
			p := k.value.Place
			findings = append(findings, preflight.Finding{Level: preflight.Fail, Key: name.Name, Evidence: []preflight.Evidence{
				{File: name.File, Line: name.Line, Note: name.Name + " is set or documented here"},
				at(in, p.File, p.Line, "the key that is used"), here(in, k.site, "signs "+k.what)},
				Detail: fmt.Sprintf("%s exists, and nothing reads it.", name.Name)})
		}
	}
	return preflight.Found(findings...)
}

// keyVariables returns the variables of env files and manifests that are named as signing keys.
func keyVariables(in *check.Input) []manifest.Variable {
	var out []manifest.Variable
	for _, f := range in.Deploy.EnvFiles {
		for _, v := range f.Vars {
			if keyName(v.Name) && !v.Comment {
				out = append(out, manifest.Variable{Name: v.Name, Place: manifest.Place{File: f.Path, Line: v.Line}})
			}
		}
	}
	for _, p := range in.Paths() {
		for _, name := range slices.Sorted(maps.Keys(p.Vars)) {
			if v := p.Vars[name]; keyName(name) {
				v.Name = name
				out = append(out, v)
			}
		}
	}
	return out
}

// keyName reports whether a variable of this name is meant for signing.
func keyName(name string) bool {
	switch name {
	case "SECRET_KEY", "JWT_SECRET", "JWT_SECRET_KEY", "SESSION_SECRET", "APP_SECRET", "AUTH_SECRET", "TOKEN_SECRET", "APP_SECRET_KEY", "FLASK_SECRET_KEY", "JWT_KEY", "COOKIE_SECRET", "NEXTAUTH_SECRET", "DJANGO_SECRET_KEY":
		return true
	}
	return false
}
