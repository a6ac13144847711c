package wiretest

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Suite is a provider with the recordings that its client must understand.
type Suite struct {
	Prefixes []string // of the recordings' IDs
	// New returns the client of a server at a base URL, which has no path.
	New func(t testing.TB, id, base string, h *http.Client) llm.Provider
	// Usage turns the provider's counts into ours.
	Usage func(Usage) ba.Usage
	// Ended reports whether a beginning of a body holds the end of its answer.
	Ended func(body []byte) bool
	// Kinds are the kinds of the recordings that are, or hold, an error.
	Kinds map[string]llm.ErrorKind
	// Unasked are recordings of what the client never asks for, with the reason.
	Unasked map[string]string
}

// Question is a request that any recording may answer.
func Question() llm.Request {
	return llm.Request{System: "You are BA Assistant.", MaxOutput: 4096,
		Messages: []llm.Message{{Role: llm.RoleUser, Text: "What does our refund policy say?"}}}
}

// Run runs the suite.
func (s Suite) Run(t *testing.T) {
	for _, r := range Recordings(t, s.Prefixes...) {
		if s.Unasked[r.ID] != "" {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			t.Run("is understood as recorded", func(t *testing.T) { s.timed(t, r) })
			if len(r.Response) == 1 && r.Expect.Error == nil {
				t.Run("is the same in any fragments", func(t *testing.T) { s.fragments(t, r) })
				t.Run("is never whole when cut", func(t *testing.T) { s.cuts(t, r) })
				t.Run("survives a cut at any byte", func(t *testing.T) { s.bytes(t, r) })
			}
		})
	}
}

// timed plays a recording with its delays and its silence, in the test's time.
func (s Suite) timed(t *testing.T, r Recording) {
	synctest.Test(t, func(t *testing.T) {
		play := NewPlay(t, r)
		play.Timed = true
		h, closeAll := Memory(play)
		defer closeAll()
		begun := time.Now()
		o := Collect(t, t.Context(), s.New(t, r.ID, "http://provider.test", h), Question())
		s.judge(t, r, o)
		s.judgeCalls(t, r, len(play.Requests()), time.Since(begun))
	})
}

// judgeCalls checks how often a failing recording was asked for, and that the
// waits were as long as the server wished.
func (s Suite) judgeCalls(t *testing.T, r Recording, n int, took time.Duration) {
	want := len(r.Response)
	if again := s.again(r); again {
		want = 3
	}
	if n != want {
		t.Errorf("%d requests, want %d", n, want)
	}
	if e := r.Expect.Error; e != nil && e.RetryAfter > 0 && took < time.Duration(2*e.RetryAfter*float64(time.Second)) {
		t.Errorf("two retries within %v, but the server asked for %v s before each", took, e.RetryAfter)
	}
}

// again reports whether the client tries again by itself: nothing was shown,
// and it may help.
func (s Suite) again(r Recording) bool {
	kind, ok := s.Kinds[r.ID]
	if !ok || r.Expect.Text != "" {
		return false
	}
	return (&llm.Error{Kind: kind}).Retryable() && kind != llm.ErrTimeout
}

func (s Suite) judge(t *testing.T, r Recording, o Outcome) {
	t.Helper()
	e := r.Expect
	if want := e.Text + e.Refusal; o.Text != want {
		t.Errorf("text %q, want %q", o.Text, want)
	}
	if o.Reasoning != e.Thinking {
		t.Errorf("reasoning %q, want %q", o.Reasoning, e.Thinking)
	}
	if e.Ends() && s.Kinds[r.ID] == llm.ErrUnknown {
		s.judgeEnd(t, r, o)
		return
	}
	f := o.Fault()
	if f == nil {
		t.Fatalf("ended with %v and %v, want an *llm.Error", o.Stop, o.Err)
	}
	s.judgeFault(t, r, f)
}

