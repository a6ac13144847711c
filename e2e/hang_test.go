package e2e

import (
	"io"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// hanging is a server's database that can be made to hang.
type hanging struct {
	server *instance
	cable  *gate // to PostgreSQL; nil with SQLite
}

// hang makes the database hang until resume is called: PostgreSQL as one whose
// host does, SQLite as one in which another process writes.
func (h hanging) hang(t testing.TB) (resume func()) {
	t.Helper()
	if h.cable == nil {
		return lockSQLite(t, filepath.Join(h.server.dir, "ba.db"))
	}
	h.cable.hold()
	return h.cable.release
}

// lockSQLite takes the lock of the one writer, and gives it back when free is
// called. It is the byte WAL_WRITE_LOCK of the file beside the log
// (sqlite.org/walformat.html, 2.3), which a transaction of another process holds.
func lockSQLite(t testing.TB, path string) (free func()) {
	t.Helper()
	f, err := os.OpenFile(path+"-shm", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: 120, Len: 1}
	if err := syscall.FcntlFlock(f.Fd(), syscall.F_SETLKW, &lock); err != nil {
		t.Fatal(err)
	}
	return func() { f.Close() } // which frees the lock
}

// gate opens a gate to an empty database; its url is the database's, through it.
func (d *database) gate(t testing.TB) *gate {
	t.Helper()
	at, err := url.Parse(d.url(t))
	if err != nil {
		t.Fatal(err)
	}
	g := openGate(t, at.Host)
	at.Host = g.address
	g.url = at.String()
	return g
}

func TestADatabaseThatHangsDelaysAnAnswerAndLosesNothingOfIt(t *testing.T) {
	t.Parallel()
	for name, hangs := range map[string]time.Duration{"SQLite": 2 * time.Second, "PostgreSQL": 2 * time.Second, "SQLite for long": 13 * time.Second, "PostgreSQL for long": 13 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := startModel(t, 20*time.Millisecond)
			var h hanging
			vars := m.vars()
			if name[0] == 'P' {
				h.cable = postgres.gate(t)
				vars = append(vars, "DATABASE_URL="+h.cable.url)
			}
			h.server = start(t, vars...)
			ana := signIn(t, h.server.url, "ana")
			thread := ana.thread(t, "")
			const question = "What is kept while the database hangs?"
			asked, err := ana.ask(t.Context(), thread, newID(), question)
			if err != nil {
				t.Fatal(err)
			}
			w := watchAnswer(t.Context(), ana, thread, "", asked.Turn.AnswerID)
			eventually(t, 20*time.Second, "the answer grows", func() bool { return w.holds() > 40 })
			resume := h.hang(t)
			<-time.After(hangs / 2) // what was stored before is told
			before := w.holds()
			<-time.After(hangs / 2)
			if grown := w.holds() - before; grown > 0 {
				t.Errorf("the client was told %d code points that nobody could store", grown)
			}
			resume()
			select {
			case <-w.done:
			case <-time.After(60 * time.Second):
				t.Fatalf("the answer has no end; the client holds %d code points", w.holds())
			}
			kept := ana.messages(t, thread).Items[1]
			if kept.Turn.State != "complete" || kept.Text != m.says(question) || string(w.mirror.text) != kept.Text || len(w.mirror.faults) > 0 {
				t.Errorf("kept is %q (%s), told was %q %v %v", kept.Text, kept.Turn.State, string(w.mirror.text), w.mirror.faults, w.err)
			}
		})
	}
}
