package wire

import (
	"bytes"
	"encoding/json"
	"iter"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// ParseArguments returns what a model wrote as the arguments of a call, and
// whether that is a JSON object. Nothing at all stands for an empty one.
func ParseArguments(raw []byte) (json.RawMessage, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return json.RawMessage("{}"), true
	}
	if raw[0] != '{' || !json.Valid(raw) {
		return nil, false
	}
	return json.RawMessage(raw), true
}

// Arguments returns raw as a JSON object that can be sent: an empty one in
// place of what is none.
func Arguments(raw []byte) json.RawMessage {
	if args, ok := ParseArguments(raw); ok {
		return args
	}
	return json.RawMessage("{}")
}

// Fail returns a stream that is nothing but an error.
func Fail(err *llm.Error) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) { yield(llm.Delta{}, err) }
}
