package manifest

import (
	"path"
	"strings"
)

// procfiles makes paths of the Procfiles. Railway and Render read a Procfile
// only where their own manifest has no start command, so beside one it counts
// as another way to deploy, with less weight.
func (l *loader) procfiles() {
	for _, f := range l.t.Files() {
		base := path.Base(f.Path)
		if elsewhere(f.Path) || !strings.HasPrefix(base, "Procfile") {
			continue
		}
		src, ok := l.read(f.Path, "Procfile")
		if !ok {
			continue
		}
		for _, e := range procfileEntries(string(src)) {
			p := l.newPath(Heroku, f.Path, e.name, Place{f.Path, e.line})
			p.VarsOpen, p.SecretsApart = true, true
			p.Start = Command{Text: e.command, Place: p.Place}
			switch e.name {
			case "web":
			case "release":
				p.Role = Release
			default:
				p.Role = Worker
			}
			if base != "Procfile" {
				p.Purpose, _ = purposeOf(base)
			}
			if l.described(p.Root) {
				p.Purpose = max(p.Purpose, Either)
			}
			p.Build = l.nixBuild(p.Root)
			l.appJSON(p)
			follow(l.t, l.finder(p), &p.Start, nil, "")
			l.add(p)
		}
	}
}

// described reports whether another platform's manifest deploys a directory with a command or an image of its own.
func (l *loader) described(root string) bool {
	for _, p := range l.set.Paths {
		if p.Root == root && p.Platform != Heroku && p.Purpose == Production && !p.Start.Unknown() {
			return true
		}
	}
	return false
}

// appJSON adds the variables of Heroku's app.json.
func (l *loader) appJSON(p *Path) {
	file := path.Join(p.Root, "app.json")
	if !l.t.Has(file) {
		return
	}
	doc, problem := parseYAML(file, []byte(l.t.Text(file))) // JSON is YAML
	if problem != nil {
		return
	}
	for _, e := range doc.get("env").pairs() {
		v := Variable{Name: e.key, Kind: Prompted, Place: Place{file, e.line}}
		switch {
		case e.value.str() != "":
			v.Kind, v.Value = Literal, e.value.str()
		case e.value.text("generator") == "secret":
			v.Kind = Generated
		case e.value.text("value") != "":
			v.Kind, v.Value = Literal, e.value.text("value")
		}
		p.Vars[e.key], p.DeclaresVars = v, true
	}
}
