package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var key04 = check.Check{
	Rule: preflight.Rule{
		ID:      "KEY-04",
		Title:   "An empty signing key is accepted",
		Level:   preflight.Fail,
		Rows:    []string{"P6", "P10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "If the variable is forgotten, everything is signed with an empty key that everybody can guess.",
		Fix:     "Check at start that the key has at least 32 bytes, and refuse to start otherwise.",
		Verify:  "Start the program without the variable: it must refuse.",
		FixCost: "5 minutes",
		Cost:    preflight.High,
		Detect:  "The key of a call that signs depends on a variable and is the empty text without it, and no code stops the program when it is empty.",
		Silent:  "Libraries that refuse an empty or undefined key; paths that set the variable; code that checks it.",
		Bad:     "-- go.mod --\nmodule example.com/app\n-- main.go --\npackage main\n\nimport (\n\t\"os\"\n\n\t\"github.com/golang-jwt/jwt/v5\"\n)\n\nvar key = []byte(os.Getenv(\"JWT_SECRET\"))\n\nfunc main() {\n\tt := jwt.New(jwt.SigningMethodHS256)\n\tt.SignedString(key)\n}\n",
		Good:    "-- go.mod --\nmodule example.com/app\n-- main.go --\npackage main\n\nimport (\n\t\"log\"\n\t\"os\"\n\n\t\"github.com/golang-jwt/jwt/v5\"\n)\n\nvar key = []byte(os.Getenv(\"JWT_SECRET\"))\n\nfunc main() {\n\tif len(key) == 0 {\n\t\tlog.Fatal(\"set JWT_SECRET\")\n\t}\n\tt := jwt.New(jwt.SigningMethodHS256)\n\tt.SignedString(key)\n}\n",
	},
	Run: runKey04,
}

func runKey04(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := map[string]bool{}
	for _, k := range signingKeys(in) {
		v := k.value
		if v.Kind != repo.Env || len(v.Names) == 0 || seen[v.Names[0]] || !emptyKey(k) {
			continue
		}
		seen[v.Names[0]] = true
		names := append(append([]string{}, v.Names...), keyAliases(in, k, v)...)
		st := sets(in, k.site.Mod().File.Path, v.Names)
		if st.allSet() || len(stops(in, names, "")) > 0 || requiredElsewhere(in, v.Names) || askedBefore(k, names) {
			continue
		}
		f := preflight.Finding{Level: preflight.Fail, Key: v.Names[0], Evidence: []preflight.Evidence{here(in, k.site, "signs "+k.what)}}
		if v.Place.Line > 0 {
			f.Evidence = append(f.Evidence, at(in, v.Place.File, v.Place.Line, "the key"))
		}
		var sentence string
		f.Path, sentence = st.blame(v.Names)
		if len(st.missing) == 0 {
			f.Level = preflight.Warn
		}
		f.Detail = sentence + " Then the key is empty, and " + k.what + " are signed with it."
		f.Fix = "Refuse to start when " + strings.Join(v.Names, " or ") + " is empty."
		findings = append(findings, f)
	}
	return preflight.Found(findings...)
}

// askedBefore reports whether the call stands behind a condition on the key being there, as after "if not key: return".
func askedBefore(k key, names []string) bool {
	for g := k.site.Guards; g != nil; g = g.Outer {
		if mentioned, _ := aboutKey(g.Test, names, ""); mentioned {
			return true
		}
	}
	return false
}

// emptyKey reports whether a missing variable leads to an empty text that the signing call accepts.
func emptyKey(k key) bool {
	if k.site.Mod().File.Lang == repo.Script {
		return false // jsonwebtoken, jose and express-session refuse an empty key themselves
	}
	if k.value.Default == nil {
		return k.site.Mod().File.Lang == repo.Go
	}
	d := k.value.Fallback()
	return d.Kind == repo.Text && d.Text == "" && !d.Partial && (k.what == "tokens" || k.site.Mod().File.Lang == repo.Go)
}

// requiredElsewhere reports whether another read of the variable stops the program when it is missing.
func requiredElsewhere(in *check.Input, names []string) bool {
	for _, r := range in.Code.EnvReads() {
		if (r.Required || r.Validated) && r.Reachable && containsFold(names, r.Name) {
			return true
		}
	}
	return false
}
