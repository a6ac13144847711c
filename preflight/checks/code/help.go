package code

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// node is a piece of source.
type node = syntax.Node

// at returns a line of a file as evidence.
func at(in *check.Input, file string, line int, note string) preflight.Evidence {
	return preflight.Evidence{File: file, Line: line, Excerpt: excerpt(in, file, line), Note: note}
}

// here returns the line of a site as evidence.
func here(in *check.Input, s *repo.Site, note string) preflight.Evidence {
	return at(in, s.Mod().File.Path, int(s.Node.Line), note)
}

// excerpt returns a line with its literals that look secret masked.
func excerpt(in *check.Input, file string, line int) string {
	f := in.Code.File(file)
	if f == nil || line < 1 {
		return ""
	}
	src := in.Code.Source(f)
	for range line - 1 {
		i := bytes.IndexByte(src, '\n')
		if i < 0 {
			return ""
		}
		src = src[i+1:]
	}
	if i := bytes.IndexByte(src, '\n'); i >= 0 {
		src = src[:i]
	}
	text := string(src)
	text = strings.TrimSpace(text)
	if len(text) > 200 {
		text = text[:200] + "..."
	}
	return maskLine(text)
}

var secretAssign = regexp.MustCompile(`(?i)((?:secret|password|passwd|token|api_?key|private_?key|credential)[\w."'\])]*\s*(?:=|:|,|\()\s*[^"'` + "`" + `\n{]{0,40}["'` + "`" + `])([^"'` + "`" + `]{6,})(["'` + "`" + `])`)

// maskLine hides the inside of literals that stand beside a secret's name.
func maskLine(s string) string {
	return secretAssign.ReplaceAllStringFunc(s, func(m string) string {
		parts := secretAssign.FindStringSubmatch(m)
		if strings.Contains(parts[2], "://") || strings.Contains(parts[2], " ") || isConstantName(parts[2]) {
			return m
		}
		return parts[1] + mask(parts[2]) + parts[3]
	})
}

func isConstantName(s string) bool { return s == strings.ToUpper(s) && strings.Contains(s, "_") }

// mask keeps the first characters of a secret.
func mask(s string) string {
	keep := min(3, len(s)/4)
	return s[:keep] + "****"
}

// localHost reports whether a host is the machine itself or a private network.
func localHost(host string) bool {
	host = strings.Trim(strings.ToLower(host), "[]")
	switch host {
	case "localhost", "0.0.0.0", "::1", "::", "10.0.2.2", "host.docker.internal":
		return true
	}
	if strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsPrivate())
}

var schemeHost = regexp.MustCompile(`^(?i)(https?|wss?)://(\[[0-9a-f:]*\]|[^/:?#\s{$]+)`)

// localURL reports whether a text begins with a URL of a local host.
func localURL(s string) bool {
	m := schemeHost.FindStringSubmatch(strings.TrimSpace(s))
	return m != nil && localHost(m[2])
}

// publicURL reports whether a text begins with a URL of a host elsewhere.
func publicURL(s string) bool {
	m := schemeHost.FindStringSubmatch(strings.TrimSpace(s))
	return m != nil && !localHost(m[2])
}

