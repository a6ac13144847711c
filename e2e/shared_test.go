package e2e

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// streams returns how many event streams a tab has begun, and how many of them
// are open.
func (b *tab) streams() (begun, open int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.requests {
		if strings.Contains(r, "/api/events?") {
			begun++
		}
	}
	return begun, len(b.streaming)
}

func streamsOf(tabs []*tab) (begun, open int) {
	for _, b := range tabs {
		n, o := b.streams()
		begun, open = begun+n, open+o
	}
	return begun, open
}

// answers is how many answers of a page are complete, and those that are not.
const answersComplete = `document.querySelectorAll(".answer[data-state=complete]").length`

func TestEightTabsBehindAProxyShareOneConnection(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	project := ana.project(t, "Refunds")
	ana.read(t, project, refundRules().name, refundRules().content)
	for _, f := range fronts {
		share(t, ana, project, f.name, f.open(t, s, 0))
	}
}

// share lets eight tabs of one browser, which has six connections for a site
// at most, watch and ask behind a proxy: two tabs show each conversation.
func share(t *testing.T, ana *person, project, name, proxy string) {
	t.Helper()
	first := browse(t, proxy)
	defer first.quit()
	first.signIn("ana")
	tabs := []*tab{first}
	for len(tabs) < 8 {
		tabs = append(tabs, first.another())
	}
	threads := []string{ana.thread(t, project), ana.thread(t, project), ana.thread(t, project), ana.thread(t, project)}
	for n, b := range tabs {
		b.open("/threads/" + threads[n%4])
		b.bound("conversation")
		eval[bool](b, `(() => { // an answer may be over before somebody looks
			new MutationObserver(() => {
				if (document.querySelector(".answer[data-state=streaming] .prose")?.innerText.length > 20) window.grew = true;
			}).observe(document.querySelector("#turns"), {childList: true, subtree: true, characterData: true});
			return true;
		})()`)
	}
	for n, b := range tabs[4:] {
		b.write(refundRules().question)
		for _, shows := range []*tab{tabs[n], tabs[n+4]} {
			shows.wait("the answer to grow", `window.grew`)
		}
	}
	for _, b := range tabs {
		b.wait("the end of the answer", answersComplete+` === 1`)
	}
	before, _ := streamsOf(tabs)
	for round := range 12 { // 52 messages in all
		for _, thread := range threads {
			if _, err := ana.ask(t.Context(), thread, newID(), "What is a receipt number?"); err != nil {
				t.Fatal(err)
			}
		}
		for _, b := range tabs {
			b.wait("the next answer", answersComplete+` === `+itoa(2+round))
		}
	}
	begun, open := streamsOf(tabs)
	if open != 1 || begun != before {
		t.Errorf("%s: after 50 messages %d streams are open, and %d were begun meanwhile; want 1 and 0", name, open, begun-before)
	}
	t.Logf("%s: %d connections were begun while eight tabs came, %d is open", name, before, open)
}

// overheard is what the leading tab tells the others, as a tab on another page
// of the site hears it.
type overheard struct {
	Kind  string `json:"kind"`
	Event string `json:"event"`
	ID    string `json:"id"`
	Data  struct {
		MessageID string `json:"message_id"`
		Offset    int    `json:"offset"`
		Text      string `json:"text"`
	} `json:"data"`
}

// eavesdrop has a tab collect what the leaders of a person's tabs say.
func (b *tab) eavesdrop() {
	b.t.Helper()
	b.open("/projects")
	eval[bool](b, `(() => {
		window.heard = [];
		window.ear = new BroadcastChannel("ba-events:" + document.body.dataset.user);
		window.ear.onmessage = ({data}) => window.heard.push(data);
		return true;
	})()`)
}

func (b *tab) heard() []overheard {
	b.t.Helper()
	var all []overheard
	if err := json.Unmarshal([]byte(eval[string](b, `JSON.stringify(window.heard)`)), &all); err != nil {
		b.t.Fatal(err)
	}
	return all
}

