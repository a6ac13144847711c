package gemini

import (
	"encoding/json"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

type request struct {
	System       *message  `json:"systemInstruction,omitempty"`
	Contents     []message `json:"contents"`
	Tools        []tools   `json:"tools,omitempty"`
	Config       *config   `json:"generationConfig,omitempty"`
	Continuation string    `json:"continuationToken,omitempty"`
}

type message struct {
	Role  string            `json:"role"`
	Parts []json.RawMessage `json:"parts"`
}

type tools struct {
	Functions []function `json:"functionDeclarations"`
}

type function struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Schema      json.RawMessage `json:"parametersJsonSchema,omitempty"`
}

type config struct {
	MaxOutput int `json:"maxOutputTokens"`
}

// part is a part that we write.
type part struct {
	Text     string  `json:"text,omitempty"`
	Call     *call   `json:"functionCall,omitempty"`
	Response *result `json:"functionResponse,omitempty"`
}

type call struct {
	ID   string          `json:"id,omitempty"`
	Name string          `json:"name"`
	Args json.RawMessage `json:"args"`
}

type result struct {
	ID       string   `json:"id,omitempty"`
	Name     string   `json:"name"`
	Response response `json:"response"`
}

// response must be an object. The two fields are those that the API documents.
type response struct {
	Result json.RawMessage `json:"result,omitempty"`
	Error  string          `json:"error,omitempty"`
}

func encode(model string, req llm.Request, token string) ([]byte, error) {
	r := request{Continuation: token}
	for _, m := range req.Messages {
		list, err := partsOf(model, m)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			r.Contents = append(r.Contents, message{roleOf(m.Role), list})
		}
	}
	if strings.TrimSpace(req.System) != "" {
		list, err := write(part{Text: req.System})
		if err != nil {
			return nil, err
		}
		r.System = &message{"user", list}
	}
	if len(req.Tools) > 0 {
		r.Tools = []tools{{}}
	}
	for _, t := range req.Tools {
		r.Tools[0].Functions = append(r.Tools[0].Functions, function{t.Name, t.Description, t.Schema})
	}
	if req.MaxOutput > 0 {
		r.Config = &config{req.MaxOutput}
	}
	return json.Marshal(r)
}

func roleOf(r llm.Role) string {
	if r == llm.RoleAssistant {
		return "model"
	}
	return "user" // tool results too
}

// partsOf returns the model's own parts where it made them, else ours.
func partsOf(model string, m llm.Message) ([]json.RawMessage, error) {
	var own []json.RawMessage
	if m.Role == llm.RoleAssistant && wire.Unpack(m.Opaque, ID, model, &own) && callsIn(own) == len(m.ToolCalls) {
		return own, nil
	}
	var list []part
	for _, r := range m.ToolResults {
		list = append(list, part{Response: &result{sentID(r.CallID), r.Name, responseOf(r)}})
	}
	if strings.TrimSpace(m.Text) != "" {
		list = append(list, part{Text: m.Text})
	}
	for _, c := range m.ToolCalls {
		list = append(list, part{Call: &call{sentID(c.ID), c.Name, wire.Arguments(c.Arguments)}})
	}
	return write(list...)
}

func write(list ...part) ([]json.RawMessage, error) {
	var out []json.RawMessage
	for _, p := range list {
		raw, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		out = append(out, raw)
	}
	return out, nil
}

func responseOf(r llm.ToolResult) response {
	if r.Failed {
		return response{Error: r.Text}
	}
	if json.Valid([]byte(r.Text)) {
		return response{Result: json.RawMessage(r.Text)}
	}
	raw, err := json.Marshal(r.Text)
	if err != nil {
		return response{Error: "the result cannot be written"}
	}
	return response{Result: raw}
}

func callsIn(list []json.RawMessage) int {
	n := 0
	for _, raw := range list {
		var p received
		if json.Unmarshal(raw, &p) == nil && p.Call != nil {
			n++
		}
	}
	return n
}
