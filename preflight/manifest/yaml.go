package manifest

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxVisits bounds how many nodes of one document are looked at, so that
// aliases of aliases cost nothing.
const maxVisits = 200_000

// ynode is a YAML node with aliases and merge keys resolved when asked for.
// A nil *ynode answers every question with nothing.
type ynode struct {
	n    *yaml.Node
	left *int
}

// parseYAML reads the first document of a file. The library refuses alias
// bombs, deep nesting and duplicate keys.
func parseYAML(file string, src []byte) (*ynode, *Problem) {
	var doc yaml.Node
	if err := loadYAML(src, &doc); err != nil {
		return nil, &Problem{Place{file, yamlErrorLine(err)}, "this YAML could not be parsed: " + oneLine(strings.TrimPrefix(err.Error(), "yaml: "))}
	}
	left := maxVisits
	root := &ynode{&doc, &left}
	if doc.Kind == yaml.DocumentNode && len(doc.Content) > 0 {
		root.n = doc.Content[0]
	}
	return root.resolve(), nil
}

func loadYAML(src []byte, doc *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil { // hostile bytes must not end the run
			err = fmt.Errorf("the parser gave up: %v", r)
		}
	}()
	return yaml.Unmarshal(src, doc)
}

var lineInError = regexp.MustCompile(`line (\d+)`)

func yamlErrorLine(err error) int {
	if m := lineInError.FindStringSubmatch(err.Error()); m != nil {
		n, _ := atoi(m[1])
		return n
	}
	return 0
}

func (y *ynode) resolve() *ynode {
	for range 20 {
		if y == nil || y.n == nil || *y.left <= 0 {
			return nil
		}
		*y.left--
		if y.n.Kind != yaml.AliasNode {
			return y
		}
		y = &ynode{y.n.Alias, y.left}
	}
	return nil
}

func (y *ynode) isMap() bool  { return y != nil && y.n.Kind == yaml.MappingNode }
func (y *ynode) isList() bool { return y != nil && y.n.Kind == yaml.SequenceNode }

// line returns the 1-based line of a node, 0 for nil.
func (y *ynode) line() int {
	if y == nil {
		return 0
	}
	return y.n.Line
}

// pair is one entry of a mapping.
type pair struct {
	key   string
	line  int
	value *ynode
}

// pairs returns the entries of a mapping in order, merge keys included; own keys win.
func (y *ynode) pairs() []pair { return y.merged(0) }

func (y *ynode) merged(depth int) []pair {
	if !y.isMap() || depth > 10 {
		return nil
	}
	var out []pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(y.n.Content); i += 2 {
		k := y.n.Content[i]
		if k.Value != "<<" {
			out = append(out, pair{k.Value, k.Line, (&ynode{y.n.Content[i+1], y.left}).resolve()})
			seen[k.Value] = true
		}
	}
	for i := 0; i+1 < len(y.n.Content); i += 2 {
		if y.n.Content[i].Value != "<<" {
			continue
		}
		from := (&ynode{y.n.Content[i+1], y.left}).resolve()
		sources := []*ynode{from}
		if from.isList() {
			sources = from.items()
		}
		for _, src := range sources {
			for _, p := range src.merged(depth + 1) {
				if !seen[p.key] && len(out) < maxVisits {
					seen[p.key] = true
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// get follows keys through mappings; nil if one is absent.
func (y *ynode) get(keys ...string) *ynode {
	for _, k := range keys {
		var next *ynode
		for _, p := range y.pairs() {
			if p.key == k {
				next = p.value
				break
			}
		}
		if next == nil {
			return nil
		}
		y = next
	}
	return y
}

// items returns the elements of a sequence.
func (y *ynode) items() []*ynode {
	if !y.isList() {
		return nil
	}
	out := make([]*ynode, 0, len(y.n.Content))
	for _, c := range y.n.Content {
		if r := (&ynode{c, y.left}).resolve(); r != nil {
			out = append(out, r)
		}
	}
	return out
}

// str returns a scalar as written, "" for anything else and for null.
func (y *ynode) str() string {
	if y == nil || y.n.Kind != yaml.ScalarNode || y.n.Tag == "!!null" {
		return ""
	}
	return y.n.Value
}

// text returns the scalar below keys.
func (y *ynode) text(keys ...string) string { return y.get(keys...).str() }

// strs returns a scalar or a sequence of scalars as a list.
func (y *ynode) strs() []string {
	if s := y.str(); s != "" {
		return []string{s}
	}
	var out []string
	for _, i := range y.items() {
		out = append(out, i.str())
	}
	return out
}
