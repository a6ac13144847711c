package anthropic_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/anthropic"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

const model = "claude-sonnet-5-5"

// thinkingOptions are asked for in some recordings and never by us: the
// models think by default.
var thinkingOptions = []string{"thinking", "output_config"}

func ask(t *testing.T, id string, req llm.Request) (wiretest.Outcome, wiretest.Request) {
	t.Helper()
	return wiretest.Ask(t, wiretest.Named(t, id), req, func(base string) llm.Provider {
		return newProvider(t, id, base, http.DefaultClient)
	})
}

func TestRequestsAreThoseOfTheOfficialClient(t *testing.T) {
	text := wiretest.Named(t, "anthropic/stream-text")
	_, sent := ask(t, text.ID, wiretest.User(model, 4096, "Write one acceptance criterion for a password reset."))
	wiretest.SentAs(t, text, "", sent)
	if sent.Header.Get("X-Api-Key") != "fixture" || sent.Header.Get("Anthropic-Version") != "2023-06-01" ||
		sent.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", sent.Header)
	}

	first, second := wiretest.Named(t, "anthropic/stream-tool-1"), wiretest.Named(t, "anthropic/stream-tool-2")
	calling := wiretest.Calling(model, 4096)
	o, sent := ask(t, first.ID, calling)
	wiretest.SentAs(t, first, "", sent)
	_, sent = ask(t, second.ID, wiretest.Answered(calling, o, llm.ToolResult{Text: wiretest.Found}))
	wiretest.SentAs(t, second, "", sent)
	_, sent = ask(t, second.ID, wiretest.Answered(calling, o,
		llm.ToolResult{Text: "The search index is being rebuilt; try again in a minute.", Failed: true}))
	wiretest.SentAs(t, second, "anthropic/stream-tool-error-result.request.http", sent)
}

func TestSignedThinkingGoesBackUnchangedToItsModelOnly(t *testing.T) {
	first, second := wiretest.Named(t, "anthropic/stream-thinking-tool-1"), wiretest.Named(t, "anthropic/stream-thinking-tool-2")
	calling := wiretest.Calling(model, 16000)
	o, sent := ask(t, first.ID, calling)
	wiretest.SentAs(t, first, "", sent, thinkingOptions...)

	next := wiretest.Answered(calling, o, llm.ToolResult{Text: wiretest.Found})
	_, sent = ask(t, second.ID, next)
	wiretest.SentAs(t, second, "", sent, thinkingOptions...)

	for name, change := range map[string]func(r *llm.Request){
		"another model": func(r *llm.Request) { r.Model = "claude-opus-5-5" },
		"broken state":  func(r *llm.Request) { r.Messages[1].Opaque = json.RawMessage(`{"provider":"anthropic"`) },
		"foreign state": func(r *llm.Request) { r.Messages[1].Opaque = json.RawMessage(`{"provider":"gemini","data":[]}`) },
		"other calls":   func(r *llm.Request) { r.Messages[1].ToolCalls[0].ID = "toolu_changed" },
	} {
		changed := wiretest.Answered(calling, o, llm.ToolResult{Text: wiretest.Found})
		changed.Messages[1].ToolCalls = append([]llm.ToolCall(nil), changed.Messages[1].ToolCalls...)
		change(&changed)
		_, sent := ask(t, second.ID, changed)
		if strings.Contains(string(sent.Body), "thinking") || !strings.Contains(string(sent.Body), "tool_use") {
			t.Errorf("%s: sent %s", name, sent.Body)
		}
	}
}

func TestEmptyMessagesAreLeftOut(t *testing.T) {
	req := wiretest.User(model, 100, "Hello")
	req.Messages = append(req.Messages, llm.Message{Role: llm.RoleAssistant, Text: " \n"}, llm.Message{Role: llm.RoleUser, Text: "Again"})
	_, sent := ask(t, "anthropic/stream-text", req)
	var body struct{ Messages []struct{ Role string } }
	if err := json.Unmarshal(sent.Body, &body); err != nil || len(body.Messages) != 2 {
		t.Errorf("%v, sent %s", err, sent.Body)
	}
}

func TestALongBeginningIsCached(t *testing.T) {
	req := wiretest.User("", 0, strings.Repeat("requirement ", 1000))
	_, sent := ask(t, "anthropic/stream-cache-usage", req)
	if n := strings.Count(string(sent.Body), `"cache_control":{"type":"ephemeral"}`); n != 2 {
		t.Errorf("%d marks in %.200s", n, sent.Body)
	}
	var body struct {
		Model     string
		MaxTokens int `json:"max_tokens"`
	}
	if err := json.Unmarshal(sent.Body, &body); err != nil || body.Model != anthropic.DefaultModel || body.MaxTokens < 16_000 {
		t.Errorf("defaults: %v, %+v", err, body)
	}
}

func TestTheEndOfASpendingLimitIsTold(t *testing.T) {
	for _, id := range []string{"anthropic/error-400-spend-limit", "anthropic/error-429-spend-cap"} {
		o, _ := wiretest.Ask(t, wiretest.Named(t, id), wiretest.Question(), func(base string) llm.Provider {
			p, err := anthropic.New(anthropic.Config{Key: "fixture", BaseURL: base, Clock: november(30)})
			if err != nil {
				t.Fatal(err)
			}
			return p
		})
		if f := o.Fault(); f == nil || f.RetryAfter.Hours() != 24 || f.Retryable() {
			t.Errorf("%s: %v", id, o.Err)
		}
	}
}

func TestARefusalHasNoStateToSendBack(t *testing.T) {
	o, _ := ask(t, "anthropic/stream-refusal-mid", wiretest.Question())
	if o.Stop == nil || len(o.Stop.Opaque) > 0 || o.Stop.RequestID != "req_011CRefExample0000000002" {
		t.Errorf("stop %+v", o.Stop)
	}
}

func TestThinkingOfACutAnswerIsNotKept(t *testing.T) {
	play := wiretest.NewPlay(t, wiretest.Named(t, "anthropic/stream-thinking"))
	body := string(play.Responses[0].Body)
	play.Responses[0].Body = []byte(strings.Replace(body, `"stop_reason":"end_turn"`, `"stop_reason":"max_tokens"`, 1))
	for want, p := range map[llm.Stop]*wiretest.Play{llm.StopLength: play, llm.StopEnd: wiretest.NewPlay(t, wiretest.Named(t, "anthropic/stream-thinking"))} {
		o := wiretest.Collect(t, t.Context(), newProvider(t, "", wiretest.Loopback(t, p), nil), wiretest.Question())
		if o.Stop == nil || o.Stop.Stop != want || (len(o.Stop.Opaque) > 0) != (want == llm.StopEnd) {
			t.Errorf("stop %+v", o.Stop)
		}
	}
}

func TestABadConfigurationIsRefusedWithoutTheKey(t *testing.T) {
	for _, c := range []anthropic.Config{{}, {Key: "  \n"}, {Key: "canary-key", BaseURL: "api.example.com"}, {Key: "canary-\x00key"}} {
		_, err := anthropic.New(c)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%v", err)
		}
	}
}
