package backup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/klauspost/compress/zstd"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// window bounds what compression looks back at, and so the memory of both sides.
const window = 1 << 20

// Progress is how far a backup, a check or a restore has come.
type Progress struct {
	Table string
	Rows  int64 // so far, of all tables
}

// progressEvery is after how many rows progress is told.
const progressEvery = 2000

// source is what a file is made of; store.Snapshot is one.
type source interface {
	Tables() []store.Table
	Rows(ctx context.Context, t store.Table) iter.Seq2[store.Row, error]
}

// write makes a whole file of the source and returns what it holds. h gets the file's key.
func write(ctx context.Context, w io.Writer, master vault.MasterKey, h *Head, from source, tell func(Progress)) (Manifest, error) {
	v, err := newKey(ctx, master, h)
	if err != nil {
		return Manifest{}, fmt.Errorf("make the key of a backup: %w", err)
	}
	text, err := writeHead(w, *h)
	if err != nil {
		return Manifest{}, err
	}
	pieces := newSealer(ctx, w, v, h.scope(), address(text))
	packed, err := zstd.NewWriter(pieces, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(window), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return Manifest{}, fmt.Errorf("compress a backup: %w", err)
	}
	m, err := record(ctx, packed, from, tell)
	if err != nil {
		return Manifest{}, errors.Join(err, packed.Close())
	}
	return m, errors.Join(packed.Close(), pieces.Close())
}

func record(ctx context.Context, w io.Writer, from source, tell func(Progress)) (Manifest, error) {
	r := &recorder{w: bufio.NewWriterSize(w, 256<<10)}
	at := Progress{}
	for _, t := range from.Tables() {
		at.Table = t.Name
		tell(at)
		if err := r.begin(t); err != nil {
			return Manifest{}, err
		}
		for row, err := range from.Rows(ctx, t) {
			if err != nil {
				return Manifest{}, err
			}
			if err := r.add(row); err != nil {
				return Manifest{}, err
			}
			if at.Rows++; at.Rows%progressEvery == 0 {
				tell(at)
			}
		}
		if err := r.end(); err != nil {
			return Manifest{}, err
		}
	}
	return r.manifest, r.finish()
}

// Read reads a whole file, gives what it holds to the visitor, and returns
// head and manifest once all of it is proven. Until then the visitor must not
// trust that there is an end. An error is Invalid for a file that cannot be used.
func Read(ctx context.Context, r io.Reader, master vault.MasterKey, visit Visitor) (Head, Manifest, error) {
	h, text, err := ReadHead(r)
	if err != nil {
		return h, Manifest{}, err
	}
	m, err := readBody(ctx, r, master, h, text, visit)
	return h, m, err
}

// readBody reads what follows the head, which stands there as text.
func readBody(ctx context.Context, r io.Reader, master vault.MasterKey, h Head, text []byte, visit Visitor) (Manifest, error) {
	v, err := openKey(ctx, master, h)
	if err != nil {
		return Manifest{}, err
	}
	pieces := newOpener(ctx, r, v, h.scope(), address(text))
	unpacked, err := zstd.NewReader(pieces, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8*window), zstd.WithDecoderLowmem(true))
	if err != nil {
		return Manifest{}, fmt.Errorf("unpack a backup: %w", err)
	}
	defer unpacked.Close()
	p := &player{r: bufio.NewReaderSize(unpacked, 256<<10), visit: visit}
	if err := p.play(); err != nil {
		return Manifest{}, unusable(err)
	}
	return p.manifest, nil
}

// unusable gives errors of the unpacking, which has no sentences, one.
func unusable(err error) error {
	var known *ba.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	for _, cause := range []error{zstd.ErrMagicMismatch, zstd.ErrCRCMismatch, zstd.ErrReservedBlockType, zstd.ErrUnknownDictionary, zstd.ErrWindowSizeExceeded} {
		if errors.Is(err, cause) {
			return damaged(err)
		}
	}
	return err
}

// looker is a Visitor that only looks.
type looker struct {
	tell func(Progress)
	at   Progress
}

func (l *looker) Begin(t store.Table) error {
	l.at.Table = t.Name
	l.tell(l.at)
	return nil
}

func (l *looker) Row(store.Row) error {
	if l.at.Rows++; l.at.Rows%progressEvery == 0 {
		l.tell(l.at)
	}
	return nil
}

func (l *looker) End(Count) error { return nil }

// Verify reads a whole file and compares every hash. It changes nothing.
func Verify(ctx context.Context, r io.Reader, master vault.MasterKey, tell func(Progress)) (Head, Manifest, error) {
	return Read(ctx, r, master, &looker{tell: tell})
}
