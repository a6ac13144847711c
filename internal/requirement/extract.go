package requirement

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// Selection says where requirements are looked for. Nothing at all means
// everything in the project: all documents and conversations.
type Selection struct {
	Documents []ba.DocumentID
	Threads   []ba.ThreadID
	Model     string // the id of a provider; empty: the rules
}

// MaxSources is how many documents and conversations one extraction reads.
const MaxSources = 200

// Extraction is what an extraction did.
type Extraction struct {
	Sources  int              // that were read
	Added    []ba.Requirement // new, with their numbers
	Linked   int              // statements that a requirement says already: it got this source too
	Known    int              // statements whose requirement quotes this source already
	Refused  []Refusal        // what a model claimed that is not in the source
	Unquoted int              // statements left out since they are too long, or not in one place
}

// Refusal is a statement of a model whose quote is not in its source.
type Refusal struct{ Statement, Quote string }

// Extract finds requirements in the documents and conversations of a project.
// What a requirement says already is not added again but linked to its further
// source, so that reading the same sources twice adds nothing, and ids stay.
// TooLarge means that the project would hold too many.
func (s *Service) Extract(ctx context.Context, a ba.Actor, project ba.ProjectID, sel Selection) (Extraction, error) {
	if err := s.mayEdit(ctx, a, project); err != nil {
		return Extraction{}, err
	}
	model, err := s.model(sel.Model)
	if err != nil {
		return Extraction{}, err
	}
	if sel, err = s.complete(ctx, a, project, sel); err != nil {
		return Extraction{}, err
	}
	run := &extraction{s: s, actor: a, project: project, model: model}
	for _, id := range unique(sel.Documents) {
		if err := run.document(ctx, id); err != nil {
			return run.done, err
		}
	}
	for _, id := range unique(sel.Threads) {
		if err := run.thread(ctx, id); err != nil {
			return run.done, err
		}
	}
	return run.done, nil
}

// complete names all sources of the project where none is named.
func (s *Service) complete(ctx context.Context, a ba.Actor, project ba.ProjectID, sel Selection) (Selection, error) {
	if len(sel.Documents)+len(sel.Threads) == 0 {
		documents, err := s.Store.Documents(ctx, a, project, ba.Page{Limit: MaxSources})
		if err != nil {
			return sel, err
		}
		threads, err := s.Store.Threads(ctx, a, project, ba.Page{Limit: MaxSources})
		if err != nil {
			return sel, err
		}
		for _, d := range documents.Items {
			sel.Documents = append(sel.Documents, d.ID)
		}
		for _, t := range threads.Items {
			sel.Threads = append(sel.Threads, t.ID)
		}
		if documents.Next != "" || threads.Next != "" {
			return sel, tooManySources()
		}
	}
	if len(sel.Documents)+len(sel.Threads) > MaxSources {
		return sel, tooManySources()
	}
	return sel, nil
}

func tooManySources() error {
	return ba.E(ba.TooLarge, fmt.Sprintf("%d documents and conversations can be read at once at most. Choose some of them, and then the others.", MaxSources))
}

// extraction is one run over several sources.
type extraction struct {
	s       *Service
	actor   ba.Actor
	project ba.ProjectID
	model   *Model // nil: the rules
	known   *catalogue
	done    Extraction
}

func (e *extraction) document(ctx context.Context, id ba.DocumentID) error {
	d, err := e.s.Store.Document(ctx, e.actor, id)
	if err != nil {
		return err
	}
	if d.Project != e.project {
		return ba.E(ba.NotFound, "This document does not exist in the project.")
	}
	text, err := e.s.read(ctx, e.actor, id)
	if err != nil || len(text.passages) == 0 {
		return err
	}
	var found []candidate
	if e.model != nil {
		found, err = e.ask(ctx, piecesOf(d, text.passages))
	} else {
		var lost int
		found, lost = text.candidates()
		e.done.Unquoted += lost
	}
	if err != nil {
		return err
	}
	e.done.Sources++
	return e.keep(ctx, found, d.Filename, func() ([]ba.AddedLink, error) { return e.s.Store.DocumentLinks(ctx, e.actor, id) })
}

// read returns the version of a document that is searched, with its blocks.
func (s *Service) read(ctx context.Context, a ba.Actor, id ba.DocumentID) (document, error) {
	passages, err := s.textOf(ctx, a, id)
	if err != nil || len(passages) == 0 {
		return document{}, err
	}
	blocks, err := s.blocks(func(page int) ([]byte, error) { return s.Store.BlockPage(ctx, a, id, passages[0].Version, page) })
	return document{blocks: blocks, passages: passages}, err
}

// blocks reads pages until there is none.
func (s *Service) blocks(read func(page int) ([]byte, error)) ([]extract.Block, error) {
	var all []extract.Block
	for page := 0; ; page++ {
		data, err := read(page)
		if err != nil {
			if ba.KindOf(err) == ba.NotFound {
				return all, nil
			}
			return nil, err
		}
		blocks, err := s.Blocks(data)
		if err != nil {
			return nil, err
		}
		all = append(all, blocks...)
	}
}

