package deploy

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var requirementName = regexp.MustCompile(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[([^\]]*)\])?`)

var tomlRequirement = regexp.MustCompile(`["']([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[([^\]]*)\])?\s*(?:[<>=!~;@ ]|["'])`)

var tomlTableKey = regexp.MustCompile(`(?m)^\s*"?([A-Za-z0-9][A-Za-z0-9._-]*)"?\s*=`)

// dependencies returns the names of the packages that the project files of a
// folder, and of those above it, ask for: requirements, pyproject, Pipfile,
// lock files and package.json. Names are in lower case, with "-" for "_".
func dependencies(in *check.Input, root string) []string {
	var out []string
	for dir := path.Clean(root); ; dir = path.Dir(dir) {
		for _, f := range in.Tree.Below(dir) {
			rest := strings.TrimPrefix(f.Path, strings.TrimSuffix(dir, "/")+"/")
			if dir == "." {
				rest = f.Path
			}
			if strings.Count(rest, "/") <= 1 {
				out = append(out, dependenciesOf(in, f.Path)...)
			}
		}
		if dir == "." || dir == "/" {
			return out
		}
	}
}

func dependenciesOf(in *check.Input, file string) []string {
	base := strings.ToLower(path.Base(file))
	switch {
	case strings.HasPrefix(base, "requirements") && (strings.HasSuffix(base, ".txt") || strings.HasSuffix(base, ".in")), base == "constraints.txt",
		path.Base(path.Dir(file)) == "requirements" && strings.HasSuffix(base, ".txt"):
		var out []string
		for line := range strings.Lines(in.Tree.Text(file)) {
			if m := requirementName.FindStringSubmatch(line); m != nil && !strings.HasPrefix(strings.TrimSpace(line), "-") {
				out = append(out, named(m)...)
			}
		}
		return out
	case base == "pyproject.toml", base == "pipfile", base == "poetry.lock", base == "uv.lock", base == "pipfile.lock", base == "setup.py", base == "setup.cfg", base == "environment.yml", base == "pdm.lock":
		text := in.Tree.Text(file)
		var out []string
		for _, m := range tomlRequirement.FindAllStringSubmatch(text, 5000) {
			out = append(out, named(m)...)
		}
		for _, m := range tomlTableKey.FindAllStringSubmatch(text, 5000) {
			out = append(out, normalName(m[1]))
		}
		return out
	case base == "package.json":
		return packageNames(in, file)
	}
	return nil
}

func named(m []string) []string {
	out := []string{normalName(m[1])}
	for _, extra := range strings.Split(m[2], ",") {
		if extra = strings.TrimSpace(extra); extra != "" {
			out = append(out, normalName(m[1])+"["+extra+"]")
		}
	}
	return out
}

func normalName(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(s), "_", "-"), ".", "-")
}

func packageNames(in *check.Input, file string) []string {
	var pkg struct {
		Dependencies    map[string]any `json:"dependencies"`
		DevDependencies map[string]any `json:"devDependencies"`
		Optional        map[string]any `json:"optionalDependencies"`
		Peer            map[string]any `json:"peerDependencies"`
	}
	src, err := in.Tree.Read(file)
	if err != nil || json.Unmarshal(src, &pkg) != nil {
		return nil
	}
	var out []string
	for _, m := range []map[string]any{pkg.Dependencies, pkg.DevDependencies, pkg.Optional, pkg.Peer} {
		for name := range m {
			out = append(out, name)
		}
	}
	return out
}
