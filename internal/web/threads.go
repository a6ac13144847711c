package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// The bounds of the list of all conversations. Titles are sealed, so they are
// opened to be filtered and sorted.
const (
	listedProjects = 50
	listedThreads  = 1000
)

func (s *Site) threads(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	q := r.URL.Query()
	data := &page.Threads{Shell: page.Shell{Title: "Conversations", Section: "threads", Undo: undoThread(q.Get("forgotten"))},
		Find: strings.TrimSpace(q.Get("find")), Sort: q.Get("sort")}
	all, err := s.allThreads(r.Context(), a)
	if err != nil {
		return err
	}
	data.All = len(all)
	data.Items = slices.DeleteFunc(all, func(t page.Thread) bool { return !t.Matches(data.Find) })
	if data.Sort == "title" {
		slices.SortStableFunc(data.Items, func(x, y page.Thread) int {
			return strings.Compare(strings.ToLower(x.Title), strings.ToLower(y.Title))
		})
	} else {
		data.Sort = "recent"
	}
	return s.render(w, r, "threads", data)
}

// allThreads returns the person's loose conversations and those of their
// projects, the last used first.
func (s *Site) allThreads(ctx context.Context, a ba.Actor) ([]page.Thread, error) {
	projects, err := s.Projects.List(ctx, a, ba.Page{Limit: listedProjects})
	if err != nil {
		return nil, err
	}
	var all []page.Thread
	for _, p := range append([]ba.Project{{Role: ba.RoleOwner}}, projects.Items...) {
		list, err := s.Chat.Threads(ctx, a, p.ID, ba.Page{Limit: ba.MaxPageSize})
		if err != nil {
			return nil, err
		}
		for _, t := range list.Items {
			shown := page.NewThread(t, p.Name)
			shown.CanEdit, shown.Back = p.Role.AtLeast(ba.RoleEditor), "/threads"
			all = append(all, shown)
		}
	}
	slices.SortFunc(all, func(x, y page.Thread) int { return y.Updated.Compare(x.Updated.Time) })
	return all[:min(listedThreads, len(all))], nil
}
