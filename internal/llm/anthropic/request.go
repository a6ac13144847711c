package anthropic

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

type request struct {
	Model     string    `json:"model"`
	MaxTokens int       `json:"max_tokens"`
	Stream    bool      `json:"stream"`
	System    []block   `json:"system,omitempty"`
	Messages  []message `json:"messages"`
	Tools     []tool    `json:"tools,omitempty"`
}

// message has content of ours, or the model's own to send back as it came.
type message struct {
	Role    string  `json:"role"`
	Content content `json:"content"`
}

type content struct {
	blocks []block
	raw    []json.RawMessage
}

// MarshalJSON implements json.Marshaler.
func (c content) MarshalJSON() ([]byte, error) {
	if c.raw != nil {
		return json.Marshal(c.raw)
	}
	return json.Marshal(c.blocks)
}

// block is a content block that we write.
type block struct {
	Type      string          `json:"type"`
	Text      string          `json:"text,omitempty"`
	ID        string          `json:"id,omitempty"`    // tool_use
	Name      string          `json:"name,omitempty"`  // tool_use
	Input     json.RawMessage `json:"input,omitempty"` // tool_use
	ToolUseID string          `json:"tool_use_id,omitempty"`
	IsError   bool            `json:"is_error,omitempty"`
	Content   []block         `json:"content,omitempty"` // tool_result
	Cache     *cache          `json:"cache_control,omitempty"`
}

type cache struct {
	Type string `json:"type"`
}

type tool struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Schema      json.RawMessage `json:"input_schema"`
}

func encode(model string, req llm.Request) ([]byte, error) {
	r := request{Model: model, MaxTokens: req.MaxOutput, Stream: true, Messages: messages(model, req.Messages)}
	if r.MaxTokens <= 0 {
		r.MaxTokens = defaultOutput
	}
	if !blank(req.System) {
		r.System = []block{{Type: "text", Text: req.System}}
	}
	for _, t := range req.Tools {
		r.Tools = append(r.Tools, tool{t.Name, t.Description, t.Schema})
	}
	if size(req) >= cacheFrom {
		mark(r.System)
		if n := len(r.Messages); n > 0 {
			mark(r.Messages[n-1].Content.blocks)
		}
	}
	return json.Marshal(r)
}

// cacheFrom is the size in bytes from which a request's beginning is worth
// caching: it comes again with the next tool result or question, and reading it
// from the cache costs a tenth.
const cacheFrom = 8 << 10

func size(req llm.Request) int {
	n := len(req.System)
	for _, m := range req.Messages {
		n += len(m.Text) + len(m.Opaque)
		for _, r := range m.ToolResults {
			n += len(r.Text)
		}
	}
	return n
}

// mark asks to cache everything up to the last of the blocks.
func mark(blocks []block) {
	if n := len(blocks); n > 0 {
		blocks[n-1].Cache = &cache{"ephemeral"}
	}
}

// messages leaves out what the API refuses: messages and texts of nothing.
func messages(model string, list []llm.Message) []message {
	var out []message
	for _, m := range list {
		if c := contentOf(model, m); len(c.blocks)+len(c.raw) > 0 {
			out = append(out, message{roleOf(m.Role), c})
		}
	}
	return out
}

func roleOf(r llm.Role) string {
	if r == llm.RoleAssistant {
		return "assistant"
	}
	return "user" // tool results too
}

func contentOf(model string, m llm.Message) content {
	var raw []json.RawMessage
	if m.Role == llm.RoleAssistant && wire.Unpack(m.Opaque, ID, model, &raw) && sameCalls(raw, m.ToolCalls) {
		return content{raw: raw}
	}
	var blocks []block
	for _, r := range m.ToolResults {
		blocks = append(blocks, resultBlock(r))
	}
	if !blank(m.Text) {
		blocks = append(blocks, block{Type: "text", Text: m.Text})
	}
	for _, c := range m.ToolCalls {
		blocks = append(blocks, block{Type: "tool_use", ID: c.ID, Name: c.Name, Input: wire.Arguments(c.Arguments)})
	}
	return content{blocks: blocks}
}

func resultBlock(r llm.ToolResult) block {
	b := block{Type: "tool_result", ToolUseID: r.CallID, IsError: r.Failed}
	if !blank(r.Text) {
		b.Content = []block{{Type: "text", Text: r.Text}}
	}
	return b
}

// sameCalls reports whether the model's own blocks ask for exactly the calls
// that were kept: each of them must have its result.
func sameCalls(raw []json.RawMessage, calls []llm.ToolCall) bool {
	var ids []string
	for _, r := range raw {
		var b struct{ Type, ID string }
		if json.Unmarshal(r, &b) != nil {
			return false
		}
		if b.Type == "tool_use" {
			ids = append(ids, b.ID)
		}
	}
	return slices.EqualFunc(ids, calls, func(id string, c llm.ToolCall) bool { return id == c.ID })
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
