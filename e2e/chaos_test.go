package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// chaosRuns is how many runs there are on each of the two databases, in all
// 20, or what BA_CHAOS_RUNS says.
func chaosRuns() int {
	if all, err := strconv.Atoi(os.Getenv("BA_CHAOS_RUNS")); err == nil {
		return max(all/2, 1)
	}
	if soaking() {
		return 1000
	}
	return 10
}

// TestChaosLosesAndDoublesNothing lets a person write while everything around
// fails: reloads, a second tab, a network that is cut or slow, a server that is
// killed and started again, a database that hangs. Each run follows from its
// seed; those with an odd one have PostgreSQL:
//
//	BA_CHAOS_SEED=42 go test -run Chaos .
func TestChaosLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	if seed, err := strconv.ParseUint(os.Getenv("BA_CHAOS_SEED"), 10, 64); err == nil {
		newChaos(t, seed).run(t, seed)
		return
	}
	first := uint64(time.Now().UnixNano()%1_000_000_000) &^ 1
	for lane, database := range []string{"SQLite", "PostgreSQL"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			seed := first + uint64(lane)
			c := newChaos(t, seed)
			t.Logf("seeds %d, %d ... %d", seed, seed+2, seed+2*uint64(chaosRuns()-1))
			for range chaosRuns() {
				if c.run(t, seed); t.Failed() {
					return
				}
				seed += 2
			}
		})
	}
}

// chaos is a person at a browser with everything that can fail around them.
type chaos struct {
	*desk
	model  *model
	store  hanging
	second *tab
	rng    *rand.Rand
	began  time.Time
	killed []time.Time
	hung   []span // when the database did
	wrote  []string
	log    []string // what was done
}

// span is from when to when something lasted.
type span struct{ from, to time.Time }

func newChaos(t *testing.T, seed uint64) *chaos {
	t.Helper()
	m := startModel(t, 8*time.Millisecond)
	c := &chaos{model: m}
	vars := m.vars()
	if seed%2 == 1 {
		c.store.cable = postgres.gate(t)
		vars = append(vars, "DATABASE_URL="+c.store.cable.url)
	}
	c.desk = sitDown(t, vars...)
	c.store.server = c.server
	return c
}

// run does what follows from the seed, and checks what is left.
func (c *chaos) run(t *testing.T, seed uint64) {
	t.Helper()
	c.rng = rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // it must be the same again
	c.killed, c.hung, c.wrote, c.log, c.began = nil, nil, nil, nil, time.Now()
	defer func() {
		if t.Failed() {
			t.Logf("seed %d failed after: %s\nrun it again: BA_CHAOS_SEED=%d go test -run Chaos .", seed, strings.Join(c.log, ", "), seed)
		}
	}()
	c.ana.base = c.server.url
	c.thread = c.ana.thread(t, "")
	c.openThread()
	actions := []func(int){c.say, c.say, c.say, c.reload, c.otherTab, c.cutFor, c.dropAll, c.slowDown, c.kill, c.hang}
	c.say(0)
	for step := range 4 + c.rng.IntN(4) {
		c.pause(400)
		actions[c.rng.IntN(len(actions))](step + 1)
	}
	c.settle(t)
}

func (c *chaos) pause(most int) { <-time.After(time.Duration(c.rng.IntN(most)) * time.Millisecond) }

func (c *chaos) did(what string) {
	c.log = append(c.log, fmt.Sprintf("%s (%.2f s)", what, time.Since(c.began).Seconds()))
}

// say writes a message, in whichever tab there is.
func (c *chaos) say(step int) {
	text := fmt.Sprintf("Question %d of %d?", step, c.rng.IntN(1_000_000))
	b := c.tab
	if c.second != nil && c.rng.IntN(2) == 0 {
		b = c.second
	}
	c.did("say")
	c.wrote = append(c.wrote, text)
	b.wait("the box", `document.querySelector("#ask") && document.documentElement.classList.contains("scripted")`)
	b.bound("composer")
	eval[bool](b, `(() => {
		const box = document.querySelector("#ask");
		box.value = `+quote(text)+`;
		box.form.requestSubmit();
		return true;
	})()`)
	b.wait("the box to be empty", `document.querySelector("#ask").value === ""`)
}

func (c *chaos) reload(int) {
	c.did("reload")
	c.do(chromedp.Reload())
}

func (c *chaos) otherTab(int) {
	if c.second != nil {
		c.did("close the second tab")
		c.second.close()
		c.second = nil
		return
	}
	c.did("open a second tab")
	c.second = c.another()
	c.second.open("/threads/" + c.thread)
}

// cutFor takes the network away while the person goes on writing.
func (c *chaos) cutFor(step int) {
	c.did("cut")
	c.gate.cut()
	c.pause(600)
	if c.rng.IntN(2) == 0 {
		c.say(100 + step)
	}
	c.gate.join(c.server)
}

func (c *chaos) dropAll(int) {
	c.did("drop")
	c.gate.drop()
}

