package openai_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/openai"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

// newProvider returns the client in the dialect of the server that was recorded.
func newProvider(t testing.TB, id, base string, h *http.Client) llm.Provider {
	t.Helper()
	d := openai.Compatible
	switch {
	case strings.HasPrefix(id, "deepseek/"):
		d = openai.DeepSeek
	case strings.HasPrefix(id, "openai/"):
		d = openai.OpenAI
	}
	p, err := openai.New(openai.Config{Dialect: d, Key: "fixture", BaseURL: base, Model: "example-model", HTTP: h})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var ended = regexp.MustCompile(`"finish_reason":"`)

func TestEachRecordingIsUnderstoodWholeInPiecesAndCut(t *testing.T) {
	wiretest.Suite{
		Prefixes: []string{"deepseek/", "ollama/", "openai/"},
		New:      newProvider,
		Usage: func(u wiretest.Usage) ba.Usage {
			return ba.Usage{InputTokens: u.Input, CachedTokens: u.CacheRead, OutputTokens: u.Output}
		},
		Ended: ended.Match,
		Kinds: map[string]llm.ErrorKind{
			"deepseek/error-401":                    llm.ErrAuth,
			"deepseek/error-402":                    llm.ErrBilling,
			"deepseek/error-400-too-long":           llm.ErrContext,
			"deepseek/error-400-reasoning":          llm.ErrRequest,
			"deepseek/error-400-octet-stream":       llm.ErrRequest,
			"deepseek/error-422":                    llm.ErrRequest,
			"deepseek/error-429":                    llm.ErrRateLimit,
			"deepseek/error-500":                    llm.ErrOverloaded,
			"deepseek/error-503":                    llm.ErrOverloaded,
			"deepseek/stream-insufficient-resource": llm.ErrOverloaded,
			"deepseek/stream-error-mid":             llm.ErrOverloaded,
			"ollama/error-404-model":                llm.ErrModel,
			"ollama/error-400-tools":                llm.ErrModel,
			"ollama/error-400-too-long":             llm.ErrContext,
			"ollama/error-400-empty":                llm.ErrRequest,
			"ollama/error-503-busy":                 llm.ErrOverloaded,
			"ollama/error-500":                      llm.ErrModel,
			"openai/error-401":                      llm.ErrAuth,
			"openai/error-429":                      llm.ErrRateLimit,
			"openai/error-429-quota":                llm.ErrBilling,
			"openai/error-400-too-long":             llm.ErrContext,
			"openai/error-503":                      llm.ErrOverloaded,
			"openai/stream-error-mid":               llm.ErrOverloaded,
		},
		Unasked: map[string]string{
			"deepseek/chat":                "every answer is streamed",
			"deepseek/chat-blank-lines":    "every answer is streamed",
			"deepseek/models":              "the operator names the model",
			"deepseek/balance":             "what is left on the account is not shown",
			"ollama/models":                "the operator names the model",
			"ollama/native-chat":           "only the compatible API is spoken",
			"ollama/native-chat-error-mid": "only the compatible API is spoken",
		},
	}.Run(t)
}
