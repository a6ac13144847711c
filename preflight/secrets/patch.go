package secrets

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// addition is what one commit added to one file: the added lines of all its
// hunks, separated so that no rule can match across two of them.
type addition struct {
	seq     int32  // index of the commit in walk.commits
	key     uint64 // of path and text
	path    string
	blob    string // full id of the new version; empty when git named none
	text    string
	hunks   []hunkStart
	binary  bool // git shows no lines; text is empty
	partial bool // a line was longer than maxLine and was cut
}

// hunkStart maps lines of addition.text to lines of the file.
type hunkStart struct{ textLine, fileLine int }

// line translates a 0-based line of the text to a 1-based line of the file.
func (a *addition) line(textLine int) int {
	line := textLine + 1
	for _, h := range a.hunks {
		if h.textLine > textLine {
			break
		}
		line = h.fileLine + textLine - h.textLine
	}
	return line
}

const (
	hunkSeparator = "\x00\n" // no rule's pattern crosses a NUL
	maxLine       = 8 << 20
	maxAddition   = 4 << 20 // longer ones are cut between two lines
	logFormat     = "--format=%x00%H %ct"
)

// patchReader parses the output of `git log -p -U0 --full-index` with
// logFormat. It trusts the counts of the hunk headers, so that no content can
// pose as a header.
type patchReader struct {
	r       *bufio.Reader
	long    []byte                          // for lines that do not fit r's buffer
	commits int                             // headers seen
	began   func(n int, at time.Time) error // at each header, with commits counted
	emit    func(*addition) error
	cur     *addition
	text    []byte
	lines   int
}

func newPatchReader(r io.Reader) *patchReader {
	return &patchReader{r: bufio.NewReaderSize(r, 256<<10)}
}

// run reads to the end. An error of emit is returned as it is.
func (p *patchReader) run() error {
	for {
		line, _, err := p.line()
		if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
			if errors.Is(err, io.EOF) {
				return p.flush()
			}
			return err
		}
		if err := p.header(line); err != nil {
			return err
		}
	}
}

// line returns the next line without its end; the bytes are valid until the
// next call. Lines over maxLine are cut.
func (p *patchReader) line() (line []byte, cut bool, err error) {
	line, err = p.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		p.long = append(p.long[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) {
			line, err = p.r.ReadSlice('\n')
			if len(p.long) < maxLine {
				p.long = append(p.long, line...)
			} else {
				cut = true
			}
		}
		line = p.long
	}
	return bytes.TrimSuffix(line, []byte("\n")), cut, err
}

var (
	diffPrefix   = []byte("diff --git ")
	indexPrefix  = []byte("index ")
	targetPrefix = []byte("+++ ")
	hunkPrefix   = []byte("@@ -")
	binaryPrefix = []byte("Binary files ")
)

func (p *patchReader) header(line []byte) error {
	switch {
	case len(line) > 0 && line[0] == 0:
		if err := p.flush(); err != nil {
			return err
		}
		return p.begin(line[1:])
	case bytes.HasPrefix(line, diffPrefix):
		if err := p.flush(); err != nil {
			return err
		}
		p.cur = new(addition)
	case p.cur == nil:
	case bytes.HasPrefix(line, indexPrefix):
		p.cur.blob = newBlob(line)
	case bytes.HasPrefix(line, targetPrefix):
		p.cur.path = targetPath(line[len(targetPrefix):])
	case bytes.HasPrefix(line, hunkPrefix):
		return p.hunk(line)
	case bytes.HasPrefix(line, binaryPrefix):
		p.cur.binary, p.cur.path = true, binaryPath(line)
	}
	return nil
}

func (p *patchReader) begin(line []byte) error {
	_, stamp, _ := strings.Cut(string(line), " ")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		seconds = 0
	}
	p.commits++
	return p.began(p.commits, time.Unix(seconds, 0).UTC())
}

func newBlob(line []byte) string {
	_, rest, _ := bytes.Cut(line, []byte(".."))
	id, _, _ := bytes.Cut(rest, []byte(" "))
	if s := string(id); isObjectID(s) {
		return s
	}
	return ""
}

