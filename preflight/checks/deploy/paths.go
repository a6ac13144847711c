package deploy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

// runsCode reports whether a path runs code of the repository for users.
func runsCode(p *manifest.Path) bool {
	switch p.Role {
	case manifest.Web, manifest.Worker, manifest.Cron, manifest.Private:
		return p.ImageName == "" || p.Image != nil
	}
	return false
}

// servers returns the paths that run code of the repository.
func servers(in *check.Input) []*manifest.Path {
	var out []*manifest.Path
	for _, p := range in.Paths() {
		if runsCode(p) {
			out = append(out, p)
		}
	}
	return out
}

// holds reports whether the code of a path contains a file.
func holds(p *manifest.Path, file string) bool {
	root := path.Clean(strings.TrimPrefix(p.Root, "./"))
	return root == "." || file == root || strings.HasPrefix(file, root+"/")
}

// names joins the names of paths, each once.
func names(list []*manifest.Path) string {
	var out []string
	for _, p := range list {
		if !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	return strings.Join(out, ", ")
}

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "s") {
		return fmt.Sprintf("%d %ses", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// at returns a line of a file as evidence, with its secrets masked.
func at(in *check.Input, place manifest.Place, note string) preflight.Evidence {
	return preflight.Evidence{File: place.File, Line: place.Line, Excerpt: lineOf(in, place.File, place.Line), Note: note}
}

// lineOf returns a line of a file without its secrets; "" where there is none.
func lineOf(in *check.Input, file string, line int) string {
	if line < 1 {
		return ""
	}
	n := 0
	for l := range strings.Lines(in.Tree.Text(file)) {
		if n++; n == line {
			l = strings.TrimSpace(l)
			if len(l) > 160 {
				l = l[:160] + "..."
			}
			return masked(in, file, line, l)
		}
	}
	return ""
}

// masked hides the value of a line whose key, or the key of the line before,
// names a secret.
func masked(in *check.Input, file string, line int, text string) string {
	key, value, ok := assignment(text)
	if !ok {
		return text
	}
	if strings.EqualFold(key, "value") || strings.EqualFold(key, "default") { // "- key: NAME" above "value: ..."
		if k, name, ok := assignment(previous(in, file, line)); ok && (k == "key" || k == "name") {
			key = name
		}
	}
	return maskValue(text, key, value)
}

func previous(in *check.Input, file string, line int) string {
	lines := strings.Split(in.Tree.Text(file), "\n")
	if line < 2 || line-2 >= len(lines) {
		return ""
	}
	return lines[line-2]
}

// maskValue replaces a value that looks like somebody's secret.
func maskValue(text, key, value string) string {
	if value == "" {
		return text
	}
	switch class := secrets.Classify(key, value); {
	case class == secrets.Real && (secrets.SecretName(key) || strings.Contains(value, "://")),
		class == secrets.Known && secrets.SecretName(key) && len(value) > 3:
		return strings.ReplaceAll(text, value, secrets.Mask(value))
	}
	return text
}

// assignment splits "KEY=value", "- KEY: value", "ENV KEY value" into key and value.
func assignment(text string) (key, value string, ok bool) {
	s := strings.TrimSpace(text)
	for _, prefix := range []string{"- ", "ENV ", "ARG ", "export ", `"`} {
		s = strings.TrimPrefix(s, prefix)
	}
	i := strings.IndexAny(s, "=:")
	if j := strings.IndexByte(s, ' '); j > 0 && (i < 0 || j < i) && strings.HasPrefix(strings.TrimSpace(text), "ENV ") {
		i = j
	}
	if i <= 0 {
		return "", "", false
	}
	key = strings.Trim(strings.TrimSpace(s[:i]), `"'`)
	value = strings.Trim(strings.TrimSpace(s[i+1:]), `"',`)
	return key, value, key != "" && !strings.ContainsAny(key, " \t")
}

// certain returns level where the manifest of a path says everything, and one
// lower where a dashboard or whoever starts the image may say more.
func certain(p *manifest.Path, level preflight.Level) preflight.Level {
	switch p.Platform {
	case manifest.Unknown, manifest.Docker, manifest.Systemd:
		return level.Lower()
	}
	if p.Purpose == manifest.Either {
		return level.Lower()
	}
	return level
}
