package repo

import (
	"encoding/json"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// nodeConfig evaluates config.get("a.b") of the package "config" (node-config): the value in config/default.json, which a
// variable replaces where config/custom-environment-variables.json names one, and nobody knows where a file for
// production has it too.
func (p *Program) nodeConfig(n *Node, f frame) Value {
	key := p.eval(syntax.Arg(n, 0), f)
	if key.Kind != Text || key.Partial || key.Text == "" {
		return Value{}
	}
	dir := p.configDir(f.scope.Mod.File.Path)
	if dir == "" {
		return Value{}
	}
	keys := strings.Split(key.Text, ".")
	if _, replaced := p.jsonText(dir+"/production.json", keys); replaced {
		return Value{}
	}
	out, ok := p.jsonText(dir+"/default.json", keys)
	variable, named := p.jsonText(dir+"/custom-environment-variables.json", keys)
	switch {
	case named && ok:
		return Value{Kind: Env, Names: []string{variable.Text}, Default: &out}
	case named:
		return Value{Kind: Env, Names: []string{variable.Text}}
	}
	return out
}

// configDir returns the folder with default.json that belongs to a file, "" when there is none.
func (p *Program) configDir(file string) string {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if name := path.Join(dir, "config"); p.files[name+"/default.json"] != nil {
			return name
		}
		if dir == "." || dir == "/" {
			return ""
		}
	}
}

// jsonText returns the text under a path of keys in a JSON file of the repository.
func (p *Program) jsonText(name string, keys []string) (Value, bool) {
	file := p.files[name]
	if file == nil {
		return Value{}, false
	}
	src := p.Source(file)
	var at any
	if json.Unmarshal(src, &at) != nil {
		return Value{}, false
	}
	for _, k := range keys {
		object, ok := at.(map[string]any)
		if !ok {
			return Value{}, false
		}
		at = object[k]
	}
	text, ok := at.(string)
	if !ok {
		return Value{}, false
	}
	out := textValue(text)
	out.Place = Place{File: name, Line: 1}
	if before, _, found := strings.Cut(string(src), `"`+keys[len(keys)-1]+`"`); found {
		out.Place.Line += strings.Count(before, "\n")
	}
	return out, true
}
