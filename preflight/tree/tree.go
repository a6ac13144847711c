package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"
)

// MaxRead is the size in bytes up to which a file is read.
const MaxRead = 1 << 20

// MaxFiles is how many files of a repository are listed.
const MaxFiles = 200_000

// maxCached is how many bytes of files are kept in memory.
const maxCached = 64 << 20

// ErrTooLarge is returned by Read for a file larger than MaxRead.
var ErrTooLarge = errors.New("larger than 1 MiB")

// File is one regular file.
type File struct {
	Path string
	Size int64
	Mode fs.FileMode
}

// Tree is the files of a repository. Make one with Open or From.
type Tree struct {
	root    *os.Root // nil for From
	fsys    fs.FS
	files   []File // sorted by path
	byPath  map[string]int
	dirs    map[string][]fs.DirEntry // directory -> entries, both files and directories
	skipped []Skip
	tracked map[string]bool // nil when git was not asked

	mu      sync.Mutex
	cached  map[string][]byte
	bytes   int
	near    *os.Root // the directory of the file that was read last
	nearDir string
}

// Skip is something that was not read, and why.
type Skip struct{ Path, Reason string }

// unread directories hold what was installed or generated; nothing in them is written by the repository's people.
var unread = map[string]bool{
	".git": true, "node_modules": true, ".venv": true, "venv": true, "__pycache__": true, ".tox": true, ".mypy_cache": true,
	"site-packages": true, ".next": true, ".dart_tool": true, "bower_components": true, ".pytest_cache": true, ".ruff_cache": true,
	".idea": true, ".gradle": true, "Pods": true, ".terraform": true, ".nuxt": true, ".svelte-kit": true, ".hg": true, ".svn": true,
}

// Open lists the files below dir. Nothing outside dir is ever opened. The
// caller closes the tree. It fails only when dir is not a readable directory.
func Open(dir string) (*Tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, err)
	}
	t := newTree(root.FS())
	t.root = root
	if err := t.list(); err != nil {
		root.Close()
		return nil, err
	}
	return t, nil
}

// From lists the files of fsys, for tests and archives.
func From(fsys fs.FS) (*Tree, error) {
	t := newTree(fsys)
	return t, t.list()
}

func newTree(fsys fs.FS) *Tree {
	return &Tree{fsys: fsys, byPath: map[string]int{}, dirs: map[string][]fs.DirEntry{}, cached: map[string][]byte{}}
}

// Close releases the root directory.
func (t *Tree) Close() error {
	if t.root == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.near != nil {
		t.near.Close()
		t.near = nil
	}
	return t.root.Close()
}

func (t *Tree) list() error {
	err := fs.WalkDir(t.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return err
			}
			t.skip(name, reason(err))
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		return t.visit(name, d)
	})
	if err != nil && !errors.Is(err, fs.SkipAll) {
		return fmt.Errorf("list the files: %w", err)
	}
	sort.Slice(t.files, func(i, j int) bool { return t.files[i].Path < t.files[j].Path })
	for i, f := range t.files {
		t.byPath[f.Path] = i
	}
	return nil
}

func (t *Tree) visit(name string, d fs.DirEntry) error {
	if name == "." {
		return nil
	}
	if d.IsDir() {
		if unread[d.Name()] || t.isVirtualEnv(name) {
			return fs.SkipDir
		}
		t.dirs[path.Dir(name)] = append(t.dirs[path.Dir(name)], d)
		return nil
	}
	switch {
	case d.Type()&fs.ModeSymlink != 0:
		t.skip(name, "a symbolic link, not followed")
		return nil
	case !d.Type().IsRegular():
		t.skip(name, "a pipe, socket or device, not read")
		return nil
	case len(t.files) >= MaxFiles:
		t.skip(name, fmt.Sprintf("files after the first %d were not read", MaxFiles))
		return fs.SkipAll
	}
	info, err := d.Info()
	if err != nil {
		t.skip(name, reason(err))
		return nil
	}
	t.files = append(t.files, File{Path: name, Size: info.Size(), Mode: info.Mode()})
	t.dirs[path.Dir(name)] = append(t.dirs[path.Dir(name)], d)
	return nil
}

// isVirtualEnv recognises Python environments of any name.
func (t *Tree) isVirtualEnv(dir string) bool {
	if !strings.Contains(path.Base(dir), "env") {
		return false
	}
	_, err := fs.Stat(t.fsys, dir+"/pyvenv.cfg")
	return err == nil
}

func (t *Tree) skip(name, why string) {
	if len(t.skipped) < 1000 {
		t.skipped = append(t.skipped, Skip{name, why})
	}
}

func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// Files returns all files, sorted by path. The caller must not change the slice.
func (t *Tree) Files() []File { return t.files }

// Skipped returns what was not listed, at most 1,000 entries.
func (t *Tree) Skipped() []Skip { return t.skipped }

// Has reports whether a file is there.
func (t *Tree) Has(name string) bool { _, ok := t.byPath[path.Clean(name)]; return ok }

// HasDir reports whether a directory with anything in it is there; "." always is.
func (t *Tree) HasDir(name string) bool {
	name = path.Clean(name)
	if name == "." || len(t.dirs[name]) > 0 {
		return true
	}
	return slices.ContainsFunc(t.dirs[path.Dir(name)], func(d fs.DirEntry) bool { return d.IsDir() && d.Name() == path.Base(name) })
}

// Below returns the files under a directory; "." is all of them.
func (t *Tree) Below(dir string) []File {
	dir = path.Clean(dir)
	if dir == "." {
		return t.files
	}
	from := sort.Search(len(t.files), func(i int) bool { return t.files[i].Path >= dir+"/" })
	to := sort.Search(len(t.files), func(i int) bool { return t.files[i].Path >= dir+"0" }) // '0' follows '/'
	return t.files[from:to]
}

// Named returns the paths of all files with one of the base names, shallow ones first.
func (t *Tree) Named(base ...string) []string {
	return t.Match(func(f File) bool { return slices.Contains(base, path.Base(f.Path)) })
}

// Match returns the paths of the files that ok accepts, shallow ones first.
func (t *Tree) Match(ok func(File) bool) []string {
	var out []string
	for _, f := range t.files {
		if ok(f) {
			out = append(out, f.Path)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return strings.Count(out[i], "/") < strings.Count(out[j], "/") })
	return out
}

// Read returns a file's bytes; the caller must not change them. It returns
// ErrTooLarge beyond MaxRead and an error that is fs.ErrNotExist for a file
// that is not in the tree.
func (t *Tree) Read(name string) ([]byte, error) {
	name = path.Clean(name)
	i, ok := t.byPath[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if t.files[i].Size > MaxRead {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrTooLarge}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if b, ok := t.cached[name]; ok {
		return b, nil
	}
	b, err := t.readBounded(name, t.files[i].Size)
	if err == nil && t.bytes+len(b) <= maxCached {
		t.cached[name] = b
		t.bytes += len(b)
	}
	return b, err
}

// Text returns a file as a string without a byte order mark; "" when it cannot be read.
func (t *Tree) Text(name string) string {
	b, err := t.Read(name)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(string(b), "\ufeff")
}

// SetTracked tells which files git tracks; it is called once, before the tree is shared.
func (t *Tree) SetTracked(paths []string) {
	t.tracked = make(map[string]bool, len(paths))
	for _, p := range paths {
		t.tracked[p] = true
	}
}

// Tracked reports whether git tracks the file, and whether that is known at all.
func (t *Tree) Tracked(name string) (tracked, known bool) {
	return t.tracked[path.Clean(name)], t.tracked != nil
}
