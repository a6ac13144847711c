package backup

import (
	"context"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Place keeps files by name: a directory, or a part of a bucket. A name
// appears with its whole content or not at all. Implementations are safe for
// concurrent use.
type Place interface {
	// String returns the place for people, without credentials.
	String() string
	// Drafts returns the directory in which a file is written before it has
	// its name.
	Drafts() string
	// Keep gives the draft its name, durably, and removes the draft. A name
	// that is there already is replaced where that is asked for, else Conflict.
	Keep(ctx context.Context, draft, name string, replace bool) error
	// Open reads a file, or is NotFound.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// List returns the names that begin with the prefix, in their order.
	List(ctx context.Context, prefix string) ([]Item, error)
	// Remove removes a file; one that is not there is no error.
	Remove(ctx context.Context, name string) error
	// Remote reports whether a file travels after it was verified.
	Remote() bool
}

// Item is a file at a place.
type Item struct {
	Name string
	Size int64
}

// S3 is how an S3-compatible storage is reached.
type S3 struct {
	Endpoint  string // such as https://s3.eu-central-1.amazonaws.com; empty is that of AWS
	Region    string
	AccessKey string
	SecretKey string
}

// At returns the place that is meant: s3://bucket/prefix, or a directory. drafts
// is where files are written before they are sent to a bucket.
func At(where string, s3 S3, drafts string) (Place, error) {
	if where == "" {
		return nil, ba.E(ba.Invalid, "It is not said where backups go. Set BACKUP_TO to a directory or to s3://bucket/prefix, or use --to.")
	}
	if !strings.HasPrefix(where, "s3:") {
		return directory(where), nil
	}
	u, err := url.Parse(where)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return nil, ba.E(ba.Invalid, "The place of the backups is not understood. Write s3://bucket/prefix, or a directory.")
	}
	return newBucket(u.Host, strings.Trim(u.Path, "/"), s3, drafts)
}

// off is where no keyring copy goes.
const off = "off"

// Places returns where backups and the keyring copy go. An empty place of the
// keyring copy is the folder beside the backups; the copy's Place is nil for "off".
func Places(to, keys string, s3 S3, drafts string) (Place, Place, error) {
	place, err := At(to, s3, drafts)
	if err != nil || keys == off {
		return place, nil, err
	}
	if keys == "" {
		keys = Beside(to)
	}
	apart, err := At(keys, s3, drafts)
	return place, apart, err
}

// Beside returns the place within a place where keyring copies go, unless
// another one is named.
func Beside(where string) string {
	const folder = "keyring"
	if strings.HasPrefix(where, "s3:") {
		return strings.TrimSuffix(where, "/") + "/" + folder
	}
	return filepath.Join(where, folder)
}

const (
	dataSuffix    = ".babackup"
	keyringSuffix = ".bakeys"
	draftSuffix   = ".partial"
	stamp         = "20060102T150405Z"
)

// prefix returns how the names of an installation's files begin.
func prefix(installation string) string {
	tail := installation
	if i := strings.LastIndexByte(tail, '-'); i >= 0 {
		tail = tail[i+1:]
	}
	return "ba-" + tail
}

// dataName returns the name of a backup, which sorts by time.
func dataName(h Head) string {
	return prefix(h.Installation) + "-" + h.TakenAt.UTC().Format(stamp) + "-" + string(h.ID[len(h.ID)-6:]) + dataSuffix
}

// KeyringName returns the name of the one keyring copy of an installation.
func KeyringName(installation string) string { return prefix(installation) + keyringSuffix }

// takenAt reads the time in the name of a backup.
func takenAt(name string) (time.Time, bool) {
	parts := strings.Split(strings.TrimSuffix(name, dataSuffix), "-")
	if !strings.HasSuffix(name, dataSuffix) || len(parts) < 3 {
		return time.Time{}, false
	}
	t, err := time.Parse(stamp, parts[len(parts)-2])
	return t, err == nil
}

// backups lists the backups of an installation, the oldest first.
func backups(ctx context.Context, p Place, installation string) ([]Item, error) {
	items, err := p.List(ctx, prefix(installation)+"-")
	var out []Item
	for _, i := range items {
		if _, ok := takenAt(i.Name); ok {
			out = append(out, i)
		}
	}
	return out, err
}

// All lists the backups of every installation at a place, by name.
func All(ctx context.Context, p Place) ([]Item, error) {
	items, err := p.List(ctx, "ba-")
	return slices.DeleteFunc(items, func(i Item) bool { _, is := takenAt(i.Name); return !is }), err
}

// Newest returns when the newest backup of an installation at the place was
// taken, or the zero time. A name there means that it was verified when it was
// made.
func Newest(ctx context.Context, p Place, installation string) (time.Time, error) {
	items, err := backups(ctx, p, installation)
	if err != nil || len(items) == 0 {
		return time.Time{}, err
	}
	t, _ := takenAt(items[len(items)-1].Name)
	return t, nil
}
