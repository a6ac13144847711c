package chat

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

func TestEachFaultOfAProviderIsSaidInWordsForThePerson(t *testing.T) {
	retryable := map[llm.ErrorKind]bool{llm.ErrUnknown: true, llm.ErrRateLimit: true, llm.ErrOverloaded: true, llm.ErrNetwork: true,
		llm.ErrTimeout: true, llm.ErrCut: true, llm.ErrProtocol: true}
	seen := make(map[string]bool)
	for kind := llm.ErrUnknown; kind <= llm.ErrProtocol; kind++ {
		f := providerFailure("Puppet", &llm.Error{Provider: "puppet", Kind: kind, Msg: "sk-secret said no", RetryAfter: 0}, true)
		switch {
		case f.Code == "" || seen[f.Code]:
			t.Errorf("kind %d has the code %q", kind, f.Code)
		case !strings.Contains(f.Msg, "Puppet") || strings.Contains(f.Msg, "%!") || !strings.HasSuffix(f.Msg, "What had come is kept."):
			t.Errorf("kind %d: %s", kind, f.Msg)
		case strings.Contains(f.Msg, "sk-secret"):
			t.Errorf("kind %d repeats the provider's own text", kind)
		case f.Retryable != retryable[kind]:
			t.Errorf("kind %d: retryable is %v", kind, f.Retryable)
		}
		seen[f.Code] = true
		if p := failureOf("m", *f); p.Status < 400 || p.Title == "" || p.Detail != f.Msg || p.Code != f.Code || p.Retryable != f.Retryable {
			t.Errorf("kind %d as a problem: %+v", kind, p)
		}
	}
	if f := providerFailure("Puppet", errors.New("anything"), false); f.Code != "provider_error" || strings.Contains(f.Msg, "kept") {
		t.Errorf("an error of no kind: %+v", f)
	}
}

func TestARateLimitSaysWhenToTryAgain(t *testing.T) {
	for wait, want := range map[time.Duration]string{0: "in a minute", 7500 * time.Millisecond: "in 8 seconds", 10 * time.Minute: "in 10 minutes"} {
		f := providerFailure("Puppet", &llm.Error{Kind: llm.ErrRateLimit, RetryAfter: wait}, false)
		if !strings.Contains(f.Msg, want) || f.RetryAfter != wait {
			t.Errorf("after %v: %+v", wait, f)
		}
		if counted := CountedDown(*f); strings.Contains(counted, "Try again in") != (wait == 0) || !strings.HasPrefix(counted, "Puppet takes no more requests") {
			t.Errorf("beside a countdown of %v it says %q", wait, counted)
		}
	}
	if p := failureOf("m", ba.Failure{Code: codeOf[llm.ErrRateLimit], RetryAfter: 1500 * time.Millisecond}); p.Status != http.StatusTooManyRequests || p.RetryAfter != 2 {
		t.Errorf("problem %+v", p)
	}
}

// rash panics after a piece of its answer.
type rash struct{ value any }

func (rash) ID() string { return "rash" }

func (p rash) Stream(context.Context, llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		yield(llm.Delta{Kind: llm.DeltaText, Text: "Within ten"}, nil)
		if p.value == nil {
			var none []string
			_ = none[len(none)]
		}
		panic(p.value)
	}
}

func TestAPanicOfAProviderFailsItsTurnAndNothingElse(t *testing.T) {
	for name, value := range map[string]any{"index": nil, "words": "the wombat dossier"} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, func(d *Deps) { d.Providers = []Offer{{Provider: rash{value}, Name: "Rash"}} })
			turn := r.ask(t, r.thread(t).ID, "When?")
			end, answer := r.ended(t, turn.ID)
			if end.State != ba.TurnFailed || end.Failure == nil || !end.Failure.Retryable || answer.Text != "Within ten" {
				t.Errorf("turn %+v with %q", end, answer.Text)
			}
			if log := r.log.String(); !strings.Contains(log, "panic") || strings.Contains(log, "wombat") {
				t.Errorf("the log: %s", log)
			}
		})
	}
}

