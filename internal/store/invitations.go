package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	invitationColumns = `i.id, coalesce(i.project_id, ''), i.email, i.role, i.admin, i.invited_by, i.created_at, i.expires_at`

	qAddInvitation query = `INSERT INTO invitations (id, project_id, hash, email, role, admin, invited_by, created_at, expires_at)
		VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9)`
	qInvitationByHash query = `SELECT ` + invitationColumns + ` FROM invitations i LEFT JOIN projects p ON p.id = i.project_id
		WHERE i.hash = $1 AND i.accepted_at = 0 AND i.expires_at > $2 AND coalesce(p.deleted_at, 0) = 0`
	qInvitation         query = `SELECT ` + invitationColumns + ` FROM invitations i WHERE i.id = $1`
	qProjectInvitations query = `SELECT ` + invitationColumns + ` FROM invitations i
		WHERE i.project_id = $1 AND i.accepted_at = 0 AND i.expires_at > $2 ORDER BY i.created_at DESC LIMIT 200`
	qInstanceInvitations query = `SELECT ` + invitationColumns + ` FROM invitations i
		WHERE i.project_id IS NULL AND i.accepted_at = 0 AND i.expires_at > $1 ORDER BY i.created_at DESC LIMIT 200`
	qAcceptInvitation query = `UPDATE invitations SET accepted_at = $1 WHERE id = $2 AND accepted_at = 0 AND expires_at > $1`
	qMakeAdmin        query = `UPDATE users SET role = 'admin' WHERE id = $1`
	qDeleteInvitation query = `DELETE FROM invitations WHERE id = $1`
)

const noInvitation = "This invitation does not exist, was accepted already, or has expired. Ask for a new one."

// CreateInvitation stores an invitation under the hash of its secret: to a
// project by an owner of it, to the instance by an administrator.
func (db *DB) CreateInvitation(ctx context.Context, a ba.Actor, inv ba.Invitation, tokenHash []byte) error {
	s := db.sealer(ctx, ba.InstanceScope, string(inv.ID), 1)
	email := s.seal("invitation email", inv.Email)
	if s.err != nil {
		return s.err
	}
	created := db.orNow(inv.CreatedAt)
	return db.audited(ctx, "create an invitation", invitationAct(a, ba.ActInvited, inv), func(t *tx) error {
		if err := mayInvite(t.rower(), a, inv.Project, inv.Admin); err != nil {
			return err
		}
		_, err := t.exec(qAddInvitation, inv.ID, inv.Project, tokenHash, email, inv.Role, boolInt(inv.Admin), a.User, created, toMS(inv.ExpiresAt))
		return err
	})
}

// invitationAct is the record of what became of an invitation. The address
// stays readable for administrators when the project is gone.
func invitationAct(a ba.Actor, action ba.Action, inv ba.Invitation) ba.AuditEntry {
	role := string(inv.Role)
	if inv.Admin {
		role = string(ba.RoleAdmin)
	}
	e := ba.Act(a, action, "invitation", string(inv.ID)).Of(inv.Project).With(role)
	if inv.Project == "" {
		e.Name = inv.Email
	} else {
		e.Detail = strings.TrimSpace(role + " " + inv.Email)
	}
	return e
}

// mayInvite: an owner invites to a project, and only an administrator to the
// instance or to be an administrator.
func mayInvite(row rower, a ba.Actor, project ba.ProjectID, admin bool) error {
	if (project == "" || admin) && !a.IsAdmin() {
		return ba.E(ba.Forbidden, "Only an administrator invites to this instance.")
	}
	if project == "" {
		return mayChange(a)
	}
	return require(row, a, project, ba.RoleOwner)
}

// maySeeInvitations: whoever may invite; those to the instance an
// administrator also sees with a token that only reads.
func maySeeInvitations(row rower, a ba.Actor, project ba.ProjectID) error {
	if project == "" && a.IsAdmin() {
		return nil
	}
	return mayInvite(row, a, project, false)
}

// invitationRow is an invitation with its sealed column.
type invitationRow struct {
	ba.Invitation
	email            []byte
	created, expires int64
}

func scanInvitation(scan func(...any) error) (invitationRow, error) {
	var r invitationRow
	err := scan(&r.ID, &r.Project, &r.email, &r.Role, &r.Admin, &r.InvitedBy, &r.created, &r.expires)
	r.CreatedAt, r.ExpiresAt = fromMS(r.created), fromMS(r.expires)
	return r, err
}

