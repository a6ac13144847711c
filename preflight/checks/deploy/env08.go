package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var env08 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-08",
		Title:   "An env file is written so that loaders read something else",
		Level:   preflight.Warn,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Env},
		Why:     "The program gets another value than the one that people see, or none.",
		Fix:     "NAME=value, one a line, without blanks around =; quotes around values with blanks or #.",
		Verify:  "Print the settings with docker compose config, or with the loader.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "Curly quotes, blanks around =, NAME: value, a name twice with different values, a value with # that is cut, a name twice in upper and lower case.",
		Silent:  "Order, blank lines, comments, export (loaders differ, and most accept it).",
		Bad:     "-- .env.production --\nGREETING=\u201chello\u201d\n",
		Good:    "-- .env.production --\nGREETING=\"hello\"\n",
	},
	Run: runEnv08,
}

func runEnv08(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	if len(in.Deploy.EnvFiles) == 0 {
		return preflight.NotApplicable("no env file was found")
	}
	for _, e := range in.Deploy.EnvFiles {
		if e.Use == manifest.EnvTest {
			continue
		}
		findings = append(findings, envSyntax(in, e)...)
	}
	return preflight.Found(findings...)
}

func envSyntax(in *check.Input, e *manifest.EnvFile) []preflight.Finding {
	var out []preflight.Finding
	add := func(line int, key, title string) {
		level := preflight.Warn
		if e.Use == manifest.EnvExample {
			level = preflight.Info
		}
		out = append(out, preflight.Finding{Level: level, Key: key, Title: fmt.Sprintf("%s: %s", e.Path, title), Evidence: []preflight.Evidence{at(in, manifest.Place{File: e.Path, Line: line}, "")}})
	}
	last := map[string]manifest.EnvVar{}
	lower := map[string]string{}
	for _, v := range e.Vars {
		if v.Comment {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(v.Raw), "export "), "=")
		_, raw, _ := strings.Cut(v.Raw, "=")
		switch {
		case strings.HasSuffix(name, " ") || strings.HasPrefix(raw, " ") && strings.TrimSpace(raw) != "":
			add(v.Line, v.Name+" blanks", v.Name+" has blanks around =; shells and some loaders refuse it")
		case strings.ContainsAny(v.Value, "\u201c\u201d\u2018\u2019"):
			add(v.Line, v.Name+" quotes", v.Name+" has curly quotes, which become part of the value")
		}
		if o, twice := last[v.Name]; twice && o.Value != v.Value {
			add(v.Line, v.Name+" twice", fmt.Sprintf("%s stands twice with different values (line %d and here); the last one counts", v.Name, o.Line))
		}
		if o := lower[strings.ToUpper(v.Name)]; o != "" && o != v.Name {
			add(v.Line, v.Name+" case", fmt.Sprintf("%s and %s differ only in case", o, v.Name))
		}
		last[v.Name], lower[strings.ToUpper(v.Name)] = v, v.Name
	}
	return append(out, colons(in, e)...)
}

// colons finds lines written as in YAML.
func colons(in *check.Input, e *manifest.EnvFile) []preflight.Finding {
	var out []preflight.Finding
	line := 0
	for l := range strings.Lines(in.Tree.Text(e.Path)) {
		line++
		l = strings.TrimSpace(l)
		name, _, ok := strings.Cut(l, ": ")
		if ok && !strings.Contains(l, "=") && isUpperName(name) {
			out = append(out, preflight.Finding{Level: preflight.Warn, Key: name + " colon", Title: fmt.Sprintf("%s: %s is written with a colon, so it is not set", e.Path, name), Evidence: []preflight.Evidence{at(in, manifest.Place{File: e.Path, Line: line}, "")}})
		}
	}
	return out
}