// slowDown gives the person a bad network for a while: some kilobytes a second.
func (c *chaos) slowDown(step int) {
	c.did("slow")
	c.gate.slow(time.Duration(20+c.rng.IntN(80)) * time.Millisecond)
	c.pause(400)
	if c.rng.IntN(2) == 0 {
		c.say(200 + step)
	}
	c.pause(400)
	c.gate.slow(0)
}

func (c *chaos) kill(int) {
	c.did("kill")
	c.killed = append(c.killed, time.Now())
	c.server.kill()
	c.start()
}

// hang has the database say nothing for up to two seconds, while the person
// goes on; at times the server is killed meanwhile.
func (c *chaos) hang(step int) {
	c.did("hang")
	hung := span{from: time.Now()}
	resume := c.store.hang(c.t)
	c.pause(2000)
	if c.rng.IntN(2) == 0 {
		c.say(300 + step)
		c.pause(500)
	}
	dies := c.rng.IntN(4) == 0
	if dies {
		c.did("kill")
		c.killed = append(c.killed, time.Now())
		c.server.kill()
	}
	resume()
	hung.to = time.Now()
	c.hung = append(c.hung, hung)
	if dies {
		c.start()
	}
}

// start starts the server that was killed.
func (c *chaos) start() {
	c.gate.cut()
	c.server.launch(c.t)
	c.gate.join(c.server)
	c.ana.base = c.server.url
}

// settle waits until everything has come to its end, and checks it.
func (c *chaos) settle(t *testing.T) {
	t.Helper()
	var all []message
	eventually(t, 60*time.Second, "all messages are stored and answered", func() bool {
		all = c.ana.messages(t, c.thread).Items
		questions := 0
		for _, m := range all {
			if m.Role == "user" {
				questions++
			} else if m.Turn == nil || !final(m.Turn.State) {
				return false
			}
		}
		return questions >= len(c.wrote)
	})
	if asked := strings.Join(c.asked(), "|"); asked != strings.Join(c.wrote, "|") {
		t.Errorf("stored are the questions %s, written were %s", asked, strings.Join(c.wrote, "|"))
	}
	c.judge(t, all)
	c.compare(t, c.tab, all)
	if c.second != nil {
		c.compare(t, c.second, all)
		c.second.close()
		c.second = nil
	}
}

// judge compares each stored answer with what the model sent.
func (c *chaos) judge(t *testing.T, all []message) {
	t.Helper()
	question := ""
	for _, m := range all {
		if m.Role == "user" {
			question = m.Text
			continue
		}
		whole := c.model.says(question)
		switch m.Turn.State {
		case "complete":
			if m.Text != whole {
				t.Errorf("the complete answer to %s is %q, the model said %q", question, m.Text, whole)
			}
		case "interrupted":
			if !strings.HasPrefix(whole, m.Text) {
				t.Errorf("%q is not the beginning of what the model said, %q", m.Text, whole)
			}
			if stored, owed := len([]rune(m.Text)), c.owed(question); stored < owed {
				t.Errorf("of the answer to %s, %d code points are stored; %d had come in time before the server was killed", question, stored, owed)
			}
		default:
			t.Errorf("the answer to %s is %s: %q", question, m.Turn.State, m.Text)
		}
	}
}

// owed is how much of an answer must be stored: what had come half a second
// before the kill that interrupted it, and before the database hung then.
func (c *chaos) owed(question string) int {
	first := c.model.first(question)
	for _, at := range c.killed {
		if !at.After(first) {
			continue
		}
		for _, h := range slices.Backward(c.hung) {
			if h.from.Before(at) && at.Before(h.to.Add(shortfall+sloth)) {
				at = h.from
			}
		}
		return c.model.before(question, at.Add(-shortfall-sloth))
	}
	return 0
}

// compare looks at what a tab holds in the end: each message once, in order,
// with exactly the stored text, and the same to the eye as a page that is
// loaded afresh.
func (c *chaos) compare(t *testing.T, b *tab, all []message) {
	t.Helper()
	var want []string
	for _, m := range all {
		state, text := "", m.Text
		if m.Role != "user" {
			state = m.Turn.State
		}
		want = append(want, m.ID+" "+state+" "+text)
	}
	held := `[...document.querySelectorAll("#turns [data-message]")].map(e => e.dataset.message + " " + (e.dataset.state ?? "") + " " +
		(e.matches(".said") ? e.querySelector(".words").textContent : e.querySelector(".actions template")?.content.textContent ?? "")).join("\n\n")`
	b.wait("the page to hold what is stored", `document.querySelectorAll(".waiting").length === 0 && `+held+` === `+quote(strings.Join(want, "\n\n")))
	look := `[...document.querySelectorAll("#turns .words, #turns .prose")].map(e => e.innerText).join("\n--\n")`
	live := eval[string](b, look)
	b.do(chromedp.Reload())
	b.wait("the page afresh", `document.querySelectorAll("#turns [data-message]").length === `+itoa(len(all)))
	if fresh := eval[string](b, look); fresh != live {
		t.Errorf("the tab shows\n%s\nafresh it is\n%s", live, fresh)
	}
}
