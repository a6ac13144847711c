package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	userColumns = `u.id, u.role, u.email, u.email_trusted, u.name, u.disabled, u.version, u.created_at, u.last_seen_at`

	qUser           query = `SELECT ` + userColumns + ` FROM users u WHERE u.id = $1`
	qUserByIdentity query = `SELECT ` + userColumns + ` FROM identities i JOIN users u ON u.id = i.user_id WHERE i.hash = $1`
	qUsersByEmail   query = `SELECT ` + userColumns + ` FROM users u WHERE u.email_hash = $1 AND u.email_trusted = 1 AND u.disabled = 0 LIMIT 2`
	qUsers          query = `SELECT ` + userColumns + ` FROM users u WHERE (u.created_at, u.id) < ($1, $2) ORDER BY u.created_at DESC, u.id DESC LIMIT $3`
	qAddUser        query = `INSERT INTO users (id, role, email, email_hash, email_trusted, name, disabled, version, created_at, last_seen_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)`
	qUpdateUser query = `UPDATE users SET role = $1, email = $2, email_hash = $3, email_trusted = $4, name = $5, disabled = $6,
		version = version + 1, last_seen_at = $7 WHERE id = $8 AND version = $9`
	qUserVersion query = `SELECT version, role FROM users WHERE id = $1`
	qCountAdmins query = `SELECT count(*) FROM users WHERE role = 'admin' AND disabled = 0`

	qAddIdentity   query = `INSERT INTO identities (hash, user_id, provider, body, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hash) DO NOTHING`
	qIdentityOwner query = `SELECT user_id FROM identities WHERE hash = $1`
)

// maxRetries bounds how often a row that others change at the same time is
// sealed again for its next version.
const maxRetries = 10

func errContended() error {
	return ba.E(ba.Unavailable, "Others are changing the same thing right now. Try again in a moment.")
}

// userRow is a user with its sealed columns.
type userRow struct {
	ba.User
	email, name []byte
	version     int64
}

func scanUser(scan func(...any) error, more ...any) (userRow, error) {
	var u userRow
	var created, seen int64
	dest := []any{&u.ID, &u.Role, &u.email, &u.EmailTrusted, &u.name, &u.Disabled, &u.version, &created, &seen}
	err := scan(append(dest, more...)...)
	u.CreatedAt, u.LastSeenAt = fromMS(created), fromMS(seen)
	return u, err
}

func (db *DB) openUser(ctx context.Context, u userRow) (ba.User, error) {
	s := db.sealer(ctx, ba.InstanceScope, string(u.ID), u.version)
	u.Email, u.Name = s.open("user email", u.email), s.open("user name", u.name)
	return u.User, s.err
}

const noUser = "This user does not exist."

func (db *DB) user(ctx context.Context, operation string, q query, arg any) (ba.User, error) {
	u, err := scanUser(db.engine.read.row(ctx, q, arg).Scan)
	if err != nil {
		return ba.User{}, missing(err, operation, noUser)
	}
	return db.openUser(ctx, u)
}

// User returns a user, disabled ones too, or NotFound.
func (db *DB) User(ctx context.Context, id ba.UserID) (ba.User, error) {
	return db.user(ctx, "read a user", qUser, id)
}

// UserByIdentity returns the user whom a provider knows by issuer and subject,
// disabled ones too, or NotFound.
func (db *DB) UserByIdentity(ctx context.Context, id ba.Identity) (ba.User, error) {
	hash, err := db.identityHash(ctx, id)
	if err != nil {
		return ba.User{}, err
	}
	return db.user(ctx, "find a user", qUserByIdentity, hash)
}

// UserByEmail returns the one enabled user whose trusted address this is,
// whatever its case. NotFound where there is none, or more than one.
func (db *DB) UserByEmail(ctx context.Context, a ba.Actor, email string) (ba.User, error) {
	if !a.Valid() {
		return ba.User{}, ba.E(ba.NotFound, noUser)
	}
	hash, err := db.emailHash(ctx, email)
	if err != nil {
		return ba.User{}, err
	}
	rows, err := db.engine.read.rows(ctx, qUsersByEmail, hash)
	found, err := collect(rows, err, func(r *sql.Rows) (userRow, error) { return scanUser(r.Scan) })
	if err != nil {
		return ba.User{}, failed("find a user by address", err)
	}
	if len(found) != 1 {
		return ba.User{}, ba.E(ba.NotFound, noUser)
	}
	return db.openUser(ctx, found[0])
}

// Users lists all users, the newest first. Only administrators may.
func (db *DB) Users(ctx context.Context, a ba.Actor, page ba.Page) (ba.List[ba.User], error) {
	if !a.IsAdmin() {
		return ba.List[ba.User]{}, ba.E(ba.Forbidden, "Only an administrator sees the users of this instance.")
	}
	pages := db.pager(ctx, "users", page)
	from, err := pages.newestFirst()
	if err != nil {
		return ba.List[ba.User]{}, err
	}
	rows, err := db.engine.read.rows(ctx, qUsers, from.n, from.id, pages.asked())
	found, err := collect(rows, err, func(r *sql.Rows) (userRow, error) { return scanUser(r.Scan) })
	if err != nil {
		return ba.List[ba.User]{}, failed("list users", err)
	}
	users := make([]ba.User, len(found))
	for i, u := range found {
		if users[i], err = db.openUser(ctx, u); err != nil {
			return ba.List[ba.User]{}, err
		}
	}
	return listOf(pages, users, func(u ba.User) cursor { return cursor{toMS(u.CreatedAt), string(u.ID)} })
}

