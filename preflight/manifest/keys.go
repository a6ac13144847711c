package manifest

import (
	"path"
	"sort"
	"strings"
)

// Key is a key of a manifest with its place. Path names the keys that lead to
// it, with dots; entries of lists add nothing: "services.envVars".
type Key struct {
	Path, Name, Value string // Value of a scalar, "" otherwise
	Line              int
}

// maxKeys bounds how many keys of one file are returned.
const maxKeys = 20_000

// Keys returns every key of a YAML, JSON or TOML file in the order of the
// file; none where it cannot be parsed.
func Keys(file string, src []byte) []Key {
	if strings.HasSuffix(path.Base(file), ".toml") {
		return tomlKeys(file, src)
	}
	doc, problem := parseYAML(file, src)
	if problem != nil {
		return nil
	}
	var out []Key
	yamlKeys(doc, "", &out, 0)
	return out
}

func yamlKeys(y *ynode, at string, out *[]Key, depth int) {
	if depth > 20 || len(*out) >= maxKeys {
		return
	}
	for _, p := range y.pairs() {
		*out = append(*out, Key{Path: at, Name: p.key, Value: p.value.str(), Line: p.line})
		yamlKeys(p.value, joinKey(at, p.key), out, depth+1)
	}
	if y.isList() {
		for _, i := range y.items() {
			yamlKeys(i, at, out, depth+1)
		}
	}
}

func joinKey(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func tomlKeys(file string, src []byte) []Key {
	doc, problem := parseTOML(file, src)
	if problem != nil {
		return nil
	}
	var out []Key
	doc.keys(doc.data, nil, &out)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Line < out[j].Line })
	return out
}

func (d *tomlDoc) keys(table map[string]any, at []string, out *[]Key) {
	if len(at) > 20 || len(*out) >= maxKeys {
		return
	}
	for _, name := range sortedKeys(table) {
		full := append(append([]string{}, at...), name)
		k := Key{Path: strings.Join(at, "."), Name: name, Line: d.line(full...)}
		switch v := table[name].(type) {
		case map[string]any:
			*out = append(*out, k)
			d.keys(v, full, out)
		case []any:
			*out = append(*out, k)
			for _, e := range v {
				if m, ok := e.(map[string]any); ok {
					d.keys(m, full, out)
				}
			}
		default:
			k.Value = scalar(v)
			*out = append(*out, k)
		}
	}
}
