package chat

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"text/tabwriter"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget/budgettest"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/anthropic"
	"github.com/ba-assistant/ba-assistant/internal/llm/gemini"
	"github.com/ba-assistant/ba-assistant/internal/llm/openai"
)

// fate is what one fault must come to.
type fate struct {
	state ba.TurnState
	code  string        // of the failure; empty for none. What it says stands in said
	asked int           // how often the provider was asked
	text  string        // what is kept of the answer
	wait  time.Duration // for which the provider asks
	cost  int64         // micro-dollars: one for each token of output, wholeCall for a call of which nothing was counted
}

// said are the sentences for the person. Each names the provider in place of
// %s, what happened, and what to do.
var said = map[string]struct {
	sentence string
	again    bool // trying again may help
}{
	"provider_auth":         {"%s does not accept the key that is configured here. Ask your administrator to check it", false},
	"provider_billing":      {"The account at %s has no credit left, or has reached its spending limit. Ask your administrator", false},
	"provider_request":      {"%s did not accept the request. This is a fault of ours or of the configuration: tell your administrator", false},
	"provider_model":        {"%s does not offer the model of this conversation, or not with this key. Begin a new conversation", false},
	"context_too_long":      {"The conversation is too long for the model of %s. Begin a new conversation", false},
	"provider_refused":      {"%s declined to answer because of its policy. Ask in other words.", false},
	"provider_rate_limited": {"%s takes no more requests from us for the moment. Try again in ", true},
	"provider_overloaded":   {"%s is overloaded. Try again in a moment.", true},
	"provider_unreachable":  {"%s could not be reached. Try again in a moment", true},
	"provider_silent":       {"%s fell silent while it answered. Try again.", true},
	"provider_cut":          {"The connection to %s broke off before the answer was complete. Try again.", true},
	"provider_protocol":     {"%s sent an answer that we could not read. Try again", true},
	"provider_empty":        {"%s ended without an answer. Try again", true},
}

// maker is a provider of the suite: its clients, and what goes wrong with it.
type maker struct {
	name     string
	prefixes []string // of its recordings
	whole    string   // the recording of a good answer, which the network breaks
	ping     string   // what it sends in silence
	create   func(id string, h *http.Client) (llm.Provider, error)
	fates    map[string]fate // by recording or by fault of the network
}

const nowhere = "http://provider.test"

var makers = []maker{
	{"Anthropic", []string{"anthropic/"}, "anthropic/stream-text", "event: ping\ndata: {\"type\": \"ping\"}\n\n", func(_ string, h *http.Client) (llm.Provider, error) {
		return anthropic.New(anthropic.Config{Key: "fixture", BaseURL: nowhere, HTTP: h})
	}, fatesOfAnthropic},
	{"Gemini", []string{"gemini/"}, "gemini/stream-text", ": still here\n\n", func(_ string, h *http.Client) (llm.Provider, error) {
		return gemini.New(gemini.Config{Key: "fixture", BaseURL: nowhere, HTTP: h})
	}, fatesOfGemini},
	{"OpenAI-compatible", []string{"deepseek/", "ollama/", "openai/"}, "deepseek/stream-text", ": keep-alive\n\n", func(id string, h *http.Client) (llm.Provider, error) {
		dialect := openai.Compatible
		switch {
		case strings.HasPrefix(id, "deepseek/"):
			dialect = openai.DeepSeek
		case strings.HasPrefix(id, "openai/"):
			dialect = openai.OpenAI
		}
		return openai.New(openai.Config{Dialect: dialect, Key: "fixture", BaseURL: nowhere, Model: "example-model", HTTP: h})
	}, fatesOfOpenAI},
}

// TestEachFaultOfEachProviderEndsInItsStateItsSentenceAndItsCost plays every
// fault of the recordings and of the network to the real client of every
// provider, in a conversation on a real store. Time is of the test, so that
// pauses, silence and ten minutes of pings take none.
func TestEachFaultOfEachProviderEndsInItsStateItsSentenceAndItsCost(t *testing.T) {
	for _, m := range makers {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "fault\tstate\tcode\tagain\tafter\tasked\tcost\ttook\tkept")
			defer func() { // also where a row failed
				_ = table.Flush() // to memory
				t.Logf("%s\n%s", m.name, &text)
			}()
			synctest.Test(t, func(t *testing.T) { m.play(t, table) })
		})
	}
}

