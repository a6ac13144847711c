package sse

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// writeTimeout is how long a client may take to accept one event. A client
// that is slower is cut off; it reconnects and resumes.
const writeTimeout = 20 * time.Second

// Writer sends events to one client. Each is flushed at once. It is not safe
// for concurrent use.
type Writer struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// NewWriter begins a stream: it sends status and headers, and lifts the
// server's read and write timeouts, which are meant for short answers. The
// error says that the connection cannot stream; nothing was written then.
func NewWriter(w http.ResponseWriter) (*Writer, error) {
	out := &Writer{w: w, control: http.NewResponseController(w)}
	if err := ignoreUnsupported(out.control.SetReadDeadline(time.Time{})); err != nil {
		return nil, fmt.Errorf("sse: lift the read timeout: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "private, no-store, no-transform") // no-transform: nothing on the way may compress or buffer
	h.Set("X-Accel-Buffering", "no")                          // nginx
	// On HTTP/1.1 the stream ends with its connection, without chunks: HAProxy
	// takes chunks for something that has time, and gathers them for up to 0.2 s
	// unless its http-no-delay is set.
	h.Set("Transfer-Encoding", "identity")
	h.Del("Content-Length")
	h.Del("Content-Encoding")
	if err := out.send(nil); err != nil {
		return nil, err
	}
	return out, nil
}

// Event sends one event. Without an id the client keeps the one it has;
// without a name the event is a "message". Data may have several lines.
func (out *Writer) Event(id, name string, data []byte) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	b, err := Append(buf.AvailableBuffer(), id, name, data)
	if err != nil {
		return err
	}
	buf.Write(b)
	return out.send(buf.Bytes())
}

// Comment sends a line that clients ignore and that keeps proxies from
// closing a silent connection.
func (out *Writer) Comment(text string) error {
	if strings.ContainsAny(text, "\r\n") {
		return fmt.Errorf("%w: a comment", ErrField)
	}
	return out.send([]byte(": " + text + "\n\n"))
}

// send writes and flushes within the write timeout. The deadline is lifted
// afterwards: on HTTP/2 it would reset the stream even while nothing is written.
func (out *Writer) send(b []byte) error {
	err := out.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	if err := ignoreUnsupported(err); err != nil {
		return fmt.Errorf("sse: set a write deadline: %w", err)
	}
	if len(b) > 0 {
		if _, err := out.w.Write(b); err != nil {
			return fmt.Errorf("sse: write: %w", err)
		}
	}
	if err := out.control.Flush(); err != nil {
		return fmt.Errorf("sse: flush: %w", err)
	}
	if err := ignoreUnsupported(out.control.SetWriteDeadline(time.Time{})); err != nil {
		return fmt.Errorf("sse: lift a write deadline: %w", err)
	}
	return nil
}

// ignoreUnsupported is for deadlines alone, which a recorder in a test or a
// wrapped connection may not have. Flushing is not optional.
func ignoreUnsupported(err error) error {
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// ErrField is the error of an id, a name or a comment that does not fit in one
// line. It is a fault of the caller.
var ErrField = errors.New("sse: a line end or NUL in a field")

// Append appends an event in its wire form to dst. An empty id or name is left
// out. Data is split at any line end, and line ends become LF.
func Append(dst []byte, id, name string, data []byte) ([]byte, error) {
	if strings.ContainsAny(id, "\r\n\x00") {
		return dst, fmt.Errorf("%w: an id", ErrField)
	}
	if strings.ContainsAny(name, "\r\n\x00") {
		return dst, fmt.Errorf("%w: a name", ErrField)
	}
	if id != "" {
		dst = append(append(append(dst, "id: "...), id...), '\n')
	}
	if name != "" {
		dst = append(append(append(dst, "event: "...), name...), '\n')
	}
	for {
		line, rest, more := cutLine(data)
		dst = append(append(append(dst, "data: "...), line...), '\n')
		if !more {
			return append(dst, '\n'), nil
		}
		data = rest
	}
}

// cutLine returns what stands before the first CR, LF or CRLF, and after it.
func cutLine(b []byte) (line, rest []byte, found bool) {
	i := bytes.IndexAny(b, "\r\n")
	if i < 0 {
		return b, nil, false
	}
	rest = b[i+1:]
	if b[i] == '\r' && len(rest) > 0 && rest[0] == '\n' {
		rest = rest[1:]
	}
	return b[:i], rest, true
}
