package redisbus

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// keySize is that of AES-256. A run seals at most 2^32 events under its key
// and random nonces (NIST SP 800-38D): for a week that is 7,000 a second.
const keySize = 32

// sealer seals the events of a run.
type sealer struct {
	aead cipher.AEAD
	run  []byte // bound to each
}

func newSealer(run string, key []byte) (*sealer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make the key of a run: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make the key of a run: %w", err)
	}
	return &sealer{aead, []byte(run)}, nil
}

func (s *sealer) seal(e event.Event) []byte {
	plain := make([]byte, 0, len(e.Topic)+len(e.Name)+len(e.Data)+8)
	for _, part := range []string{string(e.Topic), e.Name} {
		plain = binary.AppendUvarint(plain, uint64(len(part)))
		plain = append(plain, part...)
	}
	plain = append(plain, e.Data...)
	return s.aead.Seal(nil, nil, plain, s.run)
}

func (s *sealer) open(sealed []byte) (event.Event, error) {
	rest, err := s.aead.Open(nil, nil, sealed, s.run)
	if err != nil {
		return event.Event{}, fmt.Errorf("open an event: %w", err)
	}
	var parts [2]string
	for i := range parts {
		length, size := binary.Uvarint(rest)
		if size <= 0 || length > uint64(len(rest)-size) {
			return event.Event{}, errors.New("open an event: it is cut short")
		}
		parts[i] = string(rest[size : size+int(length)]) //nolint:gosec // not above the length of a slice
		rest = rest[size+int(length):]                   //nolint:gosec // the same
	}
	return event.Event{Topic: event.Topic(parts[0]), Name: parts[1], Data: rest}, nil
}

// newKey returns the key of a new run, and the same as it is kept in Redis.
func (b *Bus) newKey(ctx context.Context, run string) (key, sealed []byte, err error) {
	key = make([]byte, keySize)
	_, _ = rand.Read(key) // never fails (Go 1.24)
	sealed, err = b.vault.Seal(ctx, ba.InstanceScope, addressOf(run), key)
	return key, sealed, err
}

func (b *Bus) openKey(ctx context.Context, run string, sealed []byte) ([]byte, error) {
	return b.vault.Open(ctx, ba.InstanceScope, addressOf(run), sealed)
}

func addressOf(run string) vault.AD { return vault.AD{Purpose: "event run key", Row: run} }
