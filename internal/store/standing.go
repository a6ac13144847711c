package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	// One row for each set of discovery areas, of which there are few.
	qStanding query = `SELECT r.areas, count(*), sum(CASE WHEN r.status = 'approved' THEN 1 ELSE 0 END),
		sum(CASE WHEN EXISTS (SELECT 1 FROM requirement_links l WHERE l.project_id = r.project_id AND l.requirement_id = r.id AND l.state = 'verified') THEN 0 ELSE 1 END),
		sum(CASE WHEN EXISTS (SELECT 1 FROM requirement_links l WHERE l.project_id = r.project_id AND l.requirement_id = r.id AND l.state = 'suspect') THEN 1 ELSE 0 END)
		FROM requirements r WHERE r.project_id = $1 GROUP BY r.areas LIMIT 5000`
	qBlocking query = `SELECT count(*) FROM notes n JOIN requirements r ON r.id = n.requirement_id
		WHERE n.project_id = $1 AND n.kind = 'question' AND n.resolved = 0 AND r.status <> 'approved'`

	// What is sealed stays closed.
	qRequirementOutlines query = `SELECT r.id, r.project_id, r.number, r.version, r.type, r.quality, r.priority, r.status, r.owner_id, r.areas,
		r.created_by, r.updated_by, r.created_at, r.updated_at FROM requirements r WHERE r.project_id = $1 ORDER BY r.number LIMIT $2`
	qSomeRequirements query = `SELECT ` + requirementColumns + ` FROM requirements r WHERE r.id IN (SELECT value FROM json_each($1)) AND r.project_id = $2 LIMIT 400`
)

// Standing counts the requirements of a project. It opens none of them, and
// reads indexes alone.
func (db *DB) Standing(ctx context.Context, a ba.Actor, project ba.ProjectID) (ba.Standing, error) {
	var sum ba.Standing
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return sum, err
	}
	rows, err := db.engine.read.rows(ctx, qStanding, project)
	groups, err := collect(rows, err, func(r *sql.Rows) (g ba.Standing, err error) {
		return g, r.Scan(&g.Areas, &g.Requirements, &g.Approved, &g.Assumptions, &g.Suspect)
	})
	if err != nil {
		return sum, failed("count requirements", err)
	}
	for _, g := range groups {
		sum.Areas |= g.Areas
		sum.Requirements += g.Requirements
		sum.Approved += g.Approved
		sum.Assumptions += g.Assumptions
		sum.Suspect += g.Suspect
	}
	err = db.engine.read.row(ctx, qBlocking, project).Scan(&sum.Blocking)
	return sum, failed("count open questions", err)
}

// RequirementOutlines returns what Requirements does without what is sealed:
// statement, rationale, criteria and waivers are empty.
func (db *DB) RequirementOutlines(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Requirement, error) {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return nil, err
	}
	rows, err := db.engine.read.rows(ctx, qRequirementOutlines, project, ba.MaxRequirements)
	all, err := collect(rows, err, func(rows *sql.Rows) (r ba.Requirement, err error) {
		var created, updated int64
		err = rows.Scan(&r.ID, &r.Project, &r.Number, &r.Version, &r.Type, &r.Quality, &r.Priority, &r.Status, &r.Owner, &r.Areas,
			&r.CreatedBy, &r.UpdatedBy, &created, &updated)
		r.CreatedAt, r.UpdatedAt = fromMS(created), fromMS(updated)
		return r, err
	})
	if err != nil {
		return nil, failed("list requirements", err)
	}
	return all, db.attachLinks(ctx, project, all)
}

// FillRequirements reads what is sealed of some requirements of a project,
// ba.MaxPageSize at most, and returns them as they are now, with the links that
// they had. One that was deleted since is left out.
func (db *DB) FillRequirements(ctx context.Context, a ba.Actor, project ba.ProjectID, some []ba.Requirement) ([]ba.Requirement, error) {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil || len(some) == 0 {
		return nil, err
	}
	place := make(map[ba.RequirementID]int, len(some))
	ids := make([]ba.RequirementID, len(some))
	for i := range some {
		ids[i], place[some[i].ID] = some[i].ID, i
	}
	list, err := idList(ids)
	if err != nil {
		return nil, err
	}
	rows, err := db.engine.read.rows(ctx, qSomeRequirements, list, project)
	found, err := collect(rows, err, func(r *sql.Rows) (requirementRow, error) { return scanRequirement(r.Scan) })
	if err != nil {
		return nil, failed("read requirements", err)
	}
	filled, err := db.openRequirements(ctx, found)
	if err != nil {
		return nil, err
	}
	for i := range filled {
		filled[i].Links = some[place[filled[i].ID]].Links
	}
	slices.SortFunc(filled, func(x, y ba.Requirement) int { return place[x.ID] - place[y.ID] })
	return filled, nil
}
