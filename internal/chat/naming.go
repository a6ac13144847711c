package chat

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

const (
	// titleTokens is what a model may write for a title, its reasoning included.
	titleTokens = 1_000
	titleTime   = 30 * time.Second
	titleReads  = 2_000 // code points of the question, and as many of the answer
	longTitle   = 80    // code points; more is not a title
)

// title asks the model for a title after the first answer, where the thread has
// one by rules. The answer is there already and waits for nothing: without
// money, time or luck, the title by rules stays.
func (s *Service) title(ctx context.Context, p prepared, answer string) {
	ctx, cancel := context.WithTimeout(ctx, titleTime)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			p.log("making a title broke off", panicked(r))
		}
	}()
	if _, already := s.naming.LoadOrStore(p.job.thread, true); already {
		return
	}
	defer s.naming.Delete(p.job.thread)
	t, _, err := s.Store.Thread(ctx, p.job.actor, p.job.thread)
	if err != nil || p.offer.Rules || t.Titled >= ba.TitledModel || t.Messages > firstExchange {
		return
	}
	title, err := s.askTitle(ctx, p, answer)
	if err != nil || title == "" {
		if _, poor := unpaid(err, false); ctx.Err() == nil && !poor {
			p.log("a conversation keeps its title by rules", err)
		}
		return
	}
	named, err := s.Store.NameThread(ctx, p.job.actor, t.ID, title, ba.TitledModel)
	switch {
	case err == nil && named:
		s.tell(ctx, t.ID, "title", TitleJSON{ThreadID: string(t.ID), Title: title})
	case err != nil && !lost(err):
		p.log("a title could not be stored", err)
	}
}

// firstExchange is how many messages a conversation has at most when it is
// named: a first question that had to be tried again is still the first.
const firstExchange = 4

// askTitle pays for the call as for those of an answer, but it belongs to no
// turn, since the turn has ended, and is not made where money gets short.
func (s *Service) askTitle(ctx context.Context, p prepared, answer string) (string, error) {
	system, message, err := prompt.Title(prompt.Transcript{Messages: []prompt.Said{{Person: true, Text: upTo(p.question.Text, titleReads)}, {Text: upTo(answer, titleReads)}}})
	if err != nil {
		return "", err
	}
	quiet := &conversing{provider: p.offer.Provider, emit: func(step) bool { return true }, purse: &purse{budget: s.Budget, tally: &tally{}, log: p.log,
		call: ba.Call{User: p.job.actor.User, Provider: p.turn.Provider, Model: p.turn.Model, Extra: true}}}
	r := quiet.call(ctx, llm.Request{Model: p.turn.Model, Mode: ba.ModeFree, System: system, MaxOutput: titleTokens,
		Messages: []llm.Message{{Role: llm.RoleUser, Text: message}}})
	if r.err != nil || r.stop.Stop != llm.StopEnd {
		return "", r.err
	}
	return titleIn(r.text), nil
}

// titleIn returns the title in what a model wrote: its first line, without
// what models put around it. Something longer is no title, and empty.
func titleIn(text string) string {
	for line := range strings.Lines(text) {
		title := strings.Join(strings.Fields(strings.Map(plainRune, line)), " ")
		if rest, found := cutWords(title, "title"); found && strings.HasPrefix(rest, ":") {
			title = rest
		}
		title = strings.TrimFunc(title, isEdge)
		if !strings.ContainsFunc(title, isWordRune) {
			continue
		}
		if utf8.RuneCountInString(title) > longTitle {
			return ""
		}
		return title
	}
	return ""
}
