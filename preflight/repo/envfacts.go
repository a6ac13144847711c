package repo

import (
	"bytes"
	"sort"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// facts are the answers that were already worked out.
type facts struct {
	env    []EnvRead
	envSet bool
	db     []Database
	dbSet  bool
	gates  []Gate
	gSet   bool
	routes []Route
	rSet   bool
	rOpen  bool // routes are registered whose paths are not known
}

// EnvRead is one place where the program reads an environment variable.
type EnvRead struct {
	Name       string
	Aliases    []string // further names that serve as well
	File       string
	Line       int
	Default    string
	HasDefault bool // a literal default is known
	Random     bool // the default is made anew at every start
	Required   bool // a missing variable stops the start
	Guarded    bool // the value is used only where it was found to be set
	Validated  bool // something raises when it is missing or a default
	Client     bool // compiled into the browser's bundle
	Field      string
	Type       string
	Split      bool // commas are split
	Reachable  bool
	Tooling    bool
}

// EnvReads returns every read of an environment variable, sorted by file and line.
func (p *Program) EnvReads() []EnvRead {
	if p.facts.envSet {
		return p.facts.env
	}
	p.facts.envSet = true
	for _, f := range p.order {
		if f.Lang == Other || f.Role == Vendored || f.Role == Docs || f.Role == Example || f.Role == Test || !p.mentionsEnv(f) {
			continue
		}
		if m := p.Module(f); m != nil {
			p.moduleEnv(m)
		}
	}
	reads := p.facts.env
	sort.SliceStable(reads, func(i, j int) bool {
		if reads[i].File != reads[j].File {
			return reads[i].File < reads[j].File
		}
		return reads[i].Line < reads[j].Line
	})
	return reads
}

var envMarkers = []string{"environ", "getenv", "Getenv", "BaseSettings", "fromEnvironment", "process.env", "import.meta.env", "config(", "env(", "env.", "Env(", "env:\"", "envconfig:", "viper", "createEnv", "LookupEnv", "dotenv", "onfigService"}

func (p *Program) mentionsEnv(f *File) bool {
	src := p.Source(f)
	for _, m := range envMarkers {
		if bytes.Contains(src, []byte(m)) {
			return true
		}
	}
	return false
}

func (p *Program) moduleEnv(m *Module) {
	for _, s := range m.Calls {
		if _, ok := readerOf(p.Qualified(s.Node.X, s.Scope)); ok {
			p.addRead(s, p.ValueOf(s, s.Node))
		}
	}
	for _, s := range m.Attrs {
		if s.Parent.Is(syntax.Attr) && s.Parent.X == s.Node {
			if d := syntax.Dotted(s.Parent); d != "" {
				if _, ok := environmentChain(d); ok {
					continue
				}
			}
		}
		if v := p.directRead(s); v.Kind == Env {
			p.addRead(s, v)
		}
	}
	for _, c := range m.Classes {
		p.classEnv(c)
	}
	p.schemaEnv(m)
}

// directRead evaluates os.environ["X"] and process.env.X.
func (p *Program) directRead(s *Site) Value {
	n := s.Node
	if n.Kind == syntax.Attr {
		if name, ok := environmentChain(syntax.Dotted(n)); ok {
			return Value{Kind: Env, Names: []string{name}}
		}
		return Value{}
	}
	q := p.Qualified(n.X, s.Scope)
	if !isEnvironment(q) && !isEnvironment(syntax.Dotted(n.X)) {
		return Value{}
	}
	return p.ValueOf(s, n)
}

func (p *Program) addRead(s *Site, v Value) {
	if v.Kind != Env || len(v.Names) == 0 {
		return
	}
	f := s.Mod().File
	r := p.readOf(v, f)
	r.Line = int(s.Node.Line)
	r.Required = v.Default == nil && f.Lang == Python && (s.Node.Kind == syntax.Index || p.raisesWhenMissing(s))
	if s.Parent.Is(syntax.Binary) && (s.Parent.Name == "or" || s.Parent.Name == "??") && s.Parent.X == s.Node && v.Default == nil {
		if d := p.ValueOf(s, s.Parent.Y); d.Kind == Text || d.Kind == Number || d.Kind == Bool || d.Kind == List {
			r.HasDefault, r.Default = true, d.Text
		}
	}
	r.Guarded = guardedBy(s, v.Names[0])
	if s.Parent.Is(syntax.Attr) && s.Parent.Name == "split" {
		r.Split = true
	}
	r.Client = f.Lang == Dart || publicPrefix(r.Name)
	p.facts.env = append(p.facts.env, r)
}

func (p *Program) readOf(v Value, f *File) EnvRead {
	r := EnvRead{Name: v.Names[0], Aliases: v.Names[1:], File: f.Path, Line: v.Place.Line, Reachable: p.Live(f) && f.Role == Deployed, Tooling: f.Role == Tooling}
	d := v.Fallback()
	if v.Default != nil {
		switch d.Kind {
		case Text, Number, Bool:
			r.HasDefault, r.Default = !d.Partial, d.Text
		case List:
			r.HasDefault = true
			var items []string
			for _, item := range d.Items {
				items = append(items, item.Text)
			}
			r.Default = strings.Join(items, ",")
		case Random:
			r.Random = true
		case None:
			r.HasDefault = true
		}
	}
	return r
}

// raisesWhenMissing reports whether a reader without a default stops the program when the variable is not set.
func (p *Program) raisesWhenMissing(s *Site) bool {
	if s.Node.Kind != syntax.Call {
		return false
	}
	q := p.Qualified(s.Node.X, s.Scope)
	switch {
	case strings.HasPrefix(q, "decouple."), strings.HasPrefix(q, "environs."), strings.HasPrefix(q, "environ."), strings.HasPrefix(q, "starlette.config"):
		return true
	}
	return strings.HasSuffix(q, "getOrThrow")
}

// publicPrefix reports whether a bundler copies a variable of this name into the browser's code.
func publicPrefix(name string) bool {
	for _, prefix := range [...]string{"VITE_", "NEXT_PUBLIC_", "REACT_APP_", "EXPO_PUBLIC_", "PUBLIC_", "NUXT_PUBLIC_", "VUE_APP_", "GATSBY_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func guardedBy(s *Site, name string) bool {
	for g := s.Guards; g != nil; g = g.Outer {
		found := false
		syntax.Walk(g.Test, func(n *Node) bool {
			found = found || n.Text == name || n.Name == name || strings.EqualFold(n.Name, name)
			return true
		})
		if found {
			return true
		}
	}
	return false
}

func (p *Program) classEnv(c *Scope) {
	goTags := c.Mod.File.Lang == Go
	p.steps, p.depth = maxSteps, 0
	if !goTags && !p.isSettings(c, 0) {
		return
	}
	for _, n := range c.Node.Body {
		if n.Kind != syntax.Assign || len(n.List) != 1 || n.List[0].Kind != syntax.Name {
			continue
		}
		name := n.List[0].Name
		if name == "model_config" || strings.HasPrefix(name, "_") || !goTags && n.Y == nil && n.X == nil || isClassVar(n.Y) {
			continue
		}
		p.steps, p.depth = maxSteps, 0
		v := p.field(c, name, 0)
		if v.Kind != Env || len(v.Names) == 0 {
			continue
		}
		r := p.readOf(v, c.Mod.File)
		r.Line = int(n.Line)
		r.Field = name
		r.Type = typeName(n.Y)
		r.Required = v.Default == nil && !goTags || strings.Contains(n.Text, "required") || strings.Contains(n.Text, "notEmpty")
		r.Split = goTags || p.splits(c, name)
		r.Validated = p.validated(c, name)
		p.facts.env = append(p.facts.env, r)
	}
}

func isClassVar(n *Node) bool { return n.Is(syntax.Index) && syntax.Last(n.X) == "ClassVar" }

func typeName(n *Node) string {
	switch {
	case n.Is(syntax.Index):
		outer := strings.ToLower(syntax.Last(n.X))
		if outer == "optional" || outer == "annotated" {
			return typeName(firstOf(n.Y))
		}
		return outer
	case n.Is(syntax.Binary) && n.Name == "|":
		return typeName(n.X)
	}
	return strings.ToLower(syntax.Last(n))
}

func firstOf(n *Node) *Node {
	if n.Is(syntax.List) && len(n.List) > 0 {
		return n.List[0]
	}
	return n
}

// splits reports whether a validator of the class mentions the field and splits text.
func (p *Program) splits(c *Scope, field string) bool {
	return p.validatorWith(c, field, func(n *Node) bool { return n.Is(syntax.Call) && syntax.Last(n.X) == "split" })
}

// validated reports whether a method of the class mentions the field and raises.
func (p *Program) validated(c *Scope, field string) bool {
	return p.validatorWith(c, field, func(n *Node) bool { return n.Is(syntax.Raise) })
}

func (p *Program) validatorWith(c *Scope, field string, want func(*Node) bool) bool {
	for _, n := range c.Node.Body {
		if n.Kind != syntax.Func {
			continue
		}
		mentions, does := false, false
		syntax.Walk(n, func(x *Node) bool {
			mentions = mentions || x.Kind == syntax.Str && x.Text == field || x.Kind == syntax.Attr && x.Name == field
			does = does || want(x)
			return true
		})
		if mentions && does {
			return true
		}
	}
	return false
}

// schemaEnv adds the variables of schemas over the whole environment (zod, envalid, t3-env).
func (p *Program) schemaEnv(m *Module) {
	if m.File.Lang != Script {
		return
	}
	for _, s := range m.Calls {
		if !schemaCalls[syntax.Last(s.Node.X)] {
			continue
		}
		v := p.ValueOf(s, s.Node)
		if v.Kind != EnvBag || v.Node == nil {
			continue
		}
		for _, pair := range v.Node.List {
			if pair.Kind != syntax.Pair || !pair.X.Is(syntax.Str) {
				continue
			}
			p.steps, p.depth = maxSteps, 0
			one := p.fromBag(v, pair.X.Text)
			r := p.readOf(one, m.File)
			r.Line = int(pair.Line)
			r.Required = one.Default == nil && !strings.Contains(syntax.Dotted(pair.Y), "optional")
			r.Validated = true
			p.facts.env = append(p.facts.env, r)
		}
	}
}
