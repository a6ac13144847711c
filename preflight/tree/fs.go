package tree

import (
	"errors"
	"io"
	"io/fs"
	"path"
)

// A Tree is a file system of its listed files: fs.WalkDir, fs.ReadFile and
// fs.Stat see what was listed, and nothing else.
var (
	_ fs.ReadDirFS  = (*Tree)(nil)
	_ fs.ReadFileFS = (*Tree)(nil)
	_ fs.StatFS     = (*Tree)(nil)
)

// Open opens a listed file or directory.
func (t *Tree) Open(name string) (fs.File, error) {
	if !t.Has(name) && !t.HasDir(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return t.fsys.Open(name)
}

// ReadDir returns the listed entries of a directory.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	if !t.HasDir(name) {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	return t.dirs[path.Clean(name)], nil
}

// ReadFile is Read.
func (t *Tree) ReadFile(name string) ([]byte, error) { return t.Read(name) }

// Stat describes a listed file or directory.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	if name != "." && !t.Has(name) && !t.HasDir(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return fs.Stat(t.fsys, name)
}

// open opens a file. The directory of the last one stays open: files are read
// in the order of their paths, and each step down from the root is a system
// call. The caller holds t.mu.
func (t *Tree) open(name string) (fs.File, error) {
	dir := path.Dir(name)
	if t.root == nil || dir == "." {
		return t.fsys.Open(name)
	}
	if t.near == nil || t.nearDir != dir {
		sub, err := t.root.OpenRoot(dir)
		if err != nil {
			return nil, err
		}
		if t.near != nil {
			t.near.Close()
		}
		t.near, t.nearDir = sub, dir
	}
	return t.near.Open(path.Base(name))
}

// readBounded reads at most MaxRead bytes, also of a file that grew since it
// was listed with size. What it returns is as large as the file: it stays in
// memory, and a buffer that doubles would keep half as much again.
func (t *Tree) readBounded(name string, size int64) ([]byte, error) {
	f, err := t.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, size+1) // one more, to see the end
	n, err := io.ReadFull(f, b)
	if err == nil {
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(f, MaxRead+1-int64(n)))
		b, n = append(b, rest...), n+len(rest)
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	if n > MaxRead {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrTooLarge}
	}
	return b[:n], nil
}
