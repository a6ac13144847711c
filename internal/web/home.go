package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

const (
	homeProjects   = 6 // shown on the first page
	homeThreads    = 8
	threadProjects = 3 // projects whose conversations are looked at for it
)

func (s *Site) home(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	list, err := s.Projects.List(r.Context(), a, ba.Page{Limit: homeProjects})
	if err != nil {
		return err
	}
	data := &page.Home{Shell: page.Shell{Section: "home", Undo: undoThread(r.URL.Query().Get("forgotten"))}, Projects: projectItems(list.Items)}
	if data.Threads, err = s.recentThreads(r.Context(), a, list.Items); err != nil {
		return err
	}
	data.Ask = page.Ask{Hint: "Ask about your documents, or talk a feature through"}
	for i, p := range data.Projects {
		if p.CanEdit() {
			data.Ask.Projects = append(data.Ask.Projects, page.Link{Href: string(p.ID), Name: p.Name, Current: i == 0})
		}
	}
	if err := s.ask(r.Context(), a, &data.Ask); err != nil {
		return err
	}
	return s.render(w, r, "home", data)
}

// recentThreads returns the newest conversations among the loose ones and
// those of the projects used last.
func (s *Site) recentThreads(ctx context.Context, a ba.Actor, projects []ba.Project) ([]page.Thread, error) {
	names := map[ba.ProjectID]string{"": ""}
	for _, p := range projects[:min(threadProjects, len(projects))] {
		names[p.ID] = p.Name
	}
	var all []page.Thread
	for id, name := range names {
		list, err := s.Chat.Threads(ctx, a, id, ba.Page{Limit: homeThreads})
		if err != nil {
			return nil, err
		}
		for _, t := range list.Items {
			all = append(all, page.NewThread(t, name))
		}
	}
	slices.SortFunc(all, func(x, y page.Thread) int { return y.Updated.Compare(x.Updated.Time) })
	return all[:min(homeThreads, len(all))], nil
}
