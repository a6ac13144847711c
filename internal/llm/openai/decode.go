package openai

import (
	"encoding/json"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// chunk is an event. Choices may be empty, and any text null.
type chunk struct {
	ID      string
	Choices []choice
	Usage   *usage
	Error   json.RawMessage
}

type choice struct {
	Index  int
	Delta  delta
	Finish string `json:"finish_reason"`
}

type delta struct {
	Content   string
	Refusal   string
	Reasoning string     `json:"reasoning"`         // Ollama, vLLM, gateways
	Thoughts  string     `json:"reasoning_content"` // DeepSeek
	ToolCalls []fragment `json:"tool_calls"`
}

type usage struct {
	Prompt     int64 `json:"prompt_tokens"`     // the cached ones too
	Completion int64 `json:"completion_tokens"` // reasoning too
	CacheHit   int64 `json:"prompt_cache_hit_tokens"`
	Details    struct {
		Cached int64 `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
}

// done is the data of the last event.
const done = "[DONE]"

type decoder struct {
	dialect Dialect
	model   string
	wire.Meter

	id        string
	calls     calls
	reasoning strings.Builder
	refused   bool
	finish    string // the reason; empty until it came
}

// Event implements wire.Decoder.
func (d *decoder) Event(e sse.Event) ([]llm.Delta, error) {
	if e.Data == done {
		return d.last()
	}
	if e.Name != "message" && e.Name != "error" {
		return nil, nil
	}
	var c chunk
	if err := json.Unmarshal([]byte(e.Data), &c); err != nil {
		return nil, wire.Broken("a chunk is not what the protocol says", err)
	}
	if isFault(e.Name, c.Error) {
		f := readFault(0, []byte(e.Data))
		return nil, &f
	}
	if c.ID != "" {
		d.id = c.ID
	}
	var out []llm.Delta
	for _, ch := range c.Choices {
		if ch.Index != 0 {
			continue // only one was asked for
		}
		deltas, err := d.choice(ch)
		if out = append(out, deltas...); err != nil {
			return out, err
		}
	}
	if c.Usage != nil {
		out = append(out, llm.Delta{Kind: llm.DeltaUsage, Usage: c.Usage.count()})
	}
	return out, nil
}

func isFault(name string, err json.RawMessage) bool {
	return name == "error" || len(err) > 0 && string(err) != "null"
}

func (d *decoder) choice(c choice) ([]llm.Delta, error) {
	t := c.Delta
	thought := t.Thoughts
	if thought == "" {
		thought = t.Reasoning // some gateways send both, with the same text
	}
	if err := d.Add(len(t.Content) + len(t.Refusal) + len(thought)); err != nil {
		return nil, err
	}
	d.reasoning.WriteString(thought)
	d.refused = d.refused || t.Refusal != ""
	out := []llm.Delta{{Kind: llm.DeltaReasoning, Text: thought}, {Kind: llm.DeltaText, Text: t.Content + t.Refusal}}
	for _, f := range t.ToolCalls {
		if err := d.Add(16 + len(f.ID) + len(f.Function.Name) + len(f.Function.Arguments)); err != nil {
			return out, err
		}
		if err := d.calls.add(f); err != nil {
			return out, err
		}
	}
	if c.Finish != "" {
		d.finish = c.Finish
	}
	return out, nil
}

func (u usage) count() ba.Usage {
	return ba.Usage{InputTokens: u.Prompt, CachedTokens: max(u.Details.Cached, u.CacheHit), OutputTokens: u.Completion}
}

// Ended implements wire.Decoder.
func (d *decoder) Ended() bool { return d.finish != "" }

// ID implements wire.Decoder.
func (d *decoder) ID() string { return d.id }

// last reads the end marker, which counts only after a finish_reason.
func (d *decoder) last() ([]llm.Delta, error) {
	if d.finish == "" {
		return nil, &llm.Error{Kind: llm.ErrCut, Msg: "the stream was closed without a finish_reason"}
	}
	return d.End()
}

// End implements wire.Decoder.
func (d *decoder) End() ([]llm.Delta, error) {
	end := llm.Delta{Kind: llm.DeltaStop, StopReason: d.finish}
	switch d.finish {
	case "":
		return nil, nil
	case "insufficient_system_resource", "aborted": // DeepSeek
		return nil, &llm.Error{Kind: llm.ErrOverloaded, Code: d.finish, Msg: "the server gave up for want of resources"}
	case "error": // gateways
		return nil, &llm.Error{Kind: llm.ErrOverloaded, Code: d.finish, Msg: "the model failed behind the gateway"}
	case "length":
		end.Stop = llm.StopLength
		return []llm.Delta{end}, nil
	case "content_filter":
		end.Stop = llm.StopRefused
		return []llm.Delta{end}, nil
	}
	return d.complete(end)
}

// complete hands over the calls. Some servers say "stop" after them; a reason
// that is not known is an end, and the caller sees the word.
func (d *decoder) complete(end llm.Delta) ([]llm.Delta, error) {
	if d.refused {
		end.Stop = llm.StopRefused
		return []llm.Delta{end}, nil
	}
	out, err := d.calls.whole(d.id)
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return []llm.Delta{end}, nil
	}
	end.Stop = llm.StopTools
	if d.dialect == DeepSeek {
		if end.Opaque, err = wire.Pack(string(d.dialect), d.model, thought{d.reasoning.String()}); err != nil {
			return nil, wire.Broken("the reasoning cannot be kept", err)
		}
	}
	return append(out, end), nil
}
