package store

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	artifactColumns = `d.id, d.project_id, d.thread_id, d.kind, d.state, d.head, d.revision, d.version, d.done, d.total, d.failure, d.epoch,
		d.provider, d.model, d.input_tokens, d.cached_tokens, d.output_tokens, d.cost_micro_usd, d.created_by, d.created_at, d.updated_at`
	versionColumns = `v.version, v.revision, v.origin, v.hash, v.created_by, v.created_at, v.updated_at`

	qArtifact query = `SELECT ` + artifactColumns + `, ` + versionColumns + `, v.body FROM artifacts d` + visible + `
		JOIN artifact_versions v ON v.artifact_id = d.id AND v.version = CASE WHEN $3 > 0 THEN $3 ELSE d.version END WHERE d.id = $2`
	qArtifacts query = `SELECT ` + artifactColumns + ` FROM artifacts d
		WHERE d.project_id = $1 AND (d.created_at, d.id) < ($2, $3) ORDER BY d.created_at DESC, d.id DESC LIMIT $4`
	qThreadArtifacts query = `SELECT ` + artifactColumns + ` FROM artifacts d` + visible + `
		WHERE d.thread_id = $2 AND (d.created_at, d.id) < ($3, $4) ORDER BY d.created_at DESC, d.id DESC LIMIT $5`
	qArtifactVersions query = `SELECT ` + versionColumns + ` FROM artifacts d` + visible + `
		JOIN artifact_versions v ON v.artifact_id = d.id WHERE d.id = $2 ORDER BY v.version DESC LIMIT 1000`
	qApprovals       query = `SELECT p.version, p.user_id, p.hash, p.created_at FROM artifact_approvals p WHERE p.artifact_id = $1 ORDER BY p.created_at, p.user_id LIMIT 10000`
	qArtifactProject query = `SELECT d.project_id FROM artifacts d` + visible + `WHERE d.id = $2`
	qDeleteArtifact  query = `DELETE FROM artifacts WHERE id = $1`
	qHitArtifacts    query = `WITH g AS MATERIALIZED (SELECT id FROM artifacts WHERE id IN (SELECT value FROM json_each($2)) LIMIT 400)
		SELECT ` + artifactColumns + `, ` + versionColumns + `, v.body FROM g JOIN artifacts d ON d.id = g.id` + visible + `
		JOIN artifact_versions v ON v.artifact_id = d.id AND v.version = d.version LIMIT 400`
)

const noArtifact = "This artifact does not exist, or it is in a project that you are not a member of."

// artifactRow is an artifact with its sealed columns.
type artifactRow struct {
	ba.Artifact
	head        []byte
	headAt      int64 // the revision that it was sealed at
	failure     []byte
	body        []byte // of a version; nil in lists
	by          ba.UserID
	hash        string
	made, saved int64 // of the version
}

// artifactHead is what is sealed for lists.
type artifactHead struct {
	Title        string `json:"title"`
	Instructions string `json:"instructions,omitempty"`
}

// artifactBody is the content of a version.
type artifactBody struct {
	Title        string           `json:"title"`
	Sections     []ba.Section     `json:"sections"`
	Requirements []ba.Requirement `json:"requirements,omitempty"`
	Sources      []ba.Source      `json:"sources,omitempty"`
}

func scanArtifact(scan func(...any) error) (artifactRow, error) {
	var r artifactRow
	var created, updated int64
	u := &r.Usage
	err := scan(&r.ID, &r.Project, &r.Thread, &r.Kind, &r.State, &r.head, &r.headAt, &r.Newest, &r.Progress.Done, &r.Progress.Total, &r.failure, &r.Epoch,
		&r.Provider, &r.Model, &u.InputTokens, &u.CachedTokens, &u.OutputTokens, &u.CostMicroUSD, &r.CreatedBy, &created, &updated)
	r.CreatedAt, r.UpdatedAt = fromMS(created), fromMS(updated)
	r.Version = r.Newest
	return r, err
}

// scanContent scans an artifact with one of its versions.
func scanContent(scan func(...any) error) (artifactRow, error) {
	var version, revision int
	var origin ba.ArtifactOrigin
	var hash string
	var by ba.UserID
	var made, saved int64
	var body []byte
	r, err := scanArtifact(func(dest ...any) error {
		return scan(append(dest, &version, &revision, &origin, &hash, &by, &made, &saved, &body)...)
	})
	r.Version, r.Revision, r.Origin, r.hash, r.by, r.made, r.saved, r.body = version, revision, origin, hash, by, made, saved, body
	return r, err
}

