package code

import (
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

// build is a command that builds a front end, with what it is given.
type build struct {
	command manifest.Command
	who     string // the path or the workflow
	names   map[string]bool
	sealed  bool // nothing but the repository decides its variables: an image, a workflow
}

// builds returns the commands that build the front end of a directory.
func builds(in *check.Input, dir string) []build {
	var out []build
	add := func(list []manifest.Command, who string, names map[string]bool, sealed bool) {
		for _, c := range list {
			if buildsFront(c.Text) {
				out = append(out, build{c, who, names, sealed})
			}
		}
	}
	for _, p := range in.Paths() {
		if !belongs(p.Root, dir) {
			continue
		}
		names := map[string]bool{}
		for n := range p.Vars {
			names[n] = true
		}
		for n := range p.BuildVars {
			names[n] = true
		}
		add(p.Build, p.Name, names, p.DeclaresVars && !p.VarsOpen)
		if p.Image == nil {
			continue
		}
		for i := range p.Image.Stages {
			st := &p.Image.Stages[i]
			all := map[string]bool{}
			for n := range st.Env {
				all[n] = true
			}
			for n := range st.Args {
				all[n] = true
			}
			add(st.Runs, p.Name, all, true)
		}
	}
	for _, w := range in.Deploy.Flows {
		for _, j := range w.Jobs {
			names := map[string]bool{}
			for n := range j.Env {
				names[n] = true
			}
			if j.Deploys {
				add(j.Runs, w.File, names, true)
			}
		}
	}
	return out
}

func belongs(root, dir string) bool {
	root, dir = path.Clean(root), path.Clean(dir)
	return root == "." || root == dir || strings.HasPrefix(dir, root+"/")
}

func buildsFront(text string) bool {
	for _, s := range []string{"flutter build web", "npm run build", "yarn build", "pnpm build", "pnpm run build", "vite build", "yarn run build", "bun run build", "next build", "react-scripts build", "ng build"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// localValue returns the local address that a build command itself gives a variable, "" when it does not.
func (b build) localValue(name string) string {
	_, rest, ok := strings.Cut(b.command.Text, name+"=")
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(strings.TrimLeft(rest, `"'`), " ")
	if value = strings.TrimRight(value, "\"'\n\\"); !localURL(value) {
		return ""
	}
	return value
}

// gives reports whether a build gets a variable.
func (b build) gives(name string) bool {
	t := b.command.Text
	return b.names[name] || strings.Contains(t, name+"=") || strings.Contains(t, "dart-define-from-file")
}

// envFileGives reports whether an env file of the front end's directory gives a name a value that is not local.
func envFileGives(in *check.Input, dir, name string) bool {
	for _, f := range in.Deploy.EnvFiles {
		if path.Dir(f.Path) != path.Clean(dir) || f.Use == manifest.EnvExample || f.Use == manifest.EnvDevelopment || f.Use == manifest.EnvTest {
			continue
		}
		if v, ok := f.Var(name); ok && v.Value != "" && !localURL(v.Value) {
			return true
		}
	}
	return false
}

// frontDir returns the directory of the package.json or pubspec.yaml that a file belongs to, "." when there is none.
func frontDir(in *check.Input, file string) string {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if in.Code.File(path.Join(dir, "package.json")) != nil || in.Code.File(path.Join(dir, "pubspec.yaml")) != nil || dir == "." {
			return dir
		}
	}
}