func TestAFaultInMidStreamKeepsThePartThatCame(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	c := r.watch(t, r.viewer, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within ten")
	call.fail(t, &llm.Error{Provider: "puppet", Kind: llm.ErrRateLimit, Status: 429, Code: "too_fast", RetryAfter: 7 * time.Second, Msg: "slow down", Started: true})
	failure := decode[FailureJSON](t, c.until("failure"))
	if failure.Status != 429 || failure.RetryAfter != 7 || !failure.Retryable || failure.MessageID != string(turn.Answer) || !strings.Contains(failure.Detail, "7 seconds") {
		t.Errorf("failure %+v", failure)
	}
	if done := decode[DoneJSON](t, c.next()); done.State != "failed" {
		t.Errorf("done %+v", done)
	}
	end, answer := r.ended(t, turn.ID)
	if end.State != ba.TurnFailed || answer.Text != "Within ten" || c.texts[string(answer.ID)] != "Within ten" || end.StopReason != "too_fast" {
		t.Errorf("turn %+v, answer %q", end, answer.Text)
	}
	if f := end.Failure; f == nil || f.Code != "provider_rate_limited" || f.RetryAfter != 7*time.Second {
		t.Errorf("failure %+v", f)
	}
}

func TestRefusalsAndEmptyAnswersAreToldApart(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	for name, c := range map[string]struct {
		play func(*call)
		want ba.TurnState
		code string
	}{
		"refused by a stop":        {func(c *call) { c.stop(t, llm.StopRefused, "safety") }, ba.TurnRefused, ""},
		"refused by an error":      {func(c *call) { c.fail(t, &llm.Error{Kind: llm.ErrRefused}) }, ba.TurnRefused, "provider_refused"},
		"ended without a word":     {func(c *call) { c.stop(t, llm.StopEnd, "end") }, ba.TurnFailed, codeEmpty},
		"truncated before a word":  {func(c *call) { c.stop(t, llm.StopLength, "max") }, ba.TurnTruncated, ""},
		"wants tools but no calls": {func(c *call) { c.say(t, "x"); c.stop(t, llm.StopTools, "tools") }, ba.TurnComplete, ""},
	} {
		turn := r.ask(t, thread.ID, name)
		c.play(r.puppet.next(t))
		end, _ := r.ended(t, turn.ID)
		code := ""
		if end.Failure != nil {
			code = end.Failure.Code
		}
		if end.State != c.want || code != c.code {
			t.Errorf("%s: %s with the code %q", name, end.State, code)
		}
	}
}

func TestAConversationThatIsTooLongIsTriedWithLess(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Limits, d.Providers[0].Rules = Limits{History: 9000}, true })
	thread := r.thread(t)
	for range 4 {
		turn := r.ask(t, thread.ID, strings.Repeat("question ", 100))
		call := r.puppet.next(t)
		call.say(t, strings.Repeat("answer ", 100))
		call.stop(t, llm.StopEnd, "")
		r.ended(t, turn.ID)
	}
	turn := r.ask(t, thread.ID, "And now?")
	lengths := []int{9, 3, 1}
	for i, want := range lengths {
		call := r.puppet.next(t)
		if n := len(call.req.Messages); n != want || call.req.Messages[n-1].Text != "And now?" {
			t.Errorf("try %d has %d messages, want %d", i, n, want)
		}
		if omitted := strings.Contains(call.req.System, "are left out"); omitted != (i > 0) {
			t.Errorf("try %d says that messages are left out: %v", i, omitted)
		}
		call.fail(t, &llm.Error{Kind: llm.ErrContext})
	}
	end, _ := r.ended(t, turn.ID)
	if end.State != ba.TurnFailed || end.Failure.Code != "context_too_long" || end.Failure.Retryable {
		t.Errorf("turn %+v, failure %+v", end, end.Failure)
	}
}

func TestContentIsNeverLogged(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	turn := r.ask(t, thread.ID, "the secret question")
	call := r.puppet.next(t)
	call.say(t, "the secret answer")
	call.fail(t, &llm.Error{Kind: llm.ErrRequest, Msg: "bad request"})
	r.ended(t, turn.ID)
	r.stop()
	if log := r.log.String(); strings.Contains(log, "secret") || !strings.Contains(log, "bad request") {
		t.Errorf("log:\n%s", log)
	}
}

// falling is a library with a fault.
type falling struct{ brokenLibrary }

func (falling) List(context.Context, ba.Actor, ba.ProjectID, ba.Page) (ba.List[ba.Document], error) {
	panic("the secret list")
}

func TestAPanicOfAToolFailsItsTurnAndNothingElse(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Library = falling{} })
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within")
	call.use(t, listing("a"))
	end, answer := r.ended(t, turn.ID)
	if end.State != ba.TurnFailed || end.Failure.Code != codeInternal || !end.Failure.Retryable || answer.Text != "Within" {
		t.Errorf("turn %+v, failure %+v, answer %q", end, end.Failure, answer.Text)
	}
	if log := r.log.String(); strings.Contains(log, "secret") || !strings.Contains(log, "panic with a string") {
		t.Errorf("log:\n%s", log)
	}
}

// silent is a stream that ends without a stop, which the seam forbids.
type silent struct{}

func (silent) ID() string { return "puppet" }

func (silent) Stream(context.Context, llm.Request) iter.Seq2[llm.Delta, error] {
	return func(func(llm.Delta, error) bool) {}
}

func TestAStreamThatJustEndsIsNotTakenForAnAnswer(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Providers = []Offer{{Provider: silent{}, Name: "Silent"}} })
	turn := r.ask(t, r.thread(t).ID, "When?")
	if end, _ := r.ended(t, turn.ID); end.State != ba.TurnFailed || end.Failure.Code != "provider_protocol" {
		t.Errorf("turn %+v", end)
	}
}