func (s Suite) judgeEnd(t *testing.T, r Recording, o Outcome) {
	t.Helper()
	e := r.Expect
	if o.Stop == nil {
		t.Fatalf("ended with %v", o.Err)
	}
	reason := e.Stop + e.BlockReason
	if o.Stop.StopReason != reason {
		t.Errorf("stop reason %q, want %q", o.Stop.StopReason, reason)
	}
	if want := s.stop(e); o.Stop.Stop != want {
		t.Errorf("stopped with %d, want %d", o.Stop.Stop, want)
	}
	if e.Usage != nil && o.Usage != s.Usage(*e.Usage) {
		t.Errorf("usage %+v, want %+v", o.Usage, s.Usage(*e.Usage))
	}
	if len(o.Calls) != len(e.ToolCalls) {
		t.Fatalf("%d calls, want %d", len(o.Calls), len(e.ToolCalls))
	}
	for i, want := range e.ToolCalls {
		got := o.Calls[i]
		if got.Name != want.Name || want.ID != "" && got.ID != want.ID || !SameJSON(got.Arguments, want.Arguments) {
			t.Errorf("call %+v %s, want %+v %s", got, got.Arguments, want, want.Arguments)
		}
	}
}

// stop is the table of the three APIs' words.
func (s Suite) stop(e Expect) llm.Stop {
	switch {
	case len(e.ToolCalls) > 0:
		return llm.StopTools
	case e.Refusal != "", e.BlockReason != "":
		return llm.StopRefused
	}
	switch e.Stop {
	case "max_tokens", "model_context_window_exceeded", "MAX_TOKENS", "length":
		return llm.StopLength
	case "refusal", "SAFETY", "RECITATION", "content_filter":
		return llm.StopRefused
	}
	return llm.StopEnd
}

func (s Suite) judgeFault(t *testing.T, r Recording, f *llm.Error) {
	t.Helper()
	want := s.kind(t, r)
	if f.Kind != want {
		t.Errorf("kind %d, want %d: %v", f.Kind, want, f)
	}
	if shown := r.Expect.Text != ""; f.Started != shown {
		t.Errorf("started %v, want %v", f.Started, shown)
	}
	if se := r.Expect.StreamError; se != nil && (f.Code != se.Type || f.Status != se.Status) {
		t.Errorf("code %q and status %d, want %+v", f.Code, f.Status, *se)
	}
	e := r.Expect.Error
	if e == nil {
		return
	}
	if f.Status != e.Status || f.RequestID != e.RequestID && e.RequestID != "" {
		t.Errorf("status %d, request %q, want %d, %q", f.Status, f.RequestID, e.Status, e.RequestID)
	}
	if f.Retryable() != e.Retry {
		t.Errorf("retryable %v, want %v", f.Retryable(), e.Retry)
	}
	if got := f.RetryAfter.Seconds(); e.RetryAfter > 0 && got != e.RetryAfter {
		t.Errorf("retry after %v s, want %v", got, e.RetryAfter)
	}
	if e.Type != "" && f.Code != e.Type && f.Code != e.Code && f.Kind != llm.ErrBilling {
		t.Errorf("code %q, want %q or %q", f.Code, e.Type, e.Code)
	}
}

func (s Suite) kind(t *testing.T, r Recording) llm.ErrorKind {
	t.Helper()
	e := r.Expect
	switch {
	case e.IdleTimeout:
		return llm.ErrTimeout
	case e.TransportError, e.Incomplete:
		return llm.ErrCut
	}
	kind, ok := s.Kinds[r.ID]
	if !ok {
		t.Fatalf("the suite does not say which kind of error this is")
	}
	return kind
}

// prefix reports whether what was shown of a cut answer is a beginning of it.
func prefix(part, whole Outcome) bool {
	return strings.HasPrefix(whole.Text, part.Text) && strings.HasPrefix(whole.Reasoning, part.Reasoning)
}
