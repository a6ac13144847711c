package vault

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// minSecret is the least length of the secret of a Box in bytes.
const minSecret = 16

// Box seals short values for the outside, such as cookies, under a key of its
// own derived from the instance's secret. It is safe for concurrent use.
type Box struct {
	aead    cipher.AEAD
	purpose string
}

// NewBox derives a key for the purpose from the secret by HKDF-SHA256
// (RFC 5869). Boxes of different purposes cannot open one another's values.
func NewBox(secret []byte, purpose string) (*Box, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("the secret of a box has %d bytes, it needs %d", len(secret), minSecret)
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "ba box 1 "+purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of a box: %w", err)
	}
	aead, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	return &Box{aead: aead, purpose: purpose}, nil
}

// Seal encrypts plain, bound to ad, as base64url without padding.
func (b *Box) Seal(plain, ad []byte) string {
	return base64.RawURLEncoding.EncodeToString(b.aead.Seal(nil, nil, plain, ad))
}

// Open returns what Seal was given with the same ad. Any other text is an error.
func (b *Box) Open(sealed string, ad []byte) ([]byte, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return nil, errors.New("a sealed " + b.purpose + " is not base64url")
	}
	if len(raw) < nonceSize+tagSize {
		return nil, errors.New("a sealed " + b.purpose + " is too short")
	}
	plain, err := b.aead.Open(nil, nil, raw, ad)
	if err != nil {
		return nil, fmt.Errorf("open a sealed %s: %w", b.purpose, err)
	}
	return plain, nil
}
