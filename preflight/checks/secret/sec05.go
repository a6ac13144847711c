package secret

import (
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var sec05 = shared(preflight.Rule{
	ID:      "SEC-05",
	Title:   "An env file with real-looking values is about to be committed",
	Level:   preflight.Warn,
	Rows:    []string{"P2", "P2w1"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "git add . takes it along, and from then on it is in the history.",
	Fix:     "Add it to .gitignore before the next commit.",
	Verify:  "git status no longer lists it.",
	FixCost: "1 minute",
	Cost:    preflight.High,
	Detect:  "An env file on disk that git neither tracks nor ignores, with at least one value that looks real.",
	Silent:  "Placeholders, templates, references.",
	Bad:     "git status: ?? .env.production   (with JWT_SECRET=<43 random characters>)",
	Good:    "git status: nothing   (.env* is ignored)",
}, runSec05)

func runSec05(in *Input) preflight.Outcome {
	if !in.Git.Repository {
		return preflight.NotChecked("not a git repository")
	}
	if in.Tree == nil {
		return preflight.NotChecked("the files could not be scanned for secrets")
	}
	byFile, order := map[string][]secrets.Secret{}, []string{}
	for _, s := range in.Tree.Secrets {
		for _, p := range s.Places {
			if !p.Env || !s.Proven || !in.Git.Untracked[p.Path] {
				continue
			}
			if byFile[p.Path] == nil {
				order = append(order, p.Path)
			}
			one := s
			one.Places = []secrets.Place{p}
			byFile[p.Path] = append(byFile[p.Path], one)
		}
	}
	var findings []preflight.Finding
	for _, file := range order {
		f := preflight.Finding{Level: preflight.Warn, Key: file, Title: fmt.Sprintf("git add . would commit %s with %s", file, plural(len(byFile[file]), "real-looking value")), Fix: fmt.Sprintf("  echo %s >> .gitignore", quote(file))}
		for i := range byFile[file] {
			f.Evidence = append(f.Evidence, places(&byFile[file][i])...)
		}
		findings = append(findings, f)
	}
	return preflight.Found(findings...)
}
