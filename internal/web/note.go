package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func (s *Site) notes(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	p, err := s.projectOf(r, a)
	if err != nil {
		return err
	}
	return s.showNotes(w, r, a, p, url.Values{}, nil)
}

func (s *Site) showNotes(w http.ResponseWriter, r *http.Request, a ba.Actor, p page.Project, form url.Values, refused error) error {
	notes, err := s.Requirements.Notes(r.Context(), a, p.ID)
	if err != nil {
		return err
	}
	keys, err := s.keys(r.Context(), a, p.ID, notes)
	if err != nil {
		return err
	}
	data := &page.Notes{Shell: page.Shell{Title: "Notes of " + p.Name}, Project: p, Tabs: page.Tabs{Project: p.ID, Current: "notes"},
		Kinds: page.KindOptions(ba.NoteKind(form.Get("kind"))), Text: form.Get("text"), Groups: noteGroups(notes, keys, p.CanEdit())}
	return s.renderRefused(w, r, "notes", data, &data.Problem, refused)
}

// keys returns the keys of the requirements that notes are about.
func (s *Site) keys(ctx context.Context, a ba.Actor, project ba.ProjectID, notes []ba.Note) (map[ba.RequirementID]string, error) {
	keys := make(map[ba.RequirementID]string)
	for _, n := range notes {
		if n.Requirement != "" && keys[n.Requirement] == "" {
			r, err := s.Requirements.Find(ctx, a, n.Requirement)
			if err != nil {
				return nil, err
			}
			keys[n.Requirement] = r.Key()
		}
	}
	return keys, nil
}

func noteGroups(notes []ba.Note, keys map[ba.RequirementID]string, canEdit bool) []page.NoteGroup {
	groups := []page.NoteGroup{{Title: "Open questions"}, {Title: "Assumptions to confirm"}, {Title: "Decisions"}, {Title: "Answered and confirmed"}}
	for _, n := range notes {
		at := map[ba.NoteKind]int{ba.NoteQuestion: 0, ba.NoteAssumption: 1, ba.NoteDecision: 2}[n.Kind]
		if n.Resolved && n.Kind != ba.NoteDecision {
			at = 3
		}
		item := page.NewNote(n, canEdit)
		if n.Requirement != "" {
			item.About, item.AboutHref = keys[n.Requirement], requirementPath(n.Requirement)
		}
		groups[at].Items = append(groups[at].Items, item)
	}
	return groups
}

func (s *Site) createNote(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	p, err := s.projectOf(r, a)
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	kind, text, about := ba.NoteKind(form.Get("kind")), form.Get("text"), ba.RequirementID(form.Get("requirement"))
	_, err = s.Requirements.AddNote(r.Context(), a, p.ID, requirement.NotePatch{Kind: &kind, Text: &text, Requirement: &about}, "")
	switch {
	case err == nil && about != "":
		return redirect(w, r, requirementPath(about)+"#notes")
	case err == nil:
		return redirect(w, r, projectPath(p.ID)+"/notes")
	case correctable(err):
		return s.showNotes(w, r, a, p, form, err)
	}
	return err
}

// editNote answers, reopens or rewrites a note, and goes back to where it was
// shown.
func (s *Site) editNote(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.NoteID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	p := requirement.NotePatch{Version: number(form, "version")}
	if form.Has("answer") {
		answer := form.Get("answer")
		p.Answer = &answer
	}
	if v := form.Get("resolved"); v != "" {
		resolved := v == "yes"
		p.Resolved = &resolved
	}
	n, err := s.Requirements.EditNote(r.Context(), a, id, p)
	if err != nil {
		return err
	}
	return redirect(w, r, notePlace(form, n))
}

func notePlace(form url.Values, n ba.Note) string {
	if form.Get("from") == "requirement" && n.Requirement != "" {
		return requirementPath(n.Requirement) + "#notes"
	}
	return projectPath(n.Project) + "/notes"
}

func (s *Site) deleteNote(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.NoteID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	n, err := s.Requirements.FindNote(r.Context(), a, id)
	if err != nil {
		return err
	}
	if err := s.Requirements.DeleteNote(r.Context(), a, id); err != nil {
		return err
	}
	return redirect(w, r, notePlace(form, n))
}
