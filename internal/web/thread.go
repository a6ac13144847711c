package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// messagesShown is how many messages a conversation's page begins with, and
// how many more it shows where earlier ones are asked for.
const messagesShown = 100

func (s *Site) thread(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ThreadID](r, "id")
	if err != nil {
		return err
	}
	t, err := s.Chat.Thread(r.Context(), a, id)
	if err != nil {
		return err
	}
	data := &page.ThreadPage{Shell: page.Shell{Title: page.ThreadName(t.Title)}, Thread: page.NewThread(t, ""), CanWrite: true, Model: s.model(t)}
	data.Renaming = r.URL.Query().Has("rename")
	if err := s.surroundings(r.Context(), a, t, data); err != nil {
		return err
	}
	if data.Artifacts, err = s.strip(r.Context(), a, id); err != nil {
		return err
	}
	if data.Budget, err = s.budgetNote(r.Context(), a, t); err != nil {
		return err
	}
	show := messagesShown
	if asked, err := strconv.Atoi(r.URL.Query().Get("show")); err == nil {
		show = min(max(asked, messagesShown), chat.MaxLatest)
	}
	messages, earlier, err := s.Chat.Latest(r.Context(), a, id, show)
	if err != nil {
		return err
	}
	data.Cursor = string(messages.Cursor)
	if earlier && show < chat.MaxLatest {
		data.Earlier = show + messagesShown
	}
	if data.Summary, err = s.summary(r.Context(), a, id); err != nil {
		return err
	}
	in := talk{thread: t, canWrite: data.CanWrite, budget: data.Budget}
	data.Exchanges = exchanges(withoutContinued(messages), messages.Turns, func(m ba.Message) page.Message {
		return s.messageItem(m, messages.Turns[m.Turn], in, m.Author == a.User)
	})
	return s.render(w, r, "thread", data)
}

// summary returns what the model reads of the conversation's beginning.
func (s *Site) summary(ctx context.Context, a ba.Actor, id ba.ThreadID) (page.Summary, error) {
	found, err := s.Chat.Summary(ctx, a, id)
	if err != nil || found.Through == 0 {
		return page.Summary{}, err
	}
	return page.Summary{Messages: int(found.Through) + 1, Blocks: htmlBlocks(found.Text, nil)}, nil
}

// withoutContinued returns the messages without the answers that another one
// goes on with: it begins with their text.
func withoutContinued(p chat.Page) []ba.Message {
	continued := make(map[ba.TurnID]bool)
	for _, m := range p.List.Items {
		if m.Role == ba.MessageAssistant && m.Text != "" {
			continued[p.Turns[m.Turn].Continues] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(p.List.Items), func(m ba.Message) bool {
		return m.Role == ba.MessageAssistant && continued[m.Turn]
	})
}

// surroundings fills in the project of a conversation, or the projects into
// which a loose one can move.
func (s *Site) surroundings(ctx context.Context, a ba.Actor, t ba.Thread, data *page.ThreadPage) error {
	if t.Project == "" {
		list, err := s.Projects.List(ctx, a, ba.Page{Limit: ba.MaxPageSize})
		for _, p := range list.Items {
			if p.Role.AtLeast(ba.RoleEditor) {
				data.Projects = append(data.Projects, page.Link{Href: string(p.ID), Name: p.Name})
			}
		}
		data.Starters = starters(page.Project{}, nil)
		return err
	}
	found, err := s.Projects.Find(ctx, a, t.Project)
	if err != nil {
		return err
	}
	p := page.NewProject(found)
	documents, err := s.documentsOf(ctx, a, p, "")
	if err != nil {
		return err
	}
	for _, d := range documents.Items {
		if d.Ready() {
			data.Ready++
		}
	}
	data.Project, data.CanWrite, data.Starters = &p, p.CanEdit(), starters(p, documents.Items)
	return nil
}

// model says who answers in a conversation.
func (s *Site) model(t ba.Thread) page.Model {
	for _, p := range s.Chat.Providers() {
		if p.ID == t.Provider {
			return page.Model{Name: p.Name, Detail: t.Model, BuiltIn: p.ID == analystID}
		}
	}
	return page.Model{Name: t.Provider, Detail: t.Model}
}

// analystID is the provider that works by rules.
const analystID = "analyst"

func (s *Site) send(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ThreadID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	m, _, err := s.Chat.Send(r.Context(), a, chat.SendInput{Thread: id, ID: ba.NewID[ba.MessageID](), Content: form.Get("content")})
	if err != nil {
		return err
	}
	return redirect(w, r, threadPath(id)+"#m-"+string(m.ID))
}

func (s *Site) editThread(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ThreadID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	var patch chat.ThreadPatch
	if form.Has("title") {
		patch.Title = new(form.Get("title"))
	}
	if form.Has("mode") {
		patch.Mode = new(ba.Mode(form.Get("mode")))
	}
	if form.Has("project") {
		project, err := ba.ParseID[ba.ProjectID](form.Get("project"))
		if err != nil {
			return err
		}
		patch.Project = &project
	}
	if _, err := s.Chat.UpdateThread(r.Context(), a, id, patch); err != nil {
		return err
	}
	if back, ok := httpx.LocalPath(form.Get("back")); ok {
		return redirect(w, r, back)
	}
	return redirect(w, r, threadPath(id))
}

func (s *Site) deleteThread(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ThreadID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	t, err := s.Chat.Thread(r.Context(), a, id)
	if err != nil {
		return err
	}
	if err := s.Chat.DeleteThread(r.Context(), a, id); err != nil {
		return err
	}
	back := projectPath(t.Project)
	if form.Get("back") == "/threads" {
		back = "/threads"
	}
	return redirect(w, r, back+"?forgotten="+string(id))
}

func (s *Site) restoreThread(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ThreadID](r, "id")
	if err != nil {
		return err
	}
	if _, err := s.Chat.RestoreThread(r.Context(), a, id); err != nil {
		return err
	}
	return redirect(w, r, threadPath(id))
}

// undoThread returns the offer to take the deletion of a conversation back.
func undoThread(id string) *page.Undo {
	deleted, err := ba.ParseID[ba.ThreadID](id)
	if err != nil {
		return nil
	}
	return &page.Undo{Text: "Conversation deleted.", Action: threadPath(deleted) + "/restore", Seconds: int(chat.UndoPeriod.Seconds())}
}

func (s *Site) citation(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.MessageID](r, "message")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return ba.Wrap(ba.NotFound, "This answer has no such source.", err)
	}
	m, _, err := s.Chat.Message(r.Context(), a, id)
	if err != nil {
		return err
	}
	for _, c := range m.Citations {
		if c.N == n {
			return s.panel(w, r, a, citationItem(m, c))
		}
	}
	return ba.E(ba.NotFound, "This answer has no such source.")
}

// panel shows the cited passage with its neighbours.
func (s *Site) panel(w http.ResponseWriter, r *http.Request, a ba.Actor, c page.Citation) error {
	around, err := s.Library.PassagesAround(r.Context(), a, c.Passage, 1, 1)
	if err != nil {
		return err
	}
	data := page.Panel{Citation: c}
	found := false
	for _, p := range around {
		switch {
		case p.ID == c.Passage:
			data.Parts, found = page.SplitQuote(p.Text, c.Quote), true
		case found:
			data.After = append(data.After, p.Text)
		default:
			data.Before = append(data.Before, p.Text)
		}
	}
	return s.templates.Write(w, http.StatusOK, "panel", data)
}
