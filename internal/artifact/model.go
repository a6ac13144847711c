package artifact

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

const (
	maxRounds     = 8       // calls for one section, each of which goes on where the last was cut
	maxSection    = 100_000 // code points
	shownToModel  = 150     // requirements in one prompt
	statementSeen = 600     // code points of each
	stepsAhead    = 64
)

// modelWrites reports whether a model writes a section that lists objects where
// there is none: stories and criteria are texts, lists of objects are not.
func (g *generation) modelWrites(p part) bool {
	text := strings.HasPrefix(p.key, "stories_") || strings.HasPrefix(p.key, "criteria_")
	return text && g.offer.Provider.ID() != analyst.ID
}

// byModel has a model write a section, stores it while it grows, and checks it.
func (g *generation) byModel(ctx context.Context, p part, s *ba.Section) error {
	ask, err := g.promptFor(ctx, p, s)
	if err != nil {
		return err
	}
	system, message, err := prompt.Artifact(ask)
	if err != nil {
		return err
	}
	req := llm.Request{Model: g.v.Model, Mode: ba.ModeFree, System: system, Messages: []llm.Message{{Role: llm.RoleUser, Text: message}}}
	for range maxRounds {
		stop, err := g.stream(ctx, req, s)
		switch {
		case err != nil:
			return err
		case stop == llm.StopRefused:
			return &llm.Error{Provider: g.offer.Provider.ID(), Kind: llm.ErrRefused, Msg: "the model refused"}
		case stop == llm.StopLength && len(s.Text) < maxSection:
			req.Messages = []llm.Message{req.Messages[0], {Role: llm.RoleAssistant, Text: s.Text}, {Role: llm.RoleUser, Text: prompt.GoOn}}
			continue
		case stop == llm.StopLength:
			return &cutShort{p.title}
		}
		g.check(p, s, ask)
		return nil
	}
	return &cutShort{p.title}
}

// promptFor gathers what a model is shown for a section.
func (g *generation) promptFor(ctx context.Context, p part, s *ba.Section) (prompt.ArtifactSection, error) {
	ask := prompt.ArtifactSection{Document: kindNames[g.v.Kind], Title: p.title, Purpose: cmp.Or(p.purpose, purposeOf(p)), Nothing: p.nothing(), Instructions: g.v.Instructions}
	for _, done := range g.v.Sections {
		if done.Done {
			ask.Before = append(ask.Before, done.Title)
		}
	}
	shown := g.m.requirements
	if len(p.shows) > 0 {
		shown = nil
		for _, r := range g.shown(s) {
			shown = append(shown, *r)
		}
	}
	ask.Omitted = max(0, len(shown)-shownToModel)
	for _, r := range shown[:len(shown)-ask.Omitted] {
		ask.Requirements = append(ask.Requirements, prompt.ArtifactRequirement{Key: r.Key(), Type: string(r.Type), Priority: string(r.Priority), Statement: clip(oneLine(r.Statement), statementSeen)})
	}
	facts, err := g.factsFor(ctx, p)
	for _, f := range facts {
		ask.Quotes = append(ask.Quotes, prompt.ArtifactQuote{N: g.cite(f.link), Source: placeOf(f.link), Text: oneLine(f.link.Quote)})
	}
	for _, n := range g.m.notes {
		ask.Notes = append(ask.Notes, noteNames[n.Kind]+": "+oneLine(n.Text))
	}
	return ask, err
}

var noteNames = map[ba.NoteKind]string{ba.NoteQuestion: "Open question", ba.NoteDecision: "Decision", ba.NoteAssumption: "Assumption"}

// purposeOf is the purpose of a section that writes about requirements.
func purposeOf(p part) string {
	if strings.HasPrefix(p.key, "stories_") {
		return "A user story for each requirement that is one, under a heading ### with its key: As a ..., I want ..., so that .... Leave the benefit open where it is not stated."
	}
	return "For each requirement, under a heading ### with its key, its acceptance criteria: **Given** ..., **When** ..., **Then** .... Also the edge cases that follow from it."
}

