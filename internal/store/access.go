package store

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
)

const qRole query = `SELECT m.role FROM members m JOIN projects p ON p.id = m.project_id
	WHERE m.project_id = $1 AND m.user_id = $2 AND p.deleted_at = 0`

const noProject = "This project does not exist, or you are not a member of it."

// row is what runs a query for one row: the readers or a transaction.
type rower func(q query, args ...any) scanner

type scanner interface{ Scan(dest ...any) error }

func (t *tx) rower() rower {
	return func(q query, args ...any) scanner { return t.row(q, args...) }
}

func (db *DB) rower(ctx context.Context) rower {
	return func(q query, args ...any) scanner { return db.engine.read.row(ctx, q, args...) }
}

// roleIn returns the actor's role in a project that is not deleted, or NotFound.
func roleIn(row rower, a ba.Actor, project ba.ProjectID) (ba.ProjectRole, error) {
	var role ba.ProjectRole
	err := row(qRole, project, a.User).Scan(&role)
	return role, missing(err, "check a role", noProject)
}

// require returns NotFound for somebody who is no member, and Forbidden where
// the role, or a token that only reads, does not allow what is needed.
func require(row rower, a ba.Actor, project ba.ProjectID, needed ba.ProjectRole) error {
	role, err := roleIn(row, a, project)
	if err != nil {
		return err
	}
	return allow(a, role, needed)
}

// allow compares a role that is known already.
func allow(a ba.Actor, role, needed ba.ProjectRole) error {
	switch {
	case !role.AtLeast(needed) && needed == ba.RoleOwner:
		return ba.E(ba.Forbidden, "Only an owner of the project may do this.")
	case !role.AtLeast(needed):
		return ba.E(ba.Forbidden, "Your role in this project only lets you read. Ask an owner to make you an editor.")
	case needed != ba.RoleViewer:
		return mayChange(a)
	}
	return nil
}

// mayChange refuses a token that only reads, whatever its user's roles are.
func mayChange(a ba.Actor) error {
	if !a.CanWrite() {
		return ba.E(ba.Forbidden, "This token may only read. Make one that may also write, or sign in.")
	}
	return nil
}

// ProjectRole returns the actor's role in the project, or NotFound.
func (db *DB) ProjectRole(ctx context.Context, a ba.Actor, id ba.ProjectID) (ba.ProjectRole, error) {
	return roleIn(db.rower(ctx), a, id)
}
