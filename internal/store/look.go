package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// lookFirst decides whether a database file may be opened for writing, and
// changes nothing: SQLite brings the log into whatever lies beside it, or
// removes it, once a connection that may write is closed. It refuses a file
// that is gone or damaged while its log is there, and one that lost its log,
// and says when a file was put back without one.
func lookFirst(ctx context.Context, path string) (putBack bool, err error) {
	refused := refusedBefore(path)
	changed := refused != "" && refused != fingerprint(path)
	if empty(path + logSuffix) {
		if changed && !empty(path) {
			return true, nil
		}
		return false, checkLog(path)
	}
	if empty(path) {
		return false, errors.Join(ba.E(ba.Conflict, "The database file "+path+" is gone or empty, but its log, "+path+logSuffix+", is there. Nothing was changed. "+
			"Put the file back beside it; or, to begin from a backup, run \"ba restore\" with --replace, which keeps both aside."), noteRefused(path))
	}
	if err := readOnly(ctx, path, changed); err != nil {
		return false, errors.Join(unopened(path, err), noteRefused(path))
	}
	return false, nil
}

// empty reports whether there is nothing at path.
func empty(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Size() == 0
}

const (
	lookTables = "SELECT count(*) FROM sqlite_master"
	lookStart  = "SELECT count(*) FROM (SELECT id FROM installation LIMIT 1)"
	// lookWhole reads every page, and so is for a file that was exchanged only.
	lookWhole = "PRAGMA quick_check(1)"
)

// readOnly reads the file together with its log over a connection that may
// write neither: what a start reads first, or all of it.
func readOnly(ctx context.Context, path string, whole bool) (err error) {
	values := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(10000)", "query_only(1)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: values.Encode()}).String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var n int
	if err := db.QueryRowContext(ctx, lookTables).Scan(&n); err != nil || n == 0 {
		return err
	}
	if err := db.QueryRowContext(ctx, lookStart).Scan(&n); damaged(err) {
		return err
	}
	if !whole {
		return nil
	}
	var said string
	if err := db.QueryRowContext(ctx, lookWhole).Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return &notWhole{said}
	}
	return nil
}

// notWhole is what SQLite finds in a file that does not fit its log.
type notWhole struct{ said string }

func (e *notWhole) Error() string { return "quick_check: " + e.said }

const refusedMark = "refused "

// noteRefused remembers which file was refused, so that another one in its
// place is known to be put back. Without the note of a crash nothing of the log
// is missed, and there is nothing to remember.
func noteRefused(path string) error {
	if absent(path + noteSuffix) {
		return nil
	}
	return os.WriteFile(path+noteSuffix, []byte(noteText+refusedMark+fingerprint(path)+"\n"), 0o600)
}

// refusedBefore returns the fingerprint of the file that a start refused, or
// nothing.
func refusedBefore(path string) string {
	text, err := os.ReadFile(path + noteSuffix)
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(text) {
		if mark, ok := strings.CutPrefix(string(line), refusedMark); ok {
			return strings.TrimSpace(mark)
		}
	}
	return ""
}

// fingerprint tells a file from one that was put in its place.
func fingerprint(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "absent"
	}
	return fmt.Sprint(info.Size(), " ", info.ModTime().UnixNano())
}
