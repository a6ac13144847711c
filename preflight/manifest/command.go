package manifest

import "strings"

// Command is something that a path runs.
type Command struct {
	Text  string    // as written
	Steps []Process // what it comes to, scripts and package.json followed; nil if it could not be read
	Exec  bool      // exec form: no shell, so no variables are expanded
	Place

	argv []string // of the exec form
	dir  string   // directory in which it runs, as it sees it
}

// Unknown reports whether nothing says what runs.
func (c Command) Unknown() bool { return c.Text == "" }

// Process is one program that a command starts, in order.
type Process struct {
	Args  []string          // Args[0] is the program as written; wrappers (exec, env, sudo, poetry run ...) removed
	Env   map[string]string // NAME=value before the program
	Dir   string            // after cd, relative to where the command starts; "" if unchanged
	Last  bool              // stays while the service runs: the server
	Maybe bool              // inside a condition, so perhaps never run
	Place                   // the line that holds it, in a script too
}

// Program returns the base name of the program, "python" for python3.11.
func (p Process) Program() string {
	if len(p.Args) == 0 {
		return ""
	}
	name := p.Args[0][strings.LastIndexByte(p.Args[0], '/')+1:]
	if strings.HasPrefix(name, "python") {
		return "python"
	}
	return name
}

// Server returns the process that stays, and whether one is known.
func (c Command) Server() (Process, bool) {
	for _, p := range c.Steps {
		if p.Last {
			return p, true
		}
	}
	return Process{}, false
}

// Processes reads a shell text into the programs that it starts, wrappers
// removed. Scripts are not followed. at is the text's first line.
func Processes(text string, at Place) []Process {
	var out []Process
	for _, s := range shellSplit(text) {
		args, env, _ := unwrap(s.args, s.env)
		if len(args) == 0 || len(out) >= maxSteps {
			continue
		}
		p := Process{Args: args, Env: env, Maybe: s.maybe, Place: at}
		p.Line += s.line
		out = append(out, p)
	}
	return out
}

// Built returns the processes that build the path: its build commands, those
// of pre-deploy, and the RUN lines of the stages of its image that the
// effective one is made of.
func (p *Path) Built() []Process {
	var out []Process
	for _, c := range append(append([]Command{}, p.Build...), p.PreDeploy...) {
		out = append(out, c.Steps...)
	}
	if p.Image == nil {
		return out
	}
	for i := range p.Image.Stages {
		if !p.Image.feeds(i) {
			continue
		}
		for _, c := range p.Image.Stages[i].Runs {
			if i == p.Image.Final || p.Image.Stages[p.Image.Final].From != i {
				out = append(out, Processes(c.Text, c.Place)...)
			}
		}
	}
	return out
}

// feeds reports whether a stage is the effective one or one that it copies
// from or is built on, directly or through others.
func (im *Image) feeds(stage int) bool { return im.needs(im.Final, stage, 0) }

func (im *Image) needs(from, stage, depth int) bool {
	if from == stage {
		return true
	}
	if from < 0 || from >= len(im.Stages) || depth > maxFollow {
		return false
	}
	s := &im.Stages[from]
	if s.From >= 0 && im.needs(s.From, stage, depth+1) {
		return true
	}
	for _, c := range s.Copies {
		if n := im.stageIndex(c.From); c.From != "" && n >= 0 && im.needs(n, stage, depth+1) {
			return true
		}
	}
	return false
}
