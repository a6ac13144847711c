package manifest

import (
	"bytes"
	"errors"
	"path"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

const (
	maxStages       = 100
	maxInstructions = 5000
)

// ParseImage reads a Dockerfile. The effective stage is the last one; Target
// chooses another. A nil image comes with the reason.
func ParseImage(file string, src []byte) (im *Image, problem *Problem) {
	defer func() {
		if recover() != nil { // the parser is not ours, the bytes are nobody's
			im, problem = nil, &Problem{Place{file, 0}, "this Dockerfile could not be parsed"}
		}
	}()
	res, err := parser.Parse(bytes.NewReader(src))
	if err != nil {
		return nil, &Problem{Place{file, errorLine(err)}, "this Dockerfile could not be parsed: " + oneLine(err.Error())}
	}
	b := &imageBuilder{im: &Image{File: file, Context: path.Dir(file)}, args: map[string]Variable{}}
	for i, n := range res.AST.Children {
		if i >= maxInstructions {
			break
		}
		b.instruction(n)
	}
	if len(b.im.Stages) == 0 {
		return nil, &Problem{Place{file, 0}, "this Dockerfile has no FROM"}
	}
	b.im.Final = len(b.im.Stages) - 1
	return b.im, nil
}

// WithTarget returns the image with another effective stage. ok is false when
// there is no stage of that name; the last one then stays.
func (im *Image) WithTarget(name string) (out *Image, ok bool) {
	c := *im
	c.Target = name
	for i, s := range im.Stages {
		if strings.EqualFold(s.Name, name) || name == strconv.Itoa(i) {
			c.Final = i
			return &c, true
		}
	}
	return &c, name == ""
}

func errorLine(err error) int {
	var located *parser.LocationError
	if errors.As(err, &located) && len(located.Locations) > 0 && len(located.Locations[0]) > 0 {
		return located.Locations[0][0].Start.Line
	}
	return 0
}

func oneLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if len(line) > 200 {
		line = line[:200] + "..."
	}
	return line
}

type imageBuilder struct {
	im   *Image
	args map[string]Variable // ARG before the first FROM
}

func (b *imageBuilder) stage() *Stage {
	if len(b.im.Stages) == 0 {
		return nil
	}
	return &b.im.Stages[len(b.im.Stages)-1]
}

// words returns the arguments of an instruction.
func words(n *parser.Node) []string {
	var out []string
	for a := n.Next; a != nil && len(out) < maxInstructions; a = a.Next {
		out = append(out, a.Value)
	}
	return out
}

func (b *imageBuilder) instruction(n *parser.Node) {
	at := Place{b.im.File, n.StartLine}
	w := words(n)
	name := strings.ToUpper(n.Value)
	if name == "FROM" {
		b.from(w, at)
		return
	}
	s := b.stage()
	if name == "ARG" {
		b.arg(w, at)
		return
	}
	if s == nil {
		return
	}
	switch name {
	case "WORKDIR":
		if len(w) > 0 {
			s.Workdir = absolute(s.Workdir, s.expand(w[0]))
		}
	case "USER":
		if len(w) > 0 {
			s.User, s.UserAt = s.expand(w[0]), at
		}
	case "ENV":
		for i := 0; i+2 < len(w)+1 && i+1 < len(w); i += 3 {
			s.setEnv(unquote(w[i]), unquote(w[i+1]), at)
		}
	case "EXPOSE":
		for _, p := range w {
			p, _, _ = strings.Cut(s.expand(p), "/")
			s.Expose = append(s.Expose, p)
		}
	case "VOLUME":
		for _, v := range w {
			s.Volumes = append(s.Volumes, Mount{Path: absolute(s.Workdir, s.expand(v)), Kind: Anonymous, Place: at})
		}
	case "COPY", "ADD":
		s.copy(n, w, at)
	default:
		s.command(n, name, w, at)
	}
}

func (s *Stage) setEnv(name, value string, at Place) {
	v, known := Expand(value, s.lookup)
	kind := Literal
	if !known {
		kind = Referenced
	}
	s.Env[name] = Variable{Name: name, Kind: kind, Value: v, Place: at}
}

