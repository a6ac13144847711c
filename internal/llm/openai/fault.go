package openai

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

// fault is an error object. Its place and form differ: under "error" or at the
// top, an object or only a sentence, with a code that is a word or a number.
type fault struct {
	Message string
	Type    string
	Code    json.RawMessage
}

func parseFault(body []byte) (fault, bool) {
	var outer struct {
		Error json.RawMessage
		fault
	}
	if json.Unmarshal(body, &outer) != nil {
		return fault{}, false
	}
	inner := outer.fault
	if len(outer.Error) > 0 && json.Unmarshal(outer.Error, &inner) != nil {
		var text string
		if json.Unmarshal(outer.Error, &text) != nil {
			return fault{}, false
		}
		inner.Message = text
	}
	return inner, inner.Message != "" || inner.Type != ""
}

// code returns the finest code: the word of "code", or else the type.
func (f fault) code() string {
	var word string
	if json.Unmarshal(f.Code, &word) == nil && word != "" {
		return word
	}
	return f.Type
}

// status returns the code where it is an HTTP status, as vLLM writes it.
func (f fault) status() int {
	var n int
	if json.Unmarshal(f.Code, &n) != nil || n < 400 || n > 599 {
		return 0
	}
	return n
}

// readFault reads an error, of a response or (with status 200 or 0) of a
// stream. Bodies are read whatever their Content-Type says.
func readFault(status int, body []byte) llm.Error {
	f, ok := parseFault(bytes.TrimSpace(body))
	if !ok {
		e := llm.Error{Kind: wire.KindOfStatus(status), Msg: http.StatusText(status)}
		if status == http.StatusNotFound {
			e.Msg = "no such address: is the path of the base URL right?"
		}
		return e
	}
	if status == 0 || status == http.StatusOK {
		status = f.status()
	}
	return llm.Error{Kind: kindOf(status, f), Status: status, Code: f.code(), Msg: f.Message}
}

// kindOf maps https://platform.openai.com/docs/guides/error-codes and
// https://api-docs.deepseek.com/quick_start/error_codes. Codes are finer than
// types; DeepSeek and Ollama have neither for some faults, only words.
func kindOf(status int, f fault) llm.ErrorKind {
	for _, name := range []string{f.code(), f.Type} {
		if kind, ok := kinds[name]; ok {
			return kind
		}
	}
	low := strings.ToLower(f.Message)
	for _, w := range words {
		if strings.Contains(low, w.text) {
			return w.kind
		}
	}
	switch {
	case status == http.StatusNotFound:
		return llm.ErrModel
	case status != 0:
		return wire.KindOfStatus(status)
	case f.Type == "rate_limit_error":
		return llm.ErrRateLimit
	case f.Type == "invalid_request_error", f.Type == "BadRequestError":
		return llm.ErrRequest
	}
	return llm.ErrOverloaded // in a stream: the server began and could not go on
}

var kinds = map[string]llm.ErrorKind{
	"insufficient_quota":         llm.ErrBilling,
	"billing_hard_limit_reached": llm.ErrBilling,
	"invalid_api_key":            llm.ErrAuth,
	"context_length_exceeded":    llm.ErrContext,
	"model_not_found":            llm.ErrModel,
	"content_policy_violation":   llm.ErrRefused,
	"content_filter":             llm.ErrRefused,
	"rate_limit_exceeded":        llm.ErrRateLimit,
}

var words = []struct {
	text string
	kind llm.ErrorKind
}{
	{"maximum context length", llm.ErrContext},         // DeepSeek, vLLM
	{"longer than the context length", llm.ErrContext}, // Ollama
	{"model not exist", llm.ErrModel},                  // DeepSeek
	{"does not support tools", llm.ErrModel},           // Ollama: another model is needed
	{"requires more system memory", llm.ErrModel},      // Ollama: a smaller one
	{"content exists risk", llm.ErrRefused},            // DeepSeek
	{"insufficient balance", llm.ErrBilling},           // DeepSeek
}
