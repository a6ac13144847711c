package secrets

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// walk streams every addition of the reachable history, newest first within
// each of several git processes, to visit, which is called from several
// goroutines. It returns what could not be read, in words.
type walk struct {
	snap     *snapshot
	skip     func(path string) bool // called from several goroutines
	visit    func(*addition)
	progress func(done, total int)
	procs    int

	commits []string // newest first; filled by run
	times   []time.Time
	seed    maphash.Seed

	mu   sync.Mutex
	done int
	gaps []string
	seen map[uint64]sighting // by text and path; each is visited once
}

// sighting says which commits added the same text to the same path, as
// indexes into walk.commits.
type sighting struct{ newest, oldest int32 }

// maxResumes bounds how often a broken history is taken up again behind the break.
const maxResumes = 64

func (w *walk) run(ctx context.Context) error {
	if len(w.snap.tips) == 0 {
		return nil
	}
	commits, err := w.list(ctx)
	if err != nil {
		return err
	}
	w.commits, w.times = commits, make([]time.Time, len(commits))
	w.seed, w.seen = maphash.MakeSeed(), make(map[uint64]sighting)
	if w.procs <= 0 {
		w.procs = min(runtime.GOMAXPROCS(0), 4)
	}
	work := make(chan *addition, 4*w.procs)
	var visitors sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		visitors.Go(func() {
			for a := range work {
				w.visit(a)
			}
		})
	}
	group, gctx := errgroup.WithContext(ctx)
	size := (len(commits) + w.procs - 1) / w.procs
	for start := 0; start < len(commits); start += size {
		end := min(start+size, len(commits))
		group.Go(func() error { return w.chunk(gctx, start, end, work) })
	}
	err = group.Wait()
	close(work)
	visitors.Wait()
	return err
}

// list returns the reachable commits, newest first. Where a commit is missing
// it returns those that git found before, and records the gap.
func (w *walk) list(ctx context.Context) ([]string, error) {
	cmd := w.snap.command(ctx, "rev-list", "--stdin")
	cmd.Stdin = strings.NewReader(strings.Join(w.snap.tips, "\n") + "\n")
	var stderr limitedBuffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		w.gap("the list of commits broke off: " + stderr.line())
	}
	return strings.Fields(string(out)), nil
}

func (w *walk) gap(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gaps = append(w.gaps, s)
}

// chunk reads the changes of commits[start:end]. Where git fails, as on a
// missing blob, it goes on behind the commit that failed.
func (w *walk) chunk(ctx context.Context, start, end int, work chan<- *addition) error {
	for resumes := 0; start < end; resumes++ {
		read, err := w.stream(ctx, start, end, work)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if resumes == maxResumes {
			w.gap(fmt.Sprintf("%d commits were not read: %v", end-start, err))
			return nil
		}
		start = min(start+max(read, 1), end)
		w.gap(fmt.Sprintf("the changes of commit %.12s, or of one beside it, were not read: %v", w.commits[start-1], err))
	}
	return nil
}

// stream runs one git process over commits[start:end] and returns how many of
// them it reported.
func (w *walk) stream(ctx context.Context, start, end int, work chan<- *addition) (read int, err error) {
	cmd := w.snap.command(ctx, "log", "-p", "-U0", "--no-walk=unsorted", "--stdin", "--full-index", "--diff-filter=tuxdb",
		"--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/", "--no-notes", "--no-show-signature", "--submodule=short", logFormat)
	cmd.Stdin = strings.NewReader(strings.Join(w.commits[start:end], "\n") + "\n")
	var stderr limitedBuffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, fmt.Errorf("start git: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start git: %w", err)
	}
	parser := newPatchReader(stdout)
	parser.began = func(n int, at time.Time) error {
		if start+n > end {
			return errors.New("git log reported more commits than it was asked for")
		}
		w.times[start+n-1] = at
		w.advance()
		return nil
	}
	parser.emit = func(a *addition) error {
		a.seq = int32(start + parser.commits - 1)
		return w.pass(ctx, a, work)
	}
	parseErr := parser.run()
	if parseErr != nil {
		_, _ = io.Copy(io.Discard, stdout) // git ends by itself, and its own complaint is heard
	}
	if err := cmd.Wait(); err != nil {
		return parser.commits, fmt.Errorf("git log: %w: %s", err, stderr.line())
	}
	return parser.commits, parseErr
}

func (w *walk) advance() {
	w.mu.Lock()
	w.done++
	done := w.done
	w.mu.Unlock()
	if w.progress != nil {
		w.progress(done, len(w.commits))
	}
}

// pass hands an addition on, unless its path is never read or the same text
// was seen at the same path: then only the commit is remembered.
func (w *walk) pass(ctx context.Context, a *addition, work chan<- *addition) error {
	if a.partial {
		w.gap(fmt.Sprintf("a line of more than %d MB in %s was cut", maxLine>>20, printable(a.path)))
	}
	if w.skip(a.path) {
		return nil
	}
	a.key = w.key(a)
	w.mu.Lock()
	s, seen := w.seen[a.key]
	if !seen {
		s = sighting{a.seq, a.seq}
	}
	w.seen[a.key] = sighting{min(s.newest, a.seq), max(s.oldest, a.seq)}
	w.mu.Unlock()
	if seen {
		return nil
	}
	select {
	case work <- a:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *walk) key(a *addition) uint64 {
	var h maphash.Hash
	h.SetSeed(w.seed)
	h.WriteString(a.path)
	h.WriteByte(0)
	h.WriteString(a.text)
	h.WriteString(a.blob[:len(a.blob)*boolInt(a.binary)])
	return h.Sum64()
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
