package requirement

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
)

// Export returns what a file of the requirements that match is made from, with
// their sources, in the order of the filter. Its date is that of the last
// change, so that the same requirements are the same file.
func (s *Service) Export(ctx context.Context, a ba.Actor, project ba.ProjectID, f Filter) (export.Input, error) {
	p, err := s.Store.Project(ctx, a, project)
	if err != nil {
		return export.Input{}, err
	}
	all, err := s.Store.Requirements(ctx, a, project)
	if err != nil {
		return export.Input{}, err
	}
	chosen := f.Select(all)
	if len(chosen) == 0 {
		return export.Input{}, ba.E(ba.Invalid, "There is no requirement to export: none matches. Clear the filter, or write one first.")
	}
	if err := s.openLinks(ctx, a, chosen); err != nil {
		return export.Input{}, err
	}
	in := export.Input{Title: "Requirements of " + p.Name, Project: p.Name, Kind: ba.ArtifactRequirements, Sections: []export.Section{{Title: "Requirements", Requirements: chosen}}}
	if len(chosen) < len(all) {
		in.Title += " (a selection)"
	}
	for i := range chosen {
		if at := chosen[i].UpdatedAt; at.After(in.Date) {
			in.Date = at
		}
	}
	in.Names, err = s.memberNames(ctx, a, project)
	return in, err
}

// memberNames returns how the members of a project are called.
func (s *Service) memberNames(ctx context.Context, a ba.Actor, project ba.ProjectID) (map[ba.UserID]string, error) {
	members, err := s.Store.Members(ctx, a, project)
	names := make(map[ba.UserID]string, len(members))
	for _, m := range members {
		if names[m.User] = m.Name; m.Name == "" {
			names[m.User] = m.Email
		}
	}
	return names, err
}

// openLinks reads the quotes of the links, source by source. A link whose
// source is gone stays without one.
func (s *Service) openLinks(ctx context.Context, a ba.Actor, list []ba.Requirement) error {
	opened, read := make(map[ba.LinkID]ba.Link), make(map[string]bool)
	for i := range list {
		for _, l := range list[i].Links {
			source := string(l.Document) + string(l.Thread)
			if read[source] {
				continue
			}
			read[source] = true
			links, err := s.linksTo(ctx, a, l)
			if err != nil {
				return err
			}
			for _, added := range links {
				opened[added.Link.ID] = added.Link
			}
		}
	}
	for i := range list {
		for n, l := range list[i].Links {
			if whole, known := opened[l.ID]; known {
				list[i].Links[n] = whole
			}
		}
	}
	return nil
}

// linksTo returns the links to the source of one; none where it is gone.
func (s *Service) linksTo(ctx context.Context, a ba.Actor, l ba.Link) ([]ba.AddedLink, error) {
	var links []ba.AddedLink
	var err error
	if l.Document != "" {
		links, err = s.Store.DocumentLinks(ctx, a, l.Document)
	} else {
		links, err = s.Store.ThreadLinks(ctx, a, l.Thread)
	}
	if err != nil && ba.KindOf(err) == ba.NotFound {
		return nil, nil
	}
	return links, err
}