// thread reads what people said in a conversation: an answer is no source of
// what it says.
func (e *extraction) thread(ctx context.Context, id ba.ThreadID) error {
	t, _, err := e.s.Store.Thread(ctx, e.actor, id)
	if err != nil {
		return err
	}
	if t.Project != e.project {
		return ba.E(ba.NotFound, "This conversation does not exist in the project.")
	}
	messages, err := e.s.spoken(ctx, e.actor, id)
	if err != nil {
		return err
	}
	var found []candidate
	if e.model != nil {
		found, err = e.ask(ctx, utterances(t, messages))
	} else {
		for _, m := range messages {
			more, lost := said(m)
			found = append(found, more...)
			e.done.Unquoted += lost
		}
	}
	if err != nil {
		return err
	}
	e.done.Sources++
	return e.keep(ctx, found, t.Title, func() ([]ba.AddedLink, error) { return e.s.Store.ThreadLinks(ctx, e.actor, id) })
}

// spoken returns the messages that people wrote in a conversation.
func (s *Service) spoken(ctx context.Context, a ba.Actor, id ba.ThreadID) ([]ba.Message, error) {
	var all []ba.Message
	for page := (ba.Page{Limit: 200}); ; {
		list, err := s.Store.Messages(ctx, a, id, page)
		if err != nil {
			return nil, err
		}
		for _, m := range list.Items {
			if m.Role == ba.MessageUser {
				all = append(all, m)
			}
		}
		if page.After = list.Next; page.After == "" {
			return all, nil
		}
	}
}

// maxTries is how often a source is compared anew where others add
// requirements at the same time.
const maxTries = 5

// keep stores what was found in one source. name is the source's.
func (e *extraction) keep(ctx context.Context, found []candidate, name string, quoted func() ([]ba.AddedLink, error)) error {
	var conflict error
	for range maxTries {
		if e.known == nil {
			if err := e.learn(ctx); err != nil {
				return err
			}
		}
		links, err := quoted()
		if err != nil {
			return err
		}
		for _, l := range links {
			e.known.note(l.Requirement, l.Link)
		}
		change, counts := e.known.sort(e.project, found, name)
		if conflict = e.store(ctx, change, counts); conflict == nil || ba.KindOf(conflict) != ba.Conflict {
			return conflict
		}
	}
	return conflict
}

// store makes a change and counts it. After an error, what was noted as known
// is not.
func (e *extraction) store(ctx context.Context, change ba.RequirementChange, counts Extraction) error {
	if len(change.Add)+len(change.Link) > 0 {
		added, err := e.s.Store.ChangeRequirements(ctx, e.actor, change)
		if err != nil {
			e.known = nil
			return err
		}
		e.known.basis += len(added)
		e.done.Added = append(e.done.Added, added...)
	}
	e.done.Linked += counts.Linked
	e.done.Known += counts.Known
	return nil
}

// learn reads the project's requirements. The numbers are read first: what is
// added in between makes the change a conflict.
func (e *extraction) learn(ctx context.Context) error {
	basis, err := e.s.Store.RequirementNumbers(ctx, e.actor, e.project)
	if err != nil {
		return err
	}
	all, err := e.s.Store.Requirements(ctx, e.actor, e.project)
	if err != nil {
		return err
	}
	e.known = newCatalogue(basis, all)
	return nil
}

// sort tells what is new from what is known, and notes it as known.
func (c *catalogue) sort(project ba.ProjectID, found []candidate, name string) (ba.RequirementChange, Extraction) {
	basis := c.basis
	change := ba.RequirementChange{Project: project, Basis: &basis}
	at := make(map[ba.RequirementID]int) // of those that are new
	var counts Extraction
	for _, f := range found {
		var link *ba.Link
		if f.link != nil {
			if c.quoted[quoteKey(*f.link, f.link.Quote)] != "" {
				counts.Known++
				continue
			}
			l := *f.link
			l.ID, l.Filename = ba.NewID[ba.LinkID](), name
			link = &l
		}
		id := c.bySaid[gist(f.Statement)]
		i, isNew := at[id]
		switch {
		case id != "" && (link == nil || c.links[id] >= ba.MaxLinks):
			counts.Known++
			continue
		case id == "":
			r := f.Requirement
			r.ID, r.Areas = ba.NewID[ba.RequirementID](), touchedBy(&r)
			id, at[r.ID] = r.ID, len(change.Add)
			if link != nil {
				r.Links = []ba.Link{*link}
			}
			change.Add = append(change.Add, r)
			c.add(r)
		case isNew:
			change.Add[i].Links = append(change.Add[i].Links, *link)
			c.links[id]++
			counts.Linked++
		default:
			change.Link = append(change.Link, ba.AddedLink{Requirement: id, Link: *link})
			c.links[id]++
			counts.Linked++
		}
		if link != nil {
			c.note(id, *link)
		}
	}
	return change, counts
}
