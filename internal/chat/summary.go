package chat

import (
	"context"
	"errors"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

const (
	summaryTokens = 2_000 // of a summary, at most
	maxSummary    = 12_000
	// mostPieces bounds how much of a conversation is summed up at once, in
	// pieces as long as the history that is shown. What is older is left out.
	mostPieces = 4
)

// summarySteps is the name under which a person sees that a summary is made.
const summarySteps = "summary"

// Summary returns what models read in place of a conversation's oldest
// messages; its Through is 0 where they read all of them.
func (s *Service) Summary(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Summary, error) {
	return s.Store.Summary(ctx, a, id)
}

// summed returns a summary of the messages up to the one numbered omitted, and
// makes it where there is none yet. It then covers so much that half of limit
// is free for what comes. Without the money or the luck to make one it is
// empty: the model is told that messages are left out.
func (s *Service) summed(ctx context.Context, p prepared, c *conversing, omitted, limit int) (ba.Summary, error) {
	before, err := s.Store.Summary(ctx, p.job.actor, p.thread.ID)
	if err != nil || before.Through >= int64(omitted) || p.offer.Rules {
		return before, err
	}
	h, err := s.history(ctx, p.job.actor, p.question, limit/2)
	if err != nil {
		return ba.Summary{}, err
	}
	through := int64(max(h.omitted, omitted))
	older, err := s.between(ctx, p, before.Through, through, limit)
	if err != nil || len(older) == 0 {
		return before, err
	}
	c.emit(step{tool: &ToolJSON{Tool: summarySteps, State: "running", Summary: "Summing up the beginning of the conversation"}})
	text, err := s.sumUp(ctx, p, c, before.Text, pieces(older, limit))
	if err != nil {
		c.emit(step{tool: &ToolJSON{Tool: summarySteps, State: "failed", Summary: "The beginning could not be summed up; it is left out"}})
		if ctx.Err() != nil {
			return ba.Summary{}, context.Cause(ctx)
		}
		p.log("a conversation could not be summed up", err)
		return ba.Summary{}, nil
	}
	made := ba.Summary{Thread: p.thread.ID, Through: through, Text: text}
	c.emit(step{tool: &ToolJSON{Tool: summarySteps, State: "done", Summary: "Summed up the first " + count(int(through)+1, "message")}})
	return made, s.Store.SaveSummary(ctx, p.job.actor, made, p.question.Seq)
}

// between returns the exchanges after one message up to another, in order, the
// newest of them where they are too many.
func (s *Service) between(ctx context.Context, p prepared, after, through int64, limit int) ([]exchange, error) {
	var found []exchange
	size := 0
	for e, err := range s.backwards(ctx, p.job.actor, p.question) {
		if err != nil {
			return nil, err
		}
		if e.question.Seq <= after || size > mostPieces*limit {
			break
		}
		if e.question.Seq <= through {
			found, size = append(found, e), size+e.size()
		}
	}
	slices.Reverse(found)
	return found, nil
}

// pieces splits exchanges into parts of about limit code points.
func pieces(all []exchange, limit int) [][]prompt.Said {
	var parts [][]prompt.Said
	size := limit + 1
	for _, e := range all {
		if size += e.size(); size > limit {
			parts, size = append(parts, nil), e.size()
		}
		last := &parts[len(parts)-1]
		*last = append(*last, prompt.Said{Person: true, Text: upTo(e.question.Text, limit)})
		if e.answer != "" {
			*last = append(*last, prompt.Said{Text: upTo(e.answer, limit)})
		}
	}
	return parts
}

// upTo returns the first n code points of a text.
func upTo(text string, n int) string {
	runes := 0
	for i := range text {
		if runes++; runes > n {
			return text[:i]
		}
	}
	return text
}

var errNoSummary = errors.New("the model wrote no summary")

// sumUp asks the model for one part after the other, each time with what the
// earlier ones came to. The calls are paid for as those of the answer are.
func (s *Service) sumUp(ctx context.Context, p prepared, c *conversing, text string, parts [][]prompt.Said) (string, error) {
	quiet := &conversing{provider: c.provider, purse: c.purse, emit: func(step) bool { return true }}
	for _, part := range parts {
		system, message, err := prompt.Summary(prompt.Transcript{Before: text, Messages: part})
		if err != nil {
			return "", err
		}
		r := quiet.call(ctx, llm.Request{Model: p.turn.Model, Mode: ba.ModeFree, System: system, MaxOutput: summaryTokens,
			Messages: []llm.Message{{Role: llm.RoleUser, Text: message}}})
		switch {
		case r.err != nil:
			return "", r.err
		case r.text == "" || r.stop.Stop == llm.StopRefused:
			return "", errNoSummary
		}
		text = upTo(r.text, maxSummary)
	}
	return text, nil
}
