package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// progress shows on a terminal what a long run is at, on one line that is
// gone before the report. Elsewhere it shows nothing.
type progress struct {
	mu    sync.Mutex
	w     io.Writer // nil: nothing is shown
	began time.Time
	last  time.Time
	shown bool
}

// patience is how long a run may take before progress is shown, and pace how
// often it changes.
const (
	patience = 700 * time.Millisecond
	pace     = 100 * time.Millisecond
)

func newProgress(w io.Writer) *progress {
	p := &progress{began: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.w = w
	}
	return p
}

func (p *progress) say(what string) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.began) < patience || now.Sub(p.last) < pace {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%.70s", what)
}

// clear takes the line away.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
