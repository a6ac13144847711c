package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// onArtifact does something to the artifact in the path and goes back to it.
func (s *Site) onArtifact(w http.ResponseWriter, r *http.Request, do func(id ba.ArtifactID) error) error {
	id, err := pathID[ba.ArtifactID](r, "id")
	if err != nil {
		return err
	}
	if err := do(id); err != nil {
		return err
	}
	return redirect(w, r, artifactPath(id))
}

func (s *Site) stopArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onArtifact(w, r, func(id ba.ArtifactID) error {
		_, err := s.Artifacts.Stop(r.Context(), a, id)
		return err
	})
}

func (s *Site) continueArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onArtifact(w, r, func(id ba.ArtifactID) error {
		_, err := s.Artifacts.Continue(r.Context(), a, id)
		return err
	})
}

func (s *Site) regenerateArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onArtifact(w, r, func(id ba.ArtifactID) error {
		var instructions *string
		if given := r.PostFormValue("instructions"); given != "" {
			instructions = &given
		}
		_, err := s.Artifacts.Regenerate(r.Context(), a, id, ba.NewID[string](), instructions)
		return err
	})
}

func (s *Site) approveArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onArtifact(w, r, func(id ba.ArtifactID) error {
		version, _ := strconv.Atoi(r.PostFormValue("version"))
		_, err := s.Artifacts.Approve(r.Context(), a, id, version, r.PostFormValue("hash"))
		return err
	})
}

func (s *Site) withdrawApproval(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onArtifact(w, r, func(id ba.ArtifactID) error {
		version, _ := strconv.Atoi(r.PostFormValue("version"))
		_, err := s.Artifacts.Withdraw(r.Context(), a, id, version)
		return err
	})
}

// restoreArtifact makes an older version the newest. Where somebody changed the
// artifact meanwhile, the page says so.
func (s *Site) restoreArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onArtifact(w, r, func(id ba.ArtifactID) error {
		version, _ := strconv.Atoi(r.PostFormValue("version"))
		revision, _ := strconv.Atoi(r.PostFormValue("revision"))
		_, err := s.Artifacts.Restore(r.Context(), a, id, version, revision)
		return err
	})
}

func (s *Site) deleteArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ArtifactID](r, "id")
	if err != nil {
		return err
	}
	v, err := s.Artifacts.Find(r.Context(), a, id, 0)
	if err != nil {
		return err
	}
	if err := s.Artifacts.Delete(r.Context(), a, id); err != nil {
		return err
	}
	return redirect(w, r, "/projects/"+string(v.Project)+"/artifacts")
}

func (s *Site) artifactEditor(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.editor(r, a)
	if err != nil {
		return err
	}
	return s.render(w, r, "artifact-edit", data)
}

// editor gathers what the editor shows, as it is stored.
func (s *Site) editor(r *http.Request, a ba.Actor) (*page.ArtifactEditor, error) {
	id, err := pathID[ba.ArtifactID](r, "id")
	if err != nil {
		return nil, err
	}
	v, err := s.Artifacts.Find(r.Context(), a, id, 0)
	if err != nil {
		return nil, err
	}
	found, err := s.Projects.Find(r.Context(), a, v.Project)
	if err != nil {
		return nil, err
	}
	p := page.NewProject(found)
	if !p.CanEdit() {
		return nil, ba.E(ba.Forbidden, "Your role in this project only lets you read. Ask an owner to make you an editor.")
	}
	return &page.ArtifactEditor{Shell: page.Shell{Title: "Edit " + v.Title}, Project: p, Artifact: page.NewArtifact(v, s.writer(v), true), Revision: v.Revision, Sections: sectionItems(v)}, nil
}

