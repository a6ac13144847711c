package extract

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Supervisor reads documents in child processes of the program, one each, under
// limits of time and memory. Its fields are set before use and not changed; it
// is safe for concurrent use, and how many children run at once is the
// caller's. Children get no environment, no open file and, with the document's
// bytes coming over a pipe, leave no plaintext on disk.
type Supervisor struct {
	Exe      string        // the program; empty means this one
	Args     []string      // with which it runs ChildMain, such as a hidden verb
	CacheDir string        // compilation cache of the PDF engine; made where it is missing
	Timeout  time.Duration // of one document, in processor time where the system tells it; zero means DefaultTimeout
	MemoryMB int64         // resident memory of a child; zero means DefaultMemory
	Log      *slog.Logger  // nil means none; gets places in our code, never text of a document

	warm sync.Mutex // held while the cache is filled
	done bool       // the cache is filled
}

// Input is a document to be read in a child process.
type Input struct {
	Name     string                   // as uploaded
	Reader   string                   // that reads it instead of this package; one of those of ChildMain
	Size     int64                    // bytes of the document
	Pieces   iter.Seq2[[]byte, error] // its bytes, in order; an error ends the reading
	Block    func(Block) error        // gets the blocks in reading order; an error ends the reading
	Item     func([]byte) error       // gets what a Reader finds, unchecked JSON; an error ends the reading
	Progress func(done ba.Progress)   // called as pages, slides or sheets are done; may be nil
}

// Extract reads a document in a child process. A fault of the document,
// including that it takes too long or too much memory, is a *RejectError; the
// errors of in are returned as they are; what remains are faults of the
// service, after which it is sensible to try again. The time that in.Block
// takes does not count against the document.
func (s *Supervisor) Extract(ctx context.Context, in Input) (Result, error) {
	if in.Size > MaxDocument {
		return Result{}, reject(TooLarge, "The file is larger than 100 MB. Split it, or save it without pictures.")
	}
	if in.Reader == "" && strings.EqualFold(filepath.Ext(in.Name), ".pdf") {
		if err := s.Warm(ctx); err != nil {
			return Result{}, err
		}
	}
	return s.run(ctx, order{Reader: in.Reader, Name: in.Name, Size: in.Size, Timeout: s.timeout(), Memory: s.memory()}, in)
}

// Warm fills the cache of the PDF engine, in a child process too: compiling it
// takes seconds and hundreds of megabytes. It returns at once where the cache
// is known to be filled. Callers run it in the background at the start, so that
// the first PDF does not wait.
func (s *Supervisor) Warm(ctx context.Context) error {
	s.warm.Lock()
	defer s.warm.Unlock()
	if s.done {
		return nil
	}
	begun := time.Now()
	o := order{Warm: true, Timeout: max(s.timeout(), warmTimeout), Memory: max(s.memory(), DefaultMemory)}
	res, err := s.run(ctx, o, Input{Pieces: func(func([]byte, error) bool) {}})
	if err != nil {
		return fmt.Errorf("warm the PDF engine: %w", err)
	}
	s.done = true
	s.logger().InfoContext(ctx, "PDF engine is ready", "took", time.Since(begun).Round(time.Millisecond), "peak_mb", res.PeakMemory>>20)
	return nil
}

// warmTimeout is enough to compile the PDF engine on a slow machine.
const warmTimeout = 2 * time.Minute

func (s *Supervisor) logger() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log
}

func (s *Supervisor) timeout() time.Duration {
	if s.Timeout <= 0 {
		return DefaultTimeout
	}
	return s.Timeout
}

func (s *Supervisor) memory() int64 {
	if s.MemoryMB <= 0 {
		return DefaultMemory
	}
	return s.MemoryMB << 20
}
