package wire

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// output passes deltas to the reader of a stream and keeps what a retry and an
// error must know of them.
type output struct {
	ctx   context.Context // of the reader
	yield func(llm.Delta, error) bool
	id    func() string // of the answer, for its stop

	started bool // a piece of the answer was yielded
	stopped bool
	err     error // why nothing more can be sent

	earlier ba.Usage // of attempts that failed
	usage   ba.Usage // of this attempt, as last reported
}

// send yields the deltas. After an error, which is also kept in err, nothing
// more may be sent.
func (o *output) send(deltas []llm.Delta) error {
	for _, d := range deltas {
		if o.err = o.ctx.Err(); o.err != nil {
			return o.err
		}
		switch d.Kind {
		case llm.DeltaText, llm.DeltaReasoning:
			if d.Text == "" {
				continue
			}
			o.started = true
		case llm.DeltaToolCall:
			o.started = true
		case llm.DeltaUsage:
			o.usage = sane(d.Usage)
			d.Usage = sum(o.earlier, o.usage)
		case llm.DeltaStop:
			o.stopped = true
			d.RequestID = o.id()
		}
		if !o.yield(d, nil) {
			o.err = errLeft
			return o.err
		}
		if o.stopped {
			return nil
		}
	}
	return nil
}

// again begins another attempt. What the failed one was counted for stays.
func (o *output) again() {
	o.earlier = sum(o.earlier, o.usage)
	o.usage = ba.Usage{}
}

// sane bounds counts to what makes sense: a server's numbers are not to be
// trusted with a budget.
func sane(u ba.Usage) ba.Usage {
	u.InputTokens = max(u.InputTokens, 0)
	u.CachedTokens = min(max(u.CachedTokens, 0), u.InputTokens)
	u.WrittenTokens = min(max(u.WrittenTokens, 0), u.InputTokens-u.CachedTokens)
	u.OutputTokens = max(u.OutputTokens, 0)
	return u
}

func sum(a, b ba.Usage) ba.Usage {
	a.InputTokens += b.InputTokens
	a.CachedTokens += b.CachedTokens
	a.WrittenTokens += b.WrittenTokens
	a.OutputTokens += b.OutputTokens
	return a
}