func (db *DB) openInvitation(ctx context.Context, r invitationRow) (ba.Invitation, error) {
	s := db.sealer(ctx, ba.InstanceScope, string(r.ID), 1)
	r.Email = s.open("invitation email", r.email)
	return r.Invitation, s.err
}

// InvitationByHash returns the invitation whose secret has this hash. One that
// was accepted, has expired, or leads to a deleted project is NotFound.
func (db *DB) InvitationByHash(ctx context.Context, hash []byte) (ba.Invitation, error) {
	r, err := scanInvitation(db.engine.read.row(ctx, qInvitationByHash, hash, toMS(db.clock())).Scan)
	if err != nil {
		return ba.Invitation{}, missing(err, "find an invitation", noInvitation)
	}
	return db.openInvitation(ctx, r)
}

// Invitations returns the open invitations to a project, for its owners, or to
// the instance (no project), for administrators; the newest first.
func (db *DB) Invitations(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Invitation, error) {
	if err := maySeeInvitations(db.rower(ctx), a, project); err != nil {
		return nil, err
	}
	now := toMS(db.clock())
	q, args := qProjectInvitations, []any{project, now}
	if project == "" {
		q, args = qInstanceInvitations, []any{now}
	}
	rows, err := db.engine.read.rows(ctx, q, args...)
	found, err := collect(rows, err, func(r *sql.Rows) (invitationRow, error) { return scanInvitation(r.Scan) })
	if err != nil {
		return nil, failed("list invitations", err)
	}
	invitations := make([]ba.Invitation, len(found))
	for i, r := range found {
		if invitations[i], err = db.openInvitation(ctx, r); err != nil {
			return nil, err
		}
	}
	return invitations, nil
}

// AcceptInvitation gives the user what the invitation offers, once. A member
// of the project keeps a higher role.
func (db *DB) AcceptInvitation(ctx context.Context, id ba.InvitationID, user ba.UserID) error {
	now := toMS(db.clock())
	asked, err := db.invitation(ctx, id)
	if err != nil {
		return err
	}
	act := invitationAct(ba.Actor{User: user}, ba.ActInvitationUsed, asked)
	act.Via = ba.ViaDoor
	return db.audited(ctx, "accept an invitation", act, func(t *tx) error {
		if err := t.change(ba.E(ba.NotFound, noInvitation), qAcceptInvitation, now, id); err != nil {
			return err
		}
		inv, err := scanInvitation(t.row(qInvitation, id).Scan)
		if err != nil {
			return err
		}
		if inv.Admin {
			if err := t.change(ba.E(ba.NotFound, noUser), qMakeAdmin, user); err != nil {
				return err
			}
		}
		if inv.Project == "" {
			return nil
		}
		return join(t, inv.Project, user, inv.Role, now)
	})
}

// invitation returns an invitation, open or not.
func (db *DB) invitation(ctx context.Context, id ba.InvitationID) (ba.Invitation, error) {
	r, err := scanInvitation(db.engine.read.row(ctx, qInvitation, id).Scan)
	if err != nil {
		return ba.Invitation{}, missing(err, "read an invitation", noInvitation)
	}
	return db.openInvitation(ctx, r)
}

// join adds a member, or raises its role.
func join(t *tx, project ba.ProjectID, user ba.UserID, role ba.ProjectRole, at int64) error {
	var locked string
	if err := t.row(qLockProject, project).Scan(&locked); err != nil {
		return missing(err, "join a project", noInvitation)
	}
	var has ba.ProjectRole
	err := t.row(qMemberRole, project, user).Scan(&has)
	if err == nil && has.AtLeast(role) {
		return nil
	}
	if err != nil && err != sql.ErrNoRows {
		return err
	}
	_, err = t.exec(qPutMember, project, user, role, at)
	return err
}

// DeleteInvitation withdraws an invitation, by whoever may invite there.
func (db *DB) DeleteInvitation(ctx context.Context, a ba.Actor, id ba.InvitationID) error {
	asked, err := db.invitation(ctx, id)
	if err != nil {
		return err
	}
	return db.audited(ctx, "withdraw an invitation", invitationAct(a, ba.ActInvitationDropped, asked), func(t *tx) error {
		inv, err := scanInvitation(t.row(qInvitation, id).Scan)
		if err != nil {
			return missing(err, "withdraw an invitation", noInvitation)
		}
		if err := mayInvite(t.rower(), a, inv.Project, false); err != nil {
			if inv.Project == "" && !a.IsAdmin() {
				return ba.E(ba.NotFound, noInvitation)
			}
			return err
		}
		return t.change(ba.E(ba.NotFound, noInvitation), qDeleteInvitation, id)
	})
}
