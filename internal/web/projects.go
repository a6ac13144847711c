package web

import (
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/project"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// listSize is the number of entries on one page of a list.
const listSize = 50

func (s *Site) projects(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	q := r.URL.Query()
	list, err := s.Projects.List(r.Context(), a, ba.Page{Limit: listSize, After: q.Get("after")})
	if err != nil {
		return err
	}
	data := &page.Projects{Shell: page.Shell{Title: "Projects", Section: "projects", Undo: undoOf(q.Get("deleted"))},
		Items: projectItems(list.Items), Next: list.Next, Creating: q.Has("new")}
	return s.render(w, r, "projects", data)
}

// undoOf returns the offer to take the deletion of a project back.
func undoOf(id string) *page.Undo {
	deleted, err := ba.ParseID[ba.ProjectID](id)
	if err != nil {
		return nil
	}
	return &page.Undo{Text: "Project deleted.", Action: projectPath(deleted) + "/restore", Seconds: int(project.UndoPeriod.Seconds())}
}

func projectItems(projects []ba.Project) []page.Project {
	out := make([]page.Project, 0, len(projects))
	for _, p := range projects {
		out = append(out, page.NewProject(p))
	}
	return out
}

func (s *Site) createProject(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	p, err := s.Projects.Create(r.Context(), a, form.Get("name"), form.Get("description"))
	switch {
	case err == nil:
		return redirect(w, r, projectPath(p.ID))
	case ba.KindOf(err) != ba.Invalid:
		return err
	}
	list, listErr := s.Projects.List(r.Context(), a, ba.Page{Limit: listSize})
	if listErr != nil {
		return listErr
	}
	httpx.Note(r.Context(), err)
	return s.renderStatus(w, r, http.StatusUnprocessableEntity, "projects", &page.Projects{Shell: page.Shell{Title: "Projects", Section: "projects"},
		Items: projectItems(list.Items), Next: list.Next, Creating: true, Name: form.Get("name"), About: form.Get("description"), Problem: sentence(err)})
}

func (s *Site) editProject(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	name, about := form.Get("name"), form.Get("description")
	if _, err := s.Projects.Update(r.Context(), a, id, &name, &about); err != nil {
		return err
	}
	return redirect(w, r, projectPath(id))
}

func (s *Site) deleteProject(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	if err := s.Projects.Delete(r.Context(), a, id); err != nil {
		return err
	}
	return redirect(w, r, "/projects?deleted="+string(id))
}

func (s *Site) restoreProject(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	if _, err := s.Projects.Restore(r.Context(), a, id); err != nil {
		return err
	}
	return redirect(w, r, projectPath(id))
}
