package repo

import (
	"errors"
	"io/fs"
	"path"
	"sort"
	"strings"
)

// MaxSource is the size in bytes up to which a source file is parsed; larger ones are generated.
const MaxSource = 1 << 20

// MaxFiles bounds how many files of a tree are considered.
const MaxFiles = 200_000

// File is one file of the tree.
type File struct {
	Path string // slash-separated, relative to the root
	Lang Lang
	Role Role
	Size int64

	mod    *Module
	parsed bool
	unread bool // it could not be read, which is in Program.Skipped
}

// Program is a repository's code. Build one with Load.
type Program struct {
	fsys  fs.FS
	files map[string]*File
	order []*File // sorted by path

	// Skipped names what was left out and why, for the report.
	Skipped []string

	goModules   map[string]string // directory -> module path
	steps       int               // work left for the running evaluation
	depth       int
	memo        map[*Def]Value
	live        map[*File]bool
	entries     []*File
	liveModules []*Module
	facts       facts
	included    []include
	byDir       map[string][]*File
	goPackages  map[string][]*File // directory -> its Go files without tests
	kept        map[string]any
	modes       map[*Node]bool // what modeTest found
}

// Keep returns what make returned the first time it was asked for under this key: for answers that several checks of a
// program need.
func (p *Program) Keep(key string, make func() any) any {
	if v, ok := p.kept[key]; ok {
		return v
	}
	v := make()
	if p.kept == nil {
		p.kept = map[string]any{}
	}
	p.kept[key] = v
	return v
}

var skippedDirs = map[string]bool{
	".git": true, "node_modules": true, ".venv": true, "venv": true, "__pycache__": true, ".tox": true, ".mypy_cache": true,
	"site-packages": true, ".next": true, ".dart_tool": true, "bower_components": true, ".pytest_cache": true, ".ruff_cache": true,
	".idea": true, ".gradle": true, "Pods": true, ".terraform": true, ".nuxt": true, ".svelte-kit": true, ".hg": true,
}

// Load lists the files of a tree. Source is read later, when a module is asked for. An unreadable directory is recorded
// in Skipped; only an unreadable root is an error.
func Load(fsys fs.FS) (*Program, error) {
	p := &Program{fsys: fsys, files: map[string]*File{}, memo: map[*Def]Value{}, goPackages: map[string][]*File{}, modes: map[*Node]bool{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return err
			}
			p.Skipped = append(p.Skipped, name+": "+errText(err))
			return nil
		}
		return p.visit(name, d)
	})
	if err != nil && !errors.Is(err, errTooMany) {
		return nil, err
	}
	sort.Slice(p.order, func(i, j int) bool { return p.order[i].Path < p.order[j].Path })
	p.setTemplatesApart()
	return p, nil
}

var errTooMany = errors.New("more files than are considered")

func errText(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

func (p *Program) visit(name string, d fs.DirEntry) error {
	if d.IsDir() {
		if name != "." && (skippedDirs[d.Name()] || p.isVirtualEnv(name)) {
			return fs.SkipDir
		}
		return nil
	}
	if !d.Type().IsRegular() {
		return nil
	}
	if len(p.files) >= MaxFiles {
		p.Skipped = append(p.Skipped, "files beyond the first 200,000")
		return errTooMany
	}
	f := &File{Path: name, Lang: LangOf(name)}
	if f.Lang != Other {
		f.Role = RoleOf(name)
	}
	p.files[name] = f
	p.order = append(p.order, f)
	return nil
}

func (p *Program) isVirtualEnv(dir string) bool {
	base := path.Base(dir)
	if !strings.Contains(base, "env") {
		return false
	}
	_, err := fs.Stat(p.fsys, dir+"/pyvenv.cfg")
	return err == nil
}

// File returns the file at a path, nil when there is none.
func (p *Program) File(name string) *File { return p.files[path.Clean(name)] }

// Files returns every file, sorted by path. The caller must not change the slice.
func (p *Program) Files() []*File { return p.order }

// Source returns a file's bytes, none when it cannot be read or is larger than MaxSource, nil for no file. The file system is asked each
// time: a tree keeps what it read, and a second copy here would double the memory of a run.
func (p *Program) Source(f *File) []byte {
	if f == nil {
		return nil
	}
	if f.unread {
		return []byte{}
	}
	src, err := fs.ReadFile(p.fsys, f.Path) // a tree refuses what is too large before it reads
	switch {
	case err != nil:
		return p.unread(f, errText(err))
	case len(src) > MaxSource:
		return p.unread(f, "too large")
	}
	return src
}

// unread remembers a file that cannot be read, so that it is listed once.
func (p *Program) unread(f *File, why string) []byte {
	f.unread = true
	p.Skipped = append(p.Skipped, f.Path+": "+why)
	return []byte{}
}