func hostOf(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// literalText returns the text of a value that is written in the code on every alternative; false when any alternative
// is not, or the choice between them depends on the environment.
func literalText(v repo.Value) (string, bool) {
	if v.Kind == repo.Choice && v.Gated {
		return "", false
	}
	text := ""
	for _, alt := range v.Alternatives() {
		if alt.Kind == repo.None {
			continue
		}
		if alt.Kind != repo.Text {
			return "", false
		}
		text = alt.Text
	}
	return text, text != ""
}

// literalLocal reports whether every alternative of a value is a literal local URL.
func literalLocal(v repo.Value) bool {
	if v.Kind == repo.Choice && v.Gated {
		return false
	}
	seen := false
	for _, alt := range v.Alternatives() {
		if alt.Kind == repo.None {
			continue
		}
		if alt.Kind != repo.Text || !localURL(alt.Text) {
			return false
		}
		seen = true
	}
	return seen
}

// words reports whether any word of a name is in the set.
func words(name string, set ...string) bool {
	for _, w := range syntax.Words(name) {
		if slices.Contains(set, w) {
			return true
		}
	}
	return false
}

// relevant reports whether a deployment path runs the code of a file.
func relevant(p *manifest.Path, file string) bool {
	switch p.Role {
	case manifest.Database, manifest.Proxy, manifest.Static:
		return false
	}
	root := strings.Trim(strings.TrimPrefix(p.Root, "./"), "/")
	return root == "" || root == "." || strings.HasPrefix(file, root+"/")
}

// pathsOf returns the deployment paths that run a file.
func pathsOf(in *check.Input, file string) []*manifest.Path {
	var out []*manifest.Path
	for _, p := range in.Paths() {
		if relevant(p, file) && !foreign(in, p) {
			out = append(out, p)
		}
	}
	return out
}

// foreign reports whether a path runs somebody else's image beside the program: one that is not built here and is given
// no variable that the code reads.
func foreign(in *check.Input, p *manifest.Path) bool {
	if p.ImageName == "" || p.Image != nil {
		return false
	}
	reads := once(in, "names read", func() map[string]bool {
		out := map[string]bool{}
		for _, r := range in.Code.EnvReads() {
			out[r.Name] = true
		}
		return out
	})
	for _, v := range p.Vars {
		if reads[v.Name] {
			return false
		}
	}
	return true
}

// setting is how the deployment paths treat a variable.
type setting struct {
	missing []*manifest.Path // certainly not set
	open    []*manifest.Path // nobody can tell from the repository
	set     []*manifest.Path
}

// sets asks every path that runs a file whether it sets one of the names.
func sets(in *check.Input, file string, names []string) setting {
	var out setting
	for _, p := range pathsOf(in, file) {
		best := check.SetNo
		for _, n := range names {
			switch in.Sets(p, n) {
			case check.SetYes:
				best = check.SetYes
			case check.SetUnknown:
				if best == check.SetNo {
					best = check.SetUnknown
				}
			}
		}
		switch best {
		case check.SetYes:
			out.set = append(out.set, p)
		case check.SetUnknown:
			out.open = append(out.open, p)
		default:
			out.missing = append(out.missing, p)
		}
	}
	return out
}

// none reports whether no path is known to run the file.
func (s setting) none() bool { return len(s.missing)+len(s.open)+len(s.set) == 0 }

// allSet reports whether every known path sets the variable.
func (s setting) allSet() bool { return !s.none() && len(s.missing)+len(s.open) == 0 }

// names joins the names of paths.
func pathNames(list []*manifest.Path) string {
	var out []string
	for _, p := range list {
		if !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	return strings.Join(out, ", ")
}

// blame returns the paths that a finding is about, and a sentence that says what they do with the variable.
func (s setting) blame(names []string) (paths, sentence string) {
	name := strings.Join(names, " or ")
	switch {
	case len(s.missing) > 0:
		paths = pathNames(s.missing)
		sentence = fmt.Sprintf("%s does not set %s.", paths, name)
	case len(s.open) > 0:
		paths = pathNames(s.open)
		sentence = fmt.Sprintf("%s cannot say whether %s is set; if the dashboard does not have it, the default is used.", paths, name)
	default:
		sentence = fmt.Sprintf("No deployment description in this repository sets %s.", name)
	}
	if len(s.set) > 0 {
		sentence += " " + pathNames(s.set) + " is fine."
	}
	return paths, sentence
}

// once works out an answer that several checks ask for, once for each program.
func once[T any](in *check.Input, key string, make func() T) T {
	return in.Code.Keep("code "+key, func() any { return make() }).(T)
}

// callName returns the qualified name of what a site calls.
func callName(in *check.Input, s *repo.Site) string { return in.Code.Qualified(s.Node.X, s.Scope) }

// eachCall visits the calls of the live modules; last is the final name of what is called.
func eachCall(in *check.Input, visit func(m *repo.Module, s *repo.Site, last string)) {
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Calls {
			visit(m, s, syntax.Last(s.Node.X))
		}
	}
}

// contains reports whether anything below a node satisfies the test.
func contains(n *node, test func(*node) bool) bool {
	found := false
	syntax.Walk(n, func(x *node) bool {
		found = found || test(x)
		return !found
	})
	return found
}

// mentions reports whether a text literal or name below n contains one of the texts, compared without case.
func mentions(n *node, texts ...string) bool {
	return contains(n, func(x *node) bool {
		for _, t := range texts {
			if x.Text != "" && strings.Contains(strings.ToLower(x.Text), t) || x.Name != "" && strings.Contains(strings.ToLower(x.Name), t) {
				return true
			}
		}
		return false
	})
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
