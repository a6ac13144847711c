package web

import (
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

const (
	uncoveredShown = 25
	matrixRows     = 100
	matrixColumns  = 24
)

func (s *Site) coverage(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	p, err := s.projectOf(r, a)
	if err != nil {
		return err
	}
	c, err := s.Requirements.Coverage(r.Context(), a, p.ID)
	if err != nil {
		return err
	}
	data := coveragePage(p, c)
	q := r.URL.Query()
	only := ba.DocumentID(q.Get("document"))
	list, err := s.Requirements.Uncovered(r.Context(), a, p.ID, only, ba.Page{Limit: uncoveredShown, After: q.Get("after")})
	if err != nil {
		return err
	}
	for _, u := range list.Items {
		data.Uncovered = append(data.Uncovered, page.Uncovered{Passage: u.ID, Document: u.Document, Href: page.PassageHref(u.Document, u.Version, u.ID),
			Filename: u.Filename, Place: u.Locator.String(), Text: page.Shorten(u.Text, 600), Count: u.Statements})
	}
	for _, d := range data.Documents {
		if d.ID == only {
			data.Only = d.Filename
		}
	}
	data.First, data.Next = parts(q, list.Next)
	return s.render(w, r, "coverage", data)
}

func coveragePage(p page.Project, c requirement.Coverage) *page.Coverage {
	data := &page.Coverage{Shell: page.Shell{Title: "Coverage of " + p.Name}, Project: p, Tabs: page.Tabs{Project: p.ID, Current: "coverage"},
		Requirements: c.Requirements, Approved: c.Approved, Assumptions: c.Assumptions, Suspect: c.Suspect, Blocking: c.Blocking}
	data.Stating, data.Covered = c.Passages()
	for _, d := range c.Documents {
		data.Documents = append(data.Documents, page.DocumentCoverage{ID: d.Document, Filename: d.Filename, Pending: d.Pending, Passages: d.Passages, Stating: d.Stating, Covered: d.Covered})
	}
	for _, area := range c.Areas {
		data.Areas = append(data.Areas, page.Area(area))
	}
	for _, n := range c.Questions {
		item := page.NewNote(n, p.CanEdit())
		if n.Requirement != "" {
			item.About, item.AboutHref = "its requirement", requirementPath(n.Requirement)
		}
		data.Questions = append(data.Questions, item)
	}
	return data
}

func (s *Site) matrix(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	p, err := s.projectOf(r, a)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	filter := filterOf(q)
	m, err := s.Requirements.Matrix(r.Context(), a, p.ID, filter, ba.Page{Limit: matrixRows, After: q.Get("after")})
	if err != nil {
		return err
	}
	data := &page.Matrix{Shell: page.Shell{Title: "Sources of the requirements of " + p.Name}, Project: p, Tabs: page.Tabs{Project: p.ID, Current: "coverage"},
		Filter: filterForm(filter), Matching: m.Matching, All: m.All, Hidden: max(0, len(m.Sources)-matrixColumns)}
	for _, c := range m.Sources[:min(len(m.Sources), matrixColumns)] {
		data.Sources = append(data.Sources, columnOf(c))
	}
	for i, item := range m.Items {
		row := page.MatrixRow{Requirement: page.NewRequirement(item)}
		for _, cell := range m.Cells[i][:len(data.Sources)] {
			row.Cells = append(row.Cells, page.MatrixCell(cell))
		}
		data.Rows = append(data.Rows, row)
	}
	data.First, data.Next = parts(q, m.Next)
	return s.render(w, r, "matrix", data)
}

func columnOf(c requirement.MatrixSource) page.Link {
	switch {
	case c.Name == "":
		return page.Link{Name: "Deleted source"}
	case c.Thread != "":
		return page.Link{Name: c.Name, Href: threadPath(c.Thread)}
	}
	return page.Link{Name: c.Name, Href: documentPath(c.Document)}
}
