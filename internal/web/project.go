package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func (s *Site) project(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	data, err := s.projectPage(r.Context(), a, id, r.URL.Query())
	if err != nil {
		return err
	}
	return s.render(w, r, "project", data)
}

// projectPage gathers what a project's page shows.
func (s *Site) projectPage(ctx context.Context, a ba.Actor, id ba.ProjectID, q url.Values) (*page.ProjectPage, error) {
	found, err := s.Projects.Find(ctx, a, id)
	if err != nil {
		return nil, err
	}
	p := page.NewProject(found)
	threads, err := s.Chat.Threads(ctx, a, id, ba.Page{Limit: listSize, After: q.Get("threads")})
	if err != nil {
		return nil, err
	}
	documents, err := s.documentsOf(ctx, a, p, q.Get("documents"))
	if err != nil {
		return nil, err
	}
	members, err := s.Projects.Members(ctx, a, id)
	if err != nil {
		return nil, err
	}
	data := &page.ProjectPage{Shell: page.Shell{Title: p.Name, Undo: undoThread(q.Get("forgotten"))}, Project: p, Tabs: page.Tabs{Project: p.ID, Current: "overview"}, MoreTalk: threads.Next, Documents: documents, Members: memberItems(members, a)}
	for _, t := range threads.Items {
		shown := page.NewThread(t, "")
		shown.CanEdit, shown.Back = p.CanEdit(), projectPath(id)
		data.Threads = append(data.Threads, shown)
	}
	data.Ask = page.Ask{Project: id, Hint: "Ask about the documents of this project", Starters: starters(p, documents.Items)}
	return data, s.ask(ctx, a, &data.Ask)
}

// documentsOf returns the list of a project's documents.
func (s *Site) documentsOf(ctx context.Context, a ba.Actor, p page.Project, after string) (page.DocumentList, error) {
	list, err := s.Library.List(ctx, a, p.ID, ba.Page{Limit: listSize, After: after})
	if err != nil {
		return page.DocumentList{}, err
	}
	out := page.DocumentList{Project: p, Next: list.Next, Limit: page.Size(s.Library.MaxUpload())}
	for _, d := range list.Items {
		out.Items = append(out.Items, page.NewDocument(d, p.CanEdit()))
		out.Busy = out.Busy || d.Status == ba.DocumentProcessing
	}
	return out, nil
}

func memberItems(members []ba.Member, a ba.Actor) []page.Member {
	out := make([]page.Member, 0, len(members))
	for _, m := range members {
		person := page.NewPerson(ba.User{ID: m.User, Email: m.Email, Name: m.Name})
		out = append(out, page.Member{Person: person, Role: m.Role, Self: m.User == a.User})
	}
	return out
}

func (s *Site) share(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	sharing, err := s.Projects.Share(r.Context(), a, id, form.Get("email"), ba.ProjectRole(form.Get("role")))
	if err != nil {
		return err
	}
	data, err := s.projectPage(r.Context(), a, id, url.Values{})
	if err != nil {
		return err
	}
	data.Invited, data.InviteURL = form.Get("email"), sharing.InviteURL
	return s.render(w, r, "project", data)
}

func (s *Site) unshare(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	user, err := pathID[ba.UserID](r, "user")
	if err != nil {
		return err
	}
	if err := s.Projects.Unshare(r.Context(), a, id, user); err != nil {
		return err
	}
	return redirect(w, r, projectPath(id))
}

// starters proposes first questions: those of the sample where it is one, and
// what always makes sense where a document is ready.
func starters(p page.Project, documents []page.Document) []string {
	if p.Name == sampleName {
		return sampleQuestions
	}
	for _, d := range documents {
		if d.Ready() {
			return []string{"What do the documents say about deadlines?", "Interview me about this feature, one question at a time"}
		}
	}
	return []string{"Interview me about this feature, one question at a time"}
}
