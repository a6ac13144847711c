package anthropic_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/anthropic"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func newProvider(t testing.TB, _, base string, h *http.Client) llm.Provider {
	t.Helper()
	p, err := anthropic.New(anthropic.Config{Key: "fixture", BaseURL: base, HTTP: h})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEachRecordingIsUnderstoodWholeInPiecesAndCut(t *testing.T) {
	wiretest.Suite{
		Prefixes: []string{"anthropic/"},
		New:      newProvider,
		Usage: func(u wiretest.Usage) ba.Usage {
			return ba.Usage{InputTokens: u.Input + u.CacheRead + u.CacheWrite, CachedTokens: u.CacheRead, WrittenTokens: u.CacheWrite, OutputTokens: u.Output}
		},
		Ended: func(body []byte) bool { return bytes.Contains(body, []byte(`"type":"message_stop"`)) },
		Kinds: map[string]llm.ErrorKind{
			"anthropic/error-401":               llm.ErrAuth,
			"anthropic/error-403":               llm.ErrAuth,
			"anthropic/error-402-billing":       llm.ErrBilling,
			"anthropic/error-404-model":         llm.ErrModel,
			"anthropic/error-400-too-long":      llm.ErrContext,
			"anthropic/error-400-invalid":       llm.ErrRequest,
			"anthropic/error-400-thinking-mode": llm.ErrRequest,
			"anthropic/error-400-spend-limit":   llm.ErrBilling,
			"anthropic/error-413":               llm.ErrContext,
			"anthropic/error-429":               llm.ErrRateLimit,
			"anthropic/error-429-spend-cap":     llm.ErrBilling,
			"anthropic/error-500":               llm.ErrOverloaded,
			"anthropic/error-504":               llm.ErrOverloaded,
			"anthropic/error-529":               llm.ErrOverloaded,
			"anthropic/error-502-html":          llm.ErrOverloaded,
			"anthropic/stream-error-mid":        llm.ErrOverloaded,
			"anthropic/stream-error-first":      llm.ErrOverloaded,
		},
		Unasked: map[string]string{
			"anthropic/message":      "every answer is streamed",
			"anthropic/models":       "the operator names the model",
			"anthropic/count-tokens": "counts come with the answer",
		},
	}.Run(t)
}
