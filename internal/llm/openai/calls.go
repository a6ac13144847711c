package openai

import (
	"strconv"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

// fragment is a piece of a tool call. The first has the ID and the name; those
// of one call share an index.
type fragment struct {
	Index    *int
	ID       string
	Function struct {
		Name      string
		Arguments string
	}
}

// calls joins fragments, in the order in which the calls began.
type calls struct{ list []*growing }

type growing struct {
	index     int
	id, name  string
	arguments []byte
}

// maxCalls bounds the calls of one answer.
const maxCalls = 256

func (c *calls) add(f fragment) error {
	g := c.find(f)
	if g == nil {
		if len(c.list) == maxCalls {
			return wire.Broken("an answer with too many tool calls", nil)
		}
		g = &growing{index: len(c.list)}
		if f.Index != nil {
			g.index = *f.Index
		}
		c.list = append(c.list, g)
	}
	if g.id == "" {
		g.id = f.ID
	}
	if g.name == "" {
		g.name = f.Function.Name
	}
	g.arguments = append(g.arguments, f.Function.Arguments...)
	return nil
}

// find returns the call that a fragment goes on with, or nil where it begins
// one. Some servers leave the index out or give all calls the same: then a new
// ID is a new call.
func (c *calls) find(f fragment) *growing {
	for i := len(c.list) - 1; i >= 0; i-- {
		g := c.list[i]
		if f.Index != nil && g.index != *f.Index {
			continue
		}
		if f.ID == "" || g.id == "" || g.id == f.ID {
			return g
		}
	}
	return nil
}

// whole returns the calls, now that nothing more comes. A call without an ID
// gets one from that of the answer.
func (c *calls) whole(answer string) ([]llm.Delta, error) {
	var out []llm.Delta
	for i, g := range c.list {
		args, ok := wire.ParseArguments(g.arguments)
		if !ok || g.name == "" {
			return nil, wire.Broken("a tool call is not whole", nil)
		}
		if g.id == "" {
			g.id = "call-" + answer + "-" + strconv.Itoa(i+1)
		}
		out = append(out, llm.Delta{Kind: llm.DeltaToolCall, ToolCall: llm.ToolCall{ID: g.id, Name: g.name, Arguments: args}})
	}
	return out, nil
}
