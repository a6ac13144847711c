package gemini

import (
	"encoding/json"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// chunk is an event. Each has the counts so far; the last ones hold.
type chunk struct {
	Candidates []struct {
		Index   int
		Content struct {
			Parts []json.RawMessage
		}
		Finish string `json:"finishReason"`
		Token  string `json:"continuationToken"`
	}
	Feedback struct {
		Blocked string `json:"blockReason"`
	} `json:"promptFeedback"`
	Usage *usage          `json:"usageMetadata"`
	ID    string          `json:"responseId"`
	Error json.RawMessage `json:"error"`
}

type usage struct {
	Prompt   int64 `json:"promptTokenCount"` // the cached ones too
	Tools    int64 `json:"toolUsePromptTokenCount"`
	Cached   int64 `json:"cachedContentTokenCount"`
	Answer   int64 `json:"candidatesTokenCount"`
	Thoughts int64 `json:"thoughtsTokenCount"` // not in Answer, and billed as it
}

type decoder struct {
	*answer
	id      string
	finish  string // the reason; empty until it came
	blocked bool   // the reason is that the prompt was refused
}

// Event implements wire.Decoder.
func (d *decoder) Event(e sse.Event) ([]llm.Delta, error) {
	var c chunk
	if err := json.Unmarshal([]byte(e.Data), &c); err != nil {
		return nil, wire.Broken("a chunk is not what the protocol says", err)
	}
	if len(c.Error) > 0 && string(c.Error) != "null" {
		e := readFault(0, []byte(e.Data))
		return nil, &e
	}
	if c.ID != "" {
		d.id = c.ID
	}
	var out []llm.Delta
	if c.Usage != nil {
		out = append(out, llm.Delta{Kind: llm.DeltaUsage, Usage: c.Usage.count()})
	}
	if c.Feedback.Blocked != "" {
		d.finish, d.blocked = c.Feedback.Blocked, true
		return out, nil
	}
	for _, cand := range c.Candidates {
		if cand.Index != 0 {
			continue // only one was asked for
		}
		deltas, err := d.parts.add(cand.Content.Parts, d.id)
		if out = append(out, deltas...); err != nil {
			return out, err
		}
		if cand.Finish != "" {
			d.finish, d.token = cand.Finish, cand.Token
		}
	}
	return out, nil
}

func (u usage) count() ba.Usage {
	return ba.Usage{InputTokens: u.Prompt + u.Tools, CachedTokens: u.Cached, OutputTokens: u.Answer + u.Thoughts}
}

// Ended implements wire.Decoder.
func (d *decoder) Ended() bool { return d.finish != "" }

// Size implements wire.Decoder.
func (d *decoder) Size() int { return d.parts.Size() }

// ID implements wire.Decoder.
func (d *decoder) ID() string { return d.id }

// End implements wire.Decoder. Nothing but the end of the body ends a stream;
// without a finishReason before it, it was cut.
func (d *decoder) End() ([]llm.Delta, error) {
	if d.finish == "" {
		return nil, nil
	}
	end := llm.Delta{Kind: llm.DeltaStop, StopReason: d.finish}
	switch {
	case d.blocked, slices.Contains(refusals, d.finish):
		end.Stop = llm.StopRefused
	case d.finish == "CONTINUATION" && d.token == "":
		return nil, wire.Broken("a continuation has no token", nil)
	case d.finish == "CONTINUATION": // the caller asks for the next part
	case d.finish == "OTHER":
		return nil, &llm.Error{Kind: llm.ErrOverloaded, Code: d.finish, Msg: "the model gave up for an unknown reason"}
	case slices.Contains(badCalls, d.finish):
		return nil, &llm.Error{Kind: llm.ErrProtocol, Code: d.finish, Msg: "the model wrote a tool call that is none"}
	case d.finish == "MAX_TOKENS":
		end.Stop = llm.StopLength
	default:
		return d.complete(end)
	}
	return []llm.Delta{end}, nil
}

// badCalls and refusals are values of FinishReason
// (https://ai.google.dev/api/generate-content#FinishReason). A reason that is not known is an end; the caller sees the word.
var (
	badCalls = []string{"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"}
	refusals = []string{"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY",
		"IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER", "NO_IMAGE"}
)

// complete hands over the calls: an answer with some wants them run, though its
// reason is STOP as well.
func (d *decoder) complete(end llm.Delta) ([]llm.Delta, error) {
	out := d.parts.calls()
	if len(out) > 0 {
		end.Stop = llm.StopTools
	}
	var err error
	if end.Opaque, err = d.parts.opaque(d.model); err != nil {
		return nil, wire.Broken("the parts cannot be kept", err)
	}
	return append(out, end), nil
}
