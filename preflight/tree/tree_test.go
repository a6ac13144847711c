package tree

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func open(t *testing.T, dir string) *Tree {
	t.Helper()
	tr, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tr.Close() })
	return tr
}

func TestFilesAreReadInAnyOrder(t *testing.T) {
	files := map[string]string{"a.py": "1", "x/y/b.py": "2", "x/c.py": "3", "x/y/d.py": "4", "z/e.py": "5"}
	tr := open(t, folder(t, files))
	for range 2 { // the second time from memory
		for name, text := range files {
			if got := tr.Text(name); got != text {
				t.Errorf("%s is %q, want %q", name, got, text)
			}
		}
	}
	if len(tr.Files()) != len(files) || len(tr.Below("x")) != 3 || len(tr.Named("b.py")) != 1 || !tr.HasDir("x/y") || tr.Has("x") {
		t.Errorf("files %v", tr.Files())
	}
}

func TestReadingIsSafeForSeveralGoroutines(t *testing.T) {
	files := map[string]string{}
	for _, d := range []string{"a", "b", "c", "d"} {
		for _, f := range []string{"1", "2", "3"} {
			files[d+"/"+f+".txt"] = d + f
		}
	}
	tr := open(t, folder(t, files))
	var wg sync.WaitGroup
	for name, text := range files {
		wg.Go(func() {
			if got := tr.Text(name); got != text {
				t.Errorf("%s is %q", name, got)
			}
		})
	}
	wg.Wait()
}

func TestNothingOutsideIsRead(t *testing.T) {
	outside := folder(t, map[string]string{"secret.txt": "x"})
	dir := folder(t, map[string]string{"a/in.txt": "y"})
	if err := os.Symlink(filepath.Join(outside, "secret.txt"), filepath.Join(dir, "a", "link.txt")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "linked")); err != nil {
		t.Fatal(err)
	}
	tr := open(t, dir)
	for _, name := range []string{"a/link.txt", "linked/secret.txt", "../" + filepath.Base(outside) + "/secret.txt", "/etc/hosts"} {
		if b, err := tr.Read(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %q %v", name, b, err)
		}
	}
	if len(tr.Skipped()) != 2 {
		t.Errorf("skipped %v", tr.Skipped())
	}
	// a folder that becomes a link after it was listed leads nowhere either
	if err := os.Rename(filepath.Join(dir, "a"), filepath.Join(dir, "b")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	if b, err := tr.Read("a/in.txt"); err == nil {
		t.Errorf("read %q through a link", b)
	}
}

func TestLargeFilesAndInstalledFoldersAreLeftOut(t *testing.T) {
	tr := open(t, folder(t, map[string]string{"big.txt": strings.Repeat("x", MaxRead+1), "node_modules/a/index.js": "1", "my-env/pyvenv.cfg": "", "my-env/lib/x.py": "1", "src/a.js": "2"}))
	if _, err := tr.Read("big.txt"); !errors.Is(err, ErrTooLarge) {
		t.Errorf("big.txt: %v", err)
	}
	if len(tr.Files()) != 2 {
		t.Errorf("files %v", tr.Files())
	}
}

func TestTrackedIsUnknownUntilGitWasAsked(t *testing.T) {
	tr := open(t, folder(t, map[string]string{"a": "1", "b": "2"}))
	if _, known := tr.Tracked("a"); known {
		t.Error("known before git was asked")
	}
	tr.SetTracked([]string{"a"})
	if tracked, known := tr.Tracked("./a"); !tracked || !known {
		t.Error("a is not tracked")
	}
	if tracked, _ := tr.Tracked("b"); tracked {
		t.Error("b is tracked")
	}
}
