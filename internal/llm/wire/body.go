package wire

import (
	"bytes"
	"errors"
	"io"
)

const (
	maxEvent = 4 << 20   // one event, such as a long tool call
	maxFault = 64 << 10  // an error body
	maxBody  = 512 << 20 // 400,000 tokens of one event each are a quarter of it
)

var errBody = errors.New("the answer is larger than 512 MiB")

// body is a response body under the clocks and a limit. It also picks out what
// is no event stream: an object that begins at the start of a line, which is
// how some servers put an error into a stream (Gemini does).
type body struct {
	src   io.Reader
	watch *watch
	total int64

	inLine bool
	object []byte // from the first '{' at the start of a line to the end
}

// Read implements io.Reader. From the object on, it reads that to its end.
func (b *body) Read(p []byte) (int, error) {
	if b.object != nil {
		return 0, b.readObject(p)
	}
	n, err := b.next(p)
	at := b.objectAt(p[:n])
	if at < 0 {
		return n, err
	}
	b.object = make([]byte, 0, 512)
	b.keep(p[at:n])
	return at, err
}

func (b *body) next(p []byte) (int, error) {
	n, err := b.watch.read(func() (int, error) { return b.src.Read(p) })
	if b.total += int64(n); b.total > maxBody {
		return 0, errBody
	}
	return n, err
}

func (b *body) readObject(p []byte) error {
	for len(b.object) < maxFault {
		n, err := b.next(p)
		b.keep(p[:n])
		if err != nil {
			return err
		}
	}
	return io.EOF
}

// objectAt returns where an object begins a line in p, or -1.
func (b *body) objectAt(p []byte) int {
	for i, c := range p {
		if c == '{' && !b.inLine {
			return i
		}
		b.inLine = c != '\n' && c != '\r'
	}
	return -1
}

func (b *body) keep(p []byte) {
	b.object = append(b.object, p[:min(len(p), maxFault-len(b.object))]...)
}

// fault returns the object that came in place of an event, or nil.
func (b *body) fault() []byte { return bytes.TrimSpace(b.object) }