// targetPath undoes git's "b/" prefix and its C-style quoting.
func targetPath(b []byte) string {
	s := strings.TrimSuffix(string(b), "\t")
	if strings.HasPrefix(s, `"`) {
		s = unquotePath(s)
	}
	if s == "/dev/null" {
		return ""
	}
	return strings.TrimPrefix(s, "b/")
}

// binaryPath reads "Binary files a/old and b/new differ".
func binaryPath(line []byte) string {
	s := strings.TrimSuffix(string(line), " differ")
	for _, mark := range []string{" and b/", ` and "b/`} {
		if i := strings.LastIndex(s, mark); i >= 0 {
			return targetPath([]byte(s[i+len(" and "):]))
		}
	}
	return ""
}

func unquotePath(s string) string {
	s = strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if i+3 <= len(s) && s[i] >= '0' && s[i] <= '3' {
			if n, err := strconv.ParseUint(s[i:i+3], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		if j := strings.IndexByte(`abtnvfr"\`, s[i]); j >= 0 {
			b.WriteByte("\a\b\t\n\v\f\r\"\\"[j])
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// hunk reads the lines that "@@ -a,b +c,d @@" announces.
func (p *patchReader) hunk(line []byte) error {
	removed, start, added, err := hunkCounts(line)
	if err != nil {
		return err
	}
	if added > 0 {
		if len(p.text) > 0 {
			p.text = append(p.text, hunkSeparator...)
			p.lines++
		}
		p.cur.hunks = append(p.cur.hunks, hunkStart{p.lines, start})
	}
	for fileLine := start; removed > 0 || added > 0; {
		line, cut, err := p.line()
		if err != nil && len(line) == 0 {
			return fmt.Errorf("git log ended inside a file's changes: %w", io.ErrUnexpectedEOF)
		}
		switch {
		case len(line) > 0 && line[0] == '+' && added > 0:
			added--
			p.add(line[1:], cut)
			if fileLine++; len(p.text) > maxAddition && added > 0 {
				if err := p.split(fileLine); err != nil {
					return err
				}
			}
		case len(line) > 0 && line[0] == '-' && removed > 0:
			removed--
		case len(line) > 0 && line[0] == '\\':
		default:
			return fmt.Errorf("unexpected output of git log")
		}
	}
	return nil
}

func (p *patchReader) add(line []byte, cut bool) {
	p.text = append(append(p.text, line...), '\n')
	p.lines++
	p.cur.partial = p.cur.partial || cut
}

// split emits what is there and goes on in the same file.
func (p *patchReader) split(fileLine int) error {
	rest := &addition{path: p.cur.path, blob: p.cur.blob, hunks: []hunkStart{{0, fileLine}}}
	if err := p.flush(); err != nil {
		return err
	}
	p.cur = rest
	return nil
}

func hunkCounts(line []byte) (removed, start, added int, err error) {
	fields := strings.SplitN(string(line), " ", 4)
	if len(fields) < 3 || !strings.HasPrefix(fields[2], "+") {
		return 0, 0, 0, fmt.Errorf("unexpected hunk header of git log")
	}
	if _, removed, err = span(fields[1][1:]); err != nil {
		return 0, 0, 0, err
	}
	start, added, err = span(fields[2][1:])
	return removed, start, added, err
}

// span parses "12,3", and "12", which means one line.
func span(s string) (start, count int, err error) {
	a, b, found := strings.Cut(s, ",")
	if start, err = strconv.Atoi(a); err != nil {
		return 0, 0, fmt.Errorf("unexpected hunk header of git log: %w", err)
	}
	if !found {
		return start, 1, nil
	}
	if count, err = strconv.Atoi(b); err != nil {
		return 0, 0, fmt.Errorf("unexpected hunk header of git log: %w", err)
	}
	if start < 0 || count < 0 {
		return 0, 0, fmt.Errorf("unexpected hunk header of git log")
	}
	return start, count, nil
}

func (p *patchReader) flush() error {
	a := p.cur
	p.cur = nil
	text := p.text
	p.text, p.lines = p.text[:0], 0
	if a == nil || a.path == "" || len(text) == 0 && !a.binary {
		return nil
	}
	a.text = string(text)
	return p.emit(a)
}
