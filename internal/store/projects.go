package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	projectColumns = `p.id, p.name, p.description, p.version, p.created_at, p.updated_at, p.deleted_at, m.role,
		(SELECT count(*) FROM documents d WHERE d.project_id = p.id AND d.version > 0 AND d.deleted_at = 0),
		(SELECT count(*) FROM threads t WHERE t.project_id = p.id AND t.deleted_at = 0),
		(SELECT count(*) FROM members n WHERE n.project_id = p.id)`

	qProject query = `SELECT ` + projectColumns + ` FROM projects p JOIN members m ON m.project_id = p.id
		WHERE p.id = $1 AND m.user_id = $2 AND p.deleted_at = 0`
	qProjects query = `SELECT ` + projectColumns + ` FROM members m JOIN projects p ON p.id = m.project_id
		WHERE m.user_id = $1 AND p.deleted_at = 0 AND (p.updated_at, p.id) < ($2, $3)
		ORDER BY p.updated_at DESC, p.id DESC LIMIT $4`
	qAddProject    query = `INSERT INTO projects (id, name, description, version, created_at, updated_at) VALUES ($1, $2, $3, 1, $4, $4)`
	qUpdateProject query = `UPDATE projects SET name = $1, description = $2, version = version + 1, updated_at = $3 WHERE id = $4 AND version = $5`
	// To the second: on PostgreSQL all writers of a project would otherwise wait
	// for one another's commit, which holds this row.
	qTouchProject  query = `UPDATE projects SET updated_at = $1 WHERE id = $2 AND updated_at + 1000 < $1`
	qDeleteProject query = `UPDATE projects SET deleted_at = $1 WHERE id = $2 AND deleted_at = 0`
	qDeletedRole   query = `SELECT m.role FROM members m JOIN projects p ON p.id = m.project_id
		WHERE m.project_id = $1 AND m.user_id = $2 AND p.deleted_at >= $3 AND p.deleted_at > 0 AND p.purging = 0`
	qRestoreProject query = `UPDATE projects SET deleted_at = 0, updated_at = $1 WHERE id = $2 AND purging = 0`
)

// projectRow is a project with its sealed columns.
type projectRow struct {
	ba.Project
	name, description []byte
	version           int64
}

func scanProject(scan func(...any) error) (projectRow, error) {
	var p projectRow
	var created, updated, deleted int64
	err := scan(&p.ID, &p.name, &p.description, &p.version, &created, &updated, &deleted, &p.Role, &p.Documents, &p.Threads, &p.Members)
	p.CreatedAt, p.UpdatedAt, p.DeletedAt = fromMS(created), fromMS(updated), fromMS(deleted)
	return p, err
}

func (db *DB) openProject(ctx context.Context, p projectRow) (ba.Project, error) {
	s := db.sealer(ctx, ba.ProjectScope(p.ID), string(p.ID), p.version)
	p.Name, p.Description = s.open("project name", p.name), s.open("project description", p.description)
	if errors.Is(s.err, vault.ErrDestroyed) { // an older database beside the present keyring
		return ba.Project{}, ba.Wrap(ba.NotFound, "This project was deleted, and its key was destroyed. What an older backup holds of it cannot be opened.", s.err)
	}
	return p.Project, s.err
}

// CreateProject stores a project that the actor owns.
func (db *DB) CreateProject(ctx context.Context, a ba.Actor, p ba.Project) error {
	if err := mayChange(a); err != nil {
		return err
	}
	s := db.sealer(ctx, ba.ProjectScope(p.ID), string(p.ID), 1)
	name, description := s.seal("project name", p.Name), s.seal("project description", p.Description)
	if s.err != nil {
		return s.err
	}
	created := db.orNow(p.CreatedAt)
	err := db.audited(ctx, "create a project", projectAct(a, ba.ActProjectCreated, p), func(t *tx) error {
		if _, err := t.exec(qAddProject, p.ID, name, description, created); err != nil {
			return err
		}
		_, err := t.exec(qPutMember, p.ID, a.User, ba.RoleOwner, created)
		return err
	})
	switch {
	case duplicate(err):
		return ba.E(ba.Conflict, "This project exists already.")
	case orphan(err):
		return ba.E(ba.NotFound, noUser)
	}
	return err
}

// projectAct is the record of what somebody did to a project.
func projectAct(a ba.Actor, action ba.Action, p ba.Project) ba.AuditEntry {
	return ba.Act(a, action, "project", string(p.ID)).Of(p.ID).Called(p.Name)
}