// lookup finds a variable as instructions see it: ENV before ARG.
func (s *Stage) lookup(name string) (string, bool) {
	if v, ok := s.Env[name]; ok && v.Kind == Literal {
		return v.Value, true
	}
	if v, ok := s.Args[name]; ok && v.Kind == Literal {
		return v.Value, true
	}
	return "", false
}

func (s *Stage) expand(v string) string {
	out, _ := Expand(unquote(v), s.lookup)
	return out
}

func absolute(dir, p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join("/", dir, p)
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

func (b *imageBuilder) from(w []string, at Place) {
	if len(w) == 0 || len(b.im.Stages) >= maxStages {
		return
	}
	base, _ := Expand(unquote(w[0]), func(name string) (string, bool) {
		v, ok := b.args[name]
		return v.Value, ok && v.Kind == Literal
	})
	st := Stage{Base: base, From: -1, Place: at, Workdir: "/", Env: map[string]Variable{}, Args: map[string]Variable{}}
	for i := range b.im.Stages {
		if strings.EqualFold(b.im.Stages[i].Name, base) && base != "" {
			st = b.im.Stages[i].child(i)
			st.Place = at
		}
	}
	st.Name = ""
	if len(w) >= 3 && strings.EqualFold(w[1], "as") {
		st.Name = w[2]
	}
	b.im.Stages = append(b.im.Stages, st)
}

// child returns a stage that is built on another one of the file.
func (s *Stage) child(index int) Stage {
	c := *s
	c.From = index
	c.Env = make(map[string]Variable, len(s.Env))
	for k, v := range s.Env {
		c.Env[k] = v
	}
	c.Args = map[string]Variable{}
	c.Runs = append([]Command(nil), s.Runs...)
	c.Copies = append([]Copy(nil), s.Copies...)
	c.Expose = append([]string(nil), s.Expose...)
	c.Volumes = append([]Mount(nil), s.Volumes...)
	return c
}

func (b *imageBuilder) arg(w []string, at Place) {
	for _, a := range w {
		name, value, has := strings.Cut(a, "=")
		s := b.stage()
		if s == nil {
			b.args[name] = argVariable(name, unquote(value), has, at)
			continue
		}
		if global, ok := b.args[name]; ok && !has {
			s.Args[name] = global
			continue
		}
		s.Args[name] = argVariable(name, s.expand(value), has, at)
	}
}

func argVariable(name, value string, has bool, at Place) Variable {
	if !has {
		return Variable{Name: name, Kind: Referenced, Place: at}
	}
	return Variable{Name: name, Kind: Literal, Value: value, Place: at}
}

func (s *Stage) copy(n *parser.Node, w []string, at Place) {
	if len(w) < 2 {
		return
	}
	c := Copy{Place: at}
	dest := s.expand(w[len(w)-1])
	c.Dest = absolute(s.Workdir, dest)
	if (strings.HasSuffix(dest, "/") || dest == "." || strings.HasSuffix(dest, "/.")) && !strings.HasSuffix(c.Dest, "/") {
		c.Dest += "/"
	}
	for _, src := range w[:len(w)-1] {
		c.Sources = append(c.Sources, s.expand(src))
	}
	for _, f := range n.Flags {
		if v, ok := strings.CutPrefix(f, "--from="); ok {
			c.From = s.expand(v)
		}
		if v, ok := strings.CutPrefix(f, "--chown="); ok {
			c.Chown = s.expand(v)
		}
	}
	s.Copies = append(s.Copies, c)
}

// command handles RUN, CMD, ENTRYPOINT and HEALTHCHECK.
func (s *Stage) command(n *parser.Node, name string, w []string, at Place) {
	c := Command{Place: at, Exec: n.Attributes["json"], argv: w, dir: s.Workdir}
	c.Text = strings.Join(w, " ")
	if len(n.Heredocs) > 0 {
		c.Text = n.Heredocs[0].Content
	}
	switch name {
	case "RUN":
		s.Runs = append(s.Runs, c)
	case "CMD":
		s.Cmd = c
	case "ENTRYPOINT":
		s.Entrypoint, s.Cmd = c, Command{}
	case "HEALTHCHECK":
		if len(w) > 0 && strings.EqualFold(w[0], "NONE") {
			c.Text = "NONE"
		} else if len(w) > 0 && strings.EqualFold(w[0], "CMD") {
			c.argv = w[1:]
			c.Text = strings.Join(c.argv, " ")
		}
		s.Health = c
	}
}
