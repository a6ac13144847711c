package artifact

import (
	"context"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// The bounds of what an artifact is made from.
const (
	maxThreads    = 30   // conversations, the newest
	maxMessages   = 2000 // of each
	maxDocuments  = 1000 // that are listed
	perArea       = 6    // quotes of documents for an area
	toldPerArea   = 12   // sentences of conversations for an area
	passagesAsked = 24   // looked through for an area
)

// fact is a verbatim quote of a conversation or document.
type fact struct{ link ba.Link }

// material is all that an artifact is made from.
type material struct {
	project      ba.Project
	requirements []ba.Requirement // without those that were rejected
	notes        []ba.Note
	documents    []ba.Document
	threads      []ba.Thread
	told         map[string][]fact // by area
	stated       map[string][]fact // filled when an area is first asked for
}

// gather reads what the whole artifact needs.
func (g *generation) gather(ctx context.Context) (err error) {
	s, a, id := g.s, g.actor, g.v.Project
	g.m.stated = make(map[string][]fact)
	if err = g.collect(ctx); err != nil {
		return err
	}
	if g.m.project, err = s.Store.Project(ctx, a, id); err != nil {
		return err
	}
	if g.m.requirements, err = s.Store.Requirements(ctx, a, id); err != nil {
		return err
	}
	g.m.requirements = slices.DeleteFunc(g.m.requirements, func(r ba.Requirement) bool { return r.Status == ba.RequirementRejected })
	if err = g.openLinks(ctx); err != nil {
		return err
	}
	if g.m.notes, err = s.Store.Notes(ctx, a, id); err != nil {
		return err
	}
	if g.m.documents, err = all(maxDocuments, func(p ba.Page) (ba.List[ba.Document], error) { return s.Store.Documents(ctx, a, id, p) }); err != nil {
		return err
	}
	if g.m.threads, err = all(maxThreads, func(p ba.Page) (ba.List[ba.Thread], error) { return s.Store.Threads(ctx, a, id, p) }); err != nil {
		return err
	}
	slices.SortStableFunc(g.m.threads, func(x, y ba.Thread) int { // the one in which it was asked for comes first
		return b2i(y.ID == g.v.Thread) - b2i(x.ID == g.v.Thread)
	})
	return g.listen(ctx)
}

// openLinks reads the quotes of the requirements' links, source by source. A
// link whose source is gone stays without one.
func (g *generation) openLinks(ctx context.Context) error {
	opened := make(map[ba.LinkID]ba.Link)
	read := make(map[string]bool)
	for _, r := range g.m.requirements {
		for _, l := range r.Links {
			source := string(l.Document) + string(l.Thread)
			if read[source] {
				continue
			}
			read[source] = true
			if err := g.openSource(ctx, l, opened); err != nil {
				return err
			}
		}
	}
	for _, r := range g.m.requirements {
		for i, l := range r.Links {
			if whole, known := opened[l.ID]; known {
				r.Links[i] = whole
			}
		}
	}
	return nil
}

// openSource reads the links to the source of one of them.
func (g *generation) openSource(ctx context.Context, l ba.Link, opened map[ba.LinkID]ba.Link) error {
	var links []ba.AddedLink
	var err error
	if l.Document != "" {
		links, err = g.s.Store.DocumentLinks(ctx, g.actor, l.Document)
	} else {
		links, err = g.s.Store.ThreadLinks(ctx, g.actor, l.Thread)
	}
	if err != nil && ba.KindOf(err) != ba.NotFound {
		return err
	}
	for _, added := range links {
		opened[added.Link.ID] = added.Link
	}
	return nil
}

// collect has requirement objects made, where the project never had any.
func (g *generation) collect(ctx context.Context) error {
	if g.s.Collector == nil {
		return nil
	}
	given, err := g.s.Store.RequirementNumbers(ctx, g.actor, g.v.Project)
	if err != nil || given > 0 {
		return err
	}
	return g.s.Collector.Collect(ctx, g.actor, g.v.Project)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// all reads a list to its end, or to the limit.
func all[T any](limit int, read func(ba.Page) (ba.List[T], error)) ([]T, error) {
	var items []T
	page := ba.Page{Limit: ba.MaxPageSize}
	for {
		l, err := read(page)
		if err != nil {
			return nil, err
		}
		items = append(items, l.Items...)
		if l.Next == "" || len(items) >= limit {
			return items[:min(len(items), limit)], nil
		}
		page.After = l.Next
	}
}

// listen sorts what people said in the conversations by the areas.
func (g *generation) listen(ctx context.Context) error {
	g.m.told = make(map[string][]fact)
	for _, t := range g.m.threads {
		messages, err := all(maxMessages, func(p ba.Page) (ba.List[ba.Message], error) { return g.s.Store.Messages(ctx, g.actor, t.ID, p) })
		if err != nil {
			return err
		}
		for area, sentences := range analyst.Told(exchanges(messages)) {
			for _, sentence := range sentences {
				if f, ok := saidIn(t, messages, sentence); ok && len(g.m.told[area]) < toldPerArea {
					g.m.told[area] = append(g.m.told[area], f)
				}
			}
		}
	}
	return nil
}

// exchanges pairs what was said with what was answered.
func exchanges(messages []ba.Message) []analyst.Exchange {
	var pairs []analyst.Exchange
	for _, m := range messages {
		switch {
		case m.Role == ba.MessageUser:
			pairs = append(pairs, analyst.Exchange{Said: m.Text})
		case len(pairs) > 0:
			pairs[len(pairs)-1].Answer = m.Text
		}
	}
	return pairs
}

// saidIn returns the sentence with the message in which it stands word for word.
func saidIn(t ba.Thread, messages []ba.Message, sentence string) (fact, bool) {
	for _, m := range messages {
		if m.Role == ba.MessageUser && strings.Contains(m.Text, sentence) {
			title := t.Title
			if title == "" {
				title = "Conversation"
			}
			return fact{ba.Link{Thread: t.ID, Message: m.ID, Filename: title, Quote: sentence, Hash: ba.QuoteHash(sentence), State: ba.LinkVerified}}, true
		}
	}
	return fact{}, false
}

// about returns what conversations and documents hold of an area.
func (g *generation) about(ctx context.Context, area string) ([]fact, error) {
	stated, known := g.m.stated[area]
	if !known {
		_, search := analyst.Ask(area)
		hits, err := g.s.Library.Retrieve(ctx, g.actor, g.v.Project, search, passagesAsked)
		if err != nil {
			return nil, err
		}
		stated = g.facts(ctx, hits, analyst.Stated(area, passages(hits), perArea))
		g.m.stated[area] = stated
	}
	return append(slices.Clone(g.m.told[area]), stated...), nil
}

func passages(hits []ba.Hit) []prompt.Passage {
	list := make([]prompt.Passage, len(hits))
	for i, h := range hits {
		list[i] = prompt.Passage{N: i + 1, Document: h.Filename, Locator: h.Locator.String(), Text: h.Text}
	}
	return list
}

// facts returns the pieces with their places, each only where it stands word
// for word in its passage.
func (g *generation) facts(ctx context.Context, hits []ba.Hit, pieces []analyst.Piece) []fact {
	var found []fact
	for _, p := range pieces {
		h := hits[p.Passage]
		if !strings.Contains(h.Text, p.Quote) {
			continue
		}
		where, err := g.s.Library.Place(ctx, g.actor, h.Passage, p.Quote)
		if err != nil { // the passage's own place is less exact, and true
			where = h.Locator
		}
		found = append(found, fact{ba.Link{Document: h.Document, Version: h.Version, Passage: h.Passage, Filename: h.Filename, Locator: where,
			Quote: p.Quote, Hash: ba.QuoteHash(p.Quote), State: ba.LinkVerified}})
	}
	return found
}
