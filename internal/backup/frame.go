package backup

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// sealer writes what it is given as sealed pieces. Close marks the last one;
// without it the file counts as cut.
type sealer struct {
	ctx   context.Context
	w     io.Writer
	vault *vault.Vault
	scope ba.Scope
	ad    vault.AD

	seq    int
	plain  []byte // less than a piece, or a whole one that is not yet known to be the last
	sealed []byte
}

func newSealer(ctx context.Context, w io.Writer, v *vault.Vault, scope ba.Scope, ad vault.AD) *sealer {
	return &sealer{ctx: ctx, w: w, vault: v, scope: scope, ad: ad, plain: make([]byte, 0, pieceSize)}
}

// Write implements io.Writer.
func (s *sealer) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		if len(s.plain) == pieceSize {
			if err := s.flush(false); err != nil {
				return written, err
			}
		}
		n := min(pieceSize-len(s.plain), len(p))
		s.plain = append(s.plain, p[:n]...)
		p = p[n:]
		written += n
	}
	return written, nil
}

// Close seals the last piece.
func (s *sealer) Close() error { return s.flush(true) }

func (s *sealer) flush(last bool) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	frame := append(s.sealed[:0], 0, 0, 0, 0)
	frame, err := s.vault.AppendPiece(s.ctx, frame, s.scope, s.ad, ba.Piece{Seq: s.seq, Last: last, Data: s.plain})
	if err != nil {
		return err
	}
	size := uint32(len(frame) - 4)
	if last {
		size |= lastPiece
	}
	binary.BigEndian.PutUint32(frame, size)
	s.sealed, s.plain = frame, s.plain[:0]
	s.seq++
	_, err = s.w.Write(frame)
	return err
}

// opener reads what a sealer wrote. It ends with io.EOF only after the last
// piece, where the file ends too.
type opener struct {
	ctx   context.Context
	r     *bufio.Reader
	vault *vault.Vault
	scope ba.Scope
	ad    vault.AD

	seq    int
	last   bool
	plain  []byte // of the current piece, what was not read yet
	sealed []byte
}

func newOpener(ctx context.Context, r io.Reader, v *vault.Vault, scope ba.Scope, ad vault.AD) *opener {
	return &opener{ctx: ctx, r: bufio.NewReaderSize(r, 64<<10), vault: v, scope: scope, ad: ad}
}

// Read implements io.Reader.
func (o *opener) Read(p []byte) (int, error) {
	for len(o.plain) == 0 {
		if o.last {
			return 0, io.EOF
		}
		if err := o.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, o.plain)
	o.plain = o.plain[n:]
	return n, nil
}

func (o *opener) next() error {
	if err := o.ctx.Err(); err != nil {
		return err
	}
	var prefix [4]byte
	if _, err := io.ReadFull(o.r, prefix[:]); err != nil {
		return short(err, errCut)
	}
	size := binary.BigEndian.Uint32(prefix[:])
	o.last, size = size&lastPiece != 0, size&^lastPiece
	if size < vault.Overhead || size > pieceSize+vault.Overhead {
		return errAltered
	}
	if cap(o.sealed) < int(size) {
		o.sealed = make([]byte, pieceSize+vault.Overhead)
	}
	sealed := o.sealed[:size]
	if _, err := io.ReadFull(o.r, sealed); err != nil {
		return short(err, errCut)
	}
	plain, err := o.vault.OpenPiece(o.ctx, o.scope, o.ad, o.seq, o.last, sealed)
	if err != nil {
		return damaged(err)
	}
	o.plain = plain
	o.seq++
	if o.last {
		return o.atEnd()
	}
	return nil
}

// atEnd refuses a file that goes on after its last piece.
func (o *opener) atEnd() error {
	switch _, err := o.r.Peek(1); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return fmt.Errorf("read the backup: %w", err)
	}
	return errAltered
}