// bodyRow names the content of a version to its seal.
func bodyRow(id ba.ArtifactID, version int) string { return string(id) + "/" + strconv.Itoa(version) }

func (db *DB) openArtifact(ctx context.Context, r artifactRow) (ba.Artifact, error) {
	scope := ba.ProjectScope(r.Project)
	s := db.sealer(ctx, scope, string(r.ID), r.headAt)
	var head artifactHead
	s.openJSON("artifact head", r.head, &head)
	s.at = r.Epoch
	s.openJSON("artifact failure", r.failure, &r.Failure)
	r.Title, r.Instructions = head.Title, head.Instructions
	if s.err != nil || r.body == nil {
		return r.Artifact, s.err
	}
	var body artifactBody
	s = db.sealer(ctx, scope, bodyRow(r.ID, r.Version), int64(r.Revision))
	s.openJSON("artifact", r.body, &body)
	r.Title, r.Sections, r.Requirements, r.Sources = body.Title, body.Sections, body.Requirements, body.Sources
	return r.Artifact, s.err
}

// sealArtifact seals what lists show and the content of a version, at the
// revision that the artifact has.
func (db *DB) sealArtifact(ctx context.Context, v ba.Artifact) (head, body []byte, err error) {
	scope := ba.ProjectScope(v.Project)
	s := db.sealer(ctx, scope, string(v.ID), int64(v.Revision))
	head = s.sealJSON("artifact head", artifactHead{v.Title, v.Instructions}, false)
	if s.err != nil {
		return nil, nil, s.err
	}
	s = db.sealer(ctx, scope, bodyRow(v.ID, v.Version), int64(v.Revision))
	body = s.sealJSON("artifact", artifactBody{v.Title, v.Sections, v.Requirements, v.Sources}, false)
	return head, body, s.err
}

// Artifact returns an artifact with the content of a version, the newest for
// version 0, or NotFound.
func (db *DB) Artifact(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int) (ba.Artifact, error) {
	r, err := scanContent(db.engine.read.row(ctx, qArtifact, a.User, id, version).Scan)
	if err != nil {
		return ba.Artifact{}, missing(err, "read an artifact", noArtifact)
	}
	v, err := db.openArtifact(ctx, r)
	if err != nil {
		return ba.Artifact{}, err
	}
	approvals, err := db.approvals(ctx, id)
	v.Approvals = approvals[v.Version]
	return v, err
}

// Artifacts lists a project's artifacts without their content, the newest first.
func (db *DB) Artifacts(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Artifact], error) {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return ba.List[ba.Artifact]{}, err
	}
	return db.listArtifacts(ctx, "artifacts of "+string(project), page, func(from cursor, limit int) (*sql.Rows, error) {
		return db.engine.read.rows(ctx, qArtifacts, project, from.n, from.id, limit)
	})
}

// ThreadArtifacts lists what was asked for in a conversation, without content,
// the newest first.
func (db *DB) ThreadArtifacts(ctx context.Context, a ba.Actor, id ba.ThreadID, page ba.Page) (ba.List[ba.Artifact], error) {
	if _, err := thread(db.rower(ctx), a, id, ba.RoleViewer); err != nil {
		return ba.List[ba.Artifact]{}, err
	}
	return db.listArtifacts(ctx, "artifacts of thread "+string(id), page, func(from cursor, limit int) (*sql.Rows, error) {
		return db.engine.read.rows(ctx, qThreadArtifacts, a.User, id, from.n, from.id, limit)
	})
}

func (db *DB) listArtifacts(ctx context.Context, name string, page ba.Page, read func(cursor, int) (*sql.Rows, error)) (ba.List[ba.Artifact], error) {
	pages := db.pager(ctx, name, page)
	from, err := pages.newestFirst()
	if err != nil {
		return ba.List[ba.Artifact]{}, err
	}
	rows, err := read(from, pages.asked())
	found, err := collect(rows, err, func(r *sql.Rows) (artifactRow, error) { return scanArtifact(r.Scan) })
	if err != nil {
		return ba.List[ba.Artifact]{}, failed("list artifacts", err)
	}
	artifacts := make([]ba.Artifact, len(found))
	for i, r := range found {
		if artifacts[i], err = db.openArtifact(ctx, r); err != nil {
			return ba.List[ba.Artifact]{}, err
		}
	}
	return listOf(pages, artifacts, func(v ba.Artifact) cursor { return cursor{toMS(v.CreatedAt), string(v.ID)} })
}

