package sse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// DefaultMaxEvent is the largest event in bytes that a Reader accepts unless
// it is told otherwise.
const DefaultMaxEvent = 1 << 20

// ErrTooLarge is the error of an event, or of a single line, over the limit.
var ErrTooLarge = errors.New("sse: an event is larger than the limit")

// Event is one event of a stream.
type Event struct {
	ID   string // of the last event that had one; an event may leave it out
	Name string // "message" where the stream names none
	Data string // lines joined by LF
}

// Reader reads events. It gives the same events for any cutting of the stream
// into pieces, and an event as soon as the last byte of its line end is there.
// It is not safe for concurrent use.
type Reader struct {
	src io.Reader
	max int

	buf    [4096]byte
	unread []byte // the part of buf that is to be looked at
	err    error  // of src; it comes after unread

	line     []byte
	begun    bool // the first line was read, and a byte order mark with it
	skipLF   bool // the last line ended with CR, of which LF would be a part
	comments int
	retry    time.Duration

	id, lastID, name string
	data             []byte
	hasData          bool
}

// NewReader returns a Reader of src that accepts events up to maxEvent bytes;
// zero is DefaultMaxEvent.
func NewReader(src io.Reader, maxEvent int) *Reader {
	if maxEvent <= 0 {
		maxEvent = DefaultMaxEvent
	}
	return &Reader{src: src, max: maxEvent}
}

// Comments returns how many comment lines have been read.
func (r *Reader) Comments() int { return r.comments }

// Retry returns the waiting time before a reconnection that the stream asked
// for last; zero where it did not.
func (r *Reader) Retry() time.Duration { return r.retry }

// Next returns the next event. At the end of the stream it returns io.EOF, and
// an event without its closing empty line is dropped, as the standard says.
// After ErrTooLarge or an error of the source every call returns it again.
func (r *Reader) Next() (Event, error) {
	for {
		if err := r.readLine(); err != nil {
			return Event{}, err
		}
		if len(r.line) > 0 {
			if err := r.field(r.line); err != nil {
				r.err = err
				return Event{}, err
			}
			continue
		}
		if e, ok := r.dispatch(); ok {
			return e, nil
		}
	}
}

// dispatch ends an event. One without data is none, but its id counts.
func (r *Reader) dispatch() (Event, bool) {
	r.lastID = r.id
	e := Event{ID: r.lastID, Name: r.name, Data: string(r.data)}
	ok := r.hasData
	r.name, r.data, r.hasData = "", r.data[:0], false
	if e.Name == "" {
		e.Name = "message"
	}
	return e, ok
}

func (r *Reader) field(line []byte) error {
	name, value, _ := bytes.Cut(line, []byte{':'})
	value = bytes.TrimPrefix(value, []byte{' '})
	switch string(name) {
	case "": // a colon at the beginning: a comment
		r.comments++
	case "data":
		if r.hasData {
			r.data = append(r.data, '\n')
		}
		r.hasData = true
		// What is no UTF-8 grows when it is replaced: the limit counts what is given out.
		if r.data = append(r.data, decode(value)...); len(r.data) > r.max {
			return fmt.Errorf("%w of %d bytes", ErrTooLarge, r.max)
		}
	case "event":
		r.name = decode(value)
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			r.id = decode(value)
		}
	case "retry":
		if ms, err := strconv.ParseUint(string(value), 10, 31); err == nil && value[0] != '+' {
			r.retry = time.Duration(ms) * time.Millisecond
		}
	}
	return nil
}

// decode returns b as valid UTF-8, with U+FFFD for each run of invalid bytes.
func decode(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// readLine puts the next line into r.line, without its end.
func (r *Reader) readLine() error {
	r.line = r.line[:0]
	for {
		if r.skipLF && len(r.unread) > 0 {
			r.skipLF = false
			r.unread = bytes.TrimPrefix(r.unread, []byte{'\n'})
		}
		i := bytes.IndexAny(r.unread, "\r\n")
		part := r.unread
		if i >= 0 {
			part = r.unread[:i]
		}
		if r.line = append(r.line, part...); len(r.line) > r.max {
			r.err = fmt.Errorf("%w of %d bytes", ErrTooLarge, r.max)
			r.unread = nil
			return r.err
		}
		if i >= 0 {
			r.skipLF = r.unread[i] == '\r'
			r.unread = r.unread[i+1:]
			r.trimMark()
			return nil
		}
		if err := r.fill(); err != nil {
			return err
		}
	}
}

// trimMark removes the byte order mark that a stream may begin with.
func (r *Reader) trimMark() {
	if !r.begun {
		r.begun = true
		r.line = bytes.TrimPrefix(r.line, []byte("\uFEFF"))
	}
}

// fill reads more. An empty read without an error is tried a bounded number of times.
func (r *Reader) fill() error {
	r.unread = nil
	for range 100 {
		if r.err != nil {
			return r.err
		}
		n, err := r.src.Read(r.buf[:])
		r.unread, r.err = r.buf[:n], err
		if n > 0 {
			return nil
		}
	}
	if r.err == nil {
		r.err = io.ErrNoProgress
	}
	return r.err
}
