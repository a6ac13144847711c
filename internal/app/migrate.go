package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/move"
	"github.com/ba-assistant/ba-assistant/internal/store"
)

// Migrate brings the database up to date and returns its kind and schema. It
// takes the same lock as a server, so that no instance runs meanwhile.
func Migrate(ctx context.Context, c *config.Config, log *slog.Logger) (engine string, schema int64, err error) {
	if err := becomeUser(c); err != nil {
		return "", 0, err
	}
	s, err := openStorage(ctx, c, "", log)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, s.lock.release()) }()
	db, err := openStore(ctx, c, ba.Operator(), log)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	schema, err = db.Version(ctx)
	return db.Engine(), schema, err
}

// Move copies the configured database into the one at the URL, which is that of
// PostgreSQL, of SQLite, or a path of an SQLite file. It takes the locks that
// servers take, so that none runs on either meanwhile. Afterwards a start on an
// SQLite file that was copied is refused. When it is called once more, as after
// a run whose end nobody saw, the two are compared.
func Move(ctx context.Context, c *config.Config, to string, log *slog.Logger, tell func(move.Step)) (result move.Result, err error) {
	if err := becomeUser(c); err != nil {
		return result, err
	}
	to, target, err := targetURL(c, to)
	if err != nil {
		return result, err
	}
	source, err := openStorage(ctx, c, place(target, to), log)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, source.lock.release()) }()
	lock, err := lockTarget(ctx, c, target, log)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	from, into, err := openBoth(ctx, c, to, log)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, from.Close(), into.Close()) }()
	if result, err = move.Copy(ctx, from, into, tell); err != nil {
		return result, err
	}
	return result, noteMove(c, target, to)
}

// targetURL returns the address of the target and, where it is SQLite, its file.
func targetURL(c *config.Config, to string) (address, file string, err error) {
	if !strings.Contains(to, ":") {
		to = "sqlite:" + to
	}
	if file, err = store.File(to); err != nil {
		return "", "", ba.E(ba.Invalid, "The target is not understood. Write --to postgres://user:password@host/name, or --to FILE for an SQLite database.")
	}
	if old, err := store.File(c.DatabaseURL); err == nil && (file != "" && file == old || to == c.DatabaseURL) {
		return "", "", ba.E(ba.Invalid, "The target is the database that is in use now (DATABASE_URL). Name another one.")
	}
	return to, file, nil
}

// lockTarget makes the folder of an SQLite target and takes its lock. The lock
// of the source's own folder is held already.
func lockTarget(ctx context.Context, c *config.Config, file string, log *slog.Logger) (*dataLock, error) {
	if file == "" {
		return nil, nil
	}
	dir := filepath.Dir(file)
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	if _, err := examine(c, dir); err != nil {
		return nil, err
	}
	old, err := store.File(c.DatabaseURL)
	if err != nil {
		return nil, err
	}
	if old != "" && filepath.Dir(old) == dir {
		return nil, ba.E(ba.Invalid, "The target lies in the folder of the database that is in use now, and would share its keyring. Name a file in another folder.")
	}
	if same, err := filepath.Abs(c.DataDir); err == nil && same == dir {
		return nil, nil
	}
	return lockData(ctx, c, dir, log)
}

func openBoth(ctx context.Context, c *config.Config, to string, log *slog.Logger) (from, into *store.DB, err error) {
	master, err := masterKey(c)
	if err != nil {
		return nil, nil, err
	}
	from, err = store.Open(ctx, store.Options{URL: c.DatabaseURL, Master: master, Use: store.Read, Log: log})
	if err != nil {
		return nil, nil, err
	}
	if n, err := from.Instances(ctx); err != nil || n > 0 {
		if err == nil {
			err = ba.E(ba.Conflict, fmt.Sprintf("Instances use the database: they hold %d connections to it. Stop all of them first.", n))
		}
		return nil, nil, errors.Join(err, from.Close())
	}
	into, err = store.Open(ctx, store.Options{URL: to, Master: master, Use: store.Fill, Log: log})
	if err != nil {
		return nil, nil, errors.Join(about(err, "The target: "), from.Close())
	}
	return from, into, nil
}

// about puts words before what an error tells the operator: sentences about
// DATABASE_URL are meant for another database here.
func about(err error, words string) error {
	var known *ba.Error
	if !errors.As(err, &known) {
		return err
	}
	told := *known
	told.Msg = words + strings.ReplaceAll(known.Msg, "DATABASE_URL", "--to")
	return &told
}

// movedNote is the file, beside an SQLite database, that says where its
// content went.
func movedNote(file string) string { return file + ".moved" }

// noteMove writes the note beside a file that was copied, and removes that of
// one that was copied back.
func noteMove(c *config.Config, target, to string) error {
	if target != "" {
		if err := os.Remove(movedNote(target)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unwritable(filepath.Dir(target), err)
		}
	}
	file, err := store.File(c.DatabaseURL)
	if err != nil || file == "" {
		return err
	}
	text := time.Now().UTC().Format(time.DateTime) + " UTC" + movedTo + place(target, to) + "\n"
	draft := movedNote(file) + ".new"
	if err = os.WriteFile(draft, []byte(text), 0o600); err == nil {
		err = os.Rename(draft, movedNote(file))
	}
	if err != nil {
		return unwritable(filepath.Dir(file), err)
	}
	return nil
}

// movedTo stands in the note before the place.
const movedTo = " to "

// place names a database without its password.
func place(file, to string) string {
	if file != "" {
		return file
	}
	u, err := url.Parse(to)
	if err != nil {
		return "PostgreSQL"
	}
	return "PostgreSQL at " + u.Host + u.Path
}

// checkMoved refuses an SQLite file whose content went elsewhere: what was
// written since is not in it. The given place is not elsewhere.
func checkMoved(file, goes string) error {
	text, err := os.ReadFile(movedNote(file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return unwritable(filepath.Dir(file), err)
	}
	note := strings.TrimSpace(string(text))
	if goes != "" && strings.HasSuffix(note, movedTo+goes) {
		return nil
	}
	return ba.E(ba.Conflict, "The content of "+file+" was moved on "+note+". Set DATABASE_URL to that database. "+
		"To go back to the file as it was then, without what was written since, delete "+movedNote(file)+".")
}
