package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"
)

// succeeded returns what a child that came to an end found.
func (c *child) succeeded(end *outcome) (Result, error) {
	res := end.Result
	res.PeakMemory = max(end.Peak, c.peak.Load())
	c.account(&res)
	switch {
	case end.Fault != "":
		return res, fmt.Errorf("child process: %s", end.Fault)
	case end.Reason != "":
		return res, reject(end.Reason, end.Msg)
	}
	return res, nil
}

// failed returns what is known of a child that came to no end.
func (c *child) failed() Result {
	res := Result{PeakMemory: c.peak.Load()}
	c.account(&res)
	return res
}

// account notes the time that the child took.
func (c *child) account(res *Result) {
	res.Elapsed = time.Since(c.begun)
	res.Processor = c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()
}

// whyFailed returns why a child came to no end: an error of the caller's
// callbacks or context, a fault of the document, or one of the service.
func (c *child) whyFailed(ctx context.Context, callback, wait error) error {
	verdict := c.verdict.Load()
	switch {
	case errors.Is(callback, errBrokenChild):
		return crashed(callback)
	case callback != nil:
		return callback
	case ctx.Err() != nil:
		return ctx.Err()
	case verdict != nil:
		return verdict
	case endedBySlowness(c.cmd):
		return tooSlow(c.order.Timeout)
	case c.stderr.outOfMemory():
		return tooMuchMemory()
	case endedFromOutside(c.cmd):
		return fmt.Errorf("the child process was killed: %w", wait)
	}
	return crashed(fmt.Errorf("%w at %s", wait, c.stderr.place()))
}

func crashed(cause error) *RejectError {
	return rejectBecause(Crashed, "The document made its reader fail, so it was given up; nothing else was touched. Save it anew in the program that made it and upload that copy.", cause)
}

// tail keeps the beginning of what the child writes to its standard error: Go's
// own report of a crash. It may quote the document, so that nothing of it is
// shown or logged but a place in our code.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// maxReport is how much of a report is kept.
const maxReport = 64 << 10

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf.Write(p[:min(len(p), maxReport-t.buf.Len())])
	return len(p), nil
}

// outOfMemory reports that the Go runtime ended the child because the system
// gave it no more memory.
func (t *tail) outOfMemory() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	report := t.buf.Bytes()
	return bytes.HasPrefix(report, []byte("fatal error: ")) && bytes.Contains(firstLine(report), []byte("memory")) ||
		bytes.HasPrefix(report, []byte("runtime: out of memory"))
}

func firstLine(b []byte) []byte {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return line
}

// ourCode is a place in a stack trace: the file within a package that reads and its line.
var ourCode = regexp.MustCompile(`internal/(?:extract|export)/([a-z_]+\.go:[0-9]+)`)

// place returns where in this package the child crashed, or that it is not known.
func (t *tail) place() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if m := ourCode.FindSubmatch(t.buf.Bytes()); m != nil {
		return string(m[1])
	}
	return "an unknown place"
}
