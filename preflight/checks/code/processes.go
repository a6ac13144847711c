package code

import (
	"fmt"
	"strconv"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// crowd is the paths on which more than one process answers requests.
type crowd struct {
	paths    []*manifest.Path
	sentence string
	evidence []preflight.Evidence
}

// crowded finds the paths that run a file with several processes: workers, replicas, autoscaling, functions, or a
// number of workers that the program itself starts.
func crowded(in *check.Input, file string) crowd {
	var c crowd
	for _, p := range pathsOf(in, file) {
		if p.Role != manifest.Web && p.Role != manifest.Private {
			continue
		}
		n, _ := p.Processes()
		switch {
		case n > 1:
			c.add(in, p, fmt.Sprintf("%s starts %d processes.", p.Name, n))
		case p.Autoscale:
			c.add(in, p, p.Name+" starts as many instances as there is load.")
		case p.Platform == manifest.Vercel || p.Platform == manifest.Netlify:
			c.add(in, p, p.Name+" runs functions: every request may meet a new process.")
		}
	}
	if len(c.paths) == 0 {
		c.selfStarted(in)
	}
	return c
}

func (c crowd) some() bool { return c.sentence != "" }

func (c *crowd) add(in *check.Input, p *manifest.Path, sentence string) {
	if c.sentence == "" {
		c.sentence = sentence
	}
	c.paths = append(c.paths, p)
	for _, n := range []manifest.Count{p.Workers, p.Replicas} {
		if n.N > 1 && n.File != "" {
			c.evidence = append(c.evidence, at(in, n.File, n.Line, fmt.Sprintf("%d processes", n.N)))
		}
	}
}

// selfStarted finds uvicorn.run(workers=4) and cluster.fork() in the program.
func (c *crowd) selfStarted(in *check.Input) {
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if c.sentence != "" {
			return
		}
		switch name := callName(in, s); {
		case name == "uvicorn.run" || last == "run" && m.File.Lang == repo.Python:
			v := in.Code.Value(syntax.Arg(s.Node, -1, "workers"), s.Scope).Fallback()
			if n, err := strconv.Atoi(v.Text); err == nil && n > 1 && v.Kind == repo.Number {
				c.sentence = fmt.Sprintf("The program starts %d workers.", n)
				c.evidence = append(c.evidence, here(in, s, "several processes"))
			}
		case name == "cluster.fork" || name == "node:cluster.fork":
			c.sentence = "The program forks several processes."
			c.evidence = append(c.evidence, here(in, s, "several processes"))
		}
	})
}
