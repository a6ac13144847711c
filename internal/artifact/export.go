package artifact

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
)

// Export returns what a file of a version is made from; version 0 is the
// newest. One that is not written to its end says so in its title. That it was
// asked for is recorded.
func (s *Service) Export(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int) (export.Input, error) {
	v, err := s.Store.Artifact(ctx, a, id, version)
	if err != nil {
		return export.Input{}, err
	}
	p, err := s.Store.Project(ctx, a, v.Project)
	if err != nil {
		return export.Input{}, err
	}
	names, err := s.names(ctx, a, v.Project)
	if err != nil {
		return export.Input{}, err
	}
	act := ba.Act(a, ba.ActArtifactExported, "artifact", string(id)).Of(v.Project).Called(v.Title).With(fmt.Sprintf("version %d", v.Version))
	if err := s.Store.Audit(ctx, act); err != nil {
		return export.Input{}, err
	}
	in := export.Input{Title: v.Title, Project: p.Name, Kind: v.Kind, Version: v.Version, Date: v.UpdatedAt, Author: names[v.CreatedBy], Names: names}
	if done := v.Written(); done.Done < done.Total {
		in.Title += " (not complete)"
	}
	hash := v.Hash()
	for _, approval := range v.Approvals {
		if approval.Hash == hash {
			in.Approval = &approval
		}
	}
	for _, section := range v.Sections {
		out := export.Section{Title: section.Title, Markdown: section.Text}
		for _, id := range section.Requirements {
			if r := v.Requirement(id); r != nil {
				out.Requirements = append(out.Requirements, *r)
			}
		}
		in.Sections = append(in.Sections, out)
	}
	for _, source := range v.Sources {
		in.Sources = append(in.Sources, export.Source{Number: source.N, Filename: source.Filename, Locator: source.Locator, Quote: source.Quote})
	}
	return in, nil
}

// FileOptions are what every file is made with: the fonts of this instance.
func (s *Service) FileOptions() export.Options {
	if s.Fonts == nil {
		return export.Options{}
	}
	return export.Options{Fonts: s.Fonts()}
}

// names returns how the members of a project are called.
func (s *Service) names(ctx context.Context, a ba.Actor, project ba.ProjectID) (map[ba.UserID]string, error) {
	members, err := s.Store.Members(ctx, a, project)
	if err != nil {
		return nil, err
	}
	names := make(map[ba.UserID]string, len(members))
	for _, m := range members {
		if names[m.User] = m.Name; m.Name == "" {
			names[m.User] = m.Email
		}
	}
	return names, nil
}
