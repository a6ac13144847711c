package store

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qSetRole     query = `UPDATE users SET role = $1 WHERE id = $2 AND role <> $1`
	qSetDisabled query = `UPDATE users SET disabled = $1 WHERE id = $2 AND disabled <> $1`
	// Changes of who administers follow one another.
	qLockInstallation query = `SELECT one FROM installation WHERE one = 1 FOR UPDATE`
)

// SetRole gives a user another role. Only administrators may; the last one
// stays one: Conflict. A user who has the role already is left as it is, and
// nothing is recorded.
func (db *DB) SetRole(ctx context.Context, a ba.Actor, user ba.UserID, role ba.Role) error {
	if role != ba.RoleMember && role != ba.RoleAdmin {
		return ba.E(ba.Invalid, "A role is member or admin.")
	}
	act := ba.Act(a, ba.ActUserRole, "user", string(user)).With(string(role))
	return db.administer(ctx, a, act, func(t *tx, u userRow) error {
		if u.Role == role {
			return errAsItIs
		}
		_, err := t.exec(qSetRole, role, user)
		return err
	})
}

// SetDisabled shuts a user out, whose sessions and tokens count for nothing
// from then on, or lets the user in again. Only administrators may; the last
// one cannot be shut out: Conflict.
func (db *DB) SetDisabled(ctx context.Context, a ba.Actor, user ba.UserID, disabled bool) error {
	action := ba.ActUserEnabled
	if disabled {
		action = ba.ActUserDisabled
	}
	return db.administer(ctx, a, ba.Act(a, action, "user", string(user)), func(t *tx, u userRow) error {
		if u.Disabled == disabled {
			return errAsItIs
		}
		_, err := t.exec(qSetDisabled, boolInt(disabled), user)
		return err
	})
}

// errAsItIs says that there is nothing to change.
var errAsItIs error = ba.E(ba.Conflict, "It is so already.")

// administer changes a user, who is there, in a way that leaves an
// administrator.
func (db *DB) administer(ctx context.Context, a ba.Actor, act ba.AuditEntry, change func(t *tx, u userRow) error) error {
	if !a.IsAdmin() {
		return ba.E(ba.Forbidden, "Only an administrator may do this.")
	}
	if err := mayChange(a); err != nil {
		return err
	}
	err := db.audited(ctx, "administer a user", act, func(t *tx) error {
		var one int
		if err := t.row(qLockInstallation).Scan(&one); err != nil {
			return err
		}
		u, err := scanUser(t.row(qUser, act.Object).Scan)
		if err != nil {
			return missing(err, "find a user", noUser)
		}
		if err := change(t, u); err != nil {
			return err
		}
		var admins int
		if err := t.row(qCountAdmins).Scan(&admins); err != nil {
			return err
		}
		if admins == 0 {
			return ba.E(ba.Conflict, "The workspace needs an administrator. Make somebody else one first.")
		}
		return nil
	})
	if err == errAsItIs { //nolint:errorlint // failed keeps an error that has a kind
		return nil
	}
	return err
}
