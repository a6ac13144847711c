package vault

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	termLetters  = 12 // 26^12 is 56 bits
	maxTermsKept = 20_000
)

// Blinder turns search terms into keyed hashes of one scope. It is for one
// goroutine.
type Blinder struct {
	mac  hash.Hash
	sum  [sha256.Size]byte
	seen map[string]string
}

// Blinder returns a Blinder of the scope, whose key is made where there is none.
func (v *Vault) Blinder(ctx context.Context, scope ba.Scope) (*Blinder, error) {
	key, err := v.sealing(ctx, scope)
	if err != nil {
		return nil, err
	}
	return &Blinder{mac: hmac.New(sha256.New, key.blind), seen: make(map[string]string)}, nil
}

// Term returns the blinded form of a term: 12 lower-case letters, which no
// engine's parser takes for a number, a stop word or syntax.
func (b *Blinder) Term(term string) string {
	if blinded, ok := b.seen[term]; ok {
		return blinded
	}
	b.mac.Reset()
	b.mac.Write([]byte("term\x00"))
	b.mac.Write([]byte(term))
	n := binary.BigEndian.Uint64(b.mac.Sum(b.sum[:0]))
	var letters [termLetters]byte
	for i := range letters {
		letters[i] = 'a' + byte(n%26)
		n /= 26
	}
	blinded := string(letters[:])
	if len(b.seen) < maxTermsKept {
		b.seen[term] = blinded
	}
	return blinded
}

// Lookup returns a keyed hash of a value that the instance looks rows up by,
// such as an address of the purpose "email". It is 32 bytes.
func (v *Vault) Lookup(ctx context.Context, purpose, value string) ([]byte, error) {
	key, err := v.sealing(ctx, ba.InstanceScope)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key.blind)
	mac.Write([]byte("lookup\x00"))
	mac.Write(appendField(appendField(nil, purpose), value))
	return mac.Sum(nil), nil
}

// Tagger returns what makes keyed hashes of 32 bytes for one purpose of the
// instance, such as the chain of the audit log. Other purposes have other
// hashes. It is safe for concurrent use.
func (v *Vault) Tagger(ctx context.Context, purpose string) (func(data []byte) []byte, error) {
	key, err := v.sealing(ctx, ba.InstanceScope)
	if err != nil {
		return nil, err
	}
	head := appendField([]byte("tag\x00"), purpose)
	return func(data []byte) []byte {
		mac := hmac.New(sha256.New, key.blind)
		mac.Write(head)
		mac.Write(data)
		return mac.Sum(nil)
	}, nil
}
