package secret

import (
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
)

var sec13 = shared(preflight.Rule{
	ID:      "SEC-13",
	Title:   "The key that encrypts the data lives beside it",
	Level:   preflight.Info,
	Rows:    []string{"S6"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "Whoever gets the environment of the server can read every document; and without the key nobody can.",
	Fix:     "Fine for a pilot. Keep a copy of the key offline, and plan for a key service (KMS).",
	Verify:  "The key can be found without the server.",
	Detect:  "Deployed code reads a Fernet, AES or encryption key from a variable.",
	Silent:  "Signing keys.",
	Bad:     "-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.environ['FERNET_KEY']\napp = FastAPI()\n",
	Good:    "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n",
}, runSec13)

func runSec13(in *Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := map[string]bool{}
	for _, r := range in.Code.EnvReads() {
		upper := strings.ToUpper(r.Name)
		if !r.Reachable || seen[r.Name] || !strings.Contains(upper, "FERNET") && !strings.Contains(upper, "ENCRYPTION_KEY") && !strings.Contains(upper, "AES_KEY") && !strings.Contains(upper, "MASTER_KEY") {
			continue
		}
		seen[r.Name] = true
		findings = append(findings, preflight.Finding{Level: preflight.Info, Key: r.Name, Title: fmt.Sprintf("%s encrypts data, and is a variable of the server", r.Name), Evidence: []preflight.Evidence{{File: r.File, Line: r.Line}}})
	}
	if len(findings) == 0 {
		return preflight.NotApplicable("no key that encrypts data is read from the environment")
	}
	return preflight.Found(findings...)
}
