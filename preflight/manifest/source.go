package manifest

import (
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// Source returns the path in the repository of a file or directory that the
// stage has at an absolute path, following COPY through stages. ok is false
// for what comes from elsewhere (the base image, a RUN).
func (im *Image) Source(t *tree.Tree, stage int, abs string) (file string, ok bool) {
	return im.source(t, stage, path.Clean(abs), 0)
}

func (im *Image) source(t *tree.Tree, stage int, abs string, depth int) (string, bool) {
	if depth > maxFollow || stage < 0 || stage >= len(im.Stages) {
		return "", false
	}
	copies := im.Stages[stage].Copies
	for i := len(copies) - 1; i >= 0; i-- {
		for _, src := range copies[i].Sources {
			if file, ok := im.throughCopy(t, copies[i], src, abs, depth); ok {
				return file, true
			}
		}
	}
	return "", false
}

func (im *Image) throughCopy(t *tree.Tree, c Copy, src, abs string, depth int) (string, bool) {
	for _, from := range originals(c, src, abs) {
		if c.From != "" {
			if n := im.stageIndex(c.From); n >= 0 {
				if file, ok := im.source(t, n, absolute("/", from), depth+1); ok {
					return file, true
				}
			}
			continue
		}
		file := path.Join(im.Context, strings.TrimLeft(from, "/"))
		if t.Has(file) || t.HasDir(file) && (from != src || !t.Has(path.Join(im.Context, src))) {
			return file, true
		}
	}
	return "", false
}

// originals returns where the content of abs can come from if src was copied to c.Dest.
func originals(c Copy, src, abs string) []string {
	dest := strings.TrimRight(c.Dest, "/")
	if strings.ContainsAny(src, "*?[") { // a pattern: its matches go into dest by base name
		if ok, _ := path.Match(path.Base(src), path.Base(abs)); ok && path.Dir(abs) == path.Clean("/"+dest) {
			return []string{path.Join(path.Dir(src), path.Base(abs))}
		}
		return nil
	}
	var out []string
	if within(abs, dest) || dest == "" { // a directory's content
		out = append(out, path.Join(src, strings.TrimPrefix(abs, dest)))
	}
	if abs == dest && !strings.HasSuffix(c.Dest, "/") { // a file under a new name
		out = append(out, src)
	}
	if abs == path.Join("/", dest, path.Base(src)) { // a file into a directory
		out = append(out, src)
	}
	return out
}

func (im *Image) stageIndex(name string) int {
	for i, s := range im.Stages {
		if strings.EqualFold(s.Name, name) || name == itoa(i) {
			return i
		}
	}
	return -1
}
