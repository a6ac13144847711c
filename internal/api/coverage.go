package api

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
)

type wireCoverage struct {
	Requirements int                    `json:"requirements"`
	Approved     int                    `json:"approved"`
	Assumptions  int                    `json:"assumptions" doc:"Requirements without a source that is verified; list them with ?assumption=true"`
	Suspect      int                    `json:"suspect" doc:"Requirements with a source that changed or is gone; list them with ?suspect=true"`
	Passages     int                    `json:"stating_passages" doc:"Passages that hold a requirement-like statement"`
	Covered      int                    `json:"covered_passages" doc:"Of those, the ones that a requirement refers to"`
	Documents    []wireDocumentCoverage `json:"documents"`
	Areas        []wireArea             `json:"areas" doc:"The discovery framework"`
	Questions    []wireNote             `json:"open_questions"`
	Blocking     int                    `json:"blocking_questions" doc:"Open questions about a requirement that is not approved: they block its approval"`
}

type wireDocumentCoverage struct {
	DocumentID string `json:"document_id"`
	Filename   string `json:"filename"`
	Version    int    `json:"version"`
	Pending    bool   `json:"pending" doc:"Its statements are being counted"`
	Passages   int    `json:"passages"`
	Stating    int    `json:"stating_passages"`
	Statements int    `json:"statements"`
	Covered    int    `json:"covered_passages"`
}

type wireArea struct {
	Title    string `json:"title"`
	Question string `json:"question"`
	Touched  bool   `json:"touched"`
}

func (s *server) coverage(ctx context.Context, a ba.Actor, in *ByID) (*out[wireCoverage], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	c, err := s.Requirements.Coverage(ctx, a, id)
	if err != nil {
		return nil, err
	}
	w := wireCoverage{Requirements: c.Requirements, Approved: c.Approved, Assumptions: c.Assumptions, Suspect: c.Suspect, Blocking: c.Blocking,
		Documents: []wireDocumentCoverage{}, Areas: []wireArea{}, Questions: []wireNote{}}
	w.Passages, w.Covered = c.Passages()
	for _, d := range c.Documents {
		w.Documents = append(w.Documents, wireDocumentCoverage{string(d.Document), d.Filename, d.Version, d.Pending, d.Passages, d.Stating, d.Statements, d.Covered})
	}
	for _, area := range c.Areas {
		w.Areas = append(w.Areas, wireArea(area))
	}
	for _, n := range c.Questions {
		w.Questions = append(w.Questions, noteOf(n))
	}
	return answer(w), nil
}

type wireUncovered struct {
	DocumentID string      `json:"document_id"`
	Filename   string      `json:"filename"`
	PassageID  string      `json:"passage_id"`
	Locator    wireLocator `json:"locator"`
	Text       string      `json:"text"`
	Statements int         `json:"statements"`
}

type uncoveredQuery struct {
	ByID
	Paged
	Document string `query:"document" maxLength:"100" doc:"Of this document only"`
}

func (s *server) uncovered(ctx context.Context, a ba.Actor, in *uncoveredQuery) (*out[List[wireUncovered]], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	l, err := s.Requirements.Uncovered(ctx, a, id, ba.DocumentID(in.Document), in.page())
	if err != nil {
		return nil, err
	}
	return listed(l.Items, l.Next, func(u ba.UncoveredPassage) wireUncovered {
		return wireUncovered{string(u.Document), u.Filename, string(u.ID), locatorOf(u.Locator), u.Text, u.Statements}
	}), nil
}

type wireMatrix struct {
	Sources  []wireMatrixSource `json:"sources" doc:"The columns: what any requirement that matches refers to"`
	Rows     []wireMatrixRow    `json:"items"`
	Next     *string            `json:"next"`
	Matching int                `json:"matching"`
	All      int                `json:"all"`
}

type wireMatrixSource struct {
	DocumentID *string `json:"document_id"`
	ThreadID   *string `json:"thread_id"`
	Name       string  `json:"name" doc:"Empty for one that was deleted"`
}

type wireMatrixRow struct {
	ID        string     `json:"id"`
	Key       string     `json:"key"`
	Statement string     `json:"statement"`
	Cells     []wireCell `json:"cells" doc:"Those that hold anything"`
}

type wireCell struct {
	Source  int `json:"source" doc:"Place among the sources, from 0"`
	Links   int `json:"links"`
	Suspect int `json:"suspect"`
}

func (s *server) matrix(ctx context.Context, a ba.Actor, in *requirementQuery) (*out[wireMatrix], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	m, err := s.Requirements.Matrix(ctx, a, id, in.filter(), in.page())
	if err != nil {
		return nil, err
	}
	w := wireMatrix{Sources: []wireMatrixSource{}, Rows: []wireMatrixRow{}, Next: optional(m.Next), Matching: m.Matching, All: m.All}
	for _, c := range m.Sources {
		w.Sources = append(w.Sources, wireMatrixSource{optional(c.Document), optional(c.Thread), c.Name})
	}
	for i, r := range m.Items {
		row := wireMatrixRow{string(r.ID), r.Key(), r.Statement, []wireCell{}}
		for k, cell := range m.Cells[i] {
			if cell.Links > 0 {
				row.Cells = append(row.Cells, wireCell{k, cell.Links, cell.Suspect})
			}
		}
		w.Rows = append(w.Rows, row)
	}
	return answer(w), nil
}
