package requirement

import (
	"context"
	"errors"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
)

// Revision is changes of several requirements that were read before, and new
// ones: what somebody accepted of a file.
type Revision struct {
	Edit []Edit
	Add  []Patch
}

// Edit is the change of one requirement. Its Version is the one that was read.
type Edit struct {
	ID ba.RequirementID
	Patch
}

// Revised is what a revision has done.
type Revised struct {
	Changed int // those that were as asked for already are not counted
	Added   []ba.Requirement
}

// ChangedSince is the code of the Conflict of a revision that was made from
// older requirements.
const ChangedSince = "requirements_changed"

// Revise stores a revision, all of it or nothing. Where a requirement is not
// as it was read, it is a Conflict with the code ChangedSince that names it.
func (s *Service) Revise(ctx context.Context, a ba.Actor, project ba.ProjectID, v Revision) (Revised, error) {
	if err := s.mayEdit(ctx, a, project); err != nil {
		return Revised{}, err
	}
	if err := v.check(); err != nil {
		return Revised{}, err
	}
	r, err := s.reviser(ctx, a, project)
	if err != nil {
		return Revised{}, err
	}
	for _, e := range v.Edit {
		if err := r.edit(e); err != nil {
			return Revised{}, err
		}
	}
	if err := r.unchanged(); err != nil {
		return Revised{}, err
	}
	for i, p := range v.Add {
		if err := r.add(i, p); err != nil {
			return Revised{}, err
		}
	}
	done := Revised{Changed: len(r.change.Edit)}
	if done.Changed+len(r.change.Add) == 0 {
		return done, nil
	}
	done.Added, err = s.Store.ChangeRequirements(ctx, a, r.change)
	return done, err
}

func (v *Revision) check() error {
	switch n := len(v.Edit) + len(v.Add); {
	case n == 0:
		return ba.E(ba.Invalid, "Nothing was accepted. Choose at least one change, then apply.")
	case n > ba.MaxRequirements:
		return ba.E(ba.TooLarge, fmt.Sprintf("One revision has %d changes at most. Apply some of them first.", ba.MaxRequirements))
	}
	seen := make(map[ba.RequirementID]bool, len(v.Edit))
	for _, e := range v.Edit {
		if seen[e.ID] {
			return ba.InvalidFields([]ba.Field{{Location: "body.items", Message: "must not change a requirement twice"}})
		}
		seen[e.ID] = true
	}
	return nil
}

// reviser works a revision out on what is stored.
type reviser struct {
	by        ba.UserID
	known     map[ba.RequirementID]*ba.Requirement
	questions map[ba.RequirementID]int
	moved     []string // keys of those that are not as they were read
	gone      int
	change    ba.RequirementChange
}

func (s *Service) reviser(ctx context.Context, a ba.Actor, project ba.ProjectID) (*reviser, error) {
	all, err := s.Store.Requirements(ctx, a, project)
	if err != nil {
		return nil, err
	}
	r := &reviser{by: a.User, known: make(map[ba.RequirementID]*ba.Requirement, len(all)), change: ba.RequirementChange{Project: project}}
	for i := range all {
		r.known[all[i].ID] = &all[i]
	}
	r.questions, err = s.questions(ctx, a, project)
	return r, err
}

func (r *reviser) edit(e Edit) error {
	old := r.known[e.ID]
	switch {
	case old == nil:
		r.gone++
		return nil
	case old.Version != e.Version:
		r.moved = append(r.moved, old.Key())
		return nil
	}
	next, changed := e.apply(*old, r.by)
	if !changed {
		return nil
	}
	if err := next.Validate(); err != nil {
		return named(old.Key(), err)
	}
	if next.Status == ba.RequirementApproved && old.Status != next.Status {
		if err := blocked(next, r.questions[next.ID]); err != nil {
			return err
		}
	}
	r.change.Edit = append(r.change.Edit, next)
	return nil
}

func (r *reviser) add(i int, p Patch) error {
	made := ba.Requirement{ID: ba.NewID[ba.RequirementID](), Project: r.change.Project, Type: ba.RequirementFunctional, Status: ba.RequirementDraft}
	made, _ = p.apply(made, r.by)
	if err := made.Validate(); err != nil {
		return named(fmt.Sprintf("New requirement %d", i+1), err)
	}
	r.change.Add = append(r.change.Add, made)
	return nil
}

// named says of which requirement the fields are that are not valid.
func named(which string, err error) error {
	said := &ba.Error{Kind: ba.Invalid, Msg: which + " cannot be stored as it is. Correct it, then apply again.", Err: err}
	if known, is := errors.AsType[*ba.Error](err); is {
		said.Fields = known.Fields
	}
	return said
}

// unchanged is a Conflict where a requirement is not as it was read.
func (r *reviser) unchanged() error {
	var what string
	switch n := len(r.moved); {
	case n == 0 && r.gone == 0:
		return nil
	case n == 0:
		what = "A requirement was deleted"
	case n == 1 && r.gone == 0:
		what = r.moved[0] + " was changed"
	default:
		what = fmt.Sprintf("%s and %d others were changed or deleted", first(r.moved), n+r.gone-1)
	}
	return &ba.Error{Kind: ba.Conflict, Code: ChangedSince, Msg: what + " by somebody else meanwhile, so nothing was stored. Compare again, then apply."}
}

func first(keys []string) string {
	if len(keys) == 0 {
		return "A requirement"
	}
	return keys[0]
}

// Reconsider compares a revision with what is stored now: the proposals that
// are left of it. What was deleted meanwhile is no longer among them.
func (s *Service) Reconsider(ctx context.Context, a ba.Actor, project ba.ProjectID, v Revision) ([]export.Proposal, error) {
	r, err := s.reviser(ctx, a, project)
	if err != nil {
		return nil, err
	}
	var left []export.Proposal
	for _, e := range v.Edit {
		old := r.known[e.ID]
		if old == nil {
			continue
		}
		next, changed := e.apply(*old, r.by)
		if !changed {
			continue
		}
		p := export.Proposal{Kind: export.ProposeChange, ID: old.ID, Number: old.Number, Version: old.Version, Changes: export.Differences(old, &next), Next: next}
		if e.Version != old.Version {
			p.Note = "It was changed by somebody else since the file was compared. This is the difference from how it is now."
		}
		left = append(left, p)
	}
	for _, p := range v.Add {
		next, _ := p.apply(ba.Requirement{Type: ba.RequirementFunctional, Status: ba.RequirementDraft}, r.by)
		left = append(left, export.Proposal{Kind: export.ProposeAdd, Changes: export.Differences(&ba.Requirement{}, &next), Next: next})
	}
	return left, nil
}
