package deploy

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// handled is what the deployed code looks at: the words of its conditions,
// comparisons and assertions, and where it names variables in texts.
type handled struct {
	words map[string]bool
	texts map[string][]manifest.Place // texts that look like a variable's name
	reads map[string]map[manifest.Place]bool
}

func handledBy(in *check.Input) *handled {
	return in.Code.Keep("deploy handled", func() any { return readHandled(in) }).(*handled)
}

func readHandled(in *check.Input) *handled {
	h := &handled{words: map[string]bool{}, texts: map[string][]manifest.Place{}, reads: map[string]map[manifest.Place]bool{}}
	for _, r := range in.Code.EnvReads() {
		if h.reads[r.Name] == nil {
			h.reads[r.Name] = map[manifest.Place]bool{}
		}
		for line := r.Line - 1; line <= r.Line+1; line++ {
			h.reads[r.Name][manifest.Place{File: r.File, Line: line}] = true
		}
	}
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Tests {
			h.note(s.Node.X)
		}
		for _, s := range m.Compares {
			h.note(s.Node)
		}
		for _, s := range m.Calls {
			if asserts(syntax.Last(s.Node.X)) {
				h.note(s.Node)
			}
		}
		for _, s := range m.Strings {
			if text := s.Node.Text; len(text) > 3 && len(text) < 80 && isUpperName(text) {
				h.texts[text] = append(h.texts[text], manifest.Place{File: m.File.Path, Line: int(s.Node.Line)})
			}
		}
	}
	return h
}

func (h *handled) note(n *syntax.Node) {
	syntax.Walk(n, func(x *syntax.Node) bool {
		if x.Name != "" {
			h.words[x.Name] = true
		}
		if x.Text != "" && len(x.Text) < 80 {
			h.words[x.Text] = true
		}
		return true
	})
}

// isUpperName reports whether a text is written like a variable: upper-case
// words joined by underscores.
func isUpperName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_') {
			return false
		}
	}
	return strings.IndexByte(s, '_') > 0
}

// asserts reports whether a function of that name looks at values together, or insists on them.
func asserts(name string) bool {
	if len(name) < 3 {
		return false
	}
	lower := strings.ToLower(name)
	switch {
	case lower == "all", lower == "any", strings.Contains(lower, "assert"), strings.Contains(lower, "validate"), strings.Contains(lower, "ensure"):
		return true
	}
	return strings.HasPrefix(lower, "require") && lower != "require"
}

// tested reports whether a condition of the deployed code looks at the value
// of a read: by the variable's name, by the field, or by the name that it was
// assigned to; or whether the code names the variable once more, in a list of
// what is required or in a message.
func tested(in *check.Input, r repo.EnvRead) bool {
	h := handledBy(in)
	if id, ok := strings.CutSuffix(r.Name, "_SECRET"); ok && h.names(in, id+"_ID") {
		return true // the client id decides whether the feature is on
	}
	if h.words[r.Name] || r.Field != "" && h.words[r.Field] {
		return true
	}
	for _, at := range h.texts[r.Name] {
		if !h.reads[r.Name][at] {
			return true
		}
	}
	m := in.Code.Module(in.Code.File(r.File))
	if m == nil {
		return false
	}
	for _, s := range m.Assigns {
		line := int(s.Node.Line)
		if line <= r.Line && line > r.Line-30 && len(s.Node.List) == 1 && h.words[syntax.Last(s.Node.List[0])] && lastLine(s.Node.X) >= r.Line {
			return true
		}
	}
	return false
}

// names reports whether a variable of that name, or the field that reads it, is looked at.
func (h *handled) names(in *check.Input, name string) bool {
	for _, r := range in.Code.EnvReads() {
		if r.Name == name && (h.words[name] || r.Field != "" && h.words[r.Field]) {
			return true
		}
	}
	return false
}

func lastLine(n *syntax.Node) int {
	last := 0
	syntax.Walk(n, func(x *syntax.Node) bool {
		last = max(last, int(x.Line))
		return true
	})
	return last
}
