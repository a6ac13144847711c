package repo

import (
	"path"
	"strings"
)

// templateDirs are names of folders whose content a generator copies into new projects.
var templateDirs = map[string]bool{
	"template": true, "templates": true, "cookiecutter": true, "skeleton": true, "skeletons": true, "scaffold": true, "scaffolds": true,
	"boilerplate": true, "boilerplates": true, "blueprints": true, "_template": true, "_templates": true, "project_template": true, "project_templates": true,
}

// setTemplatesApart gives the code of a generator's templates the role of examples: it runs in the projects that are
// made from it, not here. A folder of that name is one only if a whole project lies in it, or Python that nothing can
// import, beside a project of its own: the folders of page templates look the same.
func (p *Program) setTemplatesApart() {
	dirs := map[string]bool{}
	own := false
	for _, f := range p.order {
		if !projectFile(path.Base(f.Path)) {
			continue
		}
		if d := templateDir(f.Path); d != "" {
			dirs[d] = true
		} else if strings.Count(f.Path, "/") <= 1 {
			own = true
		}
	}
	for _, f := range p.order {
		if f.Lang == Other || f.Role != Deployed {
			continue
		}
		d := templateDir(f.Path)
		loose := f.Lang == Python && p.files[d+"/__init__.py"] == nil
		if strings.Contains(f.Path, "{{") || own && d != "" && (dirs[d] || loose) {
			f.Role = Example
		}
	}
}

// templateDir returns the outermost folder of a path that is named as a generator's templates are, "" for none.
func templateDir(name string) string {
	parts := strings.Split(dirOf(name), "/")
	for i, part := range parts {
		if templateDirs[strings.ToLower(part)] {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// projectFile reports whether a file of that name describes a project, also as a template of one.
func projectFile(base string) bool {
	for _, name := range [...]string{"package.json", "pyproject.toml", "requirements.txt", "manage.py", "setup.py", "pubspec.yaml", "go.mod"} {
		if base == name || strings.HasPrefix(base, name+".") {
			return true
		}
	}
	return false
}