// CountAdmins returns how many enabled administrators there are.
func (db *DB) CountAdmins(ctx context.Context) (int, error) {
	var n int
	err := db.engine.read.row(ctx, qCountAdmins).Scan(&n)
	return n, failed("count administrators", err)
}

// CreateUser stores a user with the identity it signed in with. An identity
// that somebody has already is a Conflict, and nothing is stored.
func (db *DB) CreateUser(ctx context.Context, u ba.User, id ba.Identity) error {
	s := db.sealer(ctx, ba.InstanceScope, string(u.ID), 1)
	email, name := s.seal("user email", u.Email), s.seal("user name", u.Name)
	if s.err != nil {
		return s.err
	}
	emailHash, err := db.emailHash(ctx, u.Email)
	if err != nil {
		return err
	}
	link, err := db.identityRow(ctx, u.ID, id)
	if err != nil {
		return err
	}
	created := db.orNow(u.CreatedAt)
	act := ba.Act(ba.Actor{User: u.ID}, ba.ActUserCreated, "user", string(u.ID)).With(string(u.Role))
	act.Via = ba.ViaDoor
	err = db.audited(ctx, "create a user", act, func(t *tx) error {
		if _, err := t.exec(qAddUser, u.ID, u.Role, email, emailHash, boolInt(u.EmailTrusted), name, boolInt(u.Disabled), created, toMS(u.LastSeenAt)); err != nil {
			return err
		}
		return t.change(ba.E(ba.Conflict, "This sign-in belongs to a user already."), qAddIdentity, link...)
	})
	if duplicate(err) {
		return ba.E(ba.Conflict, "This user exists already.")
	}
	return err
}

// AddIdentity gives a user another way to sign in. One that the user has is no
// error; one of somebody else is a Conflict.
func (db *DB) AddIdentity(ctx context.Context, user ba.UserID, id ba.Identity) error {
	link, err := db.identityRow(ctx, user, id)
	if err != nil {
		return err
	}
	err = db.engine.write.write(ctx, func(t *tx) error {
		if _, err := t.exec(qAddIdentity, link...); err != nil {
			return err
		}
		var owner ba.UserID
		if err := t.row(qIdentityOwner, link[0]).Scan(&owner); err != nil {
			return err
		}
		if owner != user {
			return ba.E(ba.Conflict, "This sign-in belongs to another user already.")
		}
		return nil
	})
	if orphan(err) {
		return ba.E(ba.NotFound, noUser)
	}
	return failed("add a sign-in", err)
}

// UpdateUser stores role, name, address, whether it is trusted, whether the
// user is disabled, and when it was last seen.
func (db *DB) UpdateUser(ctx context.Context, u ba.User) error {
	hash, err := db.emailHash(ctx, u.Email)
	if err != nil {
		return err
	}
	for range maxRetries {
		var version int64
		var role ba.Role
		if err := db.engine.read.row(ctx, qUserVersion, u.ID).Scan(&version, &role); err != nil {
			return missing(err, "read a user", noUser)
		}
		s := db.sealer(ctx, ba.InstanceScope, string(u.ID), version+1)
		email, name := s.seal("user email", u.Email), s.seal("user name", u.Name)
		if s.err != nil {
			return s.err
		}
		args := []any{u.Role, email, hash, boolInt(u.EmailTrusted), name, boolInt(u.Disabled), toMS(u.LastSeenAt), u.ID, version}
		changed, err := db.updateUser(ctx, u, role, args)
		if err != nil || changed {
			return err
		}
	}
	return errContended()
}

// updateUser changes the row, unless somebody else did meanwhile. A new role is
// an act of its own: at a sign-in the setup code gives one.
func (db *DB) updateUser(ctx context.Context, u ba.User, was ba.Role, args []any) (changed bool, err error) {
	update := func(t *tx) error {
		n, err := t.exec(qUpdateUser, args...)
		if changed = n == 1; err == nil && !changed {
			return errStale
		}
		return err
	}
	if u.Role == was {
		err = db.write(ctx, "update a user", update)
	} else {
		act := ba.Act(ba.Actor{User: u.ID}, ba.ActUserRole, "user", string(u.ID)).With(string(u.Role))
		act.Via = ba.ViaDoor
		err = db.audited(ctx, "change a role", act, update)
	}
	if errors.Is(err, errStale) {
		return false, nil
	}
	return changed, err
}

// errStale says that a row was changed by somebody else before it was written.
var errStale error = errContended()

func (db *DB) identityHash(ctx context.Context, id ba.Identity) ([]byte, error) {
	return db.vault.Lookup(ctx, "identity", strconv.Itoa(len(id.Issuer))+":"+id.Issuer+id.Subject)
}

func (db *DB) emailHash(ctx context.Context, email string) ([]byte, error) {
	return db.vault.Lookup(ctx, "email", strings.ToLower(strings.TrimSpace(email)))
}

// identityRow returns the arguments of qAddIdentity.
func (db *DB) identityRow(ctx context.Context, user ba.UserID, id ba.Identity) ([]any, error) {
	hash, err := db.identityHash(ctx, id)
	if err != nil {
		return nil, err
	}
	s := db.sealer(ctx, ba.InstanceScope, string(user), 1)
	body := s.sealJSON("identity", [2]string{id.Issuer, id.Subject}, false)
	return []any{hash, user, id.Provider, body, toMS(db.clock())}, s.err
}
