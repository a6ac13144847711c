package wiretest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// The parts of which the recorded requests consist.
const (
	System = "You are BA Assistant. Answer with the facts in the workspace documents and name the document you used."
	Asked  = "What does our refund policy say about digital goods?"
	Found  = `[{"document":"Refund policy v3.docx","page":2,"text":"Digital goods are refundable within 14 days unless the download was started."}]`
)

// User returns a request of one question.
func User(model string, maxOutput int, question string) llm.Request {
	return llm.Request{Model: model, System: System, MaxOutput: maxOutput,
		Messages: []llm.Message{{Role: llm.RoleUser, Text: question}}}
}

// SearchTool is the tool of the recorded requests.
func SearchTool() llm.Tool {
	return llm.Tool{Name: "search_documents", Description: "Full-text search over the documents of the current workspace.",
		Schema: json.RawMessage(`{"type":"object","properties":{"query":{"type":"string","description":"Words to look for"},` +
			`"limit":{"type":"integer","description":"How many passages to return","minimum":1,"maximum":20}},` +
			`"required":["query"],"additionalProperties":false}`)}
}

// Calling returns the request that is answered with a call of the tool.
func Calling(model string, maxOutput int) llm.Request {
	r := User(model, maxOutput, Asked)
	r.Tools = []llm.Tool{SearchTool()}
	return r
}

// Answered returns r with an answer that called one tool, as Collect read it,
// and the result of that call.
func Answered(r llm.Request, o Outcome, result llm.ToolResult) llm.Request {
	result.CallID, result.Name = o.Calls[0].ID, o.Calls[0].Name
	r.Messages = append(r.Messages[:len(r.Messages):len(r.Messages)],
		llm.Message{Role: llm.RoleAssistant, Text: o.Text, ToolCalls: o.Calls, Opaque: o.Stop.Opaque},
		llm.Message{Role: llm.RoleTool, ToolResults: []llm.ToolResult{result}})
	return r
}

// Ask plays a recording to a provider that make returns for its address, and
// returns what came of it and the first request that was sent.
func Ask(t testing.TB, r Recording, req llm.Request, create func(base string) llm.Provider) (Outcome, Request) {
	t.Helper()
	play := NewPlay(t, r)
	o := Collect(t, context.Background(), create(Loopback(t, play)), req)
	return o, play.Requests()[0]
}

// SentAs fails t where a request is not the recorded one, in its address or in
// its JSON. The named members of the recorded object are left out of the
// comparison: options that we don't send.
func SentAs(t testing.TB, r Recording, file string, sent Request, without ...string) {
	t.Helper()
	target, body := r.RequestBody(t, file)
	if sent.Target != target {
		t.Errorf("sent to %s, recorded %s", sent.Target, target)
	}
	var recorded map[string]json.RawMessage
	if err := json.Unmarshal(body, &recorded); err != nil {
		t.Fatal(err)
	}
	for _, name := range without {
		delete(recorded, name)
	}
	want, err := json.Marshal(recorded)
	if err != nil {
		t.Fatal(err)
	}
	if !SameJSON(sent.Body, want) {
		t.Errorf("%s\nsent     %s\nrecorded %s", r.ID, sent.Body, want)
	}
}
