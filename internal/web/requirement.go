package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/lint"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func (s *Site) requirement(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	found, err := s.requirementOf(r, a)
	if err != nil {
		return err
	}
	return s.showRequirement(w, r, a, found, nil)
}

func (s *Site) requirementOf(r *http.Request, a ba.Actor) (ba.Requirement, error) {
	id, err := pathID[ba.RequirementID](r, "id")
	if err != nil {
		return ba.Requirement{}, err
	}
	return s.Requirements.Find(r.Context(), a, id)
}

// showRequirement shows a requirement as it is given, which may be as somebody
// typed it, with why that was refused.
func (s *Site) showRequirement(w http.ResponseWriter, r *http.Request, a ba.Actor, found ba.Requirement, refused error) error {
	p, err := s.Projects.Find(r.Context(), a, found.Project)
	if err != nil {
		return err
	}
	data := &page.RequirementPage{Shell: page.Shell{Title: found.Key()}, Project: page.NewProject(p), Requirement: page.NewRequirement(found),
		Tabs: page.Tabs{Project: found.Project, Current: "requirements"}}
	if err := s.beside(r.Context(), a, found, data); err != nil {
		return err
	}
	if done := map[string]string{"saved": "Saved.", "linked": "The source is linked.", "verified": "The source is verified.", "added": "Added."}[r.URL.Query().Get("done")]; done != "" {
		data.Done = done
	}
	return s.renderRefused(w, r, "requirement", data, &data.Problem, refused)
}

// renderRefused renders a page with the sentence of an error, and its status.
func (s *Site) renderRefused(w http.ResponseWriter, r *http.Request, name string, p page.Framed, problem *string, refused error) error {
	if refused == nil {
		return s.render(w, r, name, p)
	}
	*problem = sentence(refused)
	return s.renderStatus(w, r, httpx.ProblemOf(refused, "").Status, name, p)
}

// beside gathers what stands beside a requirement's form.
func (s *Site) beside(ctx context.Context, a ba.Actor, r ba.Requirement, data *page.RequirementPage) error {
	members, err := s.Projects.Members(ctx, a, r.Project)
	if err != nil {
		return err
	}
	names := map[ba.UserID]string{}
	for _, m := range memberItems(members, a) {
		names[m.ID] = m.Name
		data.Members = append(data.Members, page.Option{Value: string(m.ID), Name: m.Name, Current: m.ID == r.Owner})
	}
	data.Findings, data.Waived = findings(r, names)
	data.Requirement.By = names[r.UpdatedBy]
	for _, l := range r.Links {
		source, err := s.source(ctx, a, l)
		if err != nil {
			return err
		}
		data.Sources = append(data.Sources, source)
	}
	if r.ID == "" {
		return nil
	}
	return s.around(ctx, a, r, names, data)
}

func (s *Site) around(ctx context.Context, a ba.Actor, r ba.Requirement, names map[ba.UserID]string, data *page.RequirementPage) error {
	notes, err := s.Requirements.NotesAbout(ctx, a, r)
	if err != nil {
		return err
	}
	for _, n := range notes {
		data.Notes = append(data.Notes, page.NewNote(n, data.Project.CanEdit()))
	}
	versions, err := s.Requirements.History(ctx, a, r.ID)
	if err != nil {
		return err
	}
	for _, v := range versions[1:] {
		old := page.NewRequirement(v)
		old.By = names[v.UpdatedBy]
		data.History = append(data.History, old)
	}
	if !data.Project.CanEdit() {
		return nil
	}
	documents, err := s.Library.List(ctx, a, r.Project, ba.Page{Limit: ba.MaxPageSize})
	for _, d := range documents.Items {
		if d.Status == ba.DocumentReady {
			data.Documents = append(data.Documents, page.Option{Value: string(d.ID), Name: d.Filename})
		}
	}
	return err
}

// findings returns the weaknesses of a statement, without those that somebody
// waived, and the waivers.
func findings(r ba.Requirement, names map[ba.UserID]string) ([]page.Finding, []page.WaivedFinding) {
	var found []page.Finding
	text := []rune(r.Statement)
	for _, f := range lint.Text(r.Statement) {
		if slices.ContainsFunc(r.Waivers, func(w ba.Waiver) bool { return w.Rule == f.Rule }) {
			continue
		}
		found = append(found, page.Finding{Rule: f.Rule, Name: ruleName(f.Rule), Words: string(text[f.Start:f.End]), Reason: f.Reason, Suggestion: f.Suggestion})
	}
	var waived []page.WaivedFinding
	for _, w := range r.Waivers {
		waived = append(waived, page.WaivedFinding{Rule: w.Rule, Name: ruleName(w.Rule), Reason: w.Reason, By: names[w.By]})
	}
	return found, waived
}