// ArtifactVersions returns the history of an artifact, the newest version first.
func (db *DB) ArtifactVersions(ctx context.Context, a ba.Actor, id ba.ArtifactID) ([]ba.ArtifactVersion, error) {
	rows, err := db.engine.read.rows(ctx, qArtifactVersions, a.User, id)
	versions, err := collect(rows, err, func(r *sql.Rows) (v ba.ArtifactVersion, err error) {
		var made, saved int64
		err = r.Scan(&v.Version, &v.Revision, &v.Origin, &v.Hash, &v.CreatedBy, &made, &saved)
		v.CreatedAt, v.UpdatedAt = fromMS(made), fromMS(saved)
		return v, err
	})
	if err != nil {
		return nil, failed("list versions of an artifact", err)
	}
	if len(versions) == 0 {
		return nil, ba.E(ba.NotFound, noArtifact)
	}
	approvals, err := db.approvals(ctx, id)
	for i := range versions {
		versions[i].Approvals = approvals[versions[i].Version]
	}
	return versions, err
}

// approvals returns the approvals of each version.
func (db *DB) approvals(ctx context.Context, id ba.ArtifactID) (map[int][]ba.Approval, error) {
	type approval struct {
		version int
		ba.Approval
	}
	rows, err := db.engine.read.rows(ctx, qApprovals, id)
	found, err := collect(rows, err, func(r *sql.Rows) (p approval, err error) {
		var at int64
		err = r.Scan(&p.version, &p.By, &p.Hash, &at)
		p.At = fromMS(at)
		return p, err
	})
	if err != nil {
		return nil, failed("list approvals", err)
	}
	all := make(map[int][]ba.Approval)
	for _, p := range found {
		all[p.version] = append(all[p.version], p.Approval)
	}
	return all, nil
}

// requireArtifact returns the project of an artifact that the actor sees and
// whose role there is enough.
func requireArtifact(row rower, a ba.Actor, id ba.ArtifactID, needed ba.ProjectRole) (ba.ProjectID, error) {
	var project ba.ProjectID
	if err := row(qArtifactProject, a.User, id).Scan(&project); err != nil {
		return "", missing(err, "find an artifact", noArtifact)
	}
	return project, require(row, a, project, needed)
}

// DeleteArtifact removes an artifact with its versions and approvals, and what
// search finds of it. It needs an editor.
func (db *DB) DeleteArtifact(ctx context.Context, a ba.Actor, id ba.ArtifactID) error {
	return db.write(ctx, "delete an artifact", func(t *tx) error {
		project, err := requireArtifact(t.rower(), a, id, ba.RoleEditor)
		if err != nil {
			return err
		}
		if err := db.dropItem(t, string(id)); err != nil {
			return err
		}
		if _, err := t.exec(qDeleteArtifact, id); err != nil {
			return err
		}
		return touch(t, project, toMS(db.clock()))
	})
}

// dropItem removes what search finds of an item.
func (db *DB) dropItem(t *tx, item string) error {
	ids, err := collectTx(t, qEntryOfItem, item)
	if err != nil {
		return err
	}
	return db.dropEntries(t, ids)
}

// hitArtifacts opens the artifacts that a search found: their text is that of
// all sections.
func (db *DB) hitArtifacts(ctx context.Context, a ba.Actor, ids []string) (map[string]ba.Hit, error) {
	found, err := hitRows(ctx, db, qHitArtifacts, a, ids, func(r *sql.Rows) (artifactRow, error) { return scanContent(r.Scan) })
	if err != nil {
		return nil, err
	}
	hits := make(map[string]ba.Hit, len(found))
	for _, r := range found {
		v, err := db.openArtifact(ctx, r)
		if err != nil {
			return nil, err
		}
		hits[string(v.ID)] = ba.Hit{Kind: ba.HitArtifact, Project: v.Project, Filename: v.Title, Thread: v.Thread, Artifact: v.ID, Version: v.Version, Text: v.Text()}
	}
	return hits, nil
}
