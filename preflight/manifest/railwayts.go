package manifest

import (
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/script"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// railwayTS reads .railway/railway.ts ("Infrastructure as Code"), which
// replaces railway.json. It is a program; only what is written literally is
// known, everything else stays unknown. Source: docs.railway.com, 21 August 2026.
func (l *loader) railwayTS(file string) {
	src, ok := l.read(file, "railway.ts")
	if !ok {
		return
	}
	tree := script.Parse(src, script.DialectOf(file))
	r := &iac{l: l, file: file, consts: map[string]*syntax.Node{}}
	syntax.Walk(tree, func(n *syntax.Node) bool {
		if n.Kind == syntax.Assign && len(n.List) == 1 && n.List[0].Is(syntax.Name) {
			r.consts[n.List[0].Name] = n.X
		}
		return true
	})
	found := false
	syntax.Walk(tree, func(n *syntax.Node) bool {
		if n.Kind == syntax.Call && syntax.Last(n.X) == "service" && len(n.List) > 0 {
			r.service(n)
			found = true
		}
		return true
	})
	if !found {
		l.problem(&Problem{Place{file, 0}, "no service was recognised in it; what it deploys is unknown here"})
	}
}

type iac struct {
	l      *loader
	file   string
	consts map[string]*syntax.Node
}

// resolve follows a name to what it was assigned, once.
func (r *iac) resolve(n *syntax.Node) *syntax.Node {
	if n.Is(syntax.Name) && r.consts[n.Name] != nil {
		return r.consts[n.Name]
	}
	return n
}

func (r *iac) field(dict *syntax.Node, names ...string) *syntax.Node {
	return r.resolve(syntax.Field(dict, names...))
}

// text returns a literal, "" for anything else.
func text(n *syntax.Node) string {
	if n.Is(syntax.Str) {
		return n.Text
	}
	if n.Is(syntax.Num) {
		return n.Text
	}
	return ""
}

func line(n *syntax.Node) int {
	if n == nil {
		return 0
	}
	return int(n.Line)
}

func (r *iac) service(call *syntax.Node) {
	name := text(call.List[0])
	var opts *syntax.Node
	for _, a := range call.List {
		if d := r.resolve(a); d.Is(syntax.Dict) {
			opts = d
		}
	}
	p := r.l.newPath(Railway, r.file, name, Place{r.file, line(call)})
	p.DeclaresVars, p.VarsOpen = true, false
	root := "."
	source := r.field(opts, "source")
	if source.Is(syntax.Call) {
		for _, a := range source.List {
			if dir := text(r.field(r.resolve(a), "rootDirectory", "rootDir", "directory")); dir != "" {
				root = dir
			}
		}
		if syntax.Last(source.X) == "image" && len(source.List) > 0 {
			p.ImageName = text(source.List[0])
		}
	}
	if dir := text(r.field(opts, "rootDirectory", "rootDir")); dir != "" {
		root = dir
	}
	p.Root = path.Join(path.Dir(path.Dir(r.file)), strings.TrimPrefix(root, "/"))
	r.variables(p, r.field(opts, "env", "variables"))
	r.volumes(p, r.field(opts, "volumeMounts", "volumes"))
	r.run(p, opts)
	r.l.add(p)
}

func (r *iac) variables(p *Path, env *syntax.Node) {
	if !env.Is(syntax.Dict) {
		p.VarsOpen = true
		p.DeclaresVars = false
		return
	}
	for _, e := range env.List {
		if e.Kind != syntax.Pair {
			p.VarsOpen = true // ...spread: more variables than are seen here
			continue
		}
		name := e.X.Text
		if e.X.Is(syntax.Name) {
			name = e.X.Name
		}
		v := Variable{Name: name, Kind: Referenced, Place: Place{r.file, line(e.X)}}
		switch val := r.resolve(e.Y); {
		case val.Is(syntax.Str):
			v.Kind, v.Value = Literal, val.Text
		case val.Is(syntax.Call) && syntax.Last(val.X) == "preserve":
			v.Kind = Prompted
		case val.Is(syntax.Call) && strings.Contains(strings.ToLower(syntax.Last(val.X)), "secret"):
			v.Kind = Generated
		default:
			v.Ref = syntax.Dotted(e.Y)
			if root, _, ok := strings.Cut(v.Ref, "."); ok && r.consts[root].Is(syntax.Call) {
				switch strings.ToLower(syntax.Last(r.consts[root].X)) {
				case "postgres", "mysql", "redis", "mongo", "database", "postgresql":
					v.Kind = FromDatabase
				}
			}
		}
		if name != "" {
			p.Vars[name] = v
		}
	}
}

func (r *iac) volumes(p *Path, mounts *syntax.Node) {
	if !mounts.Is(syntax.Dict) {
		return
	}
	for _, e := range mounts.List {
		if e.Kind == syntax.Pair && e.X.Is(syntax.Str) {
			p.Mounts = append(p.Mounts, Mount{Path: path.Clean(e.X.Text), Kind: Disk, Name: syntax.Dotted(e.Y), Place: Place{r.file, line(e.X)}})
		}
	}
}

// run hands the service's settings to the code that reads railway.json.
func (r *iac) run(p *Path, opts *syntax.Node) {
	build, deploy := r.field(opts, "build"), r.field(opts, "deploy")
	aliases := map[string][]string{
		"startCommand": {"startCommand", "start", "command"}, "healthcheckPath": {"healthcheck", "healthcheckPath"}, "numReplicas": {"replicas", "numReplicas"},
		"preDeployCommand": {"preDeployCommand", "preDeploy"}, "cronSchedule": {"cron", "cronSchedule"}, "dockerfilePath": {"dockerfile", "dockerfilePath"},
		"buildCommand": {"buildCommand"}, "builder": {"builder"},
	}
	get := func(keys ...string) (string, int) {
		names := aliases[keys[len(keys)-1]]
		for _, from := range []*syntax.Node{opts, build, deploy} {
			if n := r.field(from, names...); n != nil {
				return text(n), line(n)
			}
		}
		return "", 0
	}
	if p.ImageName != "" {
		if c, ln := get("startCommand"); c != "" {
			r.l.imageCommand(p, &Command{}, &Command{Text: c, Place: Place{r.file, ln}})
		}
		return
	}
	if d := r.field(opts, "domains"); d.Is(syntax.List) {
		for _, e := range d.List {
			if s := text(e); s != "" {
				p.Domains = append(p.Domains, s)
			}
		}
	}
	r.l.railwayService(p, get)
	if !p.Replicas.Known && syntax.Field(opts, "replicas", "numReplicas", "regions") == nil {
		p.Replicas = Count{N: 1, Known: true}
	}
}
