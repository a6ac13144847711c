package store

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

const (
	qGiveNumbers query = `INSERT INTO requirement_numbers (project_id, last) VALUES ($1, $2)
		ON CONFLICT (project_id) DO UPDATE SET last = requirement_numbers.last + excluded.last RETURNING last`
	qCountRequirements query = `SELECT count(*) FROM requirements WHERE project_id = $1`
	qAddRequirement    query = `INSERT INTO requirements (id, project_id, number, version, type, quality, priority, status, owner_id, areas, body,
		created_by, updated_by, created_at, updated_at) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $12)`
	qKeepRequirement query = `INSERT INTO requirement_versions (requirement_id, version, type, quality, priority, status, owner_id, body, updated_by, updated_at)
		SELECT r.id, r.version, r.type, r.quality, r.priority, r.status, r.owner_id, r.body, r.updated_by, r.updated_at
		FROM requirements r WHERE r.id = $1 AND r.project_id = $2 AND r.version = $3`
	qUpdateRequirement query = `UPDATE requirements SET type = $1, quality = $2, priority = $3, status = $4, owner_id = $5, areas = $6, body = $7,
		updated_by = $8, updated_at = $9, version = version + 1 WHERE id = $10 AND project_id = $11 AND version = $12`
	qDeleteRequirement query = `DELETE FROM requirements WHERE id = $1 AND project_id = $2`
	qIsMember          query = `SELECT count(*) FROM members WHERE project_id = $1 AND user_id = $2`
)

// sealedChange is a change with what is sealed of it, in its order.
type sealedChange struct {
	ba.RequirementChange
	added, edited [][]byte
	terms         map[ba.RequirementID][]string // blinded, of Add and Edit
	links         []linkRow                     // of Add, then of Link
}

// ChangeRequirements stores a change and returns the new requirements with
// their numbers. It needs an editor. A requirement that is not as it was read
// is a Conflict; one that is none of the project's, NotFound; more than
// ba.MaxRequirements in the project or ba.MaxLinks of one requirement, TooLarge.
func (db *DB) ChangeRequirements(ctx context.Context, a ba.Actor, c ba.RequirementChange) ([]ba.Requirement, error) {
	// Asked before sealing, so that nobody makes a key for what is not theirs.
	if err := require(db.rower(ctx), a, c.Project, ba.RoleEditor); err != nil {
		return nil, err
	}
	sealed, err := db.sealChange(ctx, c)
	if err != nil {
		return nil, err
	}
	now := toMS(db.clock())
	added := make([]ba.Requirement, len(c.Add))
	err = db.write(ctx, "change requirements", func(t *tx) error {
		copy(added, sealed.Add)
		if err := sealed.store(t, a, now, added); err != nil {
			return err
		}
		return db.indexRequirements(t, sealed)
	})
	return added, err
}