func ruleName(id string) string {
	if rule, known := lint.Lookup(id); known {
		return rule.Name
	}
	return id
}

// source returns a link with the text around its quote. Where its source is
// gone, the quote stands alone.
func (s *Site) source(ctx context.Context, a ba.Actor, l ba.Link) (page.Source, error) {
	out := page.Source{ID: l.ID, Filename: l.Filename, Place: l.Locator.String(), Quote: l.Quote, Suspect: l.State == ba.LinkSuspect, Now: l.Now, Spoken: l.Message != ""}
	text, err := "", error(nil)
	if l.Message != "" {
		var m ba.Message
		m, _, err = s.Chat.Message(ctx, a, l.Message)
		out.Href, text = threadPath(l.Thread)+"#m-"+string(l.Message), m.Text
		if out.Filename == "" {
			out.Filename = "Conversation"
		}
	} else {
		var p ba.Passage
		p, err = s.Library.Passage(ctx, a, l.Passage)
		out.Href, text = page.PassageHref(l.Document, p.Version, l.Passage), p.Text
	}
	if ba.KindOf(err) == ba.NotFound && err != nil {
		out.Href, out.Parts = "", []page.Part{{Text: l.Quote, Mark: true}}
		return out, nil
	}
	out.Parts = page.SplitQuote(text, l.Quote)
	return out, err
}

// patchOf reads the form of a requirement.
func patchOf(form url.Values) requirement.Patch {
	text := func(name string) *string { v := form.Get(name); return &v }
	typ, quality, priority := ba.RequirementType(form.Get("type")), ba.Quality(form.Get("quality")), ba.Priority(form.Get("priority"))
	owner := ba.UserID(form.Get("owner"))
	if typ != ba.RequirementQuality {
		quality = ""
	}
	p := requirement.Patch{Version: number(form, "version"), Statement: text("statement"), Rationale: text("rationale"), Type: &typ, Quality: &quality, Priority: &priority, Owner: &owner}
	if status := ba.RequirementStatus(form.Get("status")); status != "" && form.Get("status") != form.Get("was") {
		p.Status = &status
	}
	criteria := []ba.Criterion{}
	given, when, then := form["given"], form["when"], form["then"]
	for i := range min(len(given), len(when), len(then)) {
		criteria = append(criteria, ba.Criterion{Given: given[i], When: when[i], Then: then[i]})
	}
	p.Criteria = &criteria
	return p
}

// typed returns a requirement as somebody typed it.
func typed(r ba.Requirement, p requirement.Patch) ba.Requirement {
	r.Statement, r.Rationale, r.Type, r.Quality, r.Priority, r.Owner, r.Criteria = *p.Statement, *p.Rationale, *p.Type, *p.Quality, *p.Priority, *p.Owner, *p.Criteria
	r.Criteria = slices.DeleteFunc(r.Criteria, func(c ba.Criterion) bool { return c == ba.Criterion{} })
	return r
}

// correctable reports whether a person can put a form right that was refused.
func correctable(err error) bool {
	kind := ba.KindOf(err)
	return kind == ba.Invalid || kind == ba.Conflict || kind == ba.TooLarge
}

func (s *Site) editRequirement(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	found, err := s.requirementOf(r, a)
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	p := patchOf(form)
	switch _, err := s.Requirements.Edit(r.Context(), a, found.ID, p); {
	case err == nil:
		return redirect(w, r, requirementPath(found.ID)+"?done=saved")
	case correctable(err):
		return s.showRequirement(w, r, a, typed(found, p), err)
	default:
		return err
	}
}

// setStatus is the form of the buttons that agree and reject.
func (s *Site) setStatus(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	found, err := s.requirementOf(r, a)
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	status := ba.RequirementStatus(form.Get("status"))
	switch _, err := s.Requirements.Edit(r.Context(), a, found.ID, requirement.Patch{Version: number(form, "version"), Status: &status}); {
	case err == nil:
		return redirect(w, r, requirementPath(found.ID)+"?done=saved")
	case correctable(err):
		return s.showRequirement(w, r, a, found, err)
	default:
		return err
	}
}

func (s *Site) deleteRequirement(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	found, err := s.requirementOf(r, a)
	if err != nil {
		return err
	}
	if err := s.Requirements.Delete(r.Context(), a, found.Project, []ba.RequirementID{found.ID}); err != nil {
		return err
	}
	return redirect(w, r, requirementsPath(found.Project)+"?done=deleted")
}

