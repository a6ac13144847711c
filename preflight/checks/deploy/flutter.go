package deploy

import (
	"path"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// flutter returns the words of a flutter command after the program, nil for
// another program. Version managers in front are taken away.
func flutter(p manifest.Process) []string {
	args := p.Args
	if p.Program() == "fvm" || p.Program() == "puro" {
		args = args[1:]
	}
	if len(args) < 2 || args[0][strings.LastIndexByte(args[0], '/')+1:] != "flutter" {
		return nil
	}
	return args[1:]
}

// has reports whether one of the words is there, alone or as WORD=value.
func has(args []string, words ...string) bool {
	for _, a := range args {
		for _, w := range words {
			if a == w || strings.HasPrefix(a, w+"=") {
				return true
			}
		}
	}
	return false
}

// webBuild is a command that builds a front end for browsers, with who runs it.
type webBuild struct {
	process manifest.Process
	args    []string // after "flutter"
	path    *manifest.Path
	job     string // of a workflow, where no path builds it
}

// flutterBuilds returns the `flutter build web` commands whose output is
// published: those of the paths, of workflow jobs that deploy or hand over what
// they built, and of scripts that deploy.
func flutterBuilds(in *check.Input) []webBuild {
	var out []webBuild
	add := func(list []manifest.Process, p *manifest.Path, job string) {
		for _, s := range list {
			if a := flutter(s); len(a) > 1 && a[0] == "build" && a[1] == "web" {
				out = append(out, webBuild{s, a, p, job})
			}
		}
	}
	for _, p := range in.Paths() {
		add(p.Built(), p, "")
		add(p.Start.Steps, p, "")
	}
	for _, w := range in.Deploy.Flows {
		deploys := false
		for _, j := range w.Jobs {
			deploys = deploys || j.Deploys
		}
		for _, j := range w.Jobs {
			if !j.Deploys && !(deploys && uploads(j)) {
				continue
			}
			for _, c := range j.Runs {
				add(c.Steps, nil, w.File+": "+j.Name)
			}
		}
	}
	for _, file := range deployScripts(in) {
		add(manifest.Processes(in.Tree.Text(file), manifest.Place{File: file, Line: 1}), nil, file)
	}
	return out
}

// deployScripts returns the shell scripts that publish something, which people start by hand.
func deployScripts(in *check.Input) []string {
	return in.Tree.Match(func(f tree.File) bool {
		return path.Ext(f.Path) == ".sh" && manifest.Publishes(in.Tree.Text(f.Path))
	})
}

// uploads reports whether a job hands files to other jobs.
func uploads(j manifest.Job) bool {
	for _, u := range j.Uses {
		if strings.Contains(u, "upload-artifact") || strings.Contains(u, "upload-pages-artifact") || strings.Contains(u, "actions/cache") {
			return true
		}
	}
	return false
}

// name is the path or the job that runs the build.
func (b *webBuild) name() string {
	if b.path != nil {
		return b.path.Name
	}
	return b.job
}

var flutterVersion = regexp.MustCompile(`flutter[^:]*:v?(\d+)\.(\d+)`)
