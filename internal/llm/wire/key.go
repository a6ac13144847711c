package wire

import (
	"fmt"
	"io"
	"strings"
)

// Key is a provider's key. However it is printed, it is not shown.
type Key string

const hidden = "[key]"

// Format implements fmt.Formatter for every verb.
func (Key) Format(f fmt.State, _ rune) { io.WriteString(f, hidden) }

// MarshalText keeps the key out of JSON and of structured logs.
func (Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Reveal returns the key itself, for a header.
func (k Key) Reveal() string { return string(k) }

// TrimKey returns s as a key without the white space that copying leaves.
func TrimKey(s string) Key { return Key(strings.TrimSpace(s)) }

func (k Key) printable() bool {
	for _, r := range string(k) {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return true
}
