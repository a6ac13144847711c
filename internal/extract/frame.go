package extract

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
)

// The child process gets an order on its standard input, followed by the bytes
// of the document, and answers on its standard output with messages: any number
// of blocks and progress, then one outcome. Order and messages are frames: the
// length of what follows in four bytes, big end first, then JSON.

// order is what the child is to do.
type order struct {
	Warm     bool          `json:"warm,omitempty"`   // fill the cache of the PDF engine, nothing else
	Reader   string        `json:"reader,omitempty"` // of another package; empty means this one
	Name     string        `json:"name,omitempty"`
	Size     int64         `json:"size,omitempty"` // bytes that follow
	CacheDir string        `json:"cache_dir,omitempty"`
	Timeout  time.Duration `json:"timeout"`
	Memory   int64         `json:"memory"` // bytes
}

// message is one frame of the child; one field is set.
type message struct {
	Block    *Block          `json:"block,omitempty"`
	Item     json.RawMessage `json:"item,omitempty"` // of another package's reader
	Progress *ba.Progress    `json:"progress,omitempty"`
	Outcome  *outcome        `json:"outcome,omitempty"`
}

// outcome is the last message. The causes of a refusal stay in the child: they
// might quote the document.
type outcome struct {
	Result Result `json:"result"`
	Reason Reason `json:"reason,omitempty"` // why the document is refused
	Msg    string `json:"msg,omitempty"`
	Fault  string `json:"fault,omitempty"` // of the service, without text of the document
	Peak   int64  `json:"peak,omitempty"`  // resident memory in bytes
}

func writeFrame(w io.Writer, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode a frame: %w", err)
	}
	if len(data) > MaxFrame {
		return fmt.Errorf("a frame of %d bytes is over the limit", len(data))
	}
	var head [4]byte
	binary.BigEndian.PutUint32(head[:], uint32(len(data)))
	if _, err := w.Write(head[:]); err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// readFrame reads one frame into v. The end of the input before a frame is
// io.EOF.
func readFrame(r *bufio.Reader, v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > MaxFrame {
		return fmt.Errorf("a frame of %d bytes is over the limit", n)
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(r, data); err != nil {
		return errors.Join(io.ErrUnexpectedEOF, err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return errors.New("a frame is malformed") // the cause might quote it
	}
	return nil
}

// errBrokenChild says that the child did not keep to the protocol: what it read
// may have taken it over.
var errBrokenChild = errors.New("the child does not keep to the protocol")

// check refuses blocks that no reader makes.
func (b *Block) check() error {
	size := utf8.RuneCountInString(b.Text)
	for _, c := range b.Cells {
		size += utf8.RuneCountInString(c)
	}
	if !kinds[b.Kind] || size > 3*MaxBlockChars || len(b.Cells) > MaxColumns || utf8.RuneCountInString(b.Locator.Heading) > MaxHeading {
		return errBrokenChild
	}
	return nil
}

var kinds = map[Kind]bool{Paragraph: true, Heading: true, ListItem: true, Row: true, Note: true, Comment: true, Margin: true, Code: true, Field: true}

// check refuses outcomes that no reader has.
func (o *outcome) check() error {
	r := o.Result
	if len(r.Warnings) > MaxWarnings || len(r.EmptyPageNumbers) > MaxListedPages || len(r.Sheets) > MaxPages ||
		min(r.Pages, r.EmptyPages, r.Tables, r.Rows, r.Blocks, r.Chars) < 0 || len(o.Msg) > 2_000 {
		return errBrokenChild
	}
	return nil
}