// editArtifact stores the whole form. Where somebody else changed the artifact
// meanwhile, the form comes back as it was typed.
func (s *Site) editArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	data, err := s.editor(r, a)
	if err != nil {
		return err
	}
	revision, _ := strconv.Atoi(form.Get("revision"))
	change := artifact.Change{Revision: revision}
	if form.Has("title") {
		data.Artifact.Title = form.Get("title")
		change.Title = &data.Artifact.Title
	}
	data.Sections = arranged(data.Sections, form["order"])
	for i := range data.Sections {
		section := &data.Sections[i]
		change.Order = append(change.Order, section.Key)
		changed := artifact.SectionChange{Key: section.Key}
		if form.Has("title-" + section.Key) {
			section.Title = form.Get("title-" + section.Key)
			changed.Title = &section.Title
		}
		if form.Has("text-" + section.Key) {
			section.Text = form.Get("text-" + section.Key)
			changed.Text = &section.Text
		}
		change.Sections = append(change.Sections, changed)
	}
	switch _, err = s.Artifacts.Save(r.Context(), a, data.Artifact.ID, change); {
	case err == nil:
		return redirect(w, r, artifactPath(data.Artifact.ID))
	case ba.CodeOf(err) == "artifact_changed":
		data.Conflict = true
		return s.renderStatus(w, r, http.StatusConflict, "artifact-edit", data)
	case ba.KindOf(err) == ba.Invalid:
		data.Problem, data.Revision = sentence(err), revision
		return s.renderStatus(w, r, http.StatusUnprocessableEntity, "artifact-edit", data)
	}
	return err
}

// arranged returns sections in the order of a form, with empty ones for the keys
// that are new; as they are where the form has no order.
func arranged(sections []page.ArtifactSection, order []string) []page.ArtifactSection {
	if len(order) == 0 {
		return sections
	}
	list := make([]page.ArtifactSection, 0, len(order))
	for _, key := range order {
		if n := slices.IndexFunc(sections, func(s page.ArtifactSection) bool { return s.Key == key }); n >= 0 {
			list = append(list, sections[n])
			continue
		}
		list = append(list, page.ArtifactSection{Key: key, Done: true})
	}
	return list
}

func (s *Site) artifactVersions(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ArtifactID](r, "id")
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	to, _ := strconv.Atoi(r.URL.Query().Get("to"))
	diff, err := s.Artifacts.Compare(r.Context(), a, id, max(from, 0), max(to, 0))
	if err != nil {
		return err
	}
	versions, err := s.Artifacts.Versions(r.Context(), a, id)
	if err != nil {
		return err
	}
	v := diff.To
	found, err := s.Projects.Find(r.Context(), a, v.Project)
	if err != nil {
		return err
	}
	names, err := s.memberNames(r.Context(), a, v.Project)
	if err != nil {
		return err
	}
	p := page.NewProject(found)
	data := &page.ArtifactHistory{Shell: page.Shell{Title: "Versions of " + v.Title}, Project: p, Artifact: page.NewArtifact(v, s.writer(v), p.CanEdit()),
		Revision: newestRevision(versions), From: diff.From.Version, To: v.Version, Sections: sectionDiffs(diff.Sections), Requirements: requirementDiffs(diff.Requirements)}
	for _, version := range versions {
		approvals, _ := approvalItems(version.Approvals, version.Hash, names, a)
		data.Versions = append(data.Versions, page.ArtifactVersion{Version: version.Version, Edited: version.Origin == ba.OriginEdited, By: nameOf(names, version.CreatedBy),
			At: page.Moment{Time: version.UpdatedAt}, Approvals: approvals, Approved: version.Approved()})
	}
	return s.render(w, r, "artifact-versions", data)
}

// newestRevision returns the revision of the newest content.
func newestRevision(versions []ba.ArtifactVersion) int {
	if len(versions) == 0 {
		return 0
	}
	return versions[0].Revision
}

func sectionDiffs(all []artifact.SectionDiff) []page.SectionDiff {
	var items []page.SectionDiff
	for _, d := range all {
		if d.State == artifact.Same {
			continue
		}
		words := make([]page.DiffWords, len(d.Words))
		for i, run := range d.Words {
			words[i] = page.DiffWords{State: string(run.State), Text: run.Text}
		}
		items = append(items, page.SectionDiff{Title: d.Title, State: string(d.State), Words: page.Abridged(words)})
	}
	return items
}

func requirementDiffs(all []artifact.RequirementDiff) []page.RequirementDiff {
	var items []page.RequirementDiff
	for _, d := range all {
		item := page.RequirementDiff{Key: d.Key, State: string(d.State)}
		for _, f := range d.Fields {
			item.Fields = append(item.Fields, page.FieldDiff(f))
		}
		items = append(items, item)
	}
	return items
}
