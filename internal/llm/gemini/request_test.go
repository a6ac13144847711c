package gemini_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/gemini"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

const model = "gemini-3.8-flash"

func ask(t *testing.T, id string, req llm.Request) (wiretest.Outcome, wiretest.Request) {
	t.Helper()
	return wiretest.Ask(t, wiretest.Named(t, id), req, func(base string) llm.Provider {
		return newProvider(t, id, base, http.DefaultClient)
	})
}

func TestRequestsAreThoseOfTheOfficialClient(t *testing.T) {
	text := wiretest.Named(t, "gemini/stream-text")
	_, sent := ask(t, text.ID, wiretest.User(model, 4096, "Write one acceptance criterion for a password reset."))
	wiretest.SentAs(t, text, "", sent)
	if sent.Header.Get("X-Goog-Api-Key") != "fixture" || strings.Contains(sent.Target, "fixture") {
		t.Errorf("sent to %s with %v", sent.Target, sent.Header)
	}

	first, second := wiretest.Named(t, "gemini/stream-tool-1"), wiretest.Named(t, "gemini/stream-tool-2")
	calling := wiretest.Calling("models/"+model, 8192)
	o, sent := ask(t, first.ID, calling)
	wiretest.SentAs(t, first, "", sent)
	_, sent = ask(t, second.ID, wiretest.Answered(calling, o, llm.ToolResult{Text: wiretest.Found}))
	wiretest.SentAs(t, second, "", sent)
}

func TestACallWithoutAnIDGetsOneThatIsNotSentBack(t *testing.T) {
	calling := wiretest.Calling(model, 8192)
	o, _ := ask(t, "gemini/stream-tool-parallel", calling)
	if len(o.Calls) != 2 || o.Calls[0].ID == o.Calls[1].ID {
		t.Fatalf("calls %+v", o.Calls)
	}
	next := wiretest.Answered(calling, o, llm.ToolResult{Text: "no JSON"})
	next.Messages[2].ToolResults = append(next.Messages[2].ToolResults,
		llm.ToolResult{CallID: o.Calls[1].ID, Name: o.Calls[1].Name, Text: "index is being rebuilt", Failed: true})
	_, sent := ask(t, "gemini/stream-tool-2", next)
	var body struct {
		Contents []struct {
			Parts []struct {
				Signature string `json:"thoughtSignature"`
				Call      *struct {
					ID, Name string
				} `json:"functionCall"`
				Response *struct {
					ID, Name string
					Response json.RawMessage
				} `json:"functionResponse"`
			}
		}
	}
	if err := json.Unmarshal(sent.Body, &body); err != nil || len(body.Contents) != 3 {
		t.Fatalf("%v: %s", err, sent.Body)
	}
	calls, results := body.Contents[1].Parts, body.Contents[2].Parts
	if len(calls) != 2 || calls[0].Signature == "" || calls[1].Signature != "" || calls[0].Call.ID != "" {
		t.Errorf("calls were not sent back as they came: %s", sent.Body)
	}
	if len(results) != 2 || results[0].Response.ID != "" || string(results[0].Response.Response) != `{"result":"no JSON"}` ||
		string(results[1].Response.Response) != `{"error":"index is being rebuilt"}` || results[1].Response.Name != "list_documents" {
		t.Errorf("results: %s", sent.Body)
	}
}

func TestSignaturesStayWithTheirModel(t *testing.T) {
	calling := wiretest.Calling(model, 8192)
	o, _ := ask(t, "gemini/stream-tool-1", calling)
	next := wiretest.Answered(calling, o, llm.ToolResult{Text: wiretest.Found})
	next.Model = "gemini-4-argon"
	_, sent := ask(t, "gemini/stream-tool-2", next)
	if strings.Contains(string(sent.Body), "thoughtSignature") || !strings.Contains(string(sent.Body), `"id":"fc-8d0c21a4"`) ||
		!strings.Contains(sent.Target, "gemini-4-argon") {
		t.Errorf("sent to %s: %s", sent.Target, sent.Body)
	}
}

