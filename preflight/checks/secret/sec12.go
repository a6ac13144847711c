package secret

import (
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
)

var sec12 = shared(preflight.Rule{
	ID:      "SEC-12",
	Title:   "Nothing in the repository would stop the next leak",
	Level:   preflight.Info,
	Rows:    []string{"P2", "S1", "V2"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "A secret that is stopped before the commit costs a minute; afterwards it costs hours.",
	Fix:     "preflight hook install, or a scanner in CI; and switch on the push protection of the hosting service.",
	Verify:  "Try to commit a file with a made-up key of a provider's format: it must be refused.",
	Detect:  "No hook (pre-commit, husky, lefthook) and no workflow runs a secret scanner.",
	Silent:  "Protection that an organisation switched on cannot be seen here.",
	Bad:     "-- .github/workflows/ci.yml --\njobs:\n  test:\n    steps:\n      - run: pytest\n",
	Good:    "-- .pre-commit-config.yaml --\nrepos:\n  - repo: https://github.com/gitleaks/gitleaks\n",
}, runSec12)

var scanners = []string{"gitleaks", "betterleaks", "trufflehog", "detect-secrets", "git-secrets", "ggshield", "gitguardian", "secretlint", "talisman", "preflight"}

func runSec12(in *Input) preflight.Outcome {
	for _, f := range in.Input.Tree.Files() {
		base := path.Base(f.Path)
		guard := base == ".pre-commit-config.yaml" || base == "lefthook.yml" || base == ".lefthook.yml" || strings.HasPrefix(f.Path, ".husky/") || strings.HasPrefix(f.Path, ".githooks/") ||
			strings.HasPrefix(f.Path, ".github/workflows/") || base == ".gitlab-ci.yml" || base == "bitbucket-pipelines.yml" || base == "azure-pipelines.yml" || base == "Jenkinsfile" || base == "action.yml"
		if !guard {
			continue
		}
		text := strings.ToLower(in.Input.Tree.Text(f.Path))
		for _, s := range scanners {
			if strings.Contains(text, s) {
				return preflight.Pass(f.Path + " runs " + s)
			}
		}
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info})
}
