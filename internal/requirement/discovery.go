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
	if err := s.stated(ctx, a, t.Project, d); err != nil {
		return nil, err
	}
	notes, err := s.Store.Notes(ctx, a, t.Project)
	for i := 0; i < len(notes) && err == nil; i++ {
		n := &notes[i]
		d.say(n.Text+"\n"+n.Answer, func(area *Discovered) { area.Note = n.ID })
	}
	return d.areas, err
}

// stated notes the requirements of a project. Which areas they touch is
// readable, so that only those that are named are opened.
func (s *Service) stated(ctx context.Context, a ba.Actor, project ba.ProjectID, d *discovery) error {
	all, err := s.Store.RequirementOutlines(ctx, a, project)
	if err != nil {
		return err
	}
	var named []ba.Requirement
	for i := range all {
		if d.required(&all[i]) {
			named = append(named, all[i])
		}
	}
	if len(named) == 0 {
		return nil
	}
	filled, err := s.Store.FillRequirements(ctx, a, project, named)
	if err != nil {
		return err
	}
	d.quote(filled)
	return nil
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
// its type too. It reports whether there was an area that nothing touched before.
func (d *discovery) required(r *ba.Requirement) bool {
	if r.Status == ba.RequirementRejected {
		return false
	}
	first := false
	for i := range d.areas {
		if area := &d.areas[i]; r.Areas&(1<<i) != 0 && !area.Touched {
			area.Touched, area.Requirement, area.Key = true, r.ID, r.Key()
			d.open--
			first = true
		}
	}
	return first
}

// quote gives the areas the statements of the requirements that they name. An
// area whose requirement was deleted meanwhile is open again.
func (d *discovery) quote(filled []ba.Requirement) {
	statements := make(map[ba.RequirementID]string, len(filled))
	for _, r := range filled {
		statements[r.ID] = r.Statement
	}
	for i := range d.areas {
		area := &d.areas[i]
		if area.Requirement == "" {
			continue
		}
		if area.Quote = statements[area.Requirement]; area.Quote == "" {
			area.Touched, area.Requirement, area.Key = false, "", ""
			d.open++
		}
	}
}