// newRequirement shows the empty form, or one for a passage without requirement.
func (s *Site) newRequirement(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	p, err := s.projectOf(r, a)
	if err != nil {
		return err
	}
	if !p.CanEdit() {
		return ba.E(ba.Forbidden, "Your role in this project only lets you read. Ask an owner to make you an editor.")
	}
	data := &page.RequirementPage{New: true, Project: p}
	if id, err := ba.ParseID[ba.PassageID](r.URL.Query().Get("passage")); err == nil {
		if err := s.excerpt(r.Context(), a, id, data); err != nil {
			return err
		}
	}
	return s.showNew(w, r, a, ba.Requirement{Project: p.ID, Type: ba.RequirementFunctional, Status: ba.RequirementDraft}, data, nil)
}

// excerpt shows the passage that a requirement is written for, if there is one.
func (s *Site) excerpt(ctx context.Context, a ba.Actor, id ba.PassageID, data *page.RequirementPage) error {
	if id == "" {
		return nil
	}
	p, err := s.Library.Passage(ctx, a, id)
	data.Passage, data.Excerpt = id, p.Text
	return err
}

func (s *Site) showNew(w http.ResponseWriter, r *http.Request, a ba.Actor, v ba.Requirement, data *page.RequirementPage, refused error) error {
	data.Shell = page.Shell{Title: "New requirement"}
	data.Tabs = page.Tabs{Project: v.Project, Current: "requirements"}
	data.Requirement = page.NewRequirement(v)
	if err := s.beside(r.Context(), a, v, data); err != nil {
		return err
	}
	return s.renderRefused(w, r, "requirement", data, &data.Problem, refused)
}

func (s *Site) createRequirement(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	p, err := s.projectOf(r, a)
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	patch := patchOf(form)
	var sources []requirement.Source
	data := &page.RequirementPage{New: true, Project: p, Quote: form.Get("quote")}
	passage := ba.PassageID(form.Get("passage"))
	if passage != "" && data.Quote != "" {
		sources = append(sources, requirement.Source{Passage: passage, Quote: data.Quote})
	}
	switch made, err := s.Requirements.Create(r.Context(), a, p.ID, patch, sources...); {
	case err == nil:
		return redirect(w, r, requirementPath(made.ID)+"?done=saved")
	case correctable(err):
		if err := s.excerpt(r.Context(), a, passage, data); err != nil {
			return err
		}
		blank := ba.Requirement{Project: p.ID, Status: ba.RequirementDraft}
		return s.showNew(w, r, a, typed(blank, patch), data, err)
	default:
		return err
	}
}

// waive keeps a finding from being shown, with the reason; without one it is
// shown again.
func (s *Site) waive(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	found, err := s.requirementOf(r, a)
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	waivers := slices.DeleteFunc(slices.Clone(found.Waivers), func(v ba.Waiver) bool { return v.Rule == form.Get("rule") })
	if form.Get("do") != "restore" {
		waivers = append(waivers, ba.Waiver{Rule: form.Get("rule"), Reason: form.Get("reason")})
	}
	switch _, err := s.Requirements.Edit(r.Context(), a, found.ID, requirement.Patch{Version: found.Version, Waivers: &waivers}); {
	case err == nil:
		return redirect(w, r, requirementPath(found.ID)+"#waivers")
	case correctable(err):
		return s.showRequirement(w, r, a, found, err)
	default:
		return err
	}
}

func (s *Site) addSource(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.changeSources(w, r, a, func(ctx context.Context, found ba.Requirement, form url.Values) error {
		_, err := s.Requirements.LinkIn(ctx, a, found.ID, ba.DocumentID(form.Get("document")), form.Get("quote"))
		return err
	})
}

func (s *Site) verifySource(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.changeSources(w, r, a, func(ctx context.Context, found ba.Requirement, form url.Values) error {
		_, err := s.Requirements.Verify(ctx, a, found.ID, ba.LinkID(r.PathValue("link")), form.Get("quote"))
		return err
	})
}

func (s *Site) removeSource(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.changeSources(w, r, a, func(ctx context.Context, found ba.Requirement, _ url.Values) error {
		_, err := s.Requirements.Unlink(ctx, a, found.ID, ba.LinkID(r.PathValue("link")))
		return err
	})
}

// changeSources does something to the sources of a requirement and shows them.
func (s *Site) changeSources(w http.ResponseWriter, r *http.Request, a ba.Actor, do func(context.Context, ba.Requirement, url.Values) error) error {
	found, err := s.requirementOf(r, a)
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	switch err := do(r.Context(), found, form); {
	case err == nil:
		return redirect(w, r, requirementPath(found.ID)+"#sources")
	case correctable(err):
		return s.showRequirement(w, r, a, found, err)
	default:
		return err
	}
}
