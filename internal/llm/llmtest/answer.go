package llmtest

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"sync"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

func checkAnswer(t *testing.T, s Subject) {
	o := collect(t, s)
	switch {
	case o.Err != nil:
		t.Fatal(o.Err)
	case o.Stop != llm.StopEnd:
		t.Fatalf("stopped with %d, want StopEnd", o.Stop)
	case o.Text == "":
		t.Fatal("the answer has no text")
	case o.Pieces < 2:
		t.Fatalf("the answer came in %d piece; it must stream", o.Pieces)
	case len(o.Calls) > 0:
		t.Fatal("an answer that has ended asks for tools")
	}
}

func checkUsage(t *testing.T, s Subject) {
	o := collect(t, s)
	if o.Usage.InputTokens <= 0 || o.Usage.OutputTokens <= 0 {
		t.Fatalf("usage %+v of an answer with %d pieces", o.Usage, o.Pieces)
	}
}

func checkUntouched(t *testing.T, s Subject) {
	before := clone(t, s.Request)
	collect(t, s)
	if !reflect.DeepEqual(clone(t, s.Request), before) {
		t.Fatal("the call changed its request")
	}
}

func checkLeaving(t *testing.T, s Subject) {
	total := collect(t, s).Deltas
	for leave := 1; leave <= min(total, 12); leave++ {
		n := 0
		for range s.Provider.Stream(t.Context(), s.Request) {
			if n++; n == leave {
				break
			}
		}
		if n != leave {
			t.Fatalf("left after %d deltas, wanted %d", n, leave)
		}
	}
}

func checkConcurrent(t *testing.T, s Subject) {
	want := collect(t, s).Text
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	texts := make([]string, 6)
	var wg sync.WaitGroup
	for i := range texts {
		wg.Go(func() {
			for d, err := range s.Provider.Stream(ctx, s.Request) {
				if err != nil {
					t.Error(err)
				}
				if d.Kind == llm.DeltaText {
					texts[i] += d.Text
				}
			}
		})
	}
	wg.Wait()
	for _, got := range texts {
		if got != want {
			t.Fatalf("an answer beside others is %q, want %q", got, want)
		}
	}
}

// checkCalls expects at least one whole call of a tool that was offered.
func checkCalls(t *testing.T, s Subject) {
	o := collect(t, s)
	if o.Err != nil {
		t.Fatal(o.Err)
	}
	if o.Stop != llm.StopTools || len(o.Calls) == 0 {
		t.Fatalf("stopped with %d after %d calls, want StopTools after some", o.Stop, len(o.Calls))
	}
	offered, ids := make(map[string]bool), make(map[string]bool)
	for _, tool := range s.Request.Tools {
		offered[tool.Name] = true
	}
	for _, c := range o.Calls {
		if !offered[c.Name] {
			t.Errorf("the tool %q was not offered", c.Name)
		}
		if ids[c.ID] {
			t.Errorf("two calls have the ID %q", c.ID)
		}
		ids[c.ID] = true
	}
}

func checkCall(t testing.TB, c llm.ToolCall) {
	t.Helper()
	if c.ID == "" || c.Name == "" {
		t.Errorf("a tool call without ID or name: %+v", c)
	}
	if raw := bytes.TrimSpace(c.Arguments); !json.Valid(raw) || len(raw) == 0 || raw[0] != '{' {
		t.Errorf("the arguments of %s are no JSON object: %q", c.Name, c.Arguments)
	}
}

func stopsWith(want llm.Stop) func(*testing.T, Subject) {
	return func(t *testing.T, s Subject) {
		o := collect(t, s)
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		if o.Stop != want {
			t.Fatalf("stopped with %d, want %d", o.Stop, want)
		}
	}
}

func clone(t *testing.T, r llm.Request) llm.Request {
	t.Helper()
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var c llm.Request
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return c
}
