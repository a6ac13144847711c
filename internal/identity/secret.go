package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// The prefixes by which people and secret scanners know what a secret is for.
const (
	tokenPrefix   = "ba_"  // personal API tokens
	sessionPrefix = "bas_" // sessions of separate front ends
)

// secretSize is the length of a secret in bytes, before it is written in base64.
const secretSize = 32

func newSecret(prefix string) string {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b) // never fails (Go 1.24); it would crash the program
	return prefix + base64.RawURLEncoding.EncodeToString(b)
}

// hashOf returns what is stored of a secret. Plain SHA-256 suffices, as the
// secrets are random and long.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
