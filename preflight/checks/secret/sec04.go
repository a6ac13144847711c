package secret

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
)

var sec04 = shared(preflight.Rule{
	ID:      "SEC-04",
	Title:   "The next env file would go into git",
	Level:   preflight.Warn,
	Rows:    []string{"P2", "S1"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "One git add . and the credentials of production are in the history for ever.",
	Fix:     "Add to .gitignore:\n  .env*\n  !.env.example",
	Verify:  "git check-ignore .env .env.production prints both.",
	FixCost: "5 minutes",
	Cost:    preflight.High,
	Detect:  "The repository's own ignore rules, on all levels and with negations, are asked for .env in the root and in each folder of a project that uses variables: a warning. Variants such as .env.production are information, and so is a rule that hides .env.example.",
	Silent:  "Repositories that use no variables, env files that are tracked on purpose, rules of one person's machine (others do not have them).",
	Bad:     "-- .gitignore --\nnode_modules\n",
	Good:    "-- .gitignore --\n.env*\n!.env.example\n",
}, runSec04)

func runSec04(in *Input) preflight.Outcome {
	switch {
	case !in.Git.Repository:
		return preflight.NotChecked("not a git repository")
	case in.Ignored == nil:
		return preflight.NotChecked("the ignore rules could not be read")
	case len(in.Code.EnvReads()) == 0 && len(in.Deploy.EnvFiles) == 0:
		return preflight.NotApplicable("the code reads no variables")
	}
	var plain, variants, hidden []string
	for _, name := range EnvNames(in.Input) {
		if in.tracked(name) || !in.usesVariables(path.Dir(name)) {
			continue
		}
		switch base := path.Base(name); {
		case base == ".env.example" && in.Ignored[name]:
			hidden = append(hidden, name)
		case base == ".env" && !in.Ignored[name]:
			plain = append(plain, name)
		case base != ".env" && base != ".env.example" && !in.Ignored[name]:
			variants = append(variants, name)
		}
	}
	var findings []preflight.Finding
	add := func(level preflight.Level, title string, list []string) {
		if len(list) > 0 {
			f := preflight.Finding{Level: level, Rows: []string{"S1"}, Title: fmt.Sprintf(title, join(list)), Key: title} // nothing is exposed yet
			if in.Input.Tree.Has(".gitignore") {
				f.Evidence = []preflight.Evidence{{File: ".gitignore"}}
			}
			findings = append(findings, f)
		}
	}
	add(preflight.Warn, "git would take %s", plain)
	add(preflight.Info, "git would take %s", variants)
	add(preflight.Info, "git ignores the template %s, so nobody sees it", hidden)
	return preflight.Found(findings...)
}

// usesVariables reports whether code below a folder, or the folder itself, reads variables.
func (in *Input) usesVariables(dir string) bool {
	if dir == "." {
		return true
	}
	for _, e := range in.Deploy.EnvFiles {
		if path.Dir(e.Path) == dir {
			return true
		}
	}
	for _, r := range in.Code.EnvReads() {
		if strings.HasPrefix(r.File, dir+"/") && !r.Tooling {
			return true
		}
	}
	return false
}

func join(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	if len(list) > 6 {
		return strings.Join(list[:6], ", ") + fmt.Sprintf(" and %d more", len(list)-6)
	}
	return strings.Join(list, ", ")
}
