package store

import (
	"errors"
	"io/fs"
	"os"

	"github.com/ba-assistant/ba-assistant/ba"
)

// presence watches that the files of an SQLite database are still those that
// were opened. A file that is removed or replaced under a running program can
// be written on, and what is written is gone with the process: nobody may be
// told that it is stored.
type presence struct {
	path   string
	logged bool // there is a write-ahead log beside it
	file   fs.FileInfo
	log    fs.FileInfo
}

// newPresence remembers the file, which is open already.
func newPresence(path string, logged bool) (*presence, error) {
	file, err := os.Stat(path)
	return &presence{path: path, logged: logged, file: file}, err
}

// check is called in a write transaction, before it is committed. It costs two
// looks at the directory.
func (p *presence) check() error {
	if now, err := os.Stat(p.path); err != nil || !os.SameFile(p.file, now) {
		return gone(p.path, err)
	}
	if !p.logged {
		return nil
	}
	now, err := os.Stat(p.path + logSuffix)
	if p.log == nil && err == nil { // SQLite makes it in the first transaction
		p.log = now
	}
	if err != nil || !os.SameFile(p.log, now) {
		return gone(p.path+logSuffix, err)
	}
	return nil
}

func gone(path string, err error) error {
	if err == nil {
		err = errors.New("another file has its name: " + path)
	}
	return ba.Wrap(ba.Unavailable, "The files of the database were removed or replaced while the server runs, and nothing can be stored. "+
		"The operator has to stop it, put the files back or restore a backup, and start it again.", err)
}

const (
	logSuffix  = "-wal"
	noteSuffix = "-running"
	noteText   = "BA Assistant has this database open, or did not stop in order. Keep the -wal file.\n"
)

// checkLog refuses a database whose log was lost: the program did not end in
// order, which the note says, so that the log must be there with what was
// written last.
func checkLog(path string) error {
	if absent(path+noteSuffix) || absent(path) || !absent(path+logSuffix) {
		return nil
	}
	return ba.E(ba.Conflict, "The server was not stopped in order, and the log of its database, "+path+logSuffix+", is gone: what was written last is in it. "+
		"Put it back beside "+path+". If that cannot be done, or another program has opened the database since, or you have restored a backup, delete "+path+noteSuffix+
		" and start again: what the log held is lost then.")
}

func absent(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// noteRunning leaves the note until dropNote.
func noteRunning(path string) error {
	return os.WriteFile(path+noteSuffix, []byte(noteText), 0o600)
}

func dropNote(path string) error {
	if err := os.Remove(path + noteSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
