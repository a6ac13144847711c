package manifest

import (
	"path"
	"regexp"
	"strings"
)

var dockerfileName = regexp.MustCompile(`(?i)^(?:(?:docker|container)file(?:[._-][\w.-]+)?|[\w.-]+\.dockerfile)$`)

// notDockerfile are extensions of code and notes about Dockerfiles.
var notDockerfile = map[string]bool{
	".dockerignore": true, ".md": true, ".go": true, ".py": true, ".js": true, ".ts": true, ".rs": true, ".java": true, ".rb": true, ".txt": true,
	".json": true, ".yaml": true, ".yml": true, ".lock": true, ".j2": true, ".tmpl": true, ".tpl": true, ".erb": true, ".sh": true,
}

func isDockerfile(name string) bool {
	base := strings.ToLower(path.Base(name))
	return dockerfileName.MatchString(base) && !notDockerfile[path.Ext(strings.ToLower(base))]
}

// dockerfiles reads every Dockerfile.
func (l *loader) dockerfiles() {
	for _, f := range l.t.Files() {
		if isDockerfile(f.Path) && !elsewhere(f.Path) && len(l.set.Images) < maxManifests {
			l.dockerfile(f.Path)
		}
	}
}

func (l *loader) dockerfile(file string) *Image {
	src, ok := l.read(file, "Dockerfile")
	if !ok {
		return nil
	}
	im, problem := ParseImage(file, src)
	if problem != nil {
		l.problem(problem)
		return nil
	}
	im.Context = l.contextOf(im)
	l.images[file] = im
	l.set.Images = append(l.set.Images, im)
	return im
}

// contextOf guesses the build context of a Dockerfile that no manifest names:
// the nearest directory, its own first, that has what the file copies.
func (l *loader) contextOf(im *Image) string {
	dir := path.Dir(im.File)
	best, most := dir, -1
	for d := dir; ; d = path.Dir(d) {
		n := 0
		for _, s := range im.Stages {
			for _, c := range s.Copies {
				for _, src := range c.Sources {
					if c.From == "" && src != "." && !strings.Contains(src, "*") && (l.t.Has(path.Join(d, src)) || l.t.HasDir(path.Join(d, src))) {
						n++
					}
				}
			}
		}
		if n > most {
			best, most = d, n
		}
		if d == "." {
			return best
		}
	}
}

// unusedImages makes paths of the Dockerfiles that no manifest builds.
func (l *loader) unusedImages() {
	for _, im := range l.set.Images {
		if l.used[im.File] {
			continue
		}
		p := l.newPath(Docker, im.File, "", im.Effective().Place)
		p.Purpose = Production
		if purpose, told := purposeOf(path.Base(im.File)); told {
			p.Purpose = purpose
		}
		if purpose, told := purposeOf(path.Dir(im.File)); told && purpose == Development {
			p.Purpose = purpose
		}
		p.Root, p.VarsOpen = im.Context, true
		l.useImage(p, im.File, im.Context, "", Place{im.File, 0})
		l.imageCommand(p, nil, nil)
		l.add(p)
	}
}
