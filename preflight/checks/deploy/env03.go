package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var env03 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-03",
		Title:   "One variable is spelt in two ways",
		Level:   preflight.Fail,
		Rows:    []string{"P10", "R10", "V10", "P10w3"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The value that was set never reaches the program, which starts with its default and fails later, in some feature.",
		Fix:     "Use one spelling in the code, the manifests and the example file.",
		Verify:  "preflight . finds it no more; the feature works after a redeploy.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "A name that is set (example file, env file, manifest, compose, workflow) and nowhere read, and a name that is read and nowhere set, differ by a letter or two, by the order of their words, or by one word at an end.",
		Silent:  "Aliases, prefixes of settings classes, names that libraries and tools read by themselves, names that any file of the repository mentions, families of names that differ in a digit or an environment.",
		Bad:     "-- .env.example --\nANTRHOPIC_API_KEY=\n-- main.py --\nimport os\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = os.getenv('ANTHROPIC_API_KEY', '')\n",
		Good:    "-- .env.example --\nANTHROPIC_API_KEY=\n-- main.py --\nimport os\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = os.getenv('ANTHROPIC_API_KEY', '')\n",
	},
	Run: runEnv03,
}

func runEnv03(_ context.Context, in *check.Input) preflight.Outcome {
	n := variableNames(in)
	if len(n.read) == 0 {
		return preflight.NotApplicable("no code that reads variables was found")
	}
	if len(n.set) == 0 {
		return preflight.NotApplicable("nothing in the repository sets or lists variables")
	}
	var findings []preflight.Finding
	taken := map[string]bool{}
	for _, lost := range n.unread(false) {
		if want, kind := n.meant(lost); want != "" && !taken[want] && (kind == slip || !libraryReads(lost)) {
			taken[want] = true
			findings = append(findings, n.twoSpellings(in, lost, want, kind))
		}
	}
	if len(findings) == 0 {
		return preflight.Pass(fmt.Sprintf("%d names that are read and %d that are set were compared", len(n.read), len(n.set)))
	}
	return preflight.Found(findings...)
}

func (n *nameTable) twoSpellings(in *check.Input, lost, want string, kind nearness) preflight.Finding {
	f := preflight.Finding{Level: preflight.Fail, Key: lost, Title: fmt.Sprintf("%s is set, and the program reads %s", lost, want)}
	if kind == sameEnd {
		f.Level = preflight.Warn
	}
	var by []string
	for i, s := range n.set[lost] {
		if s.by != "" && i < 5 {
			by = append(by, s.by)
		}
		if i < 2 {
			f.Evidence = append(f.Evidence, at(in, s.place, "set here"))
		}
	}
	r := n.read[want][0]
	f.Evidence = append(f.Evidence, at(in, manifest.Place{File: r.File, Line: r.Line}, "read here"))
	f.Path = strings.Join(by, ", ")
	f.Detail = fmt.Sprintf("No code reads %s, and nothing sets %s.", lost, want)
	if r.HasDefault {
		f.Detail += " The program goes on with its default."
	}
	f.Fix = fmt.Sprintf("Rename %s to %s where it is set.", lost, want)
	return f
}
