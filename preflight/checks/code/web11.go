package code

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var web11 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-11",
		Title:   "The front end never sees the variable that it reads",
		Level:   preflight.Fail,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The variable is set, and the page still has undefined in its place: requests go to a wrong address or the page stays blank.",
		Fix:     "Give the variable the prefix of this bundler and set it where the build runs, not where the files are served.",
		Verify:  "Search the built script for the value: it must be there.",
		FixCost: "15 minutes",
		Cost:    preflight.Low,
		Detect:  "Client code reads a variable in a form that its bundler does not fill in (process.env.REACT_APP_ under Vite, import.meta.env under Create React App, a name without NEXT_PUBLIC_ in a client component), or a container that only serves files gets build variables at run time.",
		Silent:  "Bundlers with define or another prefix in their configuration, containers that write a configuration script at start.",
		Bad:     reactHead + "fetch(process.env.REACT_APP_API_URL + '/items');\n",
		Good:    reactHead + "fetch(import.meta.env.VITE_API_URL + '/items');\n",
		Sourced: "Vite guide, Env Variables and Modes: only variables with the prefix VITE_ are exposed, on import.meta.env. Next.js, Environment Variables: NEXT_PUBLIC_ for the browser.",
	},
	Run: runWeb11,
}

func runWeb11(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := map[string]bool{}
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Script || !clientSide(in, m) {
			continue
		}
		for _, s := range m.Attrs {
			name, chain := environmentRead(s)
			if name == "" || seen[name] || asksForProcess(s) {
				continue
			}
			if why := unfilled(in, m, chain, name); why != "" {
				seen[name] = true
				findings = append(findings, preflight.Finding{Level: preflight.Fail, Key: name, Evidence: []preflight.Evidence{here(in, s, why)}, Detail: name + ": " + why + "."})
			}
		}
	}
	return preflight.Found(append(findings, servedLate(in)...)...)
}

// asksForProcess reports whether code runs only where there is a process: it is shared with a server.
func asksForProcess(s *repo.Site) bool {
	for g := s.Guards; g != nil; g = g.Outer {
		if contains(g.Test, func(n *node) bool { return n.Is(syntax.Unary) && n.Name == "typeof" }) {
			return true
		}
	}
	return false
}

// environmentRead returns the variable that process.env.X or import.meta.env.X names, and the part before it.
func environmentRead(s *repo.Site) (name, chain string) {
	if !s.Node.Is(syntax.Attr) || s.Parent.Is(syntax.Attr) && s.Parent.X != s.Node {
		return "", ""
	}
	chain = syntax.Dotted(s.Node.X)
	if chain != "process.env" && chain != "import.meta.env" || !isConstantName(s.Node.Name) {
		return "", ""
	}
	return s.Node.Name, chain
}

// unfilled says why a bundler leaves a read of a variable empty; "" when it may fill it in.
func unfilled(in *check.Input, m *repo.Module, chain, name string) string {
	p := projectOf(in, m.File.Path)
	switch {
	case p == nil || configures(in, p):
		return ""
	case p.has("next"):
		if chain == "process.env" && firstDirective(m) == "use client" && !strings.HasPrefix(name, "NEXT_PUBLIC_") && name != "NODE_ENV" {
			return "in a client component Next.js fills in names with NEXT_PUBLIC_ only"
		}
	case p.has("react-scripts"):
		if chain == "import.meta.env" {
			return "Create React App does not know import.meta.env"
		}
		if !strings.HasPrefix(name, "REACT_APP_") && name != "PUBLIC_URL" && name != "NODE_ENV" {
			return "Create React App fills in names with REACT_APP_ only"
		}
	case p.has("vite") && !p.has("nuxt", "@sveltejs/kit", "astro", "@remix-run/react", "electron", "vinxi"):
		if chain == "process.env" && name != "NODE_ENV" {
			return "Vite does not fill in process.env in the browser"
		}
		if chain == "import.meta.env" && (strings.HasPrefix(name, "REACT_APP_") || strings.HasPrefix(name, "NEXT_PUBLIC_") || strings.HasPrefix(name, "VUE_APP_")) {
			return "Vite fills in names with VITE_ only"
		}
	}
	return ""
}

// configures reports whether the bundler's configuration changes how variables reach the code.
func configures(in *check.Input, p *project) bool {
	for _, f := range in.Code.Files() {
		base := path.Base(f.Path)
		if path.Dir(f.Path) != p.dir || !strings.Contains(base, ".config.") && base != "craco.config.js" && base != "config-overrides.js" {
			continue
		}
		src := string(in.Code.Source(f))
		for _, s := range []string{"define:", "envPrefix", "EnvironmentPlugin", "'process.env", "\"process.env", "environment(", "Dotenv"} {
			if strings.Contains(src, s) {
				return true
			}
		}
		if strings.HasPrefix(base, "next.") && strings.Contains(src, "env:") {
			return true
		}
	}
	return false
}

// servedLate finds containers that serve files and are given the variables of a build when they run.
func servedLate(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, p := range in.Paths() {
		if p.Role != manifest.Static || p.Image == nil || p.Platform != manifest.Compose {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(p.Vars)) {
			v := p.Vars[name]
			if !buildPrefix(name) || p.BuildVars[name].Kind != manifest.Unset || p.Image.Effective().Args[name].Kind != manifest.Unset || replacedAtStart(in, name) || v.File != p.Manifest() {
				continue
			}
			out = append(out, preflight.Finding{Level: preflight.Fail, Key: name, Path: p.Name, Evidence: []preflight.Evidence{at(in, v.File, v.Line, "set when the files are already built")}, Detail: fmt.Sprintf("%s only serves files: %s comes too late.", p.Name, name), Fix: "Pass " + name + " as a build argument (build.args in compose, ARG in the Dockerfile)."})
		}
	}
	return out
}

func buildPrefix(name string) bool {
	for _, prefix := range []string{"VITE_", "REACT_APP_", "NEXT_PUBLIC_", "VUE_APP_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// replacedAtStart reports whether a script or template of the repository puts the variable into the files at start.
func replacedAtStart(in *check.Input, name string) bool {
	for _, f := range in.Code.Files() {
		switch path.Ext(f.Path) {
		case ".sh", ".template", ".tmpl", ".tpl":
			src := string(in.Code.Source(f))
			if strings.Contains(src, name) || strings.Contains(src, "envsubst") || strings.Contains(src, "printenv") || strings.Contains(src, "VITE_") && strings.Contains(name, "VITE_") {
				return true
			}
		}
	}
	return false
}
