package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	magic  = "BABACKUP"
	format = 1

	prefixSize = len(magic) + 4 + 4
	maxHead    = 64 << 10

	// pieceSize is how much of the compressed stream is sealed at once.
	pieceSize = 1 << 20
	lastPiece = 1 << 31
)

// Kind is what a file holds.
type Kind string

// The kinds of file.
const (
	Data    Kind = "data"
	Keyring Kind = "keyring"
)

// Head is what a file says of itself to everybody. It holds nothing that a
// person typed.
type Head struct {
	ID           ba.BackupID     `json:"id"`
	Kind         Kind            `json:"kind"`
	Engine       string          `json:"engine"` // sqlite or postgres
	Schema       int64           `json:"schema"`
	Installation string          `json:"installation"`
	TakenAt      time.Time       `json:"taken_at"` // the moment of the state that it holds
	Program      string          `json:"program"`  // version of the program that made it
	Key          wrapped         `json:"key"`
	Origin       ba.BackupOrigin `json:"origin,omitempty"`
}

// wrapped is the key of a file, as the head holds it.
type wrapped struct {
	ID      string `json:"id"`
	Master  string `json:"master"` // fingerprint of the master key
	Wrapped []byte `json:"wrapped"`
}

// scope returns the scope under which a file's key is made and used.
func (h Head) scope() ba.Scope { return ba.Scope("backup:" + string(h.ID)) }

// address binds the pieces to the head that stands before them.
func address(head []byte) vault.AD {
	sum := sha256.Sum256(head)
	return vault.AD{Purpose: "backup", Row: hex.EncodeToString(sum[:]), Version: format}
}

// writeHead writes the beginning of a file and returns the head as it stands there.
func writeHead(w io.Writer, h Head) ([]byte, error) {
	text, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encode the head of a backup: %w", err)
	}
	b := binary.BigEndian.AppendUint32([]byte(magic), format)
	b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
	_, err = w.Write(append(b, text...))
	return text, err
}

var (
	errNoBackup = ba.E(ba.Invalid, "This file is not a backup of BA Assistant. Choose another one.")
	errCut      = ba.E(ba.Invalid, "The backup is cut off: its end is missing, as after an interrupted copy. Nothing was changed; use another one.")
	errAltered  = ba.E(ba.Invalid, "The backup was altered or damaged on its way: what it holds is not what was written. Nothing was changed; use another one.")
)

func damaged(cause error) error { return ba.Wrap(ba.Invalid, errAltered.Msg, cause) }

func cut(cause error) error { return ba.Wrap(ba.Invalid, errCut.Msg, cause) }

// ReadHead reads the beginning of a file, which needs no key: it returns the
// head, and its text for the check of what follows. A newer format and what is
// no backup are Invalid. Nothing that it says is proven until the rest is read.
func ReadHead(r io.Reader) (Head, []byte, error) {
	var prefix [prefixSize]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return Head{}, nil, short(err, errNoBackup)
	}
	if string(prefix[:len(magic)]) != magic {
		return Head{}, nil, errNoBackup
	}
	if v := binary.BigEndian.Uint32(prefix[len(magic):]); v != format {
		return Head{}, nil, ba.E(ba.Invalid, fmt.Sprintf("The backup has format %d, made by a newer version of BA Assistant; this one reads %d. Use the newer version.", v, format))
	}
	size := binary.BigEndian.Uint32(prefix[len(magic)+4:])
	if size > maxHead {
		return Head{}, nil, errAltered
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return Head{}, nil, short(err, errCut)
	}
	h, err := parseHead(text)
	return h, text, err
}

// short returns the sentence for a file that ended too early, and the error of
// the medium where it is one.
func short(err error, sentence error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return sentence
	}
	return fmt.Errorf("read the backup: %w", err)
}

func parseHead(text []byte) (Head, error) {
	var h Head
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return Head{}, damaged(err)
	}
	_, err := ba.ParseID[ba.BackupID](string(h.ID))
	switch {
	case err != nil:
		return Head{}, damaged(err)
	case h.Kind != Data && h.Kind != Keyring, h.Engine != "sqlite" && h.Engine != "postgres", h.Schema <= 0, h.TakenAt.IsZero():
		return Head{}, errAltered
	}
	return h, nil
}