func (db *DB) project(ctx context.Context, a ba.Actor, id ba.ProjectID) (projectRow, error) {
	p, err := scanProject(db.engine.read.row(ctx, qProject, id, a.User).Scan)
	return p, missing(err, "read a project", noProject)
}

// Project returns a project with its counts and the actor's role, or NotFound.
func (db *DB) Project(ctx context.Context, a ba.Actor, id ba.ProjectID) (ba.Project, error) {
	p, err := db.project(ctx, a, id)
	if err != nil {
		return ba.Project{}, err
	}
	return db.openProject(ctx, p)
}

// Projects lists the actor's projects, the most recently changed first.
func (db *DB) Projects(ctx context.Context, a ba.Actor, page ba.Page) (ba.List[ba.Project], error) {
	pages := db.pager(ctx, "projects", page)
	from, err := pages.newestFirst()
	if err != nil {
		return ba.List[ba.Project]{}, err
	}
	rows, err := db.engine.read.rows(ctx, qProjects, a.User, from.n, from.id, pages.asked())
	found, err := collect(rows, err, func(r *sql.Rows) (projectRow, error) { return scanProject(r.Scan) })
	if err != nil {
		return ba.List[ba.Project]{}, failed("list projects", err)
	}
	list, err := listOf(pages, found, func(p projectRow) cursor { return cursor{toMS(p.UpdatedAt), string(p.ID)} })
	projects := ba.List[ba.Project]{Next: list.Next, Items: make([]ba.Project, 0, len(list.Items))}
	for _, row := range list.Items {
		p, opening := db.openProject(ctx, row)
		if ba.KindOf(opening) == ba.NotFound && opening != nil {
			continue
		}
		if opening != nil {
			return ba.List[ba.Project]{}, opening
		}
		projects.Items = append(projects.Items, p)
	}
	return projects, err
}

// UpdateProject stores name and description. It needs an editor.
func (db *DB) UpdateProject(ctx context.Context, a ba.Actor, p ba.Project) error {
	for range maxRetries {
		old, err := db.project(ctx, a, p.ID)
		if err != nil {
			return err
		}
		s := db.sealer(ctx, ba.ProjectScope(p.ID), string(p.ID), old.version+1)
		name, description := s.seal("project name", p.Name), s.seal("project description", p.Description)
		if s.err != nil {
			return s.err
		}
		err = db.audited(ctx, "update a project", projectAct(a, ba.ActProjectChanged, p), func(t *tx) (err error) {
			if err := require(t.rower(), a, p.ID, ba.RoleEditor); err != nil {
				return err
			}
			return t.change(errStale, qUpdateProject, name, description, toMS(db.clock()), p.ID, old.version)
		})
		if !errors.Is(err, errStale) {
			return err
		}
	}
	return errContended()
}

// DeleteProject hides the project from everybody. It needs an owner.
func (db *DB) DeleteProject(ctx context.Context, a ba.Actor, id ba.ProjectID) error {
	p, err := db.Project(ctx, a, id)
	if err != nil {
		return err
	}
	return db.audited(ctx, "delete a project", projectAct(a, ba.ActProjectDeleted, p), func(t *tx) error {
		if err := require(t.rower(), a, id, ba.RoleOwner); err != nil {
			return err
		}
		return t.change(ba.E(ba.NotFound, noProject), qDeleteProject, toMS(db.clock()), id)
	})
}

// RestoreProject brings back a project that was deleted at deletedAfter or
// later; any other is NotFound. It needs an owner.
func (db *DB) RestoreProject(ctx context.Context, a ba.Actor, id ba.ProjectID, deletedAfter time.Time) error {
	return db.audited(ctx, "restore a project", projectAct(a, ba.ActProjectRestored, ba.Project{ID: id}), func(t *tx) error {
		var role ba.ProjectRole
		if err := t.row(qDeletedRole, id, a.User, toMS(deletedAfter)).Scan(&role); err != nil {
			return missing(err, "restore a project", "This project is not deleted, or it is too late to bring it back.")
		}
		if err := allow(a, role, ba.RoleOwner); err != nil {
			return err
		}
		return t.change(ba.E(ba.NotFound, noProject), qRestoreProject, toMS(db.clock()), id)
	})
}

// touch notes, to the second, that something in the project changed.
func touch(t *tx, project ba.ProjectID, at int64) error {
	_, err := t.exec(qTouchProject, at, project)
	return err
}
