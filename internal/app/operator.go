package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault/kms"
)

// Operator is the data of an installation in the hands of whoever administers
// its machine, beside a running instance or without one.
type Operator struct {
	cfg    *config.Config
	db     *store.DB
	master masters
	dir    string // of the SQLite database; empty with PostgreSQL
}

// OpenOperator opens the data that the configuration names. It makes nothing:
// where there is no data yet, that is the error.
func OpenOperator(ctx context.Context, c *config.Config, log *slog.Logger) (*Operator, error) {
	if err := becomeUser(c); err != nil {
		return nil, err
	}
	o := &Operator{cfg: c}
	file, err := store.File(c.DatabaseURL)
	if err != nil {
		return nil, err
	}
	if file != "" {
		if _, err := os.Stat(file); err != nil {
			return nil, ba.Wrap(ba.NotFound, "There is no data at "+file+". Check that this command has the environment of the server (DATA_DIR, DATABASE_URL).", err)
		}
		o.dir = filepath.Dir(file)
	}
	if o.master, err = masterKey(c); err != nil {
		return nil, err
	}
	o.db, err = store.Open(ctx, store.Options{URL: c.DatabaseURL, Master: o.master, Expect: c.InstallationID, Use: store.Operate, Clock: time.Now, Log: log})
	return o, err
}

// Close closes the data.
func (o *Operator) Close() error { return o.db.Close() }

// alone takes the lock of what only one operator may do at a time.
func (o *Operator) alone() (release func() error, err error) {
	if err := makeDir(o.cfg.DataDir); err != nil {
		return nil, err
	}
	lock, err := openLockFile(o.cfg.DataDir, ".rotation")
	if err != nil {
		return nil, err
	}
	if err := tryLock(lock.file); err != nil {
		if errors.Is(err, errLocked) {
			err = ba.E(ba.Conflict, "Another command is replacing keys of this installation. Wait for it to end, then run this again.")
		}
		return nil, errors.Join(err, lock.release())
	}
	return lock.release, nil
}

// unattended reports whether it is certain that no instance runs on the data.
func (o *Operator) unattended(ctx context.Context) bool {
	if o.dir == "" {
		n, err := o.db.Instances(ctx)
		return err == nil && n == 0
	}
	lock, err := openLock(o.dir)
	if err != nil {
		return false
	}
	taken := tryLock(lock.file)
	return errors.Join(taken, lock.release()) == nil
}

// check asks a key service which key wraps now; other keys need no question.
func (o *Operator) check(ctx context.Context) error {
	if k, is := o.master.current.(kms.Key); is {
		return k.Check(ctx)
	}
	return nil
}

// Revoke ends the sessions of one person, by address or id, or of everybody
// where who is empty, and where asked their API tokens too.
func (o *Operator) Revoke(ctx context.Context, who string, tokens bool) (store.Revoked, error) {
	var id ba.UserID
	if who != "" {
		user, err := o.find(ctx, who)
		if err != nil {
			return store.Revoked{}, err
		}
		id = user.ID
	}
	return o.db.RevokeAccess(ctx, id, tokens)
}

// find returns the one user with an address or an id.
func (o *Operator) find(ctx context.Context, who string) (ba.User, error) {
	if id, err := ba.ParseID[ba.UserID](who); err == nil {
		return o.db.User(ctx, id)
	}
	users, err := o.db.UsersByAddress(ctx, who)
	switch {
	case err != nil:
		return ba.User{}, err
	case len(users) == 0:
		return ba.User{}, ba.E(ba.NotFound, "Nobody here has this address. It may also be the id of a user.")
	case len(users) > 1:
		ids := ""
		for _, u := range users {
			ids += fmt.Sprintf(" %s", u.ID)
		}
		return ba.User{}, ba.E(ba.Conflict, "Several people have this address. Say which by id:"+ids)
	}
	return users[0], nil
}
