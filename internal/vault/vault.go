package vault

import (
	"context"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	format    = 1
	keyIDSize = 8
	headSize  = 1 + keyIDSize
	nonceSize = 12
	tagSize   = 16

	// Overhead is how many bytes longer a sealed value is than its plain text.
	Overhead = headSize + nonceSize + tagSize
)

// The kinds of sealed value; part of the associated data, so that a piece of a
// file never passes for a value or for the end of the file.
const (
	kindValue byte = iota
	kindPiece
	kindLastPiece
)

// AD is the address of a sealed value within its scope: a column, a row, and
// the version of the row. Opening it under any other address fails.
type AD struct {
	Purpose string
	Row     string
	Version int64
}

// Vault seals and opens. It is safe for concurrent use. Unwrapped data keys
// are kept in memory, a bounded number of them.
type Vault struct {
	master MasterKey
	ring   Keyring
	cache  keyCache
}

// New returns a Vault over the keyring. It unwraps the instance's key where
// there is one, so that a wrong master key stops the start and not a request.
func New(ctx context.Context, master MasterKey, ring Keyring) (*Vault, error) {
	v := &Vault{master: master, ring: ring, cache: keyCache{clock: time.Now}}
	_, err := v.newest(ctx, ba.InstanceScope)
	switch {
	case err == nil, ba.KindOf(err) == ba.NotFound:
		return v, nil
	case errors.Is(err, ErrUnknownMasterKey):
		return nil, ba.Wrap(ba.Invalid, "The master key is not the one that this data was sealed with. "+
			"Set MASTER_KEY (or MASTER_KEY_FILE, MASTER_KEY_URL) to the key that was used before; nothing was changed.", err)
	}
	return nil, fmt.Errorf("check the master key: %w", err)
}

// Has reports whether the scope has a data key.
func (v *Vault) Has(ctx context.Context, scope ba.Scope) (bool, error) {
	_, err := v.newest(ctx, scope)
	if ba.KindOf(err) == ba.NotFound && err != nil {
		return false, nil
	}
	return err == nil, err
}

// Seal encrypts plain under the scope's newest key, which is made where there
// is none. The result is Overhead bytes longer than plain.
func (v *Vault) Seal(ctx context.Context, scope ba.Scope, ad AD, plain []byte) ([]byte, error) {
	key, err := v.sealing(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", ad.Purpose, err)
	}
	return key.appendSealed(make([]byte, 0, Overhead+len(plain)), scope, ad, part{kind: kindValue}, plain), nil
}

// Open decrypts what Seal returned for the same scope and address.
func (v *Vault) Open(ctx context.Context, scope ba.Scope, ad AD, sealed []byte) ([]byte, error) {
	return v.open(ctx, kindValue, scope, ad, 0, sealed)
}

// SealPiece encrypts one piece of a file. seq counts from 0; last marks the
// final piece. Memory stays flat whatever the length of the file.
func (v *Vault) SealPiece(ctx context.Context, scope ba.Scope, ad AD, seq int, last bool, data []byte) ([]byte, error) {
	return v.AppendPiece(ctx, make([]byte, 0, Overhead+len(data)), scope, ad, ba.Piece{Seq: seq, Last: last, Data: data})
}

// AppendPiece is SealPiece that appends to dst, so that the memory of one
// piece serves for the next.
func (v *Vault) AppendPiece(ctx context.Context, dst []byte, scope ba.Scope, ad AD, p ba.Piece) ([]byte, error) {
	key, err := v.sealing(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("seal a piece of %s: %w", ad.Purpose, err)
	}
	return key.appendSealed(dst, scope, ad, part{pieceKind(p.Last), p.Seq}, p.Data), nil
}

// OpenPiece decrypts a piece. It fails for a piece of another place in the
// file, and where last is not what it was sealed with: a cut file is noticed.
func (v *Vault) OpenPiece(ctx context.Context, scope ba.Scope, ad AD, seq int, last bool, sealed []byte) ([]byte, error) {
	return v.open(ctx, pieceKind(last), scope, ad, seq, sealed)
}

func pieceKind(last bool) byte {
	if last {
		return kindLastPiece
	}
	return kindPiece
}

func (v *Vault) open(ctx context.Context, kind byte, scope ba.Scope, ad AD, seq int, sealed []byte) ([]byte, error) {
	if len(sealed) < Overhead || sealed[0] != format {
		return nil, fmt.Errorf("open %s: not a sealed value of a known format", ad.Purpose)
	}
	id := [keyIDSize]byte(sealed[1:headSize])
	key, err := v.byID(ctx, scope, id)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", ad.Purpose, err)
	}
	var buf [256]byte
	plain, err := key.aead.Open(nil, nil, sealed[headSize:], appendAD(buf[:0], kind, scope, ad, seq))
	if err != nil {
		return nil, fmt.Errorf("open %s: it was altered, or belongs elsewhere: %w", ad.Purpose, err)
	}
	return plain, nil
}

// part is what is sealed: a value, or which piece of a file.
type part struct {
	kind byte
	seq  int
}

func (k *dataKey) appendSealed(dst []byte, scope ba.Scope, ad AD, what part, plain []byte) []byte {
	dst = append(append(dst, format), k.id[:]...)
	var buf [256]byte
	return k.aead.Seal(dst, nil, plain, appendAD(buf[:0], what.kind, scope, ad, what.seq))
}

// appendAD writes every field with a fixed width or its length before it.
func appendAD(b []byte, kind byte, scope ba.Scope, ad AD, seq int) []byte {
	b = append(b, format, kind)
	b = appendField(b, string(scope))
	b = appendField(b, ad.Purpose)
	b = appendField(b, ad.Row)
	b = binary.BigEndian.AppendUint64(b, uint64(ad.Version))
	return binary.BigEndian.AppendUint64(b, uint64(seq))
}

func appendField(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
	return append(b, s...)
}

// dataKey is an unwrapped data key.
type dataKey struct {
	id         [keyIDSize]byte
	generation int
	aead       cipher.AEAD
	blind      []byte
}
