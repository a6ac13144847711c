package wire

import (
	"encoding/json"
	"fmt"
)

// state is the form of llm.Message.Opaque: it is of use to the model that made
// it, and to no other.
type state struct {
	Provider string          `json:"provider"`
	Model    string          `json:"model"`
	Data     json.RawMessage `json:"data"`
}

// Pack returns the state that a model wants back with a message.
func Pack(provider, model string, data any) (json.RawMessage, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("pack state: %w", err)
	}
	return json.Marshal(state{provider, model, raw})
}

// Unpack fills data from what Pack returned. It reports false, and data is not
// to be used, where there is nothing or it is another model's.
func Unpack(raw json.RawMessage, provider, model string, data any) bool {
	var s state
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil || s.Provider != provider || s.Model != model {
		return false
	}
	return json.Unmarshal(s.Data, data) == nil
}
