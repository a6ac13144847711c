package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeModel is a server that speaks Anthropic's Messages API: it searches
// first and then answers with what was found, or behaves as the question asks.
type fakeModel struct {
	*httptest.Server
	mu       sync.Mutex
	keys     map[string]bool
	requests []modelRequest
	left     chan struct{} // closed when the client left a silent answer
}

// modelRequest is the part of a request that the test looks at.
type modelRequest struct {
	Model    string
	System   []struct{ Text string }
	Tools    []struct{ Name string }
	Messages []struct {
		Role    string
		Content []struct {
			Type, Text string
			Content    []struct{ Text string }
		}
	}
}

// modelKey is not a key of anybody; it must appear in no log.
var modelKey = "sk-" + strings.Repeat("canarykey", 3) + "-end"

func newFakeModel(t testing.TB) *fakeModel {
	m := &fakeModel{keys: make(map[string]bool), left: make(chan struct{})}
	m.Server = httptest.NewServer(http.HandlerFunc(m.answer))
	t.Cleanup(m.Close)
	return m
}

func (m *fakeModel) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	var req modelRequest
	if err := json.Unmarshal(body, &req); err != nil || r.URL.Path != "/v1/messages" || len(req.Messages) == 0 {
		http.Error(w, "unexpected: "+r.URL.Path, http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	m.keys[r.Header.Get("X-Api-Key")] = true
	m.requests = append(m.requests, req)
	m.mu.Unlock()
	last := req.Messages[len(req.Messages)-1].Content[0]
	if at := strings.LastIndex(last.Text, "\n\n"); at >= 0 {
		last.Text = last.Text[at:] // before it stand questions that nobody answered
	}
	switch {
	case last.Type == "tool_result":
		m.cite(w, last.Content[0].Text)
	case strings.Contains(last.Text, "no key"):
		w.Header().Set("Request-Id", "req_e2e")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key %s for: %s"}}`, r.Header.Get("X-Api-Key"), last.Text)
	case strings.Contains(last.Text, "break off"):
		begin(w)
		text(w, "Half of the answer")
		panic(http.ErrAbortHandler)
	case strings.Contains(last.Text, "fall silent"):
		begin(w)
		text(w, "Wait")
		<-r.Context().Done()
		close(m.left)
	default:
		begin(w)
		say(w, "content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"search_documents","input":{}}}`)
		say(w, "content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"digital"}}`)
		say(w, "content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":" goods refund\"}"}}`)
		finish(w, "tool_use")
	}
}

// cite answers with the first passage that was found, in its own words.
func (m *fakeModel) cite(w http.ResponseWriter, result string) {
	var found struct {
		Passages []struct {
			N    int
			Text string
		}
	}
	begin(w)
	if err := json.Unmarshal([]byte(result), &found); err != nil || len(found.Passages) == 0 {
		text(w, "Nothing was found.")
	} else {
		text(w, "The documents say: ", fmt.Sprintf("%q", found.Passages[0].Text), fmt.Sprintf(" [%d].", found.Passages[0].N))
	}
	finish(w, "end_turn")
}

func say(w http.ResponseWriter, name, data string) {
	fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, data)
	_ = http.NewResponseController(w).Flush() // where it fails, the client has gone
}

func begin(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/event-stream")
	say(w, "message_start", `{"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":100,"cache_read_input_tokens":20,"output_tokens":1}}}`)
}

func text(w http.ResponseWriter, pieces ...string) {
	say(w, "content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`)
	for _, s := range pieces {
		quoted, _ := json.Marshal(s) // a string
		say(w, "content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":`+string(quoted)+`}}`)
	}
	say(w, "content_block_stop", `{"type":"content_block_stop","index":0}`)
}

func finish(w http.ResponseWriter, reason string) {
	say(w, "message_delta", `{"type":"message_delta","delta":{"stop_reason":"`+reason+`"},"usage":{"output_tokens":7}}`)
	say(w, "message_stop", `{"type":"message_stop"}`)
}

func TestAKeyLetsAModelAnswerFromTheDocuments(t *testing.T) {
	m := newFakeModel(t)
	s := start(t, "ANTHROPIC_API_KEY="+modelKey, "ANTHROPIC_BASE_URL="+m.URL, "LOG_LEVEL=debug")
	var health struct {
		Checks []struct{ Name, Detail string }
	}
	ana := signIn(t, s.url, "ana")
	ana.must(t, "GET", "/health", nil, &health)
	if all := fmt.Sprint(health.Checks); !strings.Contains(all, "answered by Anthropic") || !strings.Contains(all, "Built-in analyst") {
		t.Errorf("health: %s", all)
	}

	project := ana.project(t, "Refunds")
	const rule = "Digital goods can be refunded within 14 days unless the download was started."
	ana.read(t, project, "policy.txt", []byte(rule))
	thread := ana.thread(t, project)
	answer := ana.answered(t, thread, "What applies to digital goods?")
	if answer.Turn.State != "complete" || !strings.Contains(answer.Text, rule) || len(answer.Citations) != 1 || answer.Citations[0].Filename != "policy.txt" {
		t.Errorf("answer %+v, turn %+v", answer, *answer.Turn)
	}
	turn := turnOf(t, ana, thread, answer.ID)
	if turn.Provider != "anthropic" || turn.Model != "claude-sonnet-5-5" || turn.Usage.Input != 240 || turn.Usage.Cached != 40 || turn.Usage.Output != 14 {
		t.Errorf("turn %+v", turn)
	}
	m.judge(t)
	breakdowns(t, ana, m, thread)

	s.stop(t, 15*time.Second)
	for _, secret := range []string{modelKey, modelKey[3:20], "digital goods", "Half of the answer"} {
		if strings.Contains(strings.ToLower(s.stdout.String()+s.stderr.String()), strings.ToLower(secret)) {
			t.Errorf("%q is in the log:\n%s", secret, s.stderr)
		}
	}
}

// modelTurn is a turn with what a provider has to do with.
type modelTurn struct {
	Provider, Model string
	Failure         struct{ Code, Detail string }
	Usage           struct {
		Input  int `json:"input_tokens"`
		Cached int `json:"cached_tokens"`
		Output int `json:"output_tokens"`
	}
}

func turnOf(t testing.TB, p *person, thread, answer string) modelTurn {
	t.Helper()
	var l list[struct {
		ID   string
		Turn modelTurn
	}]
	p.must(t, "GET", "/api/threads/"+thread+"/messages?limit=200", nil, &l)
	for _, m := range l.Items {
		if m.ID == answer {
			return m.Turn
		}
	}
	t.Fatalf("the answer %s is gone", answer)
	return modelTurn{}
}

// judge checks what the model was asked.
func (m *fakeModel) judge(t *testing.T) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	answering := slices.Clone(m.requests)
	answering = slices.DeleteFunc(answering, func(r modelRequest) bool { return len(r.Tools) == 0 }) // it names the conversation
	if len(answering) != 2 || len(m.requests) > 3 || !m.keys[modelKey] || len(m.keys) != 1 {
		t.Fatalf("%d requests, %d of them to answer, with %d keys", len(m.requests), len(answering), len(m.keys))
	}
	first := answering[0]
	if first.Model != "claude-sonnet-5-5" || len(first.System) != 1 || len(first.Tools) != 4 || len(first.Messages) != 1 {
		t.Errorf("the first request: %+v", first)
	}
	if second := answering[1]; len(second.Messages) != 3 || second.Messages[1].Role != "assistant" || second.Messages[1].Content[0].Type != "tool_use" {
		t.Errorf("the second request: %+v", second)
	}
}

// breakdowns asks for what goes wrong: each says so, and keeps what had come.
func breakdowns(t *testing.T, ana *person, m *fakeModel, thread string) {
	t.Helper()
	for question, want := range map[string]struct{ code, text string }{
		"Answer with no key about digital goods": {"provider_auth", ""},
		"Please break off":                       {"provider_cut", "Half of the answer"},
	} {
		answer := ana.answered(t, thread, question)
		turn := turnOf(t, ana, thread, answer.ID)
		if answer.Turn.State != "failed" || turn.Failure.Code != want.code || answer.Text != want.text || !strings.Contains(turn.Failure.Detail, "Anthropic") {
			t.Errorf("%s: %s %q, %+v", question, answer.Turn.State, answer.Text, turn.Failure)
		}
	}
	asked, err := ana.ask(t.Context(), thread, newID(), "Now fall silent")
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, 10*time.Second, "the first word is stored", func() bool {
		for _, msg := range ana.messages(t, thread).Items {
			if msg.ID == asked.Turn.AnswerID && msg.Text == "Wait" {
				return true
			}
		}
		return false
	})
	ana.must(t, "POST", "/api/turns/"+asked.Turn.ID+"/stop", nil, nil)
	select {
	case <-m.left:
	case <-time.After(10 * time.Second):
		t.Error("the model still generates after the stop")
	}
}
