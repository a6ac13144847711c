package repo

import (
	"encoding/json"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// Qualified returns the name under which the world knows what an expression refers to: "os.getenv" for getenv after
// "from os import getenv", "express().get" for app.get after app = express(). Names of the repository itself stay as
// written.
func (p *Program) Qualified(n *Node, s *Scope) string {
	p.steps, p.depth = maxSteps, 0
	return p.qualify(n, s, 0)
}

func (p *Program) qualify(n *Node, s *Scope, depth int) string {
	if n == nil || depth > 8 || s == nil {
		return ""
	}
	switch n.Kind {
	case syntax.Name:
		return p.qualifyName(n.Name, s, depth)
	case syntax.Attr:
		left := p.qualify(n.X, s, depth+1)
		if left == "" {
			return n.Name
		}
		return left + "." + n.Name
	case syntax.Call:
		if syntax.Dotted(n.X) == "require" && len(n.List) == 1 && n.List[0].Is(syntax.Str) {
			return n.List[0].Text
		}
		left := p.qualify(n.X, s, depth+1)
		if left == "" {
			return ""
		}
		return left + "()"
	case syntax.Unary:
		return p.qualify(n.X, s, depth+1)
	case syntax.Index:
		return p.qualify(n.X, s, depth+1)
	}
	return ""
}

func (p *Program) qualifyName(name string, s *Scope, depth int) string {
	defs, scope := p.lookup(name, s)
	if len(defs) == 0 {
		return name
	}
	d := defs[0]
	switch d.Kind {
	case ImportDef:
		return p.qualifyImport(d, depth)
	case AssignDef:
		if d.Key != "" {
			if left := p.qualify(d.Value, d.Scope, depth+1); left != "" {
				return left + "." + d.Key
			}
			return name
		}
		if v := syntax.Unparen(d.Value); v.Is(syntax.Call, syntax.Attr, syntax.Name) && !(v.Kind == syntax.Name && v.Name == name) {
			if q := p.qualify(v, d.Scope, depth+1); q != "" {
				return q
			}
		}
	case ParamDef:
		if t := syntax.Dotted(d.Node.Y); t != "" && scope.Parent != nil {
			return p.qualify(d.Node.Y, scope.Parent, depth+1) + "()"
		}
	}
	return name
}

func (p *Program) qualifyImport(d *Def, depth int) string {
	im := d.Import
	if im.File != nil {
		if d.Node.Name == "*" || d.Node.Name == "" {
			return d.Node.Text
		}
		m := p.Module(im.File)
		if m == nil {
			return d.Node.Name
		}
		if defs := m.Scope.Names[d.Node.Name]; len(defs) > 0 && defs[0] != d {
			return p.qualifyName(d.Node.Name, m.Scope, depth+1)
		}
		return d.Node.Name
	}
	module := strings.TrimLeft(im.Name, ".")
	switch d.Node.Name {
	case "*", "default", "":
		return module
	}
	return module + "." + d.Node.Name
}

// readers are functions that return the variable named by their first argument; the number is the position of the
// default, -1 when there is none.
var readers = map[string]int{
	"os.getenv": 1, "os.environ.get": 1, "os.environ.pop": 1, "os.Getenv": -1, "os.LookupEnv": -1, "syscall.Getenv": -1,
	"decouple.config": -2, "Deno.env.get": -1, "String.fromEnvironment": -2, "bool.fromEnvironment": -2, "int.fromEnvironment": -2,
	"starlette.config.Config()": 2, "decouple.AutoConfig()": -2, "decouple.Config()": -2,
	"environs.Env()": 1, "environ.Env()": -2, "django_environ.Env()": -2, "environs.env": 1, "dotenv.get": -2,
	"os.environ.setdefault": 1,
}

var typedReaders = map[string]bool{
	"str": true, "string": true, "bool": true, "int": true, "list": true, "url": true, "db": true, "db_url": true, "json": true, "float": true,
	"dict": true, "tuple": true, "path": true, "dj_db_url": true, "cache": true, "cache_url": true, "float64": true, "bytes": true, "read_envfile": false,
}

// externalCall evaluates calls whose meaning is known: readers of variables, sources of randomness, loaders.
func (p *Program) externalCall(name string, n *Node, f frame) Value {
	if at, ok := readerOf(name); ok {
		return p.read(n, at, f)
	}
	switch name {
	case "secrets.token_hex", "secrets.token_urlsafe", "secrets.token_bytes", "os.urandom", "uuid.uuid4", "crypto.randomBytes", "crypto.randomUUID",
		"uuid.v4", "nanoid.nanoid", "Fernet.generate_key", "cryptography.fernet.Fernet.generate_key", "crypto/rand.Read", "securecookie.GenerateRandomKey",
		"github.com/gorilla/securecookie.GenerateRandomKey", "github.com/google/uuid.NewString", "crypto.randomBytes().toString", "node:crypto.randomBytes",
		"uuid.uuid4().hex", "secrets.choice", "random.choice", "node:crypto.randomUUID":
		return Value{Kind: Random}
	case "json.loads", "JSON.parse":
		return p.parsed(p.eval(syntax.Arg(n, 0, "s"), f))
	case "dj_database_url.config":
		out := Value{Kind: Env, Names: []string{"DATABASE_URL"}}
		return p.withDefault(out, syntax.Arg(n, -1, "default"), f)
	case "process.cwd", "os.getcwd", "os.Getwd":
		return textValue(".")
	case "os.path.join", "path.join", "path.resolve", "path/filepath.Join", "filepath.Join":
		return p.joined(n, f)
	case "getattr":
		if key := p.eval(syntax.Arg(n, 1), f); key.Kind == Text {
			v := p.attr(p.eval(syntax.Arg(n, 0), f), key.Text)
			if v.Kind == Unknown || v.Kind == External {
				return unknownWith(v)
			}
			return v
		}
	}
	return p.schemaCall(n, f)
}

func readerOf(name string) (int, bool) {
	if at, ok := readers[name]; ok {
		return at, true
	}
	base, last := name, ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		base, last = name[:i], name[i+1:]
	}
	switch base {
	case "environs.Env()", "environ.Env()", "django_environ.Env()", "environs.env":
		if typedReaders[last] {
			return 1, true
		}
	}
	switch last {
	case "getOrThrow":
		return -1, strings.Contains(base, "onfig")
	case "get":
		if strings.HasSuffix(base, "ConfigService()") || strings.HasSuffix(base, "onfigService") {
			return 1, true
		}
	case "GetString":
		if strings.HasSuffix(base, "viper") || strings.HasSuffix(base, "viper.New()") {
			return -1, true
		}
	}
	return 0, false
}