// factsFor returns the quotes of a section's areas, and for a document of a
// free kind those on its instructions.
func (g *generation) factsFor(ctx context.Context, p part) ([]fact, error) {
	areas := p.areas
	if p.key == "summary" {
		areas = nil
		for _, area := range analyst.Areas() {
			areas = append(areas, area.Title)
		}
	}
	var found []fact
	for _, area := range areas {
		facts, err := g.about(ctx, area)
		if err != nil {
			return nil, err
		}
		if p.key == "summary" {
			facts = facts[:min(len(facts), 3)]
		}
		found = append(found, facts...)
	}
	if g.v.Kind == ba.ArtifactDocument && g.v.Instructions != "" {
		hits, err := g.s.Library.Retrieve(ctx, g.actor, g.v.Project, g.v.Instructions, passagesAsked)
		if err != nil {
			return nil, err
		}
		found = append(found, g.facts(ctx, hits, analyst.Answering(g.v.Instructions, passages(hits), 4*perArea))...)
	}
	for _, r := range g.requirementQuotes(p) {
		found = append(found, fact{r})
	}
	return found, nil
}

// requirementQuotes returns the verified quotes of the requirements that a
// section writes about.
func (g *generation) requirementQuotes(p part) []ba.Link {
	var links []ba.Link
	for _, id := range p.shows[:min(len(p.shows), shownToModel)] {
		if r := g.v.Requirement(id); r != nil {
			for _, l := range r.Links {
				if l.State == ba.LinkVerified {
					links = append(links, l)
				}
			}
		}
	}
	return links
}

// placeOf says where a quote stands.
func placeOf(l ba.Link) string {
	if where := l.Locator.String(); where != "" {
		return l.Filename + ", " + where
	}
	return l.Filename
}

func clip(s string, limit int) string {
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit]) + " …"
	}
	return s
}

// step is a delta of a provider, or its error.
type step struct {
	delta llm.Delta
	err   error
}

// stream appends what one call brings to the section, which is stored at least
// every save of the pace, and returns why it stopped.
func (g *generation) stream(ctx context.Context, req llm.Request, s *ba.Section) (llm.Stop, error) {
	ctx, cancel := context.WithCancel(ctx)
	pay, err := g.pay(ctx, &req)
	if err != nil {
		cancel()
		return 0, err
	}
	steps := make(chan step, stepsAhead)
	defer func() {
		cancel()
		for range steps { //nolint:revive // the provider notices that nobody listens any more
		}
	}()
	go pump(ctx, g.offer.Provider, req, steps)
	stop, err := g.follow(ctx, steps, s, pay)
	pay.close(ctx, err)
	return stop, err
}

// follow takes what comes until the call has ended.
func (g *generation) follow(ctx context.Context, steps <-chan step, s *ba.Section, pay *payment) (llm.Stop, error) {
	tick := time.NewTicker(g.s.pace.save)
	defer tick.Stop()
	stored := len(s.Text)
	for {
		select {
		case st, open := <-steps:
			switch {
			case !open:
				return 0, context.Cause(ctx)
			case st.err != nil:
				return 0, st.err
			}
			pay.take(st.delta)
			switch st.delta.Kind {
			case llm.DeltaText:
				s.Text += strings.ToValidUTF8(st.delta.Text, "\uFFFD")
			case llm.DeltaStop:
				return st.delta.Stop, nil
			}
		case <-tick.C:
			if len(s.Text) == stored && time.Since(g.wrote) < g.s.pace.renew {
				continue
			}
			stored = len(s.Text)
			if err := g.save(ctx); err != nil {
				return 0, err
			}
		}
	}
}

// pump sends what a provider yields, and closes the channel.
func pump(ctx context.Context, p llm.Provider, req llm.Request, steps chan<- step) {
	defer close(steps)
	send := func(st step) bool {
		select {
		case steps <- st:
			return true
		case <-ctx.Done():
			return false
		}
	}
	defer func() {
		if r := recover(); r != nil {
			send(step{err: &llm.Error{Provider: p.ID(), Kind: llm.ErrUnknown, Msg: "the provider's code panicked", Err: panicked(r)}})
		}
	}()
	for d, err := range p.Stream(ctx, req) {
		if !send(step{d, err}) || err != nil {
			return
		}
	}
}

// related returns the requirements that share words with a text, the most first.
func related(text string, requirements []ba.Requirement) []ba.RequirementID {
	const most = 100
	wanted := wordsOf(text)
	type scored struct {
		id ba.RequirementID
		n  int
	}
	var list []scored
	for _, r := range requirements {
		n := 0
		for w := range wordsOf(r.Statement) {
			n += b2i(wanted[w])
		}
		if n > 0 {
			list = append(list, scored{r.ID, n})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.n, a.n) })
	ids := make([]ba.RequirementID, 0, len(list))
	for _, s := range list[:min(len(list), most)] {
		ids = append(ids, s.id)
	}
	return ids
}
