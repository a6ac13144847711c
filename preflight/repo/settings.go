package repo

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// IsSettings reports whether a class reads its fields from the environment (pydantic BaseSettings and the like).
func (p *Program) IsSettings(class *Scope) bool { return p.isSettings(class, 0) }

func (p *Program) isSettings(class *Scope, depth int) bool {
	if class == nil || depth > 6 {
		return false
	}
	for _, base := range class.Node.List {
		if base.Kind == syntax.Keyword {
			continue
		}
		switch syntax.Last(base) {
		case "BaseSettings", "EnvSettings":
			return true
		}
		if v := p.eval(base, frame{scope: class.Parent}); v.Kind == Class && v.Scope != class && p.isSettings(v.Scope, depth+1) {
			return true
		}
	}
	return false
}

// field evaluates an attribute of a class or of its instances.
func (p *Program) field(class *Scope, name string, depth int) Value {
	if class == nil || depth > 6 {
		return Value{}
	}
	defs := class.Names[name]
	if defs == nil {
		return p.inherited(class, name, depth)
	}
	if class.Mod.File.Lang == Go {
		return p.goField(defs[0])
	}
	if p.isSettings(class, 0) {
		for _, d := range defs {
			if d.Kind == AssignDef && d.Scope == class {
				return p.setting(class, name, d)
			}
		}
	}
	for _, d := range defs {
		if d.Kind == FuncDef {
			return p.property(class, d)
		}
	}
	return p.merge(defs, class, nil, frame{scope: class})
}

func (p *Program) inherited(class *Scope, name string, depth int) Value {
	for _, base := range class.Node.List {
		if base.Kind == syntax.Keyword {
			continue
		}
		if v := p.eval(base, frame{scope: class.Parent}); v.Kind == Class && v.Scope != class {
			if found := p.field(v.Scope, name, depth+1); found.Kind != Unknown {
				return found
			}
		}
	}
	return Value{}
}

// property evaluates a method used as an attribute when it is a property; otherwise it is a function.
func (p *Program) property(class *Scope, d *Def) Value {
	fn := d.Scope.Func
	getter := class.Mod.File.Lang == Dart && len(d.Node.List) == 0
	for _, dec := range d.Node.Else {
		last := syntax.Last(dec)
		if dec.Is(syntax.Call) {
			last = syntax.Last(dec.X)
		}
		if strings.Contains(last, "property") || last == "computed_field" {
			getter = true
		}
	}
	if !getter {
		return Value{Kind: Function, Func: fn}
	}
	return p.apply(Value{Kind: Function, Func: fn}, nil, frame{scope: class})
}

// setting evaluates a field of a settings class: the variable, and its default.
func (p *Program) setting(class *Scope, name string, d *Def) Value {
	out := Value{Kind: Env, Place: Place{File: class.Mod.File.Path, Line: int(d.Line)}}
	prefix, exact := p.settingsConfig(class)
	value := d.Value
	aliases := []string(nil)
	f := frame{scope: class}
	if value.Is(syntax.Call) && isFieldCall(syntax.Last(value.X)) {
		aliases = p.aliases(value, f)
		value = p.fieldDefault(value, f, &out)
	}
	out.Names = aliases
	if len(aliases) == 0 {
		variable := prefix + name
		if !exact {
			variable = strings.ToUpper(variable)
		}
		out.Names = []string{variable}
	}
	if value != nil && !(value.Is(syntax.Const) && value.Name == "...") {
		v := p.eval(value, f)
		if v.Kind == Env { // os.getenv as the default of a field
			out.Names = append(out.Names, v.Names...)
			out.Default = v.Default
		} else {
			out.Default = &v
		}
	}
	if out.Default != nil && out.Default.Place.Line == 0 {
		out.Default.Place = out.Place
	}
	return out
}

func isFieldCall(last string) bool { return last == "Field" || last == "field" }

