package code

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

const keyVerify = "Start the program without the variable: it must refuse. A token signed with the old value must be refused as well."

var key01 = check.Check{
	Rule: preflight.Rule{
		ID:      "KEY-01",
		Title:   "The signing key is a literal in the code",
		Level:   preflight.Fail,
		Rows:    []string{"P6", "S2", "R6", "V6"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Everybody who has seen the code can sign in as anybody.",
		Fix:     "Make a key with `openssl rand -hex 32`, set it as a variable, read it in the code without a default, deploy. Everybody signs in again.",
		Verify:  keyVerify,
		FixCost: "10 minutes",
		Cost:    preflight.High,
		Detect:  "The key of a call that signs or verifies tokens, sessions, cookies or links evaluates to a text written in the code.",
		Silent:  "Public keys and asymmetric algorithms, decoding without verification, tests, development settings, defaults of variables (KEY-02).",
		Bad:     "-- main.py --\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = 'not-so-secret'\n@app.post('/login')\ndef login():\n    return jwt.encode({'sub': 1}, KEY, algorithm='HS256')\n",
		Good:    "-- main.py --\nimport os\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = os.environ['SECRET_KEY']\n@app.post('/login')\ndef login():\n    return jwt.encode({'sub': 1}, KEY, algorithm='HS256')\n",
	},
	Run: runKey01,
}

func runKey01(_ context.Context, in *check.Input) preflight.Outcome {
	all := signingKeys(in)
	if len(all) == 0 {
		return preflight.NotApplicable("nothing in the code signs tokens, sessions or cookies")
	}
	var found []preflight.Evidence
	what := ""
	seen := map[string]bool{}
	for _, k := range all {
		text, ok := literalText(k.value)
		if !ok || text == "" || publicKey(text) || partial(k.value) {
			continue
		}
		place := k.value.Place
		id := fmt.Sprint(place.File, place.Line)
		if !seen[id] {
			seen[id] = true
			found = append(found, at(in, place.File, place.Line, "the key, "+describeSecret(text)))
		}
		if use := here(in, k.site, "signs "+k.what); use.File != place.File || use.Line != place.Line {
			if id := fmt.Sprint(use.File, use.Line); !seen[id] {
				seen[id] = true
				found = append(found, use)
			}
		}
		what = k.what
	}
	if len(found) == 0 {
		return preflight.Pass(count(len(all), "use") + " of signing keys looked at")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Fail, Evidence: found, Detail: "The key that signs " + what + " is the same for everybody who has the code."})
}

func partial(v repo.Value) bool {
	for _, alt := range v.Alternatives() {
		if alt.Partial {
			return true
		}
	}
	return false
}

// describeSecret says what a secret looks like without showing it.
func describeSecret(s string) string {
	return fmt.Sprintf("%d characters, %s", len(s), mask(strings.TrimSpace(s)))
}