func TestASignatureStaysInThePartThatItCameIn(t *testing.T) {
	o, _ := ask(t, "gemini/stream-thinking", wiretest.Question())
	req := wiretest.Question()
	req.Model = model
	req.Messages = append(req.Messages, llm.Message{Role: llm.RoleAssistant, Text: o.Text, Opaque: o.Stop.Opaque},
		llm.Message{Role: llm.RoleUser, Text: "Why?"})
	_, sent := ask(t, "gemini/stream-text", req)
	if !strings.Contains(string(sent.Body), `{"text":"B is testable: it names what is measured and the limit."},{"text":"","thoughtSignature":`) {
		t.Errorf("sent %s", sent.Body)
	}
}

func TestALongAnswerIsContinuedByItself(t *testing.T) {
	r := wiretest.Named(t, "gemini/stream-continuation")
	play := wiretest.NewPlay(t, r)
	req := wiretest.User(model, 0, "Write a very long specification.")
	o := wiretest.Collect(t, t.Context(), newProvider(t, "", wiretest.Loopback(t, play), nil), req)
	if o.Text != r.Expect.Text || o.Stop == nil || o.Stop.StopReason != "STOP" {
		t.Errorf("%q, %+v, %v", o.Text, o.Stop, o.Err)
	}
	if want := (ba.Usage{InputTokens: 100, OutputTokens: 65536 + 40}); o.Usage != want {
		t.Errorf("usage %+v, want that of both requests, %+v", o.Usage, want)
	}
	wiretest.SentAs(t, r, "gemini/stream-continuation-2.request.http", play.Requests()[1])
}

func TestAContinuationThatFailsKeepsTheFirstPart(t *testing.T) {
	play := wiretest.NewPlay(t, wiretest.Named(t, "gemini/stream-continuation"))
	play.Responses[1] = wiretest.Named(t, "gemini/error-503").Responses(t)[0]
	o := wiretest.Collect(t, t.Context(), newProvider(t, "", wiretest.Loopback(t, play), nil), wiretest.Question())
	f := o.Fault()
	if f == nil || f.Kind != llm.ErrOverloaded || !f.Started || o.Text == "" || len(play.Requests()) != 2 {
		t.Errorf("%q, %v after %d requests", o.Text, o.Err, len(play.Requests()))
	}
}

func TestAnAnswerThatContinuesForEverIsEnded(t *testing.T) {
	play := wiretest.NewPlay(t, wiretest.Named(t, "gemini/stream-continuation"))
	play.Responses = play.Responses[:1]
	o := wiretest.Collect(t, t.Context(), newProvider(t, "", wiretest.Loopback(t, play), nil), wiretest.Question())
	if f := o.Fault(); f == nil || f.Kind != llm.ErrProtocol || !f.Started || len(play.Requests()) > 20 {
		t.Errorf("%v after %d requests", o.Err, len(play.Requests()))
	}
}

func TestAnArrayInPlaceOfAnEventStreamIsNoAnswer(t *testing.T) {
	o, sent := ask(t, "gemini/stream-no-alt-sse", wiretest.Question())
	if f := o.Fault(); f == nil || f.Kind != llm.ErrProtocol || o.Text != "" {
		t.Errorf("%q, %v", o.Text, o.Err)
	}
	if !strings.HasSuffix(sent.Target, "?alt=sse") {
		t.Errorf("sent to %s", sent.Target)
	}
}

func TestAMissedLimitOfTheDayIsNotWaitedFor(t *testing.T) {
	o, _ := ask(t, "gemini/error-429-daily", wiretest.Question())
	if f := o.Fault(); f == nil || f.Kind != llm.ErrBilling || f.RetryAfter != 0 {
		t.Errorf("%v", o.Err)
	}
}

func TestABadConfigurationIsRefusedWithoutTheKey(t *testing.T) {
	for _, c := range []gemini.Config{{}, {Key: "canary-key", BaseURL: "generativelanguage"}, {Key: "canary key"}} {
		_, err := gemini.New(c)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%v", err)
		}
	}
}
