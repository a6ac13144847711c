package openai

import (
	"encoding/json"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

type request struct {
	Model         string        `json:"model"`
	Messages      []message     `json:"messages"`
	Stream        bool          `json:"stream"`
	StreamOptions streamOptions `json:"stream_options"`
	Tools         []tool        `json:"tools,omitempty"`
	MaxTokens     int           `json:"max_tokens,omitempty"`
	MaxCompletion int           `json:"max_completion_tokens,omitempty"` // OpenAI's own name for it
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type message struct {
	Role       string     `json:"role"`
	Content    string     `json:"content"`
	Reasoning  *string    `json:"reasoning_content,omitempty"` // DeepSeek; an empty one counts
	ToolCalls  []toolCall `json:"tool_calls,omitempty"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
}

type toolCall struct {
	ID       string   `json:"id"`
	Type     string   `json:"type"`
	Function function `json:"function"`
}

type function struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"` // JSON as text
}

type tool struct {
	Type     string      `json:"type"`
	Function declaration `json:"function"`
}

type declaration struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Parameters  json.RawMessage `json:"parameters,omitempty"`
}

func encode(d Dialect, model string, req llm.Request) ([]byte, error) {
	r := request{Model: model, Stream: true, StreamOptions: streamOptions{true}}
	if req.System != "" {
		r.Messages = append(r.Messages, message{Role: "system", Content: req.System})
	}
	for _, m := range req.Messages {
		r.Messages = append(r.Messages, messagesOf(d, model, m)...)
	}
	for _, t := range req.Tools {
		r.Tools = append(r.Tools, tool{"function", declaration{t.Name, t.Description, t.Schema}})
	}
	if d == OpenAI {
		r.MaxCompletion = req.MaxOutput
	} else {
		r.MaxTokens = req.MaxOutput
	}
	return json.Marshal(r)
}

// messagesOf returns one message, or one for each tool result.
func messagesOf(d Dialect, model string, m llm.Message) []message {
	switch m.Role {
	case llm.RoleTool:
		var out []message
		for _, r := range m.ToolResults {
			out = append(out, message{Role: "tool", ToolCallID: r.CallID, Content: resultText(r)})
		}
		return out
	case llm.RoleAssistant:
		if m.Text == "" && len(m.ToolCalls) == 0 {
			return nil
		}
		return []message{assistant(d, model, m)}
	}
	return []message{{Role: "user", Content: m.Text}}
}

func assistant(d Dialect, model string, m llm.Message) message {
	out := message{Role: "assistant", Content: m.Text}
	for _, c := range m.ToolCalls {
		out.ToolCalls = append(out.ToolCalls, toolCall{c.ID, "function", function{c.Name, string(wire.Arguments(c.Arguments))}})
	}
	if d == DeepSeek && len(m.ToolCalls) > 0 {
		var s thought
		if wire.Unpack(m.Opaque, string(d), model, &s) {
			out.Reasoning = &s.Reasoning
		}
	}
	return out
}

// thought is what DeepSeek wants back with a message that calls tools.
type thought struct {
	Reasoning string `json:"reasoning_content"`
}

// resultText: the format has no field that says that a tool failed.
func resultText(r llm.ToolResult) string {
	if r.Failed {
		return "The tool failed: " + r.Text
	}
	return r.Text
}
