package logfile

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// opened is a log on a directory of its own, with a clock that the test moves.
type opened struct {
	*Writer
	dir  string
	now  time.Time
	told bytes.Buffer
}

func open(t *testing.T, size int64, keep int) *opened {
	t.Helper()
	o := &opened{dir: filepath.Join(t.TempDir(), "logs"), now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	w, err := Open(Options{Dir: o.dir, Size: size, Keep: keep, Tell: &o.told, Clock: func() time.Time { o.now = o.now.Add(time.Millisecond); return o.now }})
	if err != nil {
		t.Fatal(err)
	}
	o.Writer = w
	t.Cleanup(func() { _ = w.Close() })
	return o
}

// texts returns the files, the oldest first and the current one last.
func (o *opened) texts(t *testing.T) []string {
	t.Helper()
	old, err := filepath.Glob(filepath.Join(o.dir, "ba-*.log"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, path := range append(old, filepath.Join(o.dir, current)) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
		out = append(out, string(text))
	}
	return out
}

func TestFullFilesAreExchangedAndOnlySomeAreKept(t *testing.T) {
	o := open(t, 100, 3)
	for i := range 50 {
		fmt.Fprintf(o, "line %02d of the log, 30 bytes..\n", i)
	}
	texts := o.texts(t)
	if len(texts) != 4 {
		t.Fatalf("%d files, want the current one and three", len(texts))
	}
	all := strings.Join(texts, "")
	for _, text := range texts {
		if len(text) > 100 || !strings.HasSuffix(text, "\n") {
			t.Errorf("a file of %d bytes: %q", len(text), text)
		}
	}
	if !strings.HasSuffix(all, "line 49 of the log, 30 bytes..\n") || strings.Contains(all, "line 00") || strings.Count(all, "\n") < 10 {
		t.Errorf("kept: %s", all)
	}
}

func TestALineThatIsLargerThanAFileIsKeptWhole(t *testing.T) {
	o := open(t, 10, 2)
	long := strings.Repeat("x", 50) + "\n"
	fmt.Fprint(o, long)
	fmt.Fprint(o, "short\n")
	if texts := o.texts(t); len(texts) != 2 || texts[0] != long || texts[1] != "short\n" {
		t.Errorf("%q", texts)
	}
}

func TestARestartGoesOnInTheSameFile(t *testing.T) {
	o := open(t, 1000, 2)
	fmt.Fprint(o, "before\n")
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.dir, current)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(o, "after\n")
	if texts := o.texts(t); len(texts) != 1 || texts[0] != "before\nafter\n" {
		t.Errorf("%q", texts)
	}
}

func TestAFullDiskStopsNobodyAndIsToldOnce(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this system has no /dev/full")
	}
	o := open(t, 1000, 2)
	path := filepath.Join(o.dir, current)
	_ = o.Close()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/full", path); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if n, err := o.Write([]byte("lost\n")); n != 5 || err != nil {
			t.Fatalf("who logs gets %d %v", n, err)
		}
	}
	if told := o.told.String(); strings.Count(told, "takes no more lines") != 1 || !strings.Contains(told, "no space left") {
		t.Errorf("told: %s", told)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(retryAfter)
	fmt.Fprint(o, "here again\n")
	if texts := o.texts(t); len(texts) != 1 || texts[0] != "5 lines are missing here: the file took none\nhere again\n" {
		t.Errorf("%q", texts)
	}
}

func TestManyWritersLoseNoLine(t *testing.T) {
	o := open(t, 500, 1000)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 100 {
				fmt.Fprint(o, "a line of the log\n")
			}
		})
	}
	wait.Wait()
	if n := strings.Count(strings.Join(o.texts(t), ""), "a line of the log\n"); n != 800 {
		t.Errorf("%d lines of 800", n)
	}
}

func TestADirectoryThatCannotBeMadeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: filepath.Join(file, "logs"), Clock: time.Now}); err == nil {
		t.Error("a file was taken for a directory")
	}
}