func (p *Program) fieldDefault(call *Node, f frame, out *Value) *Node {
	if x := syntax.Arg(call, 0, "default"); x != nil {
		return x
	}
	if x := syntax.Arg(call, -1, "default_factory"); x != nil {
		v := p.apply(p.eval(x, f), nil, f)
		if v.Kind == Unknown {
			v = p.externalCall(p.qualify(x, f.scope, 0), &Node{Kind: syntax.Call, X: x, Line: x.Line}, f)
		}
		out.Default = &v
	}
	return nil
}

func (p *Program) aliases(call *Node, f frame) []string {
	var names []string
	for _, key := range [...]string{"validation_alias", "alias", "env"} {
		x := syntax.Arg(call, -1, key)
		if x == nil {
			continue
		}
		if x.Is(syntax.Call) { // AliasChoices
			for _, a := range x.List {
				if v := p.eval(a, f); v.Kind == Text {
					names = append(names, v.Text)
				}
			}
			continue
		}
		switch v := p.eval(x, f); v.Kind {
		case Text:
			names = append(names, v.Text)
		case List:
			for _, item := range v.Items {
				names = append(names, item.Text)
			}
		}
	}
	for i := range names {
		names[i] = strings.ToUpper(names[i])
	}
	return names
}

// settingsConfig finds env_prefix and case sensitivity, in model_config or an inner class Config.
func (p *Program) settingsConfig(class *Scope) (prefix string, exact bool) {
	f := frame{scope: class}
	read := func(x *Node) string {
		if v := p.eval(x, f); v.Kind == Text {
			return v.Text
		}
		return ""
	}
	for _, n := range class.Node.Body {
		switch {
		case n.Kind == syntax.Assign && len(n.List) == 1 && syntax.Last(n.List[0]) == "model_config":
			if n.X.Is(syntax.Call) {
				prefix = read(syntax.Arg(n.X, -1, "env_prefix"))
				exact = isTrue(syntax.Arg(n.X, -1, "case_sensitive"))
			} else if n.X.Is(syntax.Dict) {
				prefix = read(syntax.Field(n.X, "env_prefix"))
				exact = isTrue(syntax.Field(n.X, "case_sensitive"))
			}
		case n.Kind == syntax.Class && n.Name == "Config":
			for _, a := range n.Body {
				if a.Kind != syntax.Assign || len(a.List) != 1 {
					continue
				}
				switch syntax.Last(a.List[0]) {
				case "env_prefix":
					prefix = read(a.X)
				case "case_sensitive":
					exact = isTrue(a.X)
				}
			}
		}
	}
	return prefix, exact
}

func isTrue(n *Node) bool { return n.Is(syntax.Const) && n.Name == "true" }

// goField reads the struct tags of caarlos0/env, envconfig, cleanenv and viper's mapstructure.
func (p *Program) goField(d *Def) Value {
	if d.Node == nil || d.Node.Name != "field" {
		return Value{}
	}
	tag := structTag(d.Node.Text)
	name, _, _ := strings.Cut(tag["env"], ",")
	if name == "" {
		name, _, _ = strings.Cut(tag["envconfig"], ",")
	}
	if name == "" {
		return Value{}
	}
	out := Value{Kind: Env, Names: []string{name}, Place: Place{File: d.Scope.Mod.File.Path, Line: int(d.Line)}}
	for _, key := range [...]string{"envDefault", "default", "env-default"} {
		if text, ok := tag[key]; ok {
			v := textValue(text)
			v.Place = out.Place
			out.Default = &v
		}
	}
	return out
}

func structTag(s string) map[string]string {
	out := map[string]string{}
	for s != "" {
		key, rest, ok := strings.Cut(strings.TrimSpace(s), `:"`)
		if !ok {
			return out
		}
		value, after, ok := strings.Cut(rest, `"`)
		if !ok {
			return out
		}
		out[key], s = value, after
	}
	return out
}
