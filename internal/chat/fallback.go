package chat

import (
	"context"
	"errors"
	"fmt"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Substitute is a provider that answers where another one cannot, with its
// model.
type Substitute struct{ Provider, Model string }

// answerer is who answers: an offer with one of its models.
type answerer struct {
	offer Offer
	model string
}

// by returns the turn as the answerer answers it.
func (p prepared) by(who answerer) prepared {
	p.offer, p.turn.Provider, p.turn.Model = who.offer, who.offer.Provider.ID(), who.model
	return p
}

// answerers returns who may answer a turn: the one that its thread has, and
// then the substitutes in their order.
func (s *Service) answerers(p prepared) []answerer {
	list := []answerer{{p.offer, p.turn.Model}}
	for _, f := range s.Fallback {
		o, known := s.offer(f.Provider)
		if !known || f == (Substitute{p.turn.Provider, p.turn.Model}) {
			continue
		}
		if f.Model == "" && len(o.Models) > 0 {
			f.Model = o.Models[0]
		}
		list = append(list, answerer{o, f.Model})
	}
	return list
}

// produce has the turn answered and emits what comes. Where a provider fails
// before anything was shown, the next one is asked; where all fail, it is told
// what the first one said.
func (s *Service) produce(ctx context.Context, p prepared, used *tally, emit func(step) bool) {
	all := s.answerers(p)
	var first ending
	for i, who := range all {
		if i > 0 && !emit(step{by: &who, tool: &ToolJSON{Tool: substituteStep, State: "running", Answerer: who.offer.Name,
			Summary: fmt.Sprintf("%s failed, so %s answers", all[i-1].offer.Name, who.offer.Name)}}) {
			return
		}
		end, began := s.attempt(ctx, p.by(who), used, emit)
		if i == 0 {
			first = end
		}
		if began || ctx.Err() != nil || i == 0 && !substitutable(end.err) || end.err == nil {
			emit(step{end: &end})
			return
		}
		if i < len(all)-1 {
			p.log("a provider failed, and another one is asked", end.err)
		}
	}
	if len(all) > 1 {
		emit(step{by: &all[0], tool: &ToolJSON{Tool: substituteStep, State: "failed", Answerer: all[0].offer.Name, Summary: "None of the others could answer either"}})
	}
	emit(step{end: &first})
}

// substituteStep is the name under which a person sees that somebody else
// answers.
const substituteStep = "substitute"

// substitutable reports whether another provider may succeed where one failed
// so. What is a matter of the conversation, or of the budget, is none.
func substitutable(err error) bool {
	fault, is := errors.AsType[*llm.Error](err)
	if !is {
		return false
	}
	switch fault.Kind {
	case llm.ErrAuth, llm.ErrBilling, llm.ErrModel, llm.ErrRateLimit, llm.ErrOverloaded, llm.ErrNetwork, llm.ErrTimeout, llm.ErrCut, llm.ErrProtocol:
		return true
	}
	return false
}

// attempt has one provider answer, and reports whether anything came. Where the
// conversation is too long for the model, it is tried again with less of its history.
func (s *Service) attempt(ctx context.Context, p prepared, used *tally, emit func(step) bool) (ending, bool) {
	c := &conversing{provider: p.offer.Provider, purse: s.purseOf(p, used), tools: newToolbox(s, p.job, p.thread.Project, p.kept.Citations), emit: emit}
	for limit := s.limits.History; ; limit /= 4 {
		req, err := s.request(ctx, p, c, limit)
		if err != nil {
			return ending{err: err}, c.began
		}
		end := c.run(ctx, req)
		if llm.KindOf(end.err) == llm.ErrContext && !c.began && len(req.Messages) > 1 && limit > leastHistory {
			continue
		}
		return end, c.began
	}
}
