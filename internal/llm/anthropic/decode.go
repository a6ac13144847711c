package anthropic

import (
	"encoding/json"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// event is the union of the events that we know, with the fields that we use.
// Blocks and deltas are read once their own type is known: others may have
// fields of the same name and another form.
type event struct {
	Type    string
	Message struct {
		ID    string
		Usage usage
	}
	Index        int
	ContentBlock json.RawMessage `json:"content_block"`
	Delta        json.RawMessage
	Usage        usage
}

// usage is a running total; what an event leaves out keeps its value.
type usage struct {
	Input      *int64 `json:"input_tokens"`
	CacheWrite *int64 `json:"cache_creation_input_tokens"`
	CacheRead  *int64 `json:"cache_read_input_tokens"`
	Output     *int64 `json:"output_tokens"`
}

// known are the event names that matter; an event without a name has "message".
var known = []string{"message", "message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop", "error"}

type decoder struct {
	model  string
	id     string
	blocks blocks
	usage  usage
	stop   string // the stop reason; empty until it came
}

func newDecoder(model string) *decoder { return &decoder{model: model} }

// Event implements wire.Decoder.
func (d *decoder) Event(e sse.Event) ([]llm.Delta, error) {
	if !slices.Contains(known, e.Name) {
		return nil, nil
	}
	var ev event
	if err := json.Unmarshal([]byte(e.Data), &ev); err != nil {
		return nil, wire.Broken("an event is not what the protocol says", err)
	}
	switch ev.Type {
	case "message_start":
		d.id = ev.Message.ID
		return d.count(ev.Message.Usage), nil
	case "content_block_start":
		return d.blocks.start(ev.Index, ev.ContentBlock)
	case "content_block_delta":
		return d.blocks.extend(ev.Index, ev.Delta)
	case "message_delta":
		return d.change(ev)
	case "message_stop":
		return d.finish()
	case "error":
		e := faultOf([]byte(e.Data))
		if e.Kind == llm.ErrUnknown {
			e.Kind = llm.ErrOverloaded // it began and could not go on
		}
		return nil, &e
	}
	return nil, nil
}

// Ended implements wire.Decoder: nothing comes after message_stop.
func (d *decoder) Ended() bool { return false }

// End implements wire.Decoder: only message_stop ends an answer.
func (d *decoder) End() ([]llm.Delta, error) { return nil, nil }

// Size implements wire.Decoder.
func (d *decoder) Size() int { return d.blocks.meter.Size() }

// ID implements wire.Decoder.
func (d *decoder) ID() string { return d.id }

// change reads the one event about the whole message.
func (d *decoder) change(ev event) ([]llm.Delta, error) {
	var c struct {
		StopReason *string `json:"stop_reason"`
	}
	if len(ev.Delta) > 0 {
		if err := json.Unmarshal(ev.Delta, &c); err != nil {
			return nil, wire.Broken("a message_delta is not what the protocol says", err)
		}
	}
	if c.StopReason != nil {
		d.stop = *c.StopReason
	}
	return d.count(ev.Usage), nil
}

func (d *decoder) count(u usage) []llm.Delta {
	for _, f := range []struct{ to, from **int64 }{
		{&d.usage.Input, &u.Input}, {&d.usage.CacheWrite, &u.CacheWrite}, {&d.usage.CacheRead, &u.CacheRead}, {&d.usage.Output, &u.Output},
	} {
		if *f.from != nil {
			*f.to = *f.from
		}
	}
	return []llm.Delta{{Kind: llm.DeltaUsage, Usage: ba.Usage{
		InputTokens:   value(d.usage.Input) + value(d.usage.CacheWrite) + value(d.usage.CacheRead),
		CachedTokens:  value(d.usage.CacheRead),
		WrittenTokens: value(d.usage.CacheWrite),
		OutputTokens:  value(d.usage.Output),
	}}}
}

func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// finish ends the answer. Calls are handed over only now: one that was cut by
// the output limit looks like any other until the reason comes.
func (d *decoder) finish() ([]llm.Delta, error) {
	if d.stop == "" {
		return nil, wire.Broken("message_stop came without a stop reason", nil)
	}
	end := llm.Delta{Kind: llm.DeltaStop, Stop: stopOf(d.stop), StopReason: d.stop}
	if end.Stop != llm.StopTools && end.Stop != llm.StopEnd {
		return []llm.Delta{end}, nil
	}
	var out []llm.Delta
	if end.Stop == llm.StopTools {
		calls, err := d.blocks.calls()
		if err != nil {
			return nil, err
		}
		if out = calls; len(calls) == 0 {
			end.Stop = llm.StopEnd
		}
	}
	var err error
	if end.Opaque, err = d.blocks.opaque(d.model); err != nil {
		return nil, wire.Broken("the blocks cannot be kept", err)
	}
	return append(out, end), nil
}

// stopOf maps https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons.
// A reason that is not known is an end; the caller sees the word.
func stopOf(reason string) llm.Stop {
	switch reason {
	case "tool_use":
		return llm.StopTools
	case "max_tokens", "model_context_window_exceeded", "pause_turn":
		return llm.StopLength
	case "refusal":
		return llm.StopRefused
	}
	return llm.StopEnd
}
