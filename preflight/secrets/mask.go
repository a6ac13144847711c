package secrets

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// fingerprinter tells equal values apart from different ones inside one run.
// Its key is never stored, so a report cannot be used to test guesses.
type fingerprinter struct{ key [32]byte }

func newFingerprinter() (*fingerprinter, error) {
	f := new(fingerprinter)
	if _, err := rand.Read(f.key[:]); err != nil {
		return nil, fmt.Errorf("make the key of this run: %w", err)
	}
	return f, nil
}

// of returns 16 hexadecimal digits that are equal for equal values of this run.
func (f *fingerprinter) of(value string) string {
	mac := hmac.New(sha256.New, f.key[:])
	mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// Mask returns a form of a secret that can be printed: the part that names its
// provider, and its length. Of a connection string the password is taken out.
// At most a fifth of the value, and never more than 7 characters, is shown.
func Mask(value string) string {
	if scheme, rest, ok := strings.Cut(value, "://"); ok {
		scheme = printable(scheme[max(0, len(scheme)-20):])
		if at := strings.LastIndex(rest, "@"); at >= 0 {
			host := rest[at+1:]
			if end := strings.IndexAny(host, "?/ \t\r\n\"'"); end >= 0 {
				host = host[:end]
			}
			return scheme + "://****:****@" + printable(host[:min(len(host), 80)])
		}
		return scheme + "://****"
	}
	if strings.HasPrefix(value, "-----BEGIN") {
		return "-----BEGIN PRIVATE KEY----- ****"
	}
	n := len([]rune(value))
	return fmt.Sprintf("%s**** (%d characters)", printable(value[:prefixLength(value, n)]), n)
}

// prefixLength is how much of a value names its provider: up to the last
// separator within the first seven characters, and nothing of short values.
func prefixLength(value string, n int) int {
	limit := min(7, n/5)
	if limit < 3 || len(value) < limit {
		return 0
	}
	if i := strings.LastIndexAny(value[:limit], "-_."); i >= 2 {
		return i + 1
	}
	for _, p := range []string{"AIza", "AKIA", "ASIA", "eyJ"} {
		if strings.HasPrefix(value, p) && len(p) <= limit {
			return len(p)
		}
	}
	return 0
}