func (p *Program) read(n *Node, at int, f frame) Value {
	key := p.eval(syntax.Arg(n, 0, "key", "var", "name", "option"), f)
	if key.Kind != Text || key.Text == "" || strings.ContainsAny(key.Text, " /") {
		return Value{}
	}
	out := Value{Kind: Env, Names: []string{strings.ToUpper(key.Text)}, Place: Place{File: f.scope.Mod.File.Path, Line: int(n.Line)}}
	if key.Text != strings.ToUpper(key.Text) && syntax.Last(n.X) != "GetString" {
		out.Names = []string{key.Text}
	}
	var d *Node
	if at >= 0 {
		d = syntax.Arg(n, at, "default", "defaultValue", "fallback")
	} else {
		d = syntax.Arg(n, -1, "default", "defaultValue", "fallback")
	}
	return p.withDefault(out, d, f)
}

func (p *Program) withDefault(out Value, d *Node, f frame) Value {
	if d == nil {
		return out
	}
	v := p.eval(d, f)
	switch v.Kind {
	case Env:
		out.Names = append(out.Names, v.Names...)
		out.Default = v.Default
	case None:
	default:
		out.Default = &v
	}
	return out
}

// parsed evaluates a JSON text to a list of texts.
func (p *Program) parsed(v Value) Value {
	switch {
	case v.Kind == Text && !v.Partial:
		var items []string
		if json.Unmarshal([]byte(v.Text), &items) != nil {
			return unknownWith(v)
		}
		out := Value{Kind: List, Place: v.Place}
		for _, s := range items {
			item := textValue(s)
			item.Place = v.Place
			out.Items = append(out.Items, item)
		}
		return out
	case v.Kind == Env && v.Default != nil:
		d := p.parsed(*v.Default)
		v.Default = &d
		return v
	case v.Kind == Env:
		return v
	}
	return unknownWith(v)
}

// joined evaluates a file path; a part that depends on where the program lies is the current directory.
func (p *Program) joined(n *Node, f frame) Value {
	var parts []Value
	for i, a := range n.List {
		v := p.eval(a, f)
		if v.Kind == Unknown || v.Kind == External {
			if i > 0 || f.scope != nil && f.scope.Mod != nil && f.scope.Mod.File.Lang == Go { // only scripts begin at their own place
				parts = append(parts, v)
				break
			}
			v = textValue(".")
		}
		if len(parts) > 0 {
			parts = append(parts, textValue("/"))
		}
		parts = append(parts, v)
	}
	return concat(parts)
}

var schemaCalls = map[string]bool{"parse": true, "safeParse": true, "cleanEnv": true, "createEnv": true, "validateSync": true, "validate": true}

// schemaCall recognises the validation of the whole environment by a schema.
func (p *Program) schemaCall(n *Node, f frame) Value {
	last := syntax.Last(n.X)
	if !schemaCalls[last] {
		return Value{}
	}
	var schema *Node
	mentions := last == "createEnv"
	for _, a := range n.List {
		if isEnvironment(syntax.Dotted(a)) {
			mentions = true
		}
		if a.Is(syntax.Dict) && schema == nil {
			schema = a
		}
	}
	if !mentions {
		return Value{}
	}
	if last == "createEnv" {
		return Value{Kind: EnvBag, Node: mergedSchema(schema), Scope: f.scope}
	}
	if schema == nil && n.X.Is(syntax.Attr) {
		schema = p.objectSchema(n.X.X, f)
	}
	return Value{Kind: EnvBag, Node: schema, Scope: f.scope}
}

func mergedSchema(n *Node) *Node {
	out := &Node{Kind: syntax.Dict}
	for _, key := range [...]string{"server", "client", "shared"} {
		if part := syntax.Field(n, key); part.Is(syntax.Dict) {
			out.List = append(out.List, part.List...)
		}
	}
	return out
}

// objectSchema finds {…} of z.object({…}) behind a name or in a chain.
func (p *Program) objectSchema(n *Node, f frame) *Node {
	for range 6 {
		switch {
		case n.Is(syntax.Call):
			if syntax.Last(n.X) == "object" && len(n.List) > 0 && n.List[0].Is(syntax.Dict) {
				return n.List[0]
			}
			if !n.X.Is(syntax.Attr) {
				return nil
			}
			n = n.X.X
		case n.Is(syntax.Name):
			defs, _ := p.lookup(n.Name, f.scope)
			if len(defs) == 0 || defs[0].Value == nil {
				return nil
			}
			n = defs[0].Value
		default:
			return nil
		}
	}
	return nil
}
