package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/ba-assistant/ba-assistant/internal/store"
)

// The records of the stream inside a file.
const (
	recordTable    byte = 'T'
	recordRow      byte = 'R'
	recordEnd      byte = 'E'
	recordManifest byte = 'M'
)

// maxRecord bounds one row. The largest that the program writes is a piece of
// a document or the content of an artifact, far below it.
const maxRecord = 256 << 20

var errRow = errors.New("a record is malformed")

// Count is how many rows of a table there are, with the SHA-256 of them all in
// the order of the primary key.
type Count struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Hash  string `json:"sha256"`
}

// Manifest is what a file holds: its tables, counted and hashed.
type Manifest struct {
	Tables []Count `json:"tables"`
}

// Rows returns how many rows all tables have together.
func (m Manifest) Rows() int64 {
	var n int64
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// counter counts and hashes the rows of one table.
type counter struct {
	table string
	rows  int64
	hash  hash.Hash
	size  [4]byte
}

func newCounter(table string) *counter { return &counter{table: table, hash: sha256.New()} }

// add takes a row in its canonical form.
func (c *counter) add(row []byte) {
	binary.BigEndian.PutUint32(c.size[:], uint32(len(row)))
	c.hash.Write(c.size[:])
	c.hash.Write(row)
	c.rows++
}

func (c *counter) count() Count {
	return Count{Table: c.table, Rows: c.rows, Hash: hex.EncodeToString(c.hash.Sum(nil))}
}

// recorder writes the records of a file, table by table.
type recorder struct {
	w        *bufio.Writer
	table    *counter
	manifest Manifest
	row      []byte
}

func (r *recorder) begin(t store.Table) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	r.table = newCounter(t.Name)
	return r.put(recordTable, text)
}

func (r *recorder) add(row store.Row) error {
	r.row = row.Append(r.row[:0])
	if len(r.row) > maxRecord {
		return fmt.Errorf("a row of %s has %d bytes, more than a backup takes", r.table.table, len(r.row))
	}
	r.table.add(r.row)
	return r.put(recordRow, r.row)
}

func (r *recorder) end() error {
	c := r.table.count()
	r.manifest.Tables = append(r.manifest.Tables, c)
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return r.put(recordEnd, text)
}

func (r *recorder) finish() error {
	text, err := json.Marshal(r.manifest)
	if err != nil {
		return err
	}
	if err := r.put(recordManifest, text); err != nil {
		return err
	}
	return r.w.Flush()
}

func (r *recorder) put(kind byte, body []byte) error {
	var prefix [5]byte
	prefix[0] = kind
	binary.BigEndian.PutUint32(prefix[1:], uint32(len(body)))
	if _, err := r.w.Write(prefix[:]); err != nil {
		return err
	}
	_, err := r.w.Write(body)
	return err
}

// Visitor takes what a file holds.
type Visitor interface {
	Begin(t store.Table) error
	Row(row store.Row) error
	End(c Count) error
}

// player reads the records of a file.
type player struct {
	r        *bufio.Reader
	visit    Visitor
	shape    store.Table
	table    *counter // nil between tables
	manifest Manifest
	body     []byte
}

// play reads to the end of the stream. Counts and hashes are compared as they come.
func (p *player) play() error {
	for {
		kind, body, err := p.next()
		if err != nil {
			return err
		}
		switch {
		case kind == recordTable && p.table == nil:
			err = p.begin(body)
		case kind == recordRow && p.table != nil:
			err = p.add(body)
		case kind == recordEnd && p.table != nil:
			err = p.end(body)
		case kind == recordManifest && p.table == nil:
			return p.finish(body)
		default:
			return damaged(fmt.Errorf("a record %q stands in the wrong place", kind))
		}
		if err != nil {
			return err
		}
	}
}

func (p *player) next() (byte, []byte, error) {
	var prefix [5]byte
	if _, err := io.ReadFull(p.r, prefix[:]); err != nil {
		return 0, nil, streamEnd(err)
	}
	size := int(binary.BigEndian.Uint32(prefix[1:]))
	if size > maxRecord {
		return 0, nil, damaged(errRow)
	}
	if err := p.read(size); err != nil {
		return 0, nil, streamEnd(err)
	}
	return prefix[0], p.body, nil
}

// read fills body. What a length claims is believed a part at a time: it
// is not yet known to be there.
func (p *player) read(size int) error {
	const step = 1 << 20
	p.body = p.body[:0]
	for len(p.body) < size {
		from, n := len(p.body), min(step, size-len(p.body))
		if cap(p.body) < from+n {
			p.body = append(make([]byte, 0, 2*(from+n)), p.body...)
		}
		p.body = p.body[:from+n]
		if _, err := io.ReadFull(p.r, p.body[from:]); err != nil {
			return err
		}
	}
	return nil
}

// streamEnd is for a stream that ends before its manifest, though its pieces
// are whole: it was not written to its end.
func streamEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return cut(err)
	}
	return err
}

func (p *player) begin(body []byte) error {
	var t store.Table
	if err := json.Unmarshal(body, &t); err != nil || t.Name == "" || len(t.Columns) == 0 {
		return damaged(errors.Join(errRow, err))
	}
	p.shape, p.table = t, newCounter(t.Name)
	return p.visit.Begin(t)
}

func (p *player) add(body []byte) error {
	row, rest, err := store.ReadRow(p.shape, body)
	if err != nil || len(rest) > 0 {
		return damaged(errors.Join(errRow, err))
	}
	p.table.add(body)
	return p.visit.Row(row)
}

func (p *player) end(body []byte) error {
	var said Count
	if err := json.Unmarshal(body, &said); err != nil {
		return damaged(err)
	}
	found := p.table.count()
	if found != said {
		return damaged(fmt.Errorf("the table %s is not what was written", found.Table))
	}
	p.manifest.Tables, p.table = append(p.manifest.Tables, found), nil
	return p.visit.End(found)
}

func (p *player) finish(body []byte) error {
	var said Manifest
	if err := json.Unmarshal(body, &said); err != nil {
		return damaged(err)
	}
	if len(said.Tables) != len(p.manifest.Tables) {
		return damaged(errors.New("a table is missing"))
	}
	for i, c := range said.Tables {
		if c != p.manifest.Tables[i] {
			return damaged(fmt.Errorf("the table %s is not what was written", c.Table))
		}
	}
	if _, err := p.r.ReadByte(); !errors.Is(err, io.EOF) {
		return damaged(errors.Join(errors.New("the stream goes on after its manifest"), err))
	}
	return nil
}
