package store_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestNothingIsAcknowledgedOnFilesThatAreGone(t *testing.T) {
	for _, name := range []string{"ba.db", "ba.db-wal", "keyring.db"} {
		for _, does := range []string{"removed", "replaced"} {
			t.Run(name+" is "+does, func(t *testing.T) {
				db, url := storetest.Engines()[0].NewAt(t)
				ana := storetest.User(t, db, "ana")
				file := filepath.Join(filepath.Dir(strings.TrimPrefix(url, "sqlite://")), name)
				away := file + ".away"
				if err := os.Rename(file, away); err != nil {
					t.Fatal(err)
				}
				if does == "replaced" {
					copyFile(t, away, file)
				}
				// A project needs a row and a key of its own.
				err := db.CreateProject(t.Context(), ana, ba.Project{ID: ba.NewID[ba.ProjectID](), Name: "P"})
				if ba.KindOf(err) != ba.Unavailable || !strings.Contains(ba.Explain(err), "removed or replaced") {
					t.Errorf("a write: %v", err)
				}
				if err := db.CheckWrite(t.Context()); name != "keyring.db" && err == nil {
					t.Error("the check of health is good")
				}
				if err := os.Rename(away, file); err != nil {
					t.Fatal(err)
				}
				storetest.Project(t, db, ana, "Put back")
			})
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// crashed returns a folder with the files as a program leaves them that was
// killed: the user's name is in the log alone.
func crashed(t *testing.T) (url, file string) {
	t.Helper()
	db, live := storetest.Engines()[0].NewAt(t)
	storetest.User(t, db, "ana")
	from, to := filepath.Dir(strings.TrimPrefix(live, "sqlite://")), t.TempDir()
	for _, name := range []string{"ba.db", "ba.db-wal", "ba.db-running", "keyring.db"} {
		copyFile(t, filepath.Join(from, name), filepath.Join(to, name))
	}
	file = filepath.Join(to, "ba.db")
	return "sqlite://" + file, file
}

func open(t *testing.T, url string) (*store.DB, error) {
	t.Helper()
	return store.Open(t.Context(), store.Options{URL: url, Master: storetest.Master(t)})
}

func TestALostLogIsRefusedAndSaid(t *testing.T) {
	url, file := crashed(t)
	if err := os.Remove(file + "-wal"); err != nil {
		t.Fatal(err)
	}
	_, err := open(t, url)
	if ba.KindOf(err) != ba.Conflict || !strings.Contains(ba.Explain(err), "-wal, is gone") || !strings.Contains(ba.Explain(err), "delete "+file+"-running") {
		t.Errorf("it says %v", err)
	}
}

func TestAProgramThatWasKilledStartsAgainAndLeavesNoNoteWhenItStops(t *testing.T) {
	url, file := crashed(t)
	for range 2 {
		db, err := open(t, url)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(file + "-running"); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		left, _ := filepath.Glob(file + "-*")
		if len(left) > 0 {
			t.Errorf("after a stop there is %v", left)
		}
	}
}

// A backup of a database whose program was killed opens it, and with the last
// connection SQLite brings the log into the file.
func TestALogThatABackupBroughtInIsNotMissed(t *testing.T) {
	url, _ := crashed(t)
	state, err := store.OpenState(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if err := state.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := open(t, url)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedFileIsRefusedOrSaid(t *testing.T) {
	made := func(t *testing.T) (url, file string) {
		file = filepath.Join(t.TempDir(), "ba.db")
		url = "sqlite://" + file
		db, err := open(t, url)
		if err != nil {
			t.Fatal(err)
		}
		ana := storetest.User(t, db, "ana")
		project := storetest.Project(t, db, ana, "P")
		storetest.Document(t, db, ana, project, "a.txt", strings.Split(strings.Repeat("An invoice is due.\n", 500), "\n")...)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		return url, file
	}
	t.Run("truncated", func(t *testing.T) {
		url, file := made(t)
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(file, info.Size()/2); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(file)
		_, err = open(t, url)
		if ba.KindOf(err) != ba.Unavailable || !strings.Contains(ba.Explain(err), "damaged") || !strings.Contains(ba.Explain(err), "restore a backup") {
			t.Errorf("it says %v", err)
		}
		if after, _ := os.ReadFile(file); string(after) != string(before) {
			t.Error("it was changed")
		}
	})
	t.Run("overwritten in the middle", func(t *testing.T) {
		url, file := made(t)
		f, err := os.OpenFile(file, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		for at := info.Size() / 4; at < info.Size()*3/4; at += 4096 {
			if _, err := f.WriteAt([]byte{0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa}, at/4096*4096+1); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err := readAll(t, url); ba.KindOf(err) != ba.Unavailable || !strings.Contains(ba.Explain(err), "damaged") {
			t.Errorf("it says %v", err)
		}
	})
}

// readAll opens the database and reads every row.
func readAll(t *testing.T, url string) error {
	t.Helper()
	db, err := open(t, url)
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := db.Snapshot(t.Context())
	if err != nil {
		return err
	}
	defer s.Close()
	for _, table := range s.Tables() {
		for _, err := range s.Rows(t.Context(), table) {
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// state is what lies in a folder, but for what SQLite makes anew each time.
func state(t *testing.T, file string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range []string{"", "-wal"} {
		text, err := os.ReadFile(file + name)
		if err != nil {
			all.WriteString("absent")
		}
		all.Write(text)
		all.WriteByte('|')
	}
	return all.String()
}

func TestADamagedFileAndItsLogAreLeftAsTheyAre(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, file string) error{
		"cut":       func(_ *testing.T, file string) error { return os.Truncate(file, 5000) },
		"no header": func(t *testing.T, file string) error { return scribble(t, file, 0, 100) },
		"empty":     func(_ *testing.T, file string) error { return os.Truncate(file, 0) },
		"gone":      func(_ *testing.T, file string) error { return os.Remove(file) },
	} {
		t.Run(name, func(t *testing.T) {
			url, file := crashed(t)
			settled(t, url) // the schema in the file, so that the damage is met
			whole, log := read(t, file), read(t, file+"-wal")
			if err := damage(t, file); err != nil {
				t.Fatal(err)
			}
			before := state(t, file)
			for range 2 {
				if db, err := open(t, url); err == nil {
					t.Error("it is opened", db.Close())
				}
				if state(t, file) != before {
					t.Fatal("it was changed")
				}
			}
			put(t, file, whole)
			opens(t, url)

			// Once more, and a copy of another time is put back without the log.
			put(t, file, whole)
			put(t, file+"-wal", log)
			put(t, file+"-running", []byte("killed\n"))
			if err := damage(t, file); err != nil {
				t.Fatal(err)
			}
			if db, err := open(t, url); err == nil {
				t.Error("it is opened", db.Close())
			}
			put(t, file, whole)
			if err := os.Remove(file + "-wal"); err != nil {
				t.Fatal(err)
			}
			opens(t, url)
		})
	}
}

// settled brings the schema from the log into the file and leaves a log again,
// as a program that is killed later.
func settled(t *testing.T, url string) {
	t.Helper()
	file := strings.TrimPrefix(url, "sqlite://")
	db, err := open(t, url)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = open(t, url); err != nil {
		t.Fatal(err)
	}
	storetest.User(t, db, "later")
	whole, log := read(t, file), read(t, file+"-wal")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, file, whole)
	put(t, file+"-wal", log)
	put(t, file+"-running", []byte("killed\n"))
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func put(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func opens(t *testing.T, url string) {
	t.Helper()
	db, err := open(t, url)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func scribble(t *testing.T, file string, at int64, n int) error {
	t.Helper()
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("\xa5", n)), at); err != nil {
		return err
	}
	return f.Close()
}
