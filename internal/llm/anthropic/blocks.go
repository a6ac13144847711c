package anthropic

import (
	"encoding/json"
	"slices"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

// blocks are the content blocks of an answer, in the order in which they began.
// Their events are told apart by index; they may interleave.
type blocks struct {
	list  []*part
	meter wire.Meter
}

// part is a content block as it grows.
type part struct {
	index     int
	kind      string
	text      []byte // of text and thinking, or the JSON of tool_use
	signature []byte
	data      string // of redacted_thinking
	id, name  string // of tool_use
}

// maxBlocks bounds the blocks of one answer.
const maxBlocks = 4096

// start begins a block. Types that we don't know are ignored with their deltas.
func (b *blocks) start(index int, raw json.RawMessage) ([]llm.Delta, error) {
	if !slices.Contains([]string{"text", "thinking", "redacted_thinking", "tool_use"}, typeOf(raw)) {
		return nil, nil
	}
	var c struct{ Type, Text, Thinking, Signature, Data, ID, Name string }
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, wire.Broken("a content block is not what the protocol says", err)
	}
	if b.find(index) != nil || len(b.list) == maxBlocks {
		return nil, wire.Broken("a content block began twice, or too many did", nil)
	}
	p := &part{index: index, kind: c.Type, id: c.ID, name: c.Name, data: c.Data}
	b.list = append(b.list, p)
	if err := b.meter.Add(64 + len(c.ID) + len(c.Name) + len(c.Data)); err != nil {
		return nil, err
	}
	return b.grow(p, c.Text+c.Thinking, c.Signature)
}

// grows are the deltas of each type of block. Others are ignored.
var grows = map[string][]string{
	"text":     {"text_delta"},
	"thinking": {"thinking_delta", "signature_delta"},
	"tool_use": {"input_json_delta"},
}

// extend adds a delta to its block.
func (b *blocks) extend(index int, raw json.RawMessage) ([]llm.Delta, error) {
	p := b.find(index)
	if p == nil || !slices.Contains(grows[p.kind], typeOf(raw)) {
		return nil, nil
	}
	var d struct {
		Text, Thinking, Signature string
		PartialJSON               string `json:"partial_json"`
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, wire.Broken("a delta is not what the protocol says", err)
	}
	return b.grow(p, d.Text+d.Thinking+d.PartialJSON, d.Signature)
}

// typeOf returns the type that an object names, empty where it names none.
func typeOf(raw json.RawMessage) string {
	var t struct{ Type string }
	if len(raw) == 0 || json.Unmarshal(raw, &t) != nil {
		return ""
	}
	return t.Type
}

func (b *blocks) grow(p *part, text, signature string) ([]llm.Delta, error) {
	if err := b.meter.Add(len(text) + len(signature)); err != nil {
		return nil, err
	}
	p.text = append(p.text, text...)
	p.signature = append(p.signature, signature...)
	switch p.kind {
	case "text":
		return []llm.Delta{{Kind: llm.DeltaText, Text: text}}, nil
	case "thinking":
		return []llm.Delta{{Kind: llm.DeltaReasoning, Text: text}}, nil
	}
	return nil, nil
}

// find looks from the end: the block that grows is almost always the last.
func (b *blocks) find(index int) *part {
	for i := len(b.list) - 1; i >= 0; i-- {
		if b.list[i].index == index {
			return b.list[i]
		}
	}
	return nil
}

// calls returns the tool calls, which are whole now.
func (b *blocks) calls() ([]llm.Delta, error) {
	var out []llm.Delta
	for _, p := range b.list {
		if p.kind != "tool_use" {
			continue
		}
		args, ok := wire.ParseArguments(p.text)
		if !ok || p.id == "" || p.name == "" {
			return nil, wire.Broken("a tool call is not whole", nil)
		}
		out = append(out, llm.Delta{Kind: llm.DeltaToolCall, ToolCall: llm.ToolCall{ID: p.id, Name: p.name, Arguments: args}})
	}
	return out, nil
}

// opaque returns all blocks, in place, if there is thinking among them: without
// it the message can be written from its text and calls.
func (b *blocks) opaque(model string) (json.RawMessage, error) {
	var list []any
	thinks := false
	for _, p := range b.list {
		text := string(p.text)
		switch {
		case p.kind == "thinking" && len(p.signature) > 0:
			thinks = true
			list = append(list, thinking{"thinking", text, string(p.signature)})
		case p.kind == "redacted_thinking":
			thinks = true
			list = append(list, redacted{"redacted_thinking", p.data})
		case p.kind == "text" && !blank(text):
			list = append(list, block{Type: "text", Text: text})
		case p.kind == "tool_use":
			list = append(list, block{Type: "tool_use", ID: p.id, Name: p.name, Input: wire.Arguments(p.text)})
		}
	}
	if !thinks {
		return nil, nil
	}
	return wire.Pack(ID, model, list)
}

// thinking is signed; its text may be empty and must then be sent back so.
type thinking struct {
	Type      string `json:"type"`
	Thinking  string `json:"thinking"`
	Signature string `json:"signature"`
}

type redacted struct {
	Type string `json:"type"`
	Data string `json:"data"`
}