func (db *DB) sealChange(ctx context.Context, c ba.RequirementChange) (*sealedChange, error) {
	s := &sealedChange{RequirementChange: c, added: make([][]byte, len(c.Add)), edited: make([][]byte, len(c.Edit)), terms: make(map[ba.RequirementID][]string)}
	blinder, err := db.vault.Blinder(ctx, ba.ProjectScope(c.Project))
	if err != nil {
		return nil, err
	}
	for _, list := range [][]ba.Requirement{c.Add, c.Edit} {
		for i := range list {
			s.terms[list[i].ID] = blind(blinder, term.Terms(list[i].Text()))
		}
	}
	for i, r := range c.Add {
		r.Project, r.Version = c.Project, 1
		if s.added[i], err = db.sealRequirement(ctx, r); err != nil {
			return nil, err
		}
		for _, l := range r.Links {
			if err := db.sealInto(ctx, &s.links, c.Project, ba.AddedLink{Requirement: r.ID, Link: l}); err != nil {
				return nil, err
			}
		}
	}
	for i, r := range c.Edit {
		r.Project = c.Project
		r.Version++
		if s.edited[i], err = db.sealRequirement(ctx, r); err != nil {
			return nil, err
		}
	}
	for _, l := range c.Link {
		if err := db.sealInto(ctx, &s.links, c.Project, l); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// indexRequirements makes what was stored known to the search.
func (db *DB) indexRequirements(t *tx, c *sealedChange) error {
	for _, r := range c.Edit {
		if err := db.dropItem(t, string(r.ID)); err != nil {
			return err
		}
	}
	for _, list := range [][]ba.Requirement{c.Add, c.Edit} {
		for _, r := range list {
			if err := db.addEntry(t, entry{kind: ba.HitRequirement, item: string(r.ID), terms: c.terms[r.ID]}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *sealedChange) store(t *tx, a ba.Actor, now int64, added []ba.Requirement) error {
	if err := require(t.rower(), a, c.Project, ba.RoleEditor); err != nil {
		return err
	}
	if err := c.checkOwners(t); err != nil {
		return err
	}
	if err := c.add(t, a, now, added); err != nil {
		return err
	}
	for i, r := range c.Edit {
		if err := c.edit(t, a, now, r, c.edited[i]); err != nil {
			return err
		}
	}
	if err := addLinks(t, c.links); err != nil {
		return err
	}
	return touch(t, c.Project, now)
}

// checkOwners refuses an owner who is no member.
func (c *sealedChange) checkOwners(t *tx) error {
	known := map[ba.UserID]bool{"": true}
	for _, list := range [][]ba.Requirement{c.Add, c.Edit} {
		for _, r := range list {
			if known[r.Owner] {
				continue
			}
			var n int
			if err := t.row(qIsMember, c.Project, r.Owner).Scan(&n); err != nil {
				return err
			}
			if n == 0 {
				return ba.InvalidFields([]ba.Field{{Location: "body.owner_id", Message: "must be a member of the project"}})
			}
			known[r.Owner] = true
		}
	}
	return nil
}

// add gives the numbers, and with that the lock under which the project's
// requirements are counted.
func (c *sealedChange) add(t *tx, a ba.Actor, now int64, added []ba.Requirement) error {
	if len(c.Add) == 0 && c.Basis == nil {
		return nil
	}
	var last, count int
	if err := t.row(qGiveNumbers, c.Project, len(c.Add)).Scan(&last); err != nil {
		return err
	}
	first := last - len(c.Add)
	if c.Basis != nil && *c.Basis != first {
		return ba.E(ba.Conflict, "Requirements were added to the project meanwhile. Try again.")
	}
	if err := t.row(qCountRequirements, c.Project).Scan(&count); err != nil {
		return err
	}
	if count+len(c.Add) > ba.MaxRequirements {
		return tooManyRequirements(count, len(c.Add))
	}
	for i := range added {
		r := &added[i]
		r.Project, r.Number, r.Version = c.Project, first+i+1, 1
		r.CreatedBy, r.UpdatedBy, r.CreatedAt, r.UpdatedAt = a.User, a.User, fromMS(now), fromMS(now)
		if _, err := t.exec(qAddRequirement, r.ID, r.Project, r.Number, r.Type, r.Quality, r.Priority, r.Status, r.Owner, r.Areas, c.added[i], a.User, now); err != nil {
			if duplicate(err) {
				return ba.E(ba.Conflict, "A requirement with this id exists already.")
			}
			return err
		}
	}
	return nil
}

func tooManyRequirements(have, more int) error {
	return &ba.Error{Kind: ba.TooLarge, Code: "too_many_requirements", Msg: fmt.Sprintf("A project holds %d requirements at most. This one has %d, and %d more do not fit. "+
		"Delete some, or begin another project.", ba.MaxRequirements, have, more)}
}

func (c *sealedChange) edit(t *tx, a ba.Actor, now int64, r ba.Requirement, body []byte) error {
	changed := ba.E(ba.Conflict, r.Key()+" was changed by somebody else since you opened it, or deleted. Look at it as it is now, then make your change again.")
	if r.Number == 0 {
		changed.Msg = "A requirement was changed by somebody else since you opened it, or deleted. Look at it as it is now, then make your change again."
	}
	if err := t.change(changed, qKeepRequirement, r.ID, c.Project, r.Version); err != nil {
		if duplicate(err) {
			return changed
		}
		return err
	}
	return t.change(changed, qUpdateRequirement, r.Type, r.Quality, r.Priority, r.Status, r.Owner, r.Areas, body, a.User, now, r.ID, c.Project, r.Version)
}

// DeleteRequirements removes requirements of a project with their links, notes
// and history, all or none. It needs an editor. Their numbers are not given again.
func (db *DB) DeleteRequirements(ctx context.Context, a ba.Actor, project ba.ProjectID, ids []ba.RequirementID) error {
	return db.write(ctx, "delete requirements", func(t *tx) error {
		if err := require(t.rower(), a, project, ba.RoleEditor); err != nil {
			return err
		}
		for _, id := range ids {
			if err := t.change(ba.E(ba.NotFound, noRequirement), qDeleteRequirement, id, project); err != nil {
				return err
			}
			if err := db.dropItem(t, string(id)); err != nil {
				return err
			}
		}
		return touch(t, project, toMS(db.clock()))
	})
}
