package library_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// Verbs of this test program as a child process.
const (
	childVerb   = "extract-child"
	suicideVerb = "die-child" // is killed as soon as it has begun
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == childVerb {
		os.Exit(extract.ChildMain(os.Stdin, os.Stdout))
	}
	if len(os.Args) == 2 && os.Args[1] == suicideVerb {
		die()
	}
	if err := newSupervisor(childVerb).Warm(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func die() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

// newSupervisor returns one whose children are this program. Its cache of the
// PDF engine stays from run to run, as it does in a data directory.
func newSupervisor(verb string) *extract.Supervisor {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	s := &extract.Supervisor{Args: []string{verb}, CacheDir: filepath.Join(dir, "ba-assistant-test", "pdf")}
	if testenv.Race { // whose own memory counts too
		s.MemoryMB = 3 << 10
	}
	return s
}

// desk is a library with a user and a project.
type desk struct {
	*library.Service
	t       testing.TB
	db      *store.DB
	actor   ba.Actor
	project ba.ProjectID
	log     *recorder
}

func newDesk(t testing.TB, change ...func(*library.Deps)) *desk {
	t.Helper()
	db := storetest.New(t)
	a := storetest.User(t, db, "ada")
	return openDesk(t, db, a, storetest.Project(t, db, a, "Payments"), change...)
}

// openDesk is another instance on the same database.
func openDesk(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID, change ...func(*library.Deps)) *desk {
	t.Helper()
	log := &recorder{}
	deps := library.Deps{Store: db, Extractor: newSupervisor(childVerb), MaxUpload: 20 << 20, Workers: 2, Instance: "test",
		Clock: time.Now, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, c := range change {
		c(&deps)
	}
	return &desk{Service: library.New(deps), t: t, db: db, actor: a, project: project, log: log}
}

// run runs the workers until the returned function is called or the test ends.
func (d *desk) run() (stop func()) {
	ctx, cancel := context.WithCancel(d.t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := d.Run(ctx); err != nil {
			d.t.Errorf("Run: %v", err)
		}
	})
	stop = func() { cancel(); running.Wait() }
	d.t.Cleanup(stop)
	return stop
}

func (d *desk) upload(name string, content []byte) ba.Document {
	d.t.Helper()
	doc, err := d.Upload(d.t.Context(), d.actor, d.project, name, strings.NewReader(string(content)))
	if err != nil {
		d.t.Fatalf("upload %s: %v", name, err)
	}
	if doc.Status != ba.DocumentProcessing {
		d.t.Fatalf("%s is %s after its upload", name, doc.Status)
	}
	return doc
}

// until asks for the document until it is as wanted, for a minute.
func (d *desk) until(id ba.DocumentID, what string, wanted func(ba.Document) bool) ba.Document {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		doc, err := d.Find(d.t.Context(), d.actor, id)
		if err != nil {
			d.t.Fatal(err)
		}
		if wanted(doc) {
			return doc
		}
		select {
		case <-ctx.Done():
			d.t.Fatalf("the document never became %s: %+v\n%s", what, doc, d.log)
		case <-tick.C:
		}
	}
}

// finished waits for the end of the newest version's extraction.
func (d *desk) finished(id ba.DocumentID) ba.Document {
	d.t.Helper()
	return d.until(id, "finished", func(doc ba.Document) bool { return doc.Status != ba.DocumentProcessing })
}

// blocks returns all blocks of a version's text.
func (d *desk) blocks(id ba.DocumentID, version int) []library.Block {
	d.t.Helper()
	var all []library.Block
	for page := 1; ; page++ {
		text, err := d.Text(d.t.Context(), d.actor, id, version, page)
		if err != nil {
			d.t.Fatal(err)
		}
		all = append(all, text.Blocks...)
		if page >= text.Pages {
			return all
		}
	}
}

// found returns the texts that a search finds.
func (d *desk) found(query string) []library.Found {
	d.t.Helper()
	hits, err := d.Search(d.t.Context(), d.actor, library.SearchInput{Project: d.project, Text: query})
	if err != nil {
		d.t.Fatal(err)
	}
	return hits
}

func (d *desk) original(id ba.DocumentID, version int) string {
	d.t.Helper()
	_, pieces, err := d.Content(d.t.Context(), d.actor, id, version)
	if err != nil {
		d.t.Fatal(err)
	}
	return collect(d.t, pieces)
}

func collect(t testing.TB, pieces iter.Seq2[[]byte, error]) string {
	t.Helper()
	var b strings.Builder
	for p, err := range pieces {
		if err != nil {
			t.Fatal(err)
		}
		b.Write(p)
	}
	return b.String()
}

// recorder keeps what is logged.
type recorder struct {
	mu sync.Mutex
	b  strings.Builder
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

var _ io.Writer = (*recorder)(nil)

// extractorFunc is an extractor of one function.
type extractorFunc func(context.Context, extract.Input) (extract.Result, error)

func (f extractorFunc) Extract(ctx context.Context, in extract.Input) (extract.Result, error) {
	return f(ctx, in)
}