func TestTheNextTabTakesOverWithoutLosingOrDoublingAnEvent(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	project := ana.project(t, "Refunds")
	rules := refundRules()
	ana.read(t, project, rules.name, rules.content)
	thread := ana.thread(t, project)

	ear := browse(t, s.url)
	ear.signIn("ana")
	ear.eavesdrop()
	leader := ear.another()
	leader.open("/threads/" + thread)
	leader.bound("conversation")
	next, other := ear.another(), ear.another()
	for _, b := range []*tab{next, other} {
		b.open("/threads/" + thread)
		b.bound("conversation")
	}
	asked, err := ana.ask(t.Context(), thread, newID(), rules.question)
	if err != nil {
		t.Fatal(err)
	}
	next.wait("the first words", `document.querySelector(".answer .prose")?.innerText.length > 20`)
	leader.close()
	for _, b := range []*tab{next, other} {
		b.wait("the end of the answer", answersComplete+` === 1 && document.querySelector(".answer .sources")`)
	}
	ids, length := map[string]bool{}, 0
	for _, e := range ear.heard() {
		if e.Kind != "event" || e.Data.MessageID != asked.Turn.AnswerID {
			continue
		}
		if e.ID != "" && ids[e.ID] {
			t.Errorf("%s %s came twice", e.Event, e.ID)
		}
		ids[e.ID] = true
		if e.Event != "delta" {
			continue
		}
		if e.Data.Offset != length {
			t.Errorf("a delta at %d after %d code points", e.Data.Offset, length)
		}
		length = e.Data.Offset + len([]rune(e.Data.Text))
	}
	var answer message
	for _, m := range ana.messages(t, thread).Items {
		if m.ID == asked.Turn.AnswerID {
			answer = m
		}
	}
	if length != len([]rune(answer.Text)) {
		t.Errorf("the deltas make %d code points, stored are %d", length, len([]rune(answer.Text)))
	}
	if begun, open := streamsOf([]*tab{next, other}); begun != 1 || open != 1 {
		t.Errorf("%d streams begun and %d open in the tabs that are left, want 1 and 1", begun, open)
	}
}

func TestWithoutWebLocksEachTabHasItsOwnConnection(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	thread := ana.thread(t, "")
	first := browse(t, s.url)
	first.signIn("ana")
	tabs := []*tab{first, first.another()}
	for _, b := range tabs {
		if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `Object.defineProperty(Navigator.prototype, "locks", {value: undefined})`}); err != nil {
			t.Fatal(err)
		}
		b.open("/threads/" + thread)
		b.bound("conversation")
		b.bound("composer")
	}
	tabs[0].write("Hello")
	for _, b := range tabs {
		b.wait("the answer", answersComplete+` === 1`)
		if begun, open := b.streams(); begun != 1 || open != 1 {
			t.Errorf("%d streams begun and %d open, want one", begun, open)
		}
	}
}

func TestTabsOfDifferentPeopleDoNotShareEvents(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	thread := ana.thread(t, "")
	gate := gateTo(t, s)
	first := browse(t, gate.url)
	first.signIn("ana")
	first.open("/threads/" + thread)
	first.bound("conversation")

	second := first.another()
	if _, err := chromedp.Call(second.ctx, network.ClearBrowserCookies, struct{}{}); err != nil {
		t.Fatal(err)
	}
	second.signIn("bob")
	bob := second.cookies(t)
	own := bob.thread(t, "")
	second.eavesdrop()
	third := first.another()
	third.open("/threads/" + own)
	third.bound("conversation")
	gate.drop() // Ana's tab comes back with Bob's session
	first.shows("Your session has ended")
	if _, err := ana.ask(t.Context(), thread, newID(), "Ana's secret"); err != nil {
		t.Fatal(err)
	}
	bob.answered(t, own, "Bob's question")
	third.wait("Bob's answer", answersComplete+` === 1`)
	for _, e := range second.heard() {
		if strings.Contains(e.Data.Text, "secret") {
			t.Error("Bob's tabs heard of Ana's words")
		}
	}
	if eval[bool](third, `document.body.innerText.includes("secret")`) {
		t.Error("Bob's page shows Ana's words")
	}
}

// cookies returns the person whose session the browser has.
func (b *tab) cookies(t *testing.T) *person {
	t.Helper()
	p := newPerson(b.base)
	at, err := url.Parse(b.base)
	if err != nil {
		t.Fatal(err)
	}
	got, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{b.base}})
	if err != nil {
		t.Fatal(err)
	}
	p.http.Jar.SetCookies(at, httpCookies(got.Cookies))
	if !slices.ContainsFunc(got.Cookies, func(c *network.Cookie) bool { return c.Value != "" }) {
		t.Fatal("the browser has no session")
	}
	return p
}
