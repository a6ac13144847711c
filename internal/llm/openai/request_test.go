package openai_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/openai"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

// reasoningOptions are asked for in some recordings and never by us: the
// servers have their defaults.
var reasoningOptions = []string{"thinking", "reasoning_effort"}

// ask plays a recording to the client of its server, under the path of the
// recorded base URL.
func ask(t *testing.T, id string, req llm.Request) (wiretest.Outcome, wiretest.Request) {
	t.Helper()
	path := "/v1"
	if strings.HasPrefix(id, "deepseek/") {
		path = ""
	}
	return wiretest.Ask(t, wiretest.Named(t, id), req, func(base string) llm.Provider {
		return newProvider(t, id, base+path, http.DefaultClient)
	})
}

func TestRequestsAreThoseOfTheOfficialClient(t *testing.T) {
	for id, req := range map[string]llm.Request{
		"deepseek/stream-text": wiretest.User("deepseek-flash", 4096, "Write one acceptance criterion for a password reset."),
		"ollama/stream-text":   wiretest.User("qwen3:8b", 2048, "Write one acceptance criterion for a password reset."),
		"openai/stream-text":   wiretest.User("example-model", 4096, "Write one acceptance criterion for a password reset."),
	} {
		_, sent := ask(t, id, req)
		wiretest.SentAs(t, wiretest.Named(t, id), "", sent, reasoningOptions...)
		if sent.Header.Get("Authorization") != "Bearer "+"fixture" {
			t.Errorf("%s: headers %v", id, sent.Header)
		}
	}
	for server, calling := range map[string]llm.Request{
		"deepseek": wiretest.Calling("deepseek-flash", 8192),
		"ollama":   wiretest.Calling("qwen3:8b", 0),
	} {
		first, second := wiretest.Named(t, server+"/stream-tool-1"), wiretest.Named(t, server+"/stream-tool-2")
		o, sent := ask(t, first.ID, calling)
		wiretest.SentAs(t, first, "", sent, reasoningOptions...)
		_, sent = ask(t, second.ID, wiretest.Answered(calling, o, llm.ToolResult{Text: wiretest.Found}))
		wiretest.SentAs(t, second, "", sent, reasoningOptions...)
	}
}

func TestDeepSeekGetsItsReasoningBackEvenAnEmptyOne(t *testing.T) {
	calling := wiretest.Calling("deepseek-flash", 0)
	o, _ := ask(t, "deepseek/stream-tool-parallel", calling)
	_, sent := ask(t, "deepseek/stream-tool-2", wiretest.Answered(calling, o, llm.ToolResult{Text: "x"}))
	if !strings.Contains(string(sent.Body), `"reasoning_content":""`) {
		t.Errorf("sent %s", sent.Body)
	}
}

func TestAFailedToolIsToldInWords(t *testing.T) {
	calling := wiretest.Calling("qwen3:8b", 0)
	o, _ := ask(t, "ollama/stream-tool-1", calling)
	_, sent := ask(t, "ollama/stream-tool-2", wiretest.Answered(calling, o, llm.ToolResult{Text: "no index", Failed: true}))
	if !strings.Contains(string(sent.Body), `"content":"The tool failed: no index"`) {
		t.Errorf("sent %s", sent.Body)
	}
}

// stream is the body of a stream with the given deltas and a finish_reason.
func stream(finish string, deltas ...string) []byte {
	var b strings.Builder
	for _, d := range deltas {
		fmt.Fprintf(&b, "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":%s}]}\n\n", d)
	}
	fmt.Fprintf(&b, "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":%q}]}\n\ndata: [DONE]\n\n", finish)
	return []byte(b.String())
}

func collect(t *testing.T, b wiretest.Bytes) (o wiretest.Outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o = wiretest.Collect(t, t.Context(), newProvider(t, "", "http://provider.test", &http.Client{Transport: b}), wiretest.Question())
	})
	return o
}

func TestAnAnswerThatHasEndedIsNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body, _, _ := bytes.Cut(stream("stop", `{"content":"Done."}`), []byte("data: [DONE]"))
		play := &wiretest.Play{Timed: true, Cut: -1, Responses: []wiretest.Response{
			{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: body, End: "hang"}}}
		h, closeAll := wiretest.Memory(play)
		defer closeAll()
		begun := time.Now()
		o := wiretest.Collect(t, t.Context(), newProvider(t, "", "http://provider.test", h), wiretest.Question())
		if took := time.Since(begun); o.Stop == nil || o.Text != "Done." || took > 10*time.Second {
			t.Errorf("%q, %v after %v", o.Text, o.Err, took)
		}
	})
}

