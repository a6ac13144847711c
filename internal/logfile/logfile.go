// Package logfile writes a log to files that are exchanged when they are full,
// and of which a fixed number is kept.
//
// It owns the names and the rights of those files: ba.log is the one that is
// written, ba-TIME.log those before it, all for their owner alone. It refuses
// to stop what logs: where a file takes nothing more, as on a full disk, lines
// are left out of it, which is told elsewhere and in the file once it takes
// lines again.
//
// Invariant: a line is in one file whole, or in none.
package logfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	current = "ba.log"
	stamp   = "20060102-150405.000000000"
	// retryAfter is how long a file that took nothing is left alone.
	retryAfter = 10 * time.Second
)

// Options say where the files lie and how many there are.
type Options struct {
	Dir   string
	Size  int64 // bytes after which a file is exchanged
	Keep  int   // files that are kept beside the current one
	Clock func() time.Time
	Tell  io.Writer // where a failure is told
}

// Writer is the log. It is safe for concurrent use.
type Writer struct {
	o Options

	mu   sync.Mutex
	file *os.File // nil: it takes nothing at the moment
	size int64
	next time.Time // when a file is tried again
	lost int       // lines that are in no file
}

// Open makes the directory and opens the file. Its error is for the operator:
// a log that cannot be written at the start is a fault of the configuration.
func Open(o Options) (*Writer, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	w := &Writer{o: o}
	return w, w.open()
}

// Write takes one line. It never fails: who logs can do nothing about it.
func (w *Writer) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.write(line); err != nil {
		w.give(err)
	}
	return len(line), nil
}

// Close closes the file.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	err := w.file.Close()
	w.file = nil
	return err
}

func (w *Writer) write(line []byte) error {
	if w.file == nil {
		if w.o.Clock().Before(w.next) {
			w.lost++
			return nil
		}
		if err := w.open(); err != nil {
			return err
		}
	}
	if w.size > 0 && w.size+int64(len(line)) > w.o.Size {
		if err := w.exchange(); err != nil {
			return err
		}
	}
	if w.lost > 0 {
		if err := w.put(fmt.Appendf(nil, "%d lines are missing here: the file took none\n", w.lost)); err != nil {
			return err
		}
		w.lost = 0
	}
	return w.put(line)
}

// put writes a line whole: what came of a part is cut off again.
func (w *Writer) put(line []byte) error {
	n, err := w.file.Write(line)
	if err != nil && n > 0 {
		err = errors.Join(err, w.file.Truncate(w.size))
		n = 0
	}
	w.size += int64(n)
	return err
}

// give leaves the file alone for a while, and tells so once.
func (w *Writer) give(err error) {
	if w.lost == 0 {
		fmt.Fprintf(w.o.Tell, "ba: the log file takes no more lines; they are on standard error only until it does (%v)\n", err)
	}
	w.lost++
	w.next = w.o.Clock().Add(retryAfter)
	if w.file != nil {
		_ = w.file.Close() // it failed already
		w.file = nil
	}
}

func (w *Writer) open() error {
	path := filepath.Join(w.o.Dir, current)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() {
		err = f.Chmod(0o600) // one that was there may have other rights
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	w.file, w.size = f, info.Size()
	return nil
}

// exchange names the full file by the time and begins a new one.
func (w *Writer) exchange() error {
	err := w.file.Close()
	w.file = nil
	if err != nil {
		return err
	}
	old := "ba-" + w.o.Clock().UTC().Format(stamp) + ".log"
	if err := os.Rename(filepath.Join(w.o.Dir, current), filepath.Join(w.o.Dir, old)); err != nil {
		return err
	}
	return errors.Join(w.prune(), w.open())
}

// prune removes the oldest files beyond the number that is kept.
func (w *Writer) prune() error {
	entries, err := os.ReadDir(w.o.Dir)
	if err != nil {
		return err
	}
	var old []string
	for _, e := range entries {
		if name, ok := strings.CutPrefix(e.Name(), "ba-"); ok && len(name) == len(stamp)+len(".log") && strings.HasSuffix(name, ".log") {
			old = append(old, e.Name())
		}
	}
	slices.Sort(old)
	var errs []error
	for _, name := range old[:max(0, len(old)-w.o.Keep)] {
		errs = append(errs, os.Remove(filepath.Join(w.o.Dir, name)))
	}
	return errors.Join(errs...)
}
