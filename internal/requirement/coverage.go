package requirement

import (
	"context"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Coverage is how far requirements and sources cover one another.
type Coverage struct {
	ba.Standing
	Documents []ba.DocumentCoverage
	Areas     []Area
	Questions []ba.Note // that are open, the oldest first
}

// Area is a part of the discovery framework.
type Area struct {
	Title    string
	Question string // that opens it
	Touched  bool   // requirements, notes or conversations say something of it
}

// Passages sums the counts of the documents.
func (c *Coverage) Passages() (stating, covered int) {
	for _, d := range c.Documents {
		stating += d.Stating
		covered += d.Covered
	}
	return stating, covered
}

// Coverage returns the coverage of a project. No requirement is opened for it.
func (s *Service) Coverage(ctx context.Context, a ba.Actor, project ba.ProjectID) (Coverage, error) {
	var c Coverage
	var err error
	if c.Standing, err = s.Store.Standing(ctx, a, project); err != nil {
		return Coverage{}, err
	}
	if c.Documents, err = s.Store.Coverage(ctx, a, project); err != nil {
		return Coverage{}, err
	}
	notes, err := s.Store.Notes(ctx, a, project)
	if err != nil {
		return Coverage{}, err
	}
	for i := range notes {
		if notes[i].Open() {
			c.Questions = append(c.Questions, notes[i])
		}
	}
	c.Areas, err = s.areasOf(ctx, a, project, c.Standing.Areas, notes)
	return c, err
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// Uncovered lists passages that hold a requirement-like statement and that no
// requirement refers to: of one document, or with none given of all of the
// project.
func (s *Service) Uncovered(ctx context.Context, a ba.Actor, project ba.ProjectID, only ba.DocumentID, page ba.Page) (ba.List[ba.UncoveredPassage], error) {
	return s.Store.Uncovered(ctx, a, project, only, page)
}

// Matrix is requirements by their sources.
type Matrix struct {
	Found
	Sources []MatrixSource // that any requirement of the whole list refers to
	Cells   [][]Cell       // by the place of the requirement, then of the source
}

// MatrixSource is a column: a document or a conversation. Name is empty for
// one that was deleted.
type MatrixSource struct {
	Document ba.DocumentID
	Thread   ba.ThreadID
	Name     string
}

// Cell is how many quotes of a source a requirement rests on.
type Cell struct{ Links, Suspect int }

// Matrix returns the requirements that match, with the sources that any of
// those refers to.
func (s *Service) Matrix(ctx context.Context, a ba.Actor, project ba.ProjectID, f Filter, page ba.Page) (Matrix, error) {
	found, matching, err := s.find(ctx, a, project, f, page)
	if err != nil {
		return Matrix{}, err
	}
	m := Matrix{Found: found}
	at := make(map[string]int)
	for _, r := range matching {
		for _, l := range r.Links {
			if key := string(l.Document) + string(l.Thread); at[key] == 0 {
				m.Sources = append(m.Sources, MatrixSource{Document: l.Document, Thread: l.Thread})
				at[key] = len(m.Sources)
			}
		}
	}
	if err := s.nameSources(ctx, a, project, m.Sources); err != nil {
		return Matrix{}, err
	}
	for _, r := range m.Items {
		row := make([]Cell, len(m.Sources))
		for _, l := range r.Links {
			cell := &row[at[string(l.Document)+string(l.Thread)]-1]
			cell.Links++
			cell.Suspect += count(l.State == ba.LinkSuspect)
		}
		m.Cells = append(m.Cells, row)
	}
	return m, nil
}

// nameSources finds the names of the columns.
func (s *Service) nameSources(ctx context.Context, a ba.Actor, project ba.ProjectID, sources []MatrixSource) error {
	documents, err := s.Store.SourceNames(ctx, a, project)
	if err != nil {
		return err
	}
	names := make(map[string]string)
	for id, name := range documents {
		names[string(id)] = name
	}
	if slices.ContainsFunc(sources, func(c MatrixSource) bool { return c.Thread != "" }) {
		if err := s.nameThreads(ctx, a, project, names); err != nil {
			return err
		}
	}
	for i, c := range sources {
		sources[i].Name = names[string(c.Document)+string(c.Thread)]
	}
	return nil
}

func (s *Service) nameThreads(ctx context.Context, a ba.Actor, project ba.ProjectID, names map[string]string) error {
	for page := (ba.Page{Limit: 200}); ; {
		list, err := s.Store.Threads(ctx, a, project, page)
		if err != nil {
			return err
		}
		for _, t := range list.Items {
			names[string(t.ID)] = t.Title
			if t.Title == "" {
				names[string(t.ID)] = "Conversation"
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}
