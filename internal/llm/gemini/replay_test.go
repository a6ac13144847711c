package gemini_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/gemini"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func newProvider(t testing.TB, _, base string, h *http.Client) llm.Provider {
	t.Helper()
	p, err := gemini.New(gemini.Config{Key: "fixture", BaseURL: base, HTTP: h})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var ended = regexp.MustCompile(`"(finishReason|blockReason)"`)

func TestEachRecordingIsUnderstoodWholeInPiecesAndCut(t *testing.T) {
	wiretest.Suite{
		Prefixes: []string{"gemini/"},
		New:      newProvider,
		Usage: func(u wiretest.Usage) ba.Usage {
			return ba.Usage{InputTokens: u.Input, CachedTokens: u.CacheRead, OutputTokens: u.Output + u.Reasoning}
		},
		Ended: ended.Match,
		Kinds: map[string]llm.ErrorKind{
			"gemini/error-400-key":         llm.ErrAuth,
			"gemini/error-403":             llm.ErrAuth,
			"gemini/error-404-model":       llm.ErrModel,
			"gemini/error-400-location":    llm.ErrAuth,
			"gemini/error-400-too-long":    llm.ErrContext,
			"gemini/error-400-signature":   llm.ErrRequest,
			"gemini/error-400-field":       llm.ErrRequest,
			"gemini/error-429":             llm.ErrRateLimit,
			"gemini/error-429-daily":       llm.ErrBilling,
			"gemini/error-429-plain":       llm.ErrRateLimit,
			"gemini/error-500":             llm.ErrOverloaded,
			"gemini/error-503":             llm.ErrOverloaded,
			"gemini/error-504":             llm.ErrOverloaded,
			"gemini/stream-error-mid":      llm.ErrOverloaded,
			"gemini/stream-error-mid-raw":  llm.ErrOverloaded,
			"gemini/stream-malformed-call": llm.ErrProtocol,
		},
		Unasked: map[string]string{
			"gemini/generate":          "every answer is streamed",
			"gemini/models":            "the operator names the model",
			"gemini/count-tokens":      "counts come with the answer",
			"gemini/stream-no-alt-sse": "alt=sse is always asked for; see the test of an array",
		},
	}.Run(t)
}