// play plays all faults of a provider, one after the other, in one room.
func (m maker) play(t *testing.T, table *tabwriter.Writer) {
	time.Sleep(time.Until(time.Date(2026, time.November, 2, 9, 30, 0, 0, time.UTC))) // when the recordings were made
	stage := &stage{}
	h, closeAll := stage.open()
	t.Cleanup(closeAll)
	r := m.room(t, h)
	known := map[string]bool{}
	for _, f := range m.faults(t) {
		want, listed := m.fates[f.name]
		if known[f.name] = true; !listed {
			t.Errorf("%s, %s: no row says what must come of it", m.name, f.name)
		}
		stage.set(f)
		before := goroutines()
		got := r.meet(t, f)
		h.CloseIdleConnections()
		synctest.Wait()
		for origin, n := range goroutines() {
			if n > before[origin] {
				t.Errorf("%s, %s: %d goroutines are left of those %s", m.name, f.name, n-before[origin], origin)
			}
		}
		got.asked = stage.count()
		if got.fate != want {
			t.Errorf("%s, %s\nis   %+v\nwant %+v", m.name, f.name, got.fate, want)
		}
		m.judge(t, f.name, got)
		fmt.Fprintf(table, "%s\t%s\t%s\t%t\t%s\t%d\t%d\t%s\t%.60q\n", f.name, got.state, got.code, got.failure.Retryable, got.wait, got.asked, got.cost, got.took.Round(time.Second), got.text)
	}
	for name := range m.fates {
		if !known[name] {
			t.Errorf("%s, %s: there is a row, but no such fault", m.name, name)
		}
	}
}

// room is where the provider answers, in each of its dialects, for money.
func (m maker) room(t *testing.T, h *http.Client) *room {
	t.Helper()
	r := newRoom(t)
	r.stop()
	r.pace = defaultPace
	r.pace.poll = 5 * time.Second // nobody stops these answers, and an hour of silence is long
	prices := `{"prices": [`
	var offers []Offer
	for _, prefix := range m.prefixes {
		p, err := m.create(prefix, h)
		ok(t, err)
		offers = append(offers, Offer{Provider: p, Name: m.name, Models: []string{"example-model"}})
		prices += fmt.Sprintf(`{"provider": %q, "models": ["example-model"], "rates": {"input": 0, "output": 1000000}, "date": "1999-12-01", "source": "test"},`, p.ID())
	}
	prices = strings.TrimSuffix(prices, ",") + "]}"
	r.begin(t, func(d *Deps) {
		d.Providers = offers
		d.Budget = budgettest.Priced(t, r.db, prices, ba.SpendingLimits{User: 1_000_000_000, Instance: ba.NoLimit})
	})
	return r
}

// met is what a fault came to.
type met struct {
	fate
	failure ba.Failure
	took    time.Duration
	faults  []string
}

