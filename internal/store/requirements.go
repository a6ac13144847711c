package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	requirementColumns = `r.id, r.project_id, r.number, r.version, r.type, r.quality, r.priority, r.status, r.owner_id, r.areas, r.body,
		r.created_by, r.updated_by, r.created_at, r.updated_at`
	// ofMember joins a requirement r to the actor's membership; $1 is the user.
	ofMember = ` JOIN members m ON m.project_id = r.project_id AND m.user_id = $1
		JOIN projects p ON p.id = r.project_id AND p.deleted_at = 0 `

	qRequirement  query = `SELECT ` + requirementColumns + ` FROM requirements r` + ofMember + `WHERE r.id = $2`
	qRequirements query = `SELECT ` + requirementColumns + ` FROM requirements r WHERE r.project_id = $1 ORDER BY r.number LIMIT $2`
	// A version that is not the present one keeps what the row says of all.
	qRequirementVersions query = `SELECT r.id, r.project_id, r.number, v.version, v.type, v.quality, v.priority, v.status, v.owner_id, 0, v.body,
		r.created_by, v.updated_by, r.created_at, v.updated_at
		FROM requirements r` + ofMember + `JOIN requirement_versions v ON v.requirement_id = r.id WHERE r.id = $2 ORDER BY v.version DESC LIMIT 1000`
	qNumbersGiven query = `SELECT last FROM requirement_numbers WHERE project_id = $1`
)

const noRequirement = "This requirement does not exist, or it is in a project that you are not a member of."

// requirementRow is a requirement with its sealed body.
type requirementRow struct {
	ba.Requirement
	body []byte
}

// requirementBody is what is sealed of a requirement.
type requirementBody struct {
	Statement string         `json:"s"`
	Rationale string         `json:"r,omitempty"`
	Criteria  []ba.Criterion `json:"c,omitempty"`
	Waivers   []ba.Waiver    `json:"w,omitempty"`
}

func scanRequirement(scan func(...any) error) (requirementRow, error) {
	var r requirementRow
	var created, updated int64
	err := scan(&r.ID, &r.Project, &r.Number, &r.Version, &r.Type, &r.Quality, &r.Priority, &r.Status, &r.Owner, &r.Areas, &r.body,
		&r.CreatedBy, &r.UpdatedBy, &created, &updated)
	r.CreatedAt, r.UpdatedAt = fromMS(created), fromMS(updated)
	return r, err
}

func (db *DB) sealRequirement(ctx context.Context, r ba.Requirement) ([]byte, error) {
	s := db.sealer(ctx, ba.ProjectScope(r.Project), string(r.ID), int64(r.Version))
	body := s.sealJSON("requirement", requirementBody{r.Statement, r.Rationale, r.Criteria, r.Waivers}, false)
	return body, s.err
}

func (db *DB) openRequirement(ctx context.Context, r requirementRow) (ba.Requirement, error) {
	s := db.sealer(ctx, ba.ProjectScope(r.Project), string(r.ID), int64(r.Version))
	var b requirementBody
	s.openJSON("requirement", r.body, &b)
	r.Statement, r.Rationale, r.Criteria, r.Waivers = b.Statement, b.Rationale, b.Criteria, b.Waivers
	return r.Requirement, s.err
}

// openedAtOnce is how many requirements one goroutine opens: fewer are not
// worth a second one.
const openedAtOnce = 500

// openRequirements opens rows on all processors.
func (db *DB) openRequirements(ctx context.Context, found []requirementRow) ([]ba.Requirement, error) {
	all := make([]ba.Requirement, len(found))
	var parts errgroup.Group
	parts.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < len(found); from += openedAtOnce {
		parts.Go(func() (err error) {
			for i := from; i < min(from+openedAtOnce, len(found)) && err == nil; i++ {
				all[i], err = db.openRequirement(ctx, found[i])
			}
			return err
		})
	}
	if err := parts.Wait(); err != nil {
		return nil, err
	}
	return all, nil
}

// Requirement returns a requirement with its links, or NotFound.
func (db *DB) Requirement(ctx context.Context, a ba.Actor, id ba.RequirementID) (ba.Requirement, error) {
	row, err := scanRequirement(db.engine.read.row(ctx, qRequirement, a.User, id).Scan)
	if err != nil {
		return ba.Requirement{}, missing(err, "read a requirement", noRequirement)
	}
	r, err := db.openRequirement(ctx, row)
	if err != nil {
		return ba.Requirement{}, err
	}
	r.Links, err = db.linksOf(ctx, r.Project, id)
	return r, err
}

// Requirements returns all requirements of a project in the order of their
// numbers, ba.MaxRequirements at most. Their links say what they refer to and
// in which state they are, and not more: they are not opened.
func (db *DB) Requirements(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Requirement, error) {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return nil, err
	}
	rows, err := db.engine.read.rows(ctx, qRequirements, project, ba.MaxRequirements)
	found, err := collect(rows, err, func(r *sql.Rows) (requirementRow, error) { return scanRequirement(r.Scan) })
	if err != nil {
		return nil, failed("list requirements", err)
	}
	all, err := db.openRequirements(ctx, found)
	if err != nil {
		return nil, err
	}
	return all, db.attachLinks(ctx, project, all)
}

// RequirementVersions returns all versions of a requirement without links, the
// newest first.
func (db *DB) RequirementVersions(ctx context.Context, a ba.Actor, id ba.RequirementID) ([]ba.Requirement, error) {
	newest, err := scanRequirement(db.engine.read.row(ctx, qRequirement, a.User, id).Scan)
	if err != nil {
		return nil, missing(err, "read a requirement", noRequirement)
	}
	rows, err := db.engine.read.rows(ctx, qRequirementVersions, a.User, id)
	older, err := collect(rows, err, func(r *sql.Rows) (requirementRow, error) { return scanRequirement(r.Scan) })
	if err != nil {
		return nil, failed("list the versions of a requirement", err)
	}
	return db.openRequirements(ctx, append([]requirementRow{newest}, older...))
}

// RequirementNumbers returns how many numbers the project has given so far.
func (db *DB) RequirementNumbers(ctx context.Context, a ba.Actor, project ba.ProjectID) (int, error) {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return 0, err
	}
	rows, err := db.engine.read.rows(ctx, qNumbersGiven, project)
	last, err := collect(rows, err, func(r *sql.Rows) (n int, err error) { return n, r.Scan(&n) })
	if err != nil || len(last) == 0 {
		return 0, failed("read the numbers of requirements", err)
	}
	return last[0], nil
}

// idList is a list of ids as a statement takes it.
func idList[T ~string](ids []T) (string, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return "", fmt.Errorf("encode a list of ids: %w", err)
	}
	return string(list), nil
}
