package extract

import (
	"bufio"
	"io"
	"strings"
)

// maxLine is the length in bytes at which an endless line is handed on in
// pieces.
const maxLine = 64 << 10

// lineReader cuts text into lines that end with LF, CR, CR LF or a form feed,
// which counts as an empty line too.
type lineReader struct {
	r     *bufio.Reader
	buf   strings.Builder
	line  int  // number of the line that next returned last, from 1
	whole bool // the last piece ended its line
	feed  bool // a form feed ended the last line
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 64<<10), whole: true}
}

// next returns a line without its end, or a piece of one that is longer than
// maxLine, and io.EOF after the last.
func (l *lineReader) next() (string, error) {
	if l.feed {
		l.feed = false
		return "", nil
	}
	if l.whole {
		l.line++
	}
	l.buf.Reset()
	for {
		c, err := l.r.ReadByte()
		if err == io.EOF && l.buf.Len() > 0 {
			l.whole = true
			return l.buf.String(), nil
		}
		if err != nil {
			return "", err
		}
		if l.ends(c) {
			l.whole = true
			return l.buf.String(), nil
		}
		l.buf.WriteByte(c)
		if l.buf.Len() >= maxLine && c < 0x80 {
			l.whole = false
			return l.buf.String(), nil
		}
	}
}

func (l *lineReader) ends(c byte) bool {
	switch c {
	case '\r':
		if n, err := l.r.Peek(1); err == nil && n[0] == '\n' {
			l.r.ReadByte()
		}
		return true
	case '\f':
		l.feed = true
		return true
	}
	return c == '\n'
}
