package analyst

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/llmtest"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

func ask(text string) llm.Request {
	return llm.Request{Mode: ba.ModeFree, Messages: []llm.Message{{Role: llm.RoleUser, Text: text}}, Tools: prompt.ProjectTools()}
}

func TestTheAnalystKeepsWhatEveryProviderMust(t *testing.T) {
	llmtest.Run(t, func(t *testing.T, s llmtest.Scenario) llmtest.Subject {
		subject := llmtest.Subject{Provider: New(0, llm.NoWait), Request: ask("What can you do?")}
		switch s {
		case llmtest.Answers:
		case llmtest.CallsTools:
			subject.Request = ask("How long does a loan last?")
		case llmtest.UsesResult:
			subject.Request = withResults(t, library(t), ask("How long does a loan last?"))
		case llmtest.HitsLimit:
			subject.Request.MaxOutput = 5
		case llmtest.StaysQuiet:
			subject.Provider = New(time.Millisecond, waitOnce())
		default:
			subject.Absent = "the analyst has no network and never refuses"
		}
		return subject
	})
}

// waitOnce returns a wait that passes once and then lasts until the context ends.
func waitOnce() llm.Wait {
	passed := false
	return func(ctx context.Context, _ time.Duration) error {
		if !passed {
			passed = true
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
}

// withResults runs the tools of a request until the analyst answers, and
// returns the request that it answers.
func withResults(t *testing.T, s *shelf, req llm.Request) llm.Request {
	t.Helper()
	numbers := make(map[int]int)
	for range 8 {
		o := llmtest.Collect(t, New(0, llm.NoWait).Stream(t.Context(), req))
		if o.Stop != llm.StopTools {
			return req
		}
		results := llm.Message{Role: llm.RoleTool}
		for _, c := range o.Calls {
			results.ToolResults = append(results.ToolResults, s.run(t, c, numbers))
		}
		req.Messages = append(req.Messages, llm.Message{Role: llm.RoleAssistant, ToolCalls: o.Calls}, results)
	}
	t.Fatal("the analyst goes on asking for tools")
	return req
}

func TestAnAnswerComesWordByWordAtItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		o := llmtest.Collect(t, New(DefaultPace, llm.Timer).Stream(t.Context(), ask("What can you do?")))
		took := time.Since(begin)
		if want := time.Duration(o.Pieces) * DefaultPace; took != want {
			t.Errorf("%d words took %v, want %v", o.Pieces, took, want)
		}
		if perSecond := float64(o.Pieces) / took.Seconds(); perSecond < 60 || perSecond > 120 {
			t.Errorf("%.0f words a second", perSecond)
		}
		if words := len(strings.Fields(o.Text)); o.Pieces < words*9/10 || o.Usage.OutputTokens != int64(o.Pieces) {
			t.Errorf("%d pieces for %d words, usage %+v", o.Pieces, words, o.Usage)
		}
	})
}

func TestACancelledAnswerEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*DefaultPace+DefaultPace/2)
		defer cancel()
		begin := time.Now()
		o := llmtest.Collect(t, New(DefaultPace, llm.Timer).Stream(ctx, ask("What can you do?")))
		if !errors.Is(o.Err, context.DeadlineExceeded) || o.Pieces != 10 || time.Since(begin) > 11*DefaultPace {
			t.Errorf("%d pieces after %v, then %v", o.Pieces, time.Since(begin), o.Err)
		}
	})
}

func TestTheSameRequestGivesTheSameBytes(t *testing.T) {
	s := library(t)
	for _, text := range []string{"How long does a loan last?", "draft user stories", "where do the documents disagree?", "hello"} {
		want := (&chat{shelf: s}).say(t, text)
		for range 5 {
			if got := (&chat{shelf: s}).say(t, text); got != want {
				t.Fatalf("%s: %q, before %q", text, got, want)
			}
		}
	}
}

func TestAContinuedAnswerGoesOnWhereItStopped(t *testing.T) {
	s := library(t)
	for _, text := range []string{"How many books may a reader borrow at the same time?", "What can you do?"} {
		whole := (&chat{shelf: s}).say(t, text)
		for at := range whole {
			if at%23 != 0 {
				continue
			}
			req := ask(text)
			req.Messages = append(req.Messages, llm.Message{Role: llm.RoleAssistant, Text: whole[:at]}, llm.Message{Role: llm.RoleUser, Text: prompt.GoOn})
			if at == 0 {
				req.Messages = req.Messages[:1]
			}
			if got := (&chat{shelf: s}).finish(t, req); whole[:at]+got != whole {
				t.Fatalf("%s: after %q came %q", text, whole[:at], got)
			}
		}
	}
}

func TestAContinuationWithOtherNumbersKeepsItsPlace(t *testing.T) {
	begun := "**Up to 10** media: \"REQ-03\" [4] and \"Twelve"
	text := "**Up to 10** media: \"REQ-03\" [1] and \"Twelve.\" [2]"
	if got := rest(text, begun); got != ".\" [2]" {
		t.Errorf("goes on with %q", got)
	}
	if got := rest("Something else.", begun); !strings.Contains(got, "Here is the whole answer again.\n\nSomething else.") {
		t.Errorf("a changed answer goes on with %q", got)
	}
}

func TestAnAnswerCutByItsLimitCanBeContinued(t *testing.T) {
	req := ask("What can you do?")
	req.MaxOutput = 20
	p := New(0, llm.NoWait)
	first := llmtest.Collect(t, p.Stream(t.Context(), req))
	req.Messages = append(req.Messages, llm.Message{Role: llm.RoleAssistant, Text: first.Text}, llm.Message{Role: llm.RoleUser, Text: prompt.GoOn})
	req.MaxOutput = 0
	second := llmtest.Collect(t, p.Stream(t.Context(), req))
	whole := llmtest.Collect(t, p.Stream(t.Context(), ask("What can you do?")))
	if first.Stop != llm.StopLength || second.Stop != llm.StopEnd || first.Text+second.Text != whole.Text {
		t.Errorf("%q and %q", first.Text, second.Text)
	}
}

func TestTheIntroductionIsSaidOnce(t *testing.T) {
	c := &chat{shelf: library(t)}
	answers := []string{c.say(t, "How long does a loan last?"), c.say(t, "hello"), c.say(t, "I want to build a kiosk"), c.say(t, "help")}
	if !strings.Contains(answers[0], introduction) || strings.Count(strings.Join(answers, ""), "without an AI model") != 1 {
		t.Errorf("the introduction comes %d times", strings.Count(strings.Join(answers, ""), "without an AI model"))
	}
}

func TestAFailedSearchIsNotCalledAnEmptyOne(t *testing.T) {
	req := ask("How long does a loan last?")
	p := New(0, llm.NoWait)
	o := llmtest.Collect(t, p.Stream(t.Context(), req))
	results := llm.Message{Role: llm.RoleTool}
	for _, c := range o.Calls {
		results.ToolResults = append(results.ToolResults, llm.ToolResult{CallID: c.ID, Name: c.Name, Text: "no", Failed: true})
	}
	req.Messages = append(req.Messages, llm.Message{Role: llm.RoleAssistant, ToolCalls: o.Calls}, results)
	if got := llmtest.Collect(t, p.Stream(t.Context(), req)); !strings.Contains(got.Text, "The search failed") {
		t.Errorf("a failed search is answered with %q", got.Text)
	}
}
