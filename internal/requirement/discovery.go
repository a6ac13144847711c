package requirement

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
)

// messagesHeard bounds how much of a conversation is looked through for what
// it says of the discovery areas.
const messagesHeard = 400

// Discovered is an area of the discovery framework with the first thing that
// says something of it: a message of the conversation, else a requirement, else
// a note. Where nothing does, it is open.
type Discovered struct {
	Area
	Message     ba.MessageID
	Requirement ba.RequirementID
	Key         string // of the requirement
	Note        ba.NoteID
	Quote       string // the sentence
}

// Discovery returns what is known of each area of the framework as seen from a
// conversation: by itself and, where it is in a project, by what the project
// holds.
func (s *Service) Discovery(ctx context.Context, a ba.Actor, id ba.ThreadID) ([]Discovered, error) {
	t, _, err := s.Store.Thread(ctx, a, id)
	if err != nil {
		return nil, err
	}
	d := newDiscovery()
	if err := s.heard(ctx, a, id, d); err != nil || t.Project == "" || d.complete() {
		return d.areas, err
	}
	all, err := s.Store.Requirements(ctx, a, t.Project)
	if err != nil {
		return nil, err
	}
	for i := range all {
		d.required(&all[i])
	}
	notes, err := s.Store.Notes(ctx, a, t.Project)
	for i := 0; i < len(notes) && err == nil; i++ {
		n := &notes[i]
		d.say(n.Text+"\n"+n.Answer, func(area *Discovered) { area.Note = n.ID })
	}
	return d.areas, err
}

// heard looks through what people said in a conversation.
func (s *Service) heard(ctx context.Context, a ba.Actor, id ba.ThreadID, d *discovery) error {
	page := ba.Page{Limit: ba.MaxPageSize}
	for seen := 0; seen < messagesHeard && !d.complete(); {
		list, err := s.Store.Messages(ctx, a, id, page)
		if err != nil {
			return err
		}
		for _, m := range list.Items {
			if m.Role == ba.MessageUser {
				d.say(m.Text, func(area *Discovered) { area.Message = m.ID })
			}
		}
		if page.After, seen = list.Next, seen+len(list.Items); page.After == "" {
			return nil
		}
	}
	return nil
}

// discovery is the areas while it is found out what says something of them.
type discovery struct {
	areas []Discovered
	open  int
}

func newDiscovery() *discovery {
	framework := analyst.Areas()
	d := &discovery{areas: make([]Discovered, len(framework)), open: len(framework)}
	for i, f := range framework {
		d.areas[i].Area = Area{Title: f.Title, Question: f.Question}
	}
	return d
}

func (d *discovery) complete() bool { return d.open == 0 }

// say notes a text for each open area that it says something of.
func (d *discovery) say(text string, by func(*Discovered)) {
	if d.complete() {
		return
	}
	for i, sentence := range analyst.Says(text) {
		if area := &d.areas[i]; sentence != "" && !area.Touched {
			area.Touched, area.Quote = true, sentence
			by(area)
			d.open--
		}
	}
}

// required notes a requirement: which areas it touches is stored with it, for
// its type too.
func (d *discovery) required(r *ba.Requirement) {
	if r.Status == ba.RequirementRejected {
		return
	}
	for i := range d.areas {
		if area := &d.areas[i]; r.Areas&(1<<i) != 0 && !area.Touched {
			area.Touched, area.Quote, area.Requirement, area.Key = true, r.Statement, r.ID, r.Key()
			d.open--
		}
	}
}