// meet asks the provider for an answer, which is faulty, and returns what the
// store and a client then have of it.
func (r *room) meet(t *testing.T, f fault) (got met) {
	t.Helper()
	thread, err := r.CreateThread(t.Context(), r.owner, ThreadInput{Project: r.project, Title: f.name, Provider: f.provider, Model: "example-model"})
	ok(t, err)
	spent := r.used(t)
	c := r.watch(t, r.owner, thread.ID, "")
	defer c.src.Close()
	begun := time.Now()
	turn := r.ask(t, thread.ID, "When?")
	end, answer := r.outlived(t, turn.ID)
	got.took = time.Since(begun)
	var told FailureJSON
	for name := ""; name != "done"; {
		e := c.next()
		if name = e.Name; name == "failure" {
			told = decode[FailureJSON](t, e)
		}
	}
	got.state, got.text, got.cost = end.State, answer.Text, end.Usage.CostMicroUSD
	if end.Failure != nil {
		got.failure, got.code, got.wait = *end.Failure, end.Failure.Code, end.Failure.RetryAfter
		if day := 24 * time.Hour; got.wait > day { // until a date
			got.wait = got.wait.Truncate(day)
		}
	}
	if told.Code != got.code || told.Detail != got.failure.Msg || told.Retryable != got.failure.Retryable {
		got.faults = append(got.faults, fmt.Sprintf("told was %+v, stored is %+v", told, got.failure))
	}
	if seen := c.texts[string(answer.ID)]; seen != answer.Text || c.states[string(answer.ID)] != string(end.State) {
		got.faults = append(got.faults, fmt.Sprintf("the client has %s with %q", c.states[string(answer.ID)], seen))
	}
	if now := r.used(t); now.UsedMicroUSD-spent.UsedMicroUSD != got.cost || now.ReservedMicroUSD != 0 {
		got.faults = append(got.faults, fmt.Sprintf("the books went from %+v to %+v", spent, now))
	}
	return got
}

// outlived waits for the end of a turn, however long its provider takes.
func (r *room) outlived(t *testing.T, id ba.TurnID) (ba.Turn, ba.Message) {
	t.Helper()
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		turn, err := r.db.Turn(t.Context(), r.owner, id)
		ok(t, err)
		if turn.State.Final() {
			answer, err := r.db.Message(t.Context(), r.owner, turn.Answer)
			ok(t, err)
			return turn, answer
		}
		time.Sleep(pause) // of the bubble
	}
}

func (r *room) used(t *testing.T) ba.Spending {
	t.Helper()
	own, _, err := r.db.Spending(t.Context(), r.owner.User, ba.MonthOf(time.Now()))
	ok(t, err)
	return own
}

// judge checks what does not depend on the fault alone.
func (m maker) judge(t *testing.T, name string, got met) {
	t.Helper()
	for _, fault := range got.faults {
		t.Errorf("%s, %s: %s", m.name, name, fault)
	}
	if again := time.Duration(got.asked - 1); got.took < again*got.wait {
		t.Errorf("%s, %s: asked %d times within %s, though it asks to wait for %s", m.name, name, got.asked, got.took, got.wait)
	}
	if got.code == "" {
		return
	}
	want := said[got.code]
	if sentence := fmt.Sprintf(want.sentence, m.name); want.sentence == "" || !strings.HasPrefix(got.failure.Msg, sentence) || got.failure.Retryable != want.again {
		t.Errorf("%s, %s: it says %q (%t), want %q", m.name, name, got.failure.Msg, got.failure.Retryable, sentence)
	}
	if kept := strings.HasSuffix(got.failure.Msg, keptSentence); kept != (got.text != "" && got.state == ba.TurnFailed) {
		t.Errorf("%s, %s: with %q kept it says %q", m.name, name, got.text, got.failure.Msg)
	}
}

// goroutines counts those of this bubble by what they were begun by.
func goroutines() map[string]int {
	all := make([]byte, 1<<20)
	for {
		n := runtime.Stack(all, true)
		if n < len(all) {
			all = all[:n]
			break
		}
		all = make([]byte, 2*len(all))
	}
	stacks := strings.Split(string(all), "\n\n")
	_, ours, _ := strings.Cut(strings.SplitN(stacks[0], "\n", 2)[0], "synctest bubble ") // the first is our own
	count := map[string]int{}
	for _, stack := range stacks {
		head, _, _ := strings.Cut(stack, "\n")
		if _, bubble, in := strings.Cut(head, "synctest bubble "); !in || bubble != ours {
			continue
		}
		_, origin, _ := strings.Cut(stack, "\ncreated by ")
		origin, _, _ = strings.Cut(origin, " in goroutine")
		count[origin]++
	}
	return count
}

// stage is the server of a provider, which plays one fault after the other.
type stage struct {
	mu    sync.Mutex
	fault fault
	asked int
}

func (s *stage) set(f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault, s.asked = f, 0
}

func (s *stage) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// now returns the fault that is played, and counts that it was.
func (s *stage) now() fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	return s.fault
}
