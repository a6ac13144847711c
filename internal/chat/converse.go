package chat

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// The bounds of the tools in one answer.
const (
	maxToolRounds = 8  // after which calls are refused, so that the model answers
	lastRound     = 10 // after which the answer ends as truncated
	maxRoundCalls = 16 // calls in one round
)

// step is one thing that happens while an answer is made.
type step struct {
	text    string
	tool    *ToolJSON // without its message
	done    *ba.Step  // of a tool
	by      *answerer // who answers from here on
	sources []source  // may be cited from here on
	end     *ending
}

// ending is how the making of an answer ended: by the provider's stop, or by
// an error. It is the last step.
type ending struct {
	stop    llm.Stop
	reason  string
	clipped bool // shorter than it might have been, for want of money
	err     error
}

// conversing is a conversation with a provider: calls, and the tools between
// them, until it has answered.
type conversing struct {
	provider llm.Provider
	tools    *toolbox
	emit     func(step) bool // false where nobody takes steps any more
	purse    *purse
	began    bool // something came: text, or a call of a tool
	said     bool // the answer has text
	newline  bool // that text ends with a line end
}

// run makes the answer and returns how it ended.
func (c *conversing) run(ctx context.Context, req llm.Request) ending {
	for round := 0; ; round++ {
		r := c.call(ctx, req)
		switch {
		case r.err != nil:
			return ending{err: r.err}
		case r.stop.Stop != llm.StopTools || len(r.calls) == 0:
			return ending{stop: r.stop.Stop, reason: r.stop.StopReason, clipped: r.clipped}
		case round >= lastRound:
			return ending{stop: llm.StopLength, reason: "tool_rounds"}
		}
		c.began = true
		results, ok := c.runTools(ctx, r.calls, round >= maxToolRounds)
		if !ok {
			return ending{err: context.Cause(ctx)}
		}
		req.Messages = append(req.Messages,
			llm.Message{Role: llm.RoleAssistant, Text: r.text, ToolCalls: r.calls, Opaque: r.stop.Opaque},
			llm.Message{Role: llm.RoleTool, ToolResults: results})
	}
}

// round is what came of one call.
type round struct {
	text    string
	calls   []llm.ToolCall
	stop    llm.Delta
	clipped bool // the call was allowed less than others
	err     error
}

// call pays for the request, sends it, and emits what comes.
func (c *conversing) call(ctx context.Context, req llm.Request) round {
	pay, err := c.purse.open(ctx, &req)
	if err != nil {
		return round{err: err}
	}
	r := c.stream(ctx, req, pay)
	pay.close(ctx, r.err)
	r.clipped = pay.hold.Clipped
	return r
}

func (c *conversing) stream(ctx context.Context, req llm.Request, pay *payment) (r round) {
	var text strings.Builder
	defer func() {
		if p := recover(); p != nil {
			r.err = &llm.Error{Provider: c.provider.ID(), Kind: llm.ErrUnknown, Msg: "the provider's code panicked", Err: panicked(p)}
		}
	}()
	r.err = &llm.Error{Provider: c.provider.ID(), Kind: llm.ErrProtocol, Msg: "the stream ended without a stop"}
	for d, err := range c.provider.Stream(ctx, req) {
		if err != nil {
			r.err = err
			break
		}
		pay.take(d)
		switch d.Kind {
		case llm.DeltaText:
			c.say(d.Text, text.Len() == 0)
			text.WriteString(d.Text)
		case llm.DeltaToolCall:
			r.calls = append(r.calls, d.ToolCall)
		case llm.DeltaStop:
			r.stop, r.err = d, nil
		}
	}
	r.text = text.String()
	return r
}

// panicked describes a panic for the log. What a runtime error says holds
// numbers and types; any other value may hold what a person wrote.
func panicked(value any) error {
	if err, is := value.(runtime.Error); is {
		return fmt.Errorf("%w\n%s", err, debug.Stack())
	}
	return fmt.Errorf("panic with a %T\n%s", value, debug.Stack())
}

// say emits text. What a model says after it ran tools is a new paragraph.
func (c *conversing) say(text string, first bool) {
	if text == "" {
		return
	}
	if first && c.said && !c.newline {
		text = "\n\n" + text
	}
	c.began, c.said, c.newline = true, true, strings.HasSuffix(text, "\n")
	c.emit(step{text: text})
}

// runTools runs the calls of a round, or refuses them all. It returns false
// where the answer is no longer wanted.
func (c *conversing) runTools(ctx context.Context, calls []llm.ToolCall, refuse bool) ([]llm.ToolResult, bool) {
	results := make([]llm.ToolResult, 0, len(calls))
	for i, call := range calls {
		out := refusal(prompt.TooManyCalls)
		if !refuse && i < maxRoundCalls {
			if !c.emit(step{tool: &ToolJSON{Tool: call.Name, State: "running", Summary: announce(call)}}) {
				return nil, false
			}
			out = c.tools.run(ctx, call)
		}
		state := "done"
		if out.failed {
			state = "failed"
		}
		done := ba.Step{Tool: call.Name, Failed: out.failed, Asked: announce(call), Summary: out.summary, Found: foundIn(out.sources)}
		if !c.emit(step{tool: &ToolJSON{Tool: call.Name, State: state, Summary: out.summary}, sources: out.sources, done: &done}) {
			return nil, false
		}
		results = append(results, llm.ToolResult{CallID: call.ID, Name: call.Name, Text: out.text, Failed: out.failed})
	}
	return results, true
}

func foundIn(sources []source) []ba.Found {
	var list []ba.Found
	for _, s := range sources {
		list = append(list, ba.Found{N: s.n, Document: s.hit.Document, Version: s.hit.Version, Passage: s.hit.Passage, Filename: s.hit.Filename, Locator: s.hit.Locator})
	}
	return list
}

func sum(a, b ba.Usage) ba.Usage {
	return ba.Usage{InputTokens: a.InputTokens + b.InputTokens, CachedTokens: a.CachedTokens + b.CachedTokens,
		WrittenTokens: a.WrittenTokens + b.WrittenTokens, OutputTokens: a.OutputTokens + b.OutputTokens, CostMicroUSD: a.CostMicroUSD + b.CostMicroUSD}
}