func TestCallsAreToldApartHoweverTheServerNumbersThem(t *testing.T) {
	call := func(index, id, name, args string) string {
		return fmt.Sprintf(`{"tool_calls":[{%s"id":%q,"function":{"name":%q,"arguments":%q}}]}`, index, id, name, args)
	}
	for name, deltas := range map[string][]string{
		"by index":           {call(`"index":0,`, "a", "f", `{"x"`), call(`"index":1,`, "b", "g", `{}`), call(`"index":0,`, "", "", `:1}`)},
		"all with index 0":   {call(`"index":0,`, "a", "f", `{"x":1}`), call(`"index":0,`, "b", "g", `{}`)},
		"without an index":   {call("", "a", "f", `{"x"`), call("", "", "", `:1}`), call("", "b", "g", "")},
		"the ID each time":   {call(`"index":0,`, "a", "f", `{"x"`), call(`"index":0,`, "a", "f", `:1}`), call(`"index":1,`, "b", "g", `{}`)},
		"stop as the reason": {call(`"index":0,`, "a", "f", `{"x":1}`), call(`"index":1,`, "b", "g", `{}`)},
	} {
		finish := "tool_calls"
		if name == "stop as the reason" {
			finish = "stop"
		}
		o := collect(t, wiretest.Bytes{Body: stream(finish, deltas...)})
		if o.Stop == nil || o.Stop.Stop != llm.StopTools || len(o.Calls) != 2 ||
			o.Calls[0].ID != "a" || string(o.Calls[0].Arguments) != `{"x":1}` || o.Calls[1].Name != "g" || string(o.Calls[1].Arguments) != `{}` {
			t.Errorf("%s: %+v, %v", name, o.Calls, o.Err)
		}
	}
}

func TestABrokenCallIsNeverHandedOver(t *testing.T) {
	broken := `{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\": \"cut"}}]}`
	if o := collect(t, wiretest.Bytes{Body: stream("tool_calls", broken)}); o.Fault() == nil || o.Fault().Kind != llm.ErrProtocol || len(o.Calls) > 0 {
		t.Errorf("%+v, %v", o.Calls, o.Err)
	}
	if o := collect(t, wiretest.Bytes{Body: stream("length", broken)}); o.Stop == nil || o.Stop.Stop != llm.StopLength || len(o.Calls) > 0 {
		t.Errorf("at the limit: %+v, %v", o.Calls, o.Err)
	}
}

func TestErrorsOfOtherServersAreUnderstood(t *testing.T) {
	for body, want := range map[string]struct {
		status int
		kind   llm.ErrorKind
	}{
		`{"error":"model is loading"}`: {503, llm.ErrOverloaded},
		`{"object":"error","message":"maximum context length is 8192","type":"BadRequestError","code":400}`: {400, llm.ErrContext},
		`{"error":{"message":"no","type":"NotFoundError","code":404}}`:                                      {404, llm.ErrModel},
		`{"error":{"message":"Content Exists Risk","type":"invalid_request_error"}}`:                        {400, llm.ErrRefused},
		`{"error":{"message":"Model Not Exist","type":"invalid_request_error"}}`:                            {400, llm.ErrModel},
		`<html>nginx 404</html>`:                              {404, llm.ErrRequest},
		`{"detail":"Not Found"}`:                              {404, llm.ErrRequest},
		`<html>nginx 502</html>`:                              {502, llm.ErrOverloaded},
		`{"error":{"message":"slow down","code":429}}`:        {429, llm.ErrRateLimit},
		`{"error":{"message":"gateway: no key","code":null}}`: {401, llm.ErrAuth},
	} {
		o := collect(t, wiretest.Bytes{Status: want.status, Body: []byte(body)})
		if f := o.Fault(); f == nil || f.Kind != want.kind || f.Status != want.status {
			t.Errorf("%s: %v", body, o.Err)
		}
	}
	inStream := "data: {\"error\":{\"message\":\"out of memory\",\"type\":\"InternalServerError\",\"code\":500}}\n\n"
	if f := collect(t, wiretest.Bytes{Body: []byte(inStream)}).Fault(); f == nil || f.Kind != llm.ErrOverloaded || f.Status != 500 {
		t.Errorf("in a stream: %v", f)
	}
}

func TestTheBaseURLTellsTheDialect(t *testing.T) {
	for base, want := range map[string]openai.Dialect{
		"": openai.OpenAI, "https://api.openai.com/v1": openai.OpenAI, "https://api.deepseek.com": openai.DeepSeek,
		"https://API.DeepSeek.com/v1": openai.DeepSeek, "http://localhost:11434/v1": openai.Compatible,
		"https://api.openai.com.example.net/v1": openai.Compatible, "https://gateway.example.com/?to=api.openai.com": openai.Compatible,
	} {
		if got := openai.DialectOf(base); got != want {
			t.Errorf("%q is %s, want %s", base, got, want)
		}
	}
}

func TestAConfigurationIsCompleteOrRefusedWithoutTheKey(t *testing.T) {
	for _, c := range []openai.Config{
		{Key: "canary"}, // no model
		{Model: "m"},    // no key
		{Key: "canary", Model: "m", BaseURL: "localhost:11434/v1"},
		{BaseURL: "http://localhost:11434/v1"}, // no model
	} {
		if _, err := openai.New(c); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	local, err := openai.New(openai.Config{Model: "qwen3:8b", BaseURL: "http://localhost:11434/v1"})
	if err != nil || local.ID() != "compatible" {
		t.Fatal(err)
	}
	deep, err := openai.New(openai.Config{Dialect: openai.DeepSeek, Key: "fixture"})
	if err != nil || deep.ID() != "deepseek" || deep.Model() != openai.DefaultDeepSeekModel {
		t.Fatal(err)
	}
}
