package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

const (
	// maxRevisionForm is what the form of a revision may have: a project's worth.
	maxRevisionForm = 48 << 20
	// missingShown is how many of the requirements that a file lacks are shown.
	missingShown = 200
)

func (s *Site) importPage(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.importData(r, a)
	if err != nil {
		return err
	}
	return s.render(w, r, "requirements-import", data)
}

// importData returns the page without a file, for those who may use it.
func (s *Site) importData(r *http.Request, a ba.Actor) (*page.Import, error) {
	p, err := s.projectOf(r, a)
	if err != nil {
		return nil, err
	}
	if !p.CanEdit() {
		return nil, ba.E(ba.Forbidden, "Your role in this project only lets you read. Ask an owner to make you an editor.")
	}
	return &page.Import{Shell: page.Shell{Title: "Read requirements back"}, Project: p, Tabs: page.Tabs{Project: p.ID, Current: "requirements"}}, nil
}

// importRequirements shows in what a file differs from the project.
func (s *Site) importRequirements(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.importData(r, a)
	if err != nil {
		return err
	}
	httpx.AllowBody(w, r, export.MaxImport+formOverhead)
	var found []export.Proposal
	err = eachFile(r, func(name string, content io.Reader) error {
		data.Filename = name
		found, err = s.Requirements.Import(r.Context(), a, data.Project.ID, name, content)
		return err
	})
	switch kind := ba.KindOf(err); {
	case err == nil:
	case kind == ba.Invalid, kind == ba.TooLarge, kind == ba.Unsupported, kind == ba.RateLimited:
		return s.renderRefused(w, r, "requirements-import", data, &data.Problem, err)
	default:
		return importError(err)
	}
	showProposals(data, found)
	return s.render(w, r, "requirements-import", data)
}

// importError gives a form over the limit its sentence.
func importError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return ba.Wrap(ba.TooLarge, "The file is larger than 32 MB. Remove pictures and sheets that are not needed, or split it.", err)
	}
	return err
}

// reviseRequirements applies what was accepted. Where that cannot be, the page
// comes back with the differences from how the requirements are now.
func (s *Site) reviseRequirements(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.importData(r, a)
	if err != nil {
		return err
	}
	httpx.AllowBody(w, r, maxRevisionForm)
	form, err := readForm(r)
	if err != nil {
		return err
	}
	v, err := revisionIn(form["accept"])
	if err != nil {
		return err
	}
	done, err := s.Requirements.Revise(r.Context(), a, data.Project.ID, v)
	switch {
	case err == nil:
		return redirect(w, r, requirementsPath(data.Project.ID)+"?"+url.Values{"done": {"imported"}, "found": {strconv.Itoa(done.Changed)}, "linked": {strconv.Itoa(len(done.Added))}}.Encode())
	case correctable(err):
		data.Filename = form.Get("filename")
		return s.offerAgain(r.Context(), a, data, v, func() error { return s.renderRefused(w, r, "requirements-import", data, &data.Problem, err) })
	}
	return err
}

// offerAgain puts what is left of a revision on the page.
func (s *Site) offerAgain(ctx context.Context, a ba.Actor, data *page.Import, v requirement.Revision, render func() error) error {
	left, err := s.Requirements.Reconsider(ctx, a, data.Project.ID, v)
	if err != nil {
		return err
	}
	showProposals(data, left)
	return render()
}

func showProposals(data *page.Import, found []export.Proposal) {
	data.Compared = true
	missing := 0
	for _, p := range found {
		if p.Kind == export.ProposeMissing {
			if missing++; missing > missingShown {
				data.Hidden++
				continue
			}
		}
		data.Proposals = append(data.Proposals, proposalItem(len(data.Proposals)+1, p))
	}
}

func proposalItem(n int, p export.Proposal) page.Proposal {
	item := page.Proposal{Kind: p.Kind, N: n, ID: p.ID, Statement: p.Next.Statement, Where: p.Where, Note: p.Note, Accept: acceptOf(p)}
	if p.Number > 0 {
		item.Key = ba.RequirementKey(p.Number)
	}
	for _, c := range p.Changes {
		if p.Kind == export.ProposeAdd && c.Field == export.FieldStatement && c.Problem == "" {
			continue // it stands in the head
		}
		change := page.FieldChange{Name: page.FieldName(c.Field), Problem: c.Problem}
		for _, run := range wordsOf(c) {
			change.Words = append(change.Words, page.DiffWords{State: string(run.State), Text: run.Text})
		}
		item.Changes = append(item.Changes, change)
	}
	return item
}

// wordsOf compares texts word by word, and words of a list as a whole.
func wordsOf(c export.Change) []artifact.Run {
	switch c.Field {
	case export.FieldStatement, export.FieldRationale, export.FieldCriteria:
		return artifact.Words(c.Old, c.New)
	}
	var runs []artifact.Run
	if c.Old != "" {
		runs = append(runs, artifact.Run{State: artifact.Removed, Text: c.Old})
	}
	if c.Old != "" && c.New != "" {
		runs = append(runs, artifact.Run{State: artifact.Same, Text: " "})
	}
	if c.New != "" {
		runs = append(runs, artifact.Run{State: artifact.Added, Text: c.New})
	}
	return runs
}

// accepted is what the form sends of a proposal that was accepted.
type accepted struct {
	ID        ba.RequirementID      `json:"id,omitempty"` // empty for a new one
	Version   int                   `json:"version,omitempty"`
	Statement *string               `json:"statement,omitempty"`
	Type      *ba.RequirementType   `json:"type,omitempty"`
	Quality   *ba.Quality           `json:"quality,omitempty"`
	Priority  *ba.Priority          `json:"priority,omitempty"`
	Status    *ba.RequirementStatus `json:"status,omitempty"`
	Rationale *string               `json:"rationale,omitempty"`
	Criteria  *[]ba.Criterion       `json:"criteria,omitempty"`
}

func acceptOf(p export.Proposal) string {
	var item accepted
	switch v := requirement.Accept([]export.Proposal{p}); {
	case len(v.Edit) > 0:
		item = acceptedOf(v.Edit[0].Patch)
		item.ID = v.Edit[0].ID
	case len(v.Add) > 0:
		item = acceptedOf(v.Add[0])
	default:
		return ""
	}
	text, err := json.Marshal(item)
	if err != nil {
		panic("web: texts and numbers always encode: " + err.Error())
	}
	return string(text)
}

func acceptedOf(p requirement.Patch) accepted {
	return accepted{Version: p.Version, Statement: p.Statement, Type: p.Type, Quality: p.Quality, Priority: p.Priority, Status: p.Status, Rationale: p.Rationale, Criteria: p.Criteria}
}

// revisionIn reads what a form accepts.
func revisionIn(items []string) (requirement.Revision, error) {
	var v requirement.Revision
	for _, text := range items {
		var item accepted
		if err := json.Unmarshal([]byte(text), &item); err != nil {
			return v, ba.Wrap(ba.Invalid, "The form did not arrive whole. Read the file again.", err)
		}
		p := requirement.Patch{Version: item.Version, Statement: item.Statement, Type: item.Type, Quality: item.Quality, Priority: item.Priority,
			Status: item.Status, Rationale: item.Rationale, Criteria: item.Criteria}
		if item.ID == "" {
			v.Add = append(v.Add, p)
			continue
		}
		v.Edit = append(v.Edit, requirement.Edit{ID: item.ID, Patch: p})
	}
	return v, nil
}
