package gemini

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

// received is a part that came, with the fields that we use. A kind that we
// don't know has none of them.
type received struct {
	Text      *string `json:"text"`
	Thought   bool    `json:"thought"`
	Signature string  `json:"thoughtSignature"`
	Call      *struct {
		ID   string          `json:"id"`
		Name string          `json:"name"`
		Args json.RawMessage `json:"args"`
	} `json:"functionCall"`
}

// parts collects the parts of an answer as they came, and the calls in them.
type parts struct {
	wire.Meter
	kept   []kept
	signed bool // one of them has a signature
	wanted []llm.Delta
}

// kept is a part, or several that were pieces of one text.
type kept struct {
	raw  json.RawMessage // empty where text holds it
	text *strings.Builder
}

func (ps *parts) add(list []json.RawMessage, id string) ([]llm.Delta, error) {
	var out []llm.Delta
	for _, raw := range list {
		if err := ps.Add(64 + len(raw)); err != nil {
			return out, err
		}
		var p received
		if err := json.Unmarshal(raw, &p); err != nil {
			return out, wire.Broken("a part is not what the protocol says", err)
		}
		ps.keep(raw, p)
		switch {
		case p.Call != nil:
			if err := ps.want(p, id); err != nil {
				return out, err
			}
		case p.Text != nil && p.Thought:
			out = append(out, llm.Delta{Kind: llm.DeltaReasoning, Text: *p.Text})
		case p.Text != nil:
			out = append(out, llm.Delta{Kind: llm.DeltaText, Text: *p.Text})
		}
	}
	return out, nil
}

// keep stores a part unchanged. Only pieces of plain text are joined: a part
// with a signature must not be joined with one without.
func (ps *parts) keep(raw json.RawMessage, p received) {
	ps.signed = ps.signed || p.Signature != ""
	if p.Text == nil || p.Call != nil || p.Thought || p.Signature != "" {
		ps.kept = append(ps.kept, kept{raw: raw})
		return
	}
	if n := len(ps.kept); n == 0 || ps.kept[n-1].text == nil {
		ps.kept = append(ps.kept, kept{text: new(strings.Builder)})
	}
	ps.kept[len(ps.kept)-1].text.WriteString(*p.Text)
}

// ownID begins the id of a call that came without one. Such an id is ours and
// is not sent back.
const ownID = "noid-"

func sentID(id string) string {
	if strings.HasPrefix(id, ownID) {
		return ""
	}
	return id
}

func (ps *parts) want(p received, id string) error {
	args, ok := wire.ParseArguments(p.Call.Args)
	if !ok || p.Call.Name == "" {
		return wire.Broken("a tool call is not whole", nil)
	}
	c := llm.ToolCall{ID: p.Call.ID, Name: p.Call.Name, Arguments: args}
	if c.ID == "" {
		c.ID = ownID + id + "-" + strconv.Itoa(len(ps.wanted)+1)
	}
	ps.wanted = append(ps.wanted, llm.Delta{Kind: llm.DeltaToolCall, ToolCall: c})
	return nil
}

func (ps *parts) calls() []llm.Delta { return ps.wanted }

// opaque returns the parts where they hold a signature; without one the message
// can be written from its text and calls.
func (ps *parts) opaque(model string) (json.RawMessage, error) {
	if !ps.signed {
		return nil, nil
	}
	var list []json.RawMessage
	for _, k := range ps.kept {
		if k.text == nil {
			list = append(list, k.raw)
			continue
		}
		if k.text.Len() == 0 {
			continue
		}
		raw, err := json.Marshal(part{Text: k.text.String()})
		if err != nil {
			return nil, err
		}
		list = append(list, raw)
	}
	return wire.Pack(ID, model, list)
}
