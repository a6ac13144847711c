package replay_test

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/llmtest"
	"github.com/ba-assistant/ba-assistant/internal/llm/replay"
)

func TestReplayKeepsWhatEveryProviderMust(t *testing.T) {
	llmtest.Run(t, func(_ *testing.T, s llmtest.Scenario) llmtest.Subject {
		some := replay.Pieces("Refunds ", "are paid ")
		call := replay.Call("c1", "search_documents", map[string]string{"query": "refund"})
		script, ok := map[llmtest.Scenario]replay.Script{
			llmtest.Answers:    append(some, replay.Usage(12, 3), replay.Stop(llm.StopEnd)),
			llmtest.CallsTools: replay.Calls(call),
			llmtest.UsesResult: replay.Text("Within ", "14 days [1]."),
			llmtest.HitsLimit:  append(some, replay.Stop(llm.StopLength)),
			llmtest.Refuses:    {replay.Stop(llm.StopRefused)},
			llmtest.IsCut:      some,
			llmtest.FailsFirst: {replay.Fail(llm.ErrRateLimit, "slow down")},
			llmtest.FailsLater: append(some, replay.Fail(llm.ErrOverloaded, "busy")),
			llmtest.StaysQuiet: append(some, replay.Step{Silent: true}),
		}[s]
		if !ok {
			return llmtest.Subject{Absent: "no script for: " + string(s)}
		}
		p := replay.Answering("replay", llm.NoWait, func(llm.Request) (replay.Script, bool) { return script, true })
		fault := map[llmtest.Scenario]llm.ErrorKind{llmtest.FailsFirst: llm.ErrRateLimit, llmtest.FailsLater: llm.ErrOverloaded}[s]
		return llmtest.Subject{Provider: p, Fault: fault, Request: llm.Request{
			Messages: []llm.Message{{Role: llm.RoleUser, Text: "When are refunds paid?"}},
			Tools:    []llm.Tool{{Name: "search_documents", Schema: json.RawMessage(`{"type":"object"}`)}},
		}}
	})
}

func TestScriptsArePlayedInTurnAndThenTheTestIsToldSo(t *testing.T) {
	p := replay.New("replay", llm.NoWait, replay.Text("one"), replay.Text("two"))
	for _, want := range []string{"one", "two"} {
		if got := llmtest.Collect(t, p.Stream(t.Context(), llm.Request{})).Text; got != want {
			t.Errorf("played %q, want %q", got, want)
		}
	}
	last := llmtest.Collect(t, p.Stream(t.Context(), llm.Request{Model: "third"}))
	if llm.KindOf(last.Err) != llm.ErrRequest || !strings.Contains(last.Err.Error(), "no script is left") {
		t.Errorf("a call without a script gives %v", last.Err)
	}
	if asked := p.Requests(); len(asked) != 3 || asked[2].Model != "third" {
		t.Errorf("recorded %d requests", len(asked))
	}
}

func TestDelaysPassUnderTheClockOfTheTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := replay.New("replay", llm.Timer, replay.Text("a", "b", "c").Every(time.Minute))
		begin := time.Now()
		llmtest.Collect(t, p.Stream(t.Context(), llm.Request{}))
		if took := time.Since(begin); took != 4*time.Minute {
			t.Errorf("four steps a minute apart took %v", took)
		}
	})
}

func TestADelayEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		p := replay.New("replay", llm.Timer, replay.Text("a", "b", "c").Every(time.Minute))
		o := llmtest.Collect(t, p.Stream(ctx, llm.Request{}))
		if o.Text != "a" || o.Err != context.DeadlineExceeded {
			t.Errorf("got %q and %v", o.Text, o.Err)
		}
	})
}

func TestARecordingIsPlayedAsItWas(t *testing.T) {
	now := time.Unix(0, 0)
	clock := func() time.Time { now = now.Add(40 * time.Millisecond); return now }
	original := append(append(replay.Pieces("Größe: ", "12 "), replay.Usage(7, 2)), replay.Calls(replay.Call("c1", "search_documents", map[string]string{"query": "x"}))...)
	live := replay.New("live", llm.NoWait, original)

	var recorded replay.Script
	llmtest.Collect(t, replay.Record(live.Stream(t.Context(), llm.Request{}), clock, &recorded))
	var file bytes.Buffer
	if err := replay.Write(&file, recorded); err != nil {
		t.Fatal(err)
	}
	read, err := replay.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	if want := original.Every(40 * time.Millisecond); !reflect.DeepEqual(read, want) {
		t.Errorf("read\n%+v\nwant\n%+v", read, want)
	}
}

func TestAFaultIsRecordedByItsKind(t *testing.T) {
	s := append(replay.Pieces("some "), replay.Step{Err: &llm.Error{Kind: llm.ErrRateLimit, Status: 429, RetryAfter: 2 * time.Second, Msg: "of the provider"}})
	var file bytes.Buffer
	if err := replay.Write(&file, s); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file.String(), "of the provider") {
		t.Error("a recording holds the provider's message")
	}
	read, err := replay.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	o := llmtest.Collect(t, replay.New("again", llm.NoWait, read).Stream(t.Context(), llm.Request{}))
	e, ok := o.Err.(*llm.Error)
	if !ok || e.Kind != llm.ErrRateLimit || e.Status != 429 || e.RetryAfter != 2*time.Second || !e.Started {
		t.Errorf("played %v", o.Err)
	}
}

func TestABrokenRecordingNamesItsLine(t *testing.T) {
	_, err := replay.Read(strings.NewReader("{\"delta\":{\"kind\":0,\"text\":\"a\"}}\n{broken\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
}
