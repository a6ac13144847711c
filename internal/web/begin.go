package web

import (
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
)

// beginThread begins a conversation with its first question. What a page sends
// twice, by two clicks or a reload, begins one: both ids follow from the id that
// the page came with and from what was asked.
func (s *Site) beginThread(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	once := ba.NewID[ba.ThreadID]()
	if id := form.Get("id"); id != "" {
		if once, err = ba.ParseID[ba.ThreadID](id); err != nil {
			return err
		}
	}
	in := chat.ThreadInput{ID: ba.DerivedID[ba.ThreadID](once, string(a.User), form.Encode()), Mode: ba.Mode(form.Get("mode"))}
	if project := form.Get("project"); project != "" {
		if in.Project, err = ba.ParseID[ba.ProjectID](project); err != nil {
			return err
		}
	}
	content := form.Get("content")
	if starter := form.Get("starter"); starter != "" {
		content = starter
	}
	if in.Provider, in.Model, err = s.chosen(r.Context(), a, form); err != nil {
		return err
	}
	t, err := s.Chat.CreateThread(r.Context(), a, in)
	if err != nil {
		return err
	}
	if _, _, err := s.Chat.Send(r.Context(), a, chat.SendInput{Thread: t.ID, ID: ba.DerivedID[ba.MessageID](t.ID, "question"), Content: content}); err != nil {
		return err
	}
	return redirect(w, r, threadPath(t.ID))
}
