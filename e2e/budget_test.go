package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// meteredModel is a server that speaks Anthropic's Messages API and counts
// what it bills: a hundred tokens of input, and output of 30,000 or what is allowed.
type meteredModel struct {
	*httptest.Server
	calls   atomic.Int64
	billed  atomic.Int64  // micro-dollars, at two dollars and ten for a million tokens
	release chan struct{} // closed when answers may end
}

func newMeteredModel(t testing.TB) *meteredModel {
	m := &meteredModel{release: make(chan struct{})}
	m.Server = httptest.NewServer(http.HandlerFunc(m.answer))
	t.Cleanup(m.CloseClientConnections)
	return m
}

func (m *meteredModel) answer(w http.ResponseWriter, r *http.Request) {
	var req struct {
		MaxTokens int64 `json:"max_tokens"`
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		http.Error(w, "no request", http.StatusBadRequest)
		return
	}
	m.calls.Add(1)
	w.Header().Set("Content-Type", "text/event-stream")
	say(w, "message_start", `{"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":100,"output_tokens":1}}}`)
	text(w, "An answer that costs money.")
	select {
	case <-m.release:
	case <-r.Context().Done():
		return
	}
	output, reason := int64(30_000), "end_turn"
	if req.MaxTokens < output {
		output, reason = req.MaxTokens, "max_tokens"
	}
	m.billed.Add(100*2 + output*10)
	say(w, "message_delta", fmt.Sprintf(`{"type":"message_delta","delta":{"stop_reason":%q},"usage":{"output_tokens":%d}}`, reason, output))
	say(w, "message_stop", `{"type":"message_stop"}`)
}

func (m *meteredModel) start(t testing.TB, dollars string, vars ...string) *instance {
	t.Helper()
	return start(t, append(vars, "ANTHROPIC_API_KEY="+modelKey, "ANTHROPIC_BASE_URL="+m.URL, "MONTHLY_BUDGET_USD="+dollars)...)
}

// account is what /api/me says of money.
type account struct {
	Budget struct {
		Limit    int64  `json:"limit_microusd"`
		Used     int64  `json:"used_microusd"`
		Reserved int64  `json:"reserved_microusd"`
		State    string `json:"state"`
		Reason   string `json:"reason"`
	} `json:"budget"`
}

func (p *person) account(t testing.TB) account {
	t.Helper()
	var a account
	p.must(t, "GET", "/api/me", nil, &a)
	return a
}

// looseThreads makes conversations that belong to no project.
func looseThreads(t testing.TB, p *person, n int) []string {
	t.Helper()
	ids := make([]string, n)
	for i := range ids {
		var thread object
		p.must(t, "POST", "/api/threads", map[string]string{}, &thread)
		ids[i] = thread.ID
	}
	return ids
}

func TestAHundredQuestionsOfFourPeopleAtOnceDoNotPassTheBudgetOfAll(t *testing.T) {
	const limit = 2_500_000
	m := newMeteredModel(t)
	s := m.start(t, "50", "INSTANCE_BUDGET_USD=2.50")
	var people []*person
	var asking sync.WaitGroup
	for _, name := range []string{"ana", "ben", "cleo", "dan"} {
		p := signIn(t, s.url, name)
		people = append(people, p)
		threads := looseThreads(t, p, 5)
		for i := range 25 {
			asking.Go(func() {
				if _, err := p.ask(context.WithoutCancel(t.Context()), threads[i%5], newID(), "What does it cost?"); err != nil {
					t.Errorf("asked: %v", err)
				}
			})
		}
	}
	spent := func() (used, reserved int64) {
		for _, p := range people {
			a := p.account(t).Budget
			used, reserved = used+a.Used, reserved+a.Reserved
		}
		return used, reserved
	}
	asking.Wait()
	eventually(t, 20*time.Second, "seven calls run", func() bool { return m.calls.Load() >= 7 })
	if used, reserved := spent(); used+reserved > limit || reserved == 0 {
		t.Errorf("while they run %d are used and %d set aside", used, reserved)
	}
	close(m.release)
	eventually(t, 30*time.Second, "nothing is set aside any more", func() bool {
		_, reserved := spent()
		return reserved == 0
	})
	used, _ := spent()
	if used > limit || used != m.billed.Load() {
		t.Errorf("used %d of %d, billed %d", used, limit, m.billed.Load())
	}
	t.Logf("%d calls for 100 questions, used %d of %d", m.calls.Load(), used, limit)
}

