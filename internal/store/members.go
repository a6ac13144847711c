package store

import (
	"context"
	"database/sql"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qMembers query = `SELECT ` + userColumns + `, m.role, m.created_at FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.project_id = $1 ORDER BY m.created_at, m.user_id LIMIT 1000`
	qPutMember query = `INSERT INTO members (project_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role`
	qRemoveMember query = `DELETE FROM members WHERE project_id = $1 AND user_id = $2`
	qOwners       query = `SELECT count(*) FROM members WHERE project_id = $1 AND role = 'owner'`
	qMemberRole   query = `SELECT role FROM members WHERE project_id = $1 AND user_id = $2`
	qLockProject  query = `SELECT id FROM projects WHERE id = $1 AND deleted_at = 0 FOR UPDATE`
)

const noMember = "This person is not a member of the project."

// Members returns who may enter the project, in the order in which they came.
func (db *DB) Members(ctx context.Context, a ba.Actor, id ba.ProjectID) ([]ba.Member, error) {
	if err := require(db.rower(ctx), a, id, ba.RoleViewer); err != nil {
		return nil, err
	}
	type memberRow struct {
		user    userRow
		role    ba.ProjectRole
		created int64
	}
	rows, err := db.engine.read.rows(ctx, qMembers, id)
	found, err := collect(rows, err, func(r *sql.Rows) (m memberRow, err error) {
		m.user, err = scanUser(r.Scan, &m.role, &m.created)
		return m, err
	})
	if err != nil {
		return nil, failed("list members", err)
	}
	members := make([]ba.Member, len(found))
	for i, m := range found {
		u, err := db.openUser(ctx, m.user)
		if err != nil {
			return nil, err
		}
		members[i] = ba.Member{User: u.ID, Email: u.Email, Name: u.Name, Role: m.role, CreatedAt: fromMS(m.created)}
	}
	return members, nil
}

// PutMember gives a known user a role, or another one. It needs an owner; the
// last owner cannot become less: Conflict.
func (db *DB) PutMember(ctx context.Context, a ba.Actor, id ba.ProjectID, m ba.Member) error {
	if !m.Role.Valid() {
		return ba.E(ba.Invalid, "A role is viewer, editor or owner.")
	}
	err := db.audited(ctx, "add a member", memberAct(a, ba.ActMemberPut, id, m.User).With(string(m.Role)), func(t *tx) error {
		if err := lockForOwner(t, a, id); err != nil {
			return err
		}
		if _, err := t.exec(qPutMember, id, m.User, m.Role, db.orNow(m.CreatedAt)); err != nil {
			return err
		}
		return keepsOwner(t, id)
	})
	if orphan(err) {
		return ba.E(ba.NotFound, noUser)
	}
	return err
}

func memberAct(a ba.Actor, action ba.Action, project ba.ProjectID, user ba.UserID) ba.AuditEntry {
	return ba.Act(a, action, "user", string(user)).Of(project)
}

// RemoveMember takes a user out of the project. It needs an owner, except that
// everybody may leave; the last owner cannot: Conflict.
func (db *DB) RemoveMember(ctx context.Context, a ba.Actor, id ba.ProjectID, user ba.UserID) error {
	return db.audited(ctx, "remove a member", memberAct(a, ba.ActMemberRemoved, id, user), func(t *tx) error {
		needed := ba.RoleOwner
		if user == a.User {
			needed = ba.RoleViewer
		}
		if err := lockFor(t, a, id, needed); err != nil {
			return err
		}
		if err := mayChange(a); err != nil {
			return err
		}
		if err := t.change(ba.E(ba.NotFound, noMember), qRemoveMember, id, user); err != nil {
			return err
		}
		return keepsOwner(t, id)
	})
}

func lockForOwner(t *tx, a ba.Actor, id ba.ProjectID) error { return lockFor(t, a, id, ba.RoleOwner) }

// lockFor makes changes of a project's members follow one another, so that two
// owners cannot remove each other at once.
func lockFor(t *tx, a ba.Actor, id ba.ProjectID, needed ba.ProjectRole) error {
	var locked string
	if err := t.row(qLockProject, id).Scan(&locked); err != nil {
		return missing(err, "lock a project", noProject)
	}
	return require(t.rower(), a, id, needed)
}

func keepsOwner(t *tx, id ba.ProjectID) error {
	var owners int
	if err := t.row(qOwners, id).Scan(&owners); err != nil {
		return err
	}
	if owners == 0 {
		return ba.E(ba.Conflict, "A project needs an owner. Make somebody else an owner first.")
	}
	return nil
}
