package requirement

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
)

const (
	importsAtOnce = 4                // files of up to export.MaxImport bytes in memory
	importWait    = 10 * time.Second // for one of them to be done
)

// Import compares the requirements that a file holds with those of the
// project. Nothing is changed. It needs an editor.
func (s *Service) Import(ctx context.Context, a ba.Actor, project ba.ProjectID, name string, file io.Reader) ([]export.Proposal, error) {
	if err := s.mayEdit(ctx, a, project); err != nil {
		return nil, err
	}
	leave, err := s.enterImport(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	data, err := io.ReadAll(io.LimitReader(file, export.MaxImport+1)) // one byte more is refused by its reader
	if err != nil {
		return nil, err
	}
	rows, err := s.Rows(ctx, name, data)
	if err != nil {
		return nil, err
	}
	current, err := s.Store.Requirements(ctx, a, project)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(export.Propose(rows, current), func(p export.Proposal) bool {
		return p.Kind == export.ProposeMissing && !p.Applicable() // rejected already
	}), nil
}

// enterImport waits for its place among those that read a file.
func (s *Service) enterImport(ctx context.Context) (leave func(), err error) {
	if s.Rows == nil {
		return nil, errors.New("requirement: nothing reads files here")
	}
	wait := time.NewTimer(importWait)
	defer wait.Stop()
	select {
	case s.imports <- struct{}{}:
		return func() { <-s.imports }, nil
	case <-wait.C:
		return nil, &ba.Error{Kind: ba.RateLimited, RetryAfter: importWait, Msg: "Several files are being read at the moment. Try again in a few seconds."}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept returns the revision by which proposals are applied: changes and
// additions without what has a problem, and what is missing as rejected.
func Accept(proposals []export.Proposal) Revision {
	var v Revision
	for i := range proposals {
		switch p := &proposals[i]; {
		case !p.Applicable():
		case p.Kind == export.ProposeAdd:
			v.Add = append(v.Add, patchOf(p))
		default:
			v.Edit = append(v.Edit, Edit{p.ID, patchOf(p)})
		}
	}
	return v
}

// patchOf returns what a proposal changes.
func patchOf(p *export.Proposal) Patch {
	patch := Patch{Version: p.Version}
	if p.Kind == export.ProposeMissing {
		rejected := ba.RequirementRejected
		patch.Status = &rejected
		return patch
	}
	next := p.Next
	for _, c := range p.Changes {
		if c.Problem != "" {
			continue
		}
		switch c.Field {
		case export.FieldStatement:
			patch.Statement = &next.Statement
		case export.FieldType:
			patch.Type = &next.Type
		case export.FieldQuality:
			patch.Quality = &next.Quality
		case export.FieldPriority:
			patch.Priority = &next.Priority
		case export.FieldStatus:
			patch.Status = &next.Status
		case export.FieldRationale:
			patch.Rationale = &next.Rationale
		case export.FieldCriteria:
			patch.Criteria = &next.Criteria
		}
	}
	return patch
}