func TestAKilledServerLeavesNothingSetAside(t *testing.T) {
	m := newMeteredModel(t)
	s := m.start(t, "50")
	ana := signIn(t, s.url, "ana")
	thread := looseThreads(t, ana, 1)[0]
	if _, err := ana.ask(t.Context(), thread, newID(), "What does it cost?"); err != nil {
		t.Fatal(err)
	}
	eventually(t, 10*time.Second, "the answer has begun", func() bool {
		all := ana.messages(t, thread).Items
		return len(all) == 2 && all[1].Text != ""
	})
	before := ana.account(t).Budget
	s.restart(t)
	ana.base = s.url
	eventually(t, 15*time.Second, "the turn has ended", func() bool { return final(ana.messages(t, thread).Items[1].Turn.State) })
	after := ana.account(t).Budget
	if before.Reserved == 0 || after.Reserved != 0 || after.Used != before.Reserved {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

func TestABudgetThatIsUsedUpClosesTheBoxAndLeavesTheHistory(t *testing.T) {
	m := newMeteredModel(t)
	close(m.release)
	s := m.start(t, "0.35")
	ana := signIn(t, s.url, "ana")
	thread := looseThreads(t, ana, 1)[0]
	b := browse(t, s.url)
	b.become(ana)
	b.open("/threads/" + thread)
	b.bound("composer")
	b.bound("budget")
	b.fill("#ask", "What does it cost?")
	b.click("#send")
	b.shows("An answer that costs money.")
	b.shows("Your AI budget for")
	b.everywhere("budget-warning")
	b.fill("#ask", "And again?")
	b.click("#send")
	b.shows("does not pay for more")
	b.wait("the box is closed", `document.querySelector("#send").disabled && document.querySelector("#ask").disabled`)
	const offered = `[...document.querySelectorAll(".answer form[action*='/continue'], .answer form[action*='/retry']")].filter(f => f.checkVisibility()).map(f => f.innerText.trim()).join()`
	b.wait("nothing is offered that would be refused", offered+` === ""`)
	b.open("/threads/" + thread)
	b.wait("nothing is offered after a reload", offered+` === ""`)
	b.shows("You can ask again from 1 ")
	b.shows("An answer that costs money.")
	if !eval[bool](b, `document.querySelector("#send").disabled && document.querySelector("#ask").disabled`) {
		t.Error("the box is open after a reload")
	}
	_, err := ana.ask(t.Context(), thread, newID(), "And by the API?")
	var f *failure
	if !errors.As(err, &f) || f.Status != http.StatusPaymentRequired || f.Code != "budget_exhausted" || !strings.Contains(f.Detail, "You can ask again from 1 ") {
		t.Errorf("asked: %v", err)
	}
	for _, size := range screens {
		b.use(size)
		for _, p := range []shown{{name: "budget-thread", path: "/threads/" + thread}, {name: "budget-home", path: "/"}, {name: "budget-settings", path: "/settings#s-budget"}} {
			b.open(p.path)
			b.narrow(p.name + " " + size.name)
			b.shoot(p.name + "-" + size.name)
		}
	}
	if state := ana.account(t).Budget; state.State != "exhausted" || state.Reason == "" {
		t.Errorf("the account says %+v", state)
	}
	b.open("/admin/users?q=ana") // she is the first here, and so an administrator
	b.click("main .item-link")
	b.fill("#u-dollars", "5")
	b.click("form[action$='/limit'] button")
	b.shows("of $5.00 used this month")
	b.open("/threads/" + thread)
	b.wait("what was raised is offered again", offered+` === "Answer again,Continue,Try again"`)
	b.click(".answer form[action*='/continue'] button")
	b.wait("the answer goes on", `document.querySelectorAll(".answer").length === 2 && !document.querySelector(".answer .notice")`)
}
