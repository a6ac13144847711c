package self

import (
	"context"
	"fmt"
	"path"
	"sort"

	"github.com/ba-assistant/ba-assistant/preflight"
)

var self03 = Check{
	Rule: preflight.Rule{
		ID:      "SELF-03",
		Title:   "Something that looks like configuration or code was not understood",
		Level:   preflight.Info,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "What preflight could not read may hold the fault that it was run for; a platform may fail to read it as well.",
		Fix:     "Correct the syntax where it is wrong, and check by hand what stays unread.",
		Verify:  "Run preflight again: the file is no longer listed.",
		Detect:  "Manifests and env files that could not be parsed, with the line; and server languages that no extractor reads.",
		Silent:  "Files of languages that only clients or tools use.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n   name: api\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n",
	},
	Run: runSelf03,
}

// unread are extensions of server languages without an extractor.
var unread = map[string]string{".rb": "Ruby", ".php": "PHP", ".java": "Java", ".kt": "Kotlin", ".cs": "C#", ".rs": "Rust", ".ex": "Elixir", ".exs": "Elixir", ".scala": "Scala", ".clj": "Clojure", ".erl": "Erlang", ".pl": "Perl"}

func runSelf03(_ context.Context, in *Input) preflight.Outcome {
	if in.Repository == nil {
		return preflight.NotApplicable("no repository was given")
	}
	var findings []preflight.Finding
	for _, p := range in.Repository.Deploy.Problems {
		findings = append(findings, preflight.Finding{
			Level: preflight.Info, Title: fmt.Sprintf("%s was not understood: %s", p.File, p.Msg), Key: p.Msg,
			Evidence: []preflight.Evidence{{File: p.File, Line: p.Line}},
		})
	}
	counts, first := map[string]int{}, map[string]string{}
	for _, f := range in.Repository.Tree.Files() {
		if lang := unread[path.Ext(f.Path)]; lang != "" {
			if counts[lang]++; first[lang] == "" {
				first[lang] = f.Path
			}
		}
	}
	var langs []string
	for lang := range counts {
		langs = append(langs, lang)
	}
	sort.Strings(langs)
	for _, lang := range langs {
		findings = append(findings, preflight.Finding{
			Level: preflight.Info, Key: lang, Title: fmt.Sprintf("%s of %s: secrets and manifests were checked, the code was not", count(counts[lang], "file"), lang),
			Evidence: []preflight.Evidence{{File: first[lang]}},
		})
	}
	return said(findings, "every manifest and every server language was understood")
}
