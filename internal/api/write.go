package api

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// writeJSON answers with v, for handlers that write the response themselves.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a client that left cannot be told
	return nil
}
