package deploy

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var man09 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-09",
		Title:   "The versions of the runtime contradict each other",
		Level:   preflight.Warn,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "What runs in production is another version than the one that was tried, and packages fail to install or behave differently.",
		Fix:     "Name one version, in one place, and let the others follow it.",
		Verify:  "python --version (node --version) in the deployed container.",
		FixCost: "15 minutes",
		Cost:    preflight.Low,
		Detect:  "The version of Python or Node in an image that is deployed lies outside of what pyproject.toml (requires-python) or package.json (engines) demands, or differs from .python-version, runtime.txt or .nvmrc beside it.",
		Silent:  "Ranges that allow the version, versions with variables, images that are not deployed.",
		Bad:     "-- Dockerfile --\nFROM python:3.9-slim\nCOPY . .\nCMD [\"python\", \"app.py\"]\n-- pyproject.toml --\n[project]\nname = \"app\"\nrequires-python = \">=3.11\"\n-- app.py --\nprint(1)\n",
		Good:    "-- Dockerfile --\nFROM python:3.12-slim\nCOPY . .\nCMD [\"python\", \"app.py\"]\n-- pyproject.toml --\n[project]\nname = \"app\"\nrequires-python = \">=3.11\"\n-- app.py --\nprint(1)\n",
	},
	Run: runMan09,
}

var imageVersion = regexp.MustCompile(`(?:^|/)(python|node):(\d+)(?:\.(\d+))?`)

func runMan09(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	known := 0
	for _, p := range servers(in) {
		if p.Image == nil {
			continue
		}
		st := p.Image.Effective()
		m := imageVersion.FindStringSubmatch(baseOf(p.Image, st))
		if m == nil {
			continue
		}
		known++
		findings = append(findings, versionFindings(in, p, m[1], m[2], m[3])...)
	}
	if known == 0 {
		return preflight.NotApplicable("no image with a version of Python or Node is deployed")
	}
	return preflight.Found(findings...)
}

// baseOf is the image that a stage is built on, through stages of the file.
func baseOf(im *manifest.Image, st *manifest.Stage) string {
	for range len(im.Stages) {
		if st.From < 0 {
			break
		}
		st = &im.Stages[st.From]
	}
	return st.Base
}

func versionFindings(in *check.Input, p *manifest.Path, lang, major, minor string) []preflight.Finding {
	var out []preflight.Finding
	add := func(level preflight.Level, file string, line int, says string) {
		out = append(out, preflight.Finding{Level: level, Path: p.Name, Key: file, Title: fmt.Sprintf("The image has %s %s, and %s says %s", lang, strings.TrimSuffix(major+"."+minor, "."), file, says),
			Evidence: []preflight.Evidence{at(in, p.Image.Effective().Place, "the image"), {File: file, Line: line, Excerpt: says}}})
	}
	for _, dir := range []string{path.Clean(p.Root), "."} {
		if lang == "python" {
			file := path.Join(dir, "pyproject.toml")
			if want, line := lineWith(in, file, requiresPython); want != "" && !allows(want, major, minor) {
				add(preflight.Warn, file, line, want)
			}
			for _, name := range []string{".python-version", "runtime.txt"} {
				if v := version(in.Tree.Text(path.Join(dir, name))); v != "" && minor != "" && !sameVersion(v, major, minor) {
					add(preflight.Info, path.Join(dir, name), 1, v)
				}
			}
		} else {
			file := path.Join(dir, "package.json")
			if want, line := lineWith(in, file, enginesNode); want != "" && !allows(want, major, first(minor, "99")) {
				add(preflight.Warn, file, line, want)
			}
			for _, name := range []string{".nvmrc", ".node-version"} {
				if v := version(in.Tree.Text(path.Join(dir, name))); v != "" && !sameVersion(v, major, "") {
					add(preflight.Info, path.Join(dir, name), 1, v)
				}
			}
		}
		if dir == "." {
			break
		}
	}
	return out
}

var (
	requiresPython = regexp.MustCompile(`(?m)^\s*(?:requires-python|python)\s*=\s*["']([^"']+)["']`)
	enginesNode    = regexp.MustCompile(`(?s)"engines"\s*:\s*\{[^}]*?"node"\s*:\s*"([^"]+)"`)
	digits         = regexp.MustCompile(`(\d+)(?:\.(\d+))?`)
	constraint     = regexp.MustCompile(`(>=|<=|==|~=|!=|\^|~|>|<)?\s*v?(\d+)(?:\.(\d+|x|\*))?(?:\.(?:\d+|x|\*))*`)
)

func lineWith(in *check.Input, file string, pattern *regexp.Regexp) (string, int) {
	text := in.Tree.Text(file)
	m := pattern.FindStringSubmatchIndex(text)
	if m == nil {
		return "", 0
	}
	return text[m[2]:m[3]], 1 + strings.Count(text[:m[2]], "\n")
}

func version(text string) string {
	m := digits.FindString(text)
	return m
}

func sameVersion(v, major, minor string) bool {
	m := digits.FindStringSubmatch(v)
	return m[1] == major && (minor == "" || m[2] == "" || m[2] == minor)
}

// allows reports whether a range of versions admits one. Alternatives are
// separated by ||; what cannot be read admits everything.
func allows(want, major, minor string) bool {
	for _, alternative := range strings.Split(want, "||") {
		if strings.Contains(alternative, " - ") || strings.ContainsAny(alternative, "*x") && !strings.ContainsAny(alternative, "<>=^~") {
			return true
		}
		list := constraint.FindAllStringSubmatch(alternative, 8)
		ok := len(list) > 0
		for _, c := range list {
			ok = ok && admits(c[1], c[2], c[3], major, minor)
		}
		if ok || len(list) == 0 {
			return true
		}
	}
	return false
}

func admits(op, wantMajor, wantMinor, major, minor string) bool {
	a, errA := strconv.Atoi(major)
	b, errB := strconv.Atoi(wantMajor)
	if errA != nil || errB != nil {
		return true
	}
	x, errX := strconv.Atoi(minor)
	y, errY := strconv.Atoi(wantMinor)
	if errX != nil || errY != nil { // only the major versions can be compared
		x, y = 0, 0
		if op == "<" {
			return a < b || minor == "" && a == b && wantMinor != ""
		}
	}
	order := a*1000 + x - b*1000 - y
	switch op {
	case ">=":
		return order >= 0
	case ">":
		return order > 0 || wantMinor == ""
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case "^":
		return a == b && order >= 0
	case "~", "~=":
		return a == b && (errY != nil || order >= 0)
	case "!=":
		return true
	}
	return a == b && (errX != nil || errY != nil || x == y)
}
