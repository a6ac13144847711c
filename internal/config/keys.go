package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// DecodeKey reads a key of 32 bytes in hex, or base64 with or without padding
// and in either alphabet. The error is a sentence that repeats nothing of it.
func DecodeKey(s string) ([]byte, error) {
	s = strings.TrimSpace(s)
	if key, err := hex.DecodeString(s); err == nil && len(key) == KeySize {
		return key, nil
	}
	std := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	if key, err := base64.RawStdEncoding.DecodeString(std); err == nil && len(key) == KeySize {
		return key, nil
	}
	return nil, errors.New("is not a key of 32 bytes in base64 or hex.")
}
