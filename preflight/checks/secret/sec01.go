package secret

import (
	"fmt"
	"path"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var sec01 = shared(preflight.Rule{
	ID:      "SEC-01",
	Title:   "An env file with real-looking values is in git",
	Level:   preflight.Fail,
	Rows:    []string{"P2", "S1", "C5", "R2", "V2", "P2w1", "P2w2"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "Everybody with access to the repository, and to every copy of it, has the credentials of production.",
	Fix:     "Rotate every value first, then git rm --cached the file and add it to .gitignore; ignoring alone does not untrack it. The history keeps it: see SEC-03.",
	Verify:  "git ls-files | grep -i env lists templates only.",
	FixCost: "1 hour",
	Cost:    preflight.High,
	Detect:  "A tracked env file (.env, .env.*, *.env, in any folder) in which a variable with a secret's name, or a connection string, has a value that looks real, or in which a signing key or password of the project is made of words.",
	Silent:  "Templates (.env.example and the like) unless a value has the format of a provider's key, empty values, references, placeholders, published defaults (see KEY-05), values that are meant to be public, addresses of this machine, env files of tests.",
	Bad:     "-- .env --\nJWT_SECRET=<43 random characters>\n",
	Good:    "-- .env.example --\nJWT_SECRET=change-me\n",
}, runSec01)

func runSec01(in *Input) preflight.Outcome {
	if in.Tree == nil {
		return preflight.NotChecked("the files could not be scanned for secrets")
	}
	byFile, order := map[string][]secrets.Secret{}, []string{}
	for _, s := range in.Tree.Secrets {
		for _, p := range s.Places {
			if !p.Env || !s.Proven || in.Git.Untracked[p.Path] {
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
		findings = append(findings, in.envFinding(file, byFile[file]))
	}
	if len(findings) == 0 {
		return preflight.Pass(plural(in.Tree.Files, "file") + " read, no env file with real-looking values is tracked")
	}
	return preflight.Found(findings...)
}

func (in *Input) envFinding(file string, list []secrets.Secret) preflight.Finding {
	f := preflight.Finding{Level: preflight.Fail, Key: file}
	for i := range list {
		f.Evidence = append(f.Evidence, places(&list[i])...)
	}
	f.Title = fmt.Sprintf("%s is in git with %s", path.Base(file), plural(len(list), "real-looking value"))
	f.Fix = fmt.Sprintf("Rotate first:\n%s\nThen untrack the file:\n  git rm --cached %s && echo %s >> .gitignore && git commit -m 'stop tracking %s'\nOlder commits keep it: see SEC-03.", rotation(list), quote(file), quote(path.Base(file)), path.Base(file))
	if _, template := secrets.EnvFile(file); template {
		f.Fix = fmt.Sprintf("Rotate first:\n%s\nThen write a placeholder into %s. Older commits keep the value: see SEC-03.", rotation(list), path.Base(file))
	}
	if !in.Git.Repository {
		f.Level = preflight.Warn
		f.Title = fmt.Sprintf("%s holds %s and lies in the folder that is checked", path.Base(file), plural(len(list), "real-looking value"))
		f.Detail = "There is no git repository here, so nobody can tell whether the file is shared."
	}
	return f
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// quote makes a path safe to paste into a shell.
func quote(s string) string {
	for _, c := range s {
		if !(c == '/' || c == '.' || c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
			return fmt.Sprintf("%q", s)
		}
	}
	return s
}
