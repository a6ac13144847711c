package ba

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"strings"
	"sync"
	"time"
)

// The identifier types. All hold a UUID in its canonical text form (RFC 9562);
// the ones made here are version 7, so they sort by the time of their making.
type (
	UserID        string
	SessionID     string
	TokenID       string
	InvitationID  string
	ProjectID     string
	DocumentID    string
	PassageID     string
	ThreadID      string
	MessageID     string
	TurnID        string
	ArtifactID    string
	RequirementID string
	LinkID        string
	NoteID        string
	ReservationID string
	BackupID      string
)

// NewID returns a new UUID version 7 (RFC 9562, section 5.7). Those of one
// process sort in the order of their making, within a millisecond too: its
// first random bits are a counter (section 6.2, method 1).
func NewID[T ~string]() T {
	var b [16]byte
	if _, err := rand.Read(b[6:]); err != nil {
		panic("crypto/rand failed: " + err.Error()) // documented never to happen since Go 1.24
	}
	ms, n := made.next(uint64(time.Now().UnixMilli()), binary.BigEndian.Uint16(b[6:]))
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], ms)
	copy(b[:6], stamp[2:])
	binary.BigEndian.PutUint16(b[6:], n|0x7000)
	b[8] = b[8]&0x3f | 0x80
	return T(formatUUID(b))
}

// made is the newest id of this process.
var made clock

// clock is a millisecond, and a counter of 12 bits in it.
type clock struct {
	mu sync.Mutex
	ms uint64
	n  uint16
}

const (
	counterBits  = 0x0fff
	counterStart = 0x07ff // the upper half is left to count in
)

// next returns what comes after all that it returned. Where the counter is full,
// or the time was set back, it runs ahead of the time.
func (c *clock) next(now uint64, random uint16) (ms uint64, n uint16) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case now > c.ms:
		c.ms, c.n = now, random&counterStart
	case c.n < counterBits:
		c.n++
	default:
		c.ms, c.n = c.ms+1, random&counterStart
	}
	return c.ms, c.n
}

// DerivedID returns the UUID that follows from another one and what is said
// beside it: the same for the same, and of the same time. It is of version 8
// (RFC 9562, section 5.8).
func DerivedID[T, F ~string](from F, said ...string) T {
	h := sha256.New()
	for _, s := range append([]string{string(from)}, said...) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		io.WriteString(h, s) //nolint:errcheck // a hash does not fail
	}
	var b [16]byte
	copy(b[:], h.Sum(nil))
	if stamp, err := hex.DecodeString(strings.ReplaceAll(string(from), "-", "")); err == nil {
		copy(b[:6], stamp)
	}
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return T(formatUUID(b))
}

// ParseID checks that s is a UUID in text form, of any version, and returns it
// in lower case. The error is Invalid and names no value.
func ParseID[T ~string](s string) (T, error) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return "", E(Invalid, "An identifier must be a UUID such as 0190a2b4-7c1e-7d3a-9c55-3f1d2e4b5a6c.")
	}
	var b [16]byte
	compact := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(b[:], []byte(compact)); err != nil {
		return "", E(Invalid, "An identifier must be a UUID such as 0190a2b4-7c1e-7d3a-9c55-3f1d2e4b5a6c.")
	}
	return T(formatUUID(b)), nil
}

func formatUUID(b [16]byte) string {
	var out [36]byte
	hex.Encode(out[0:8], b[0:4])
	out[8] = '-'
	hex.Encode(out[9:13], b[4:6])
	out[13] = '-'
	hex.Encode(out[14:18], b[6:8])
	out[18] = '-'
	hex.Encode(out[19:23], b[8:10])
	out[23] = '-'
	hex.Encode(out[24:36], b[10:16])
	return string(out[:])
}
