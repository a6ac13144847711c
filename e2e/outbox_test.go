package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// desk is a person at a browser, with a conversation open through a gate.
type desk struct {
	*tab
	server *instance
	gate   *gate
	ana    *person // the same person, as a program
	thread string
}

// sitDown signs Ana in and opens a loose conversation.
func sitDown(t *testing.T, vars ...string) *desk {
	t.Helper()
	s := start(t, vars...)
	d := &desk{server: s, gate: gateTo(t, s), ana: signIn(t, s.url, "ana")}
	d.thread = d.ana.thread(t, "")
	d.tab = browse(t, d.gate.url, chromedp.UserDataDir(t.TempDir()))
	d.use(screens[0])
	d.signIn("ana")
	d.openThread()
	return d
}

func (d *desk) openThread() {
	d.t.Helper()
	d.open("/threads/" + d.thread)
	d.bound("waiting")
	d.bound("conversation")
}

// write puts a message into the box and sends it.
func (b *tab) write(text string) {
	b.t.Helper()
	b.bound("composer")
	b.fill("#ask", text)
	b.click("#send")
	b.wait("the box to be empty", `document.querySelector("#ask").value === ""`)
}

// waiting waits until so many messages are shown as not sent, and returns why.
func (b *tab) waiting(n int) string {
	b.t.Helper()
	b.wait(itoa(n)+" messages that wait", `document.querySelectorAll(".waiting").length === `+itoa(n))
	return eval[string](b, `[...document.querySelectorAll(".waiting .who")].map(e => e.innerText).join("\n")`)
}

// offline tells the browser whether it has a network.
func (b *tab) offline(yes bool) {
	b.t.Helper()
	rate := -1.0
	if _, err := chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: yes, DownloadThroughput: rate, UploadThroughput: rate}); err != nil {
		b.t.Fatal(err)
	}
}

// asked returns the questions that are stored, in their order.
func (d *desk) asked() []string {
	d.t.Helper()
	var all []string
	for _, m := range d.ana.messages(d.t, d.thread).Items {
		if m.Role == "user" {
			all = append(all, m.Text)
		}
	}
	return all
}

// stored waits until exactly these questions are stored.
func (d *desk) stored(want ...string) {
	d.t.Helper()
	eventually(d.t, 30*time.Second, "all messages are stored", func() bool { return len(d.asked()) >= len(want) })
	if got := d.asked(); !slices.Equal(got, want) {
		d.t.Errorf("stored are %q, want %q", got, want)
	}
}

// lost takes the network away, as a train in a tunnel does.
func (d *desk) lost() {
	d.gate.cut()
	d.offline(true)
}

func (d *desk) found() {
	d.offline(false)
	d.gate.join(d.server)
}

func TestWhatIsWrittenOfflineSurvivesTheBrowserAndIsSentOnceInOrder(t *testing.T) {
	t.Parallel()
	profile := t.TempDir()
	s := start(t)
	d := &desk{server: s, gate: gateTo(t, s), ana: signIn(t, s.url, "ana")}
	d.thread = d.ana.thread(t, "")
	d.tab = browse(t, d.gate.url, chromedp.UserDataDir(profile))
	d.use(screens[0])
	d.signIn("ana")
	d.openThread()
	d.write("Zero")
	d.stored("Zero")
	d.waiting(0) // the browser knows it too
	d.wait("the answer", answersComplete+` === 1`)
	d.bound("citations")

	d.lost()
	d.shows("Reconnecting")
	d.write("One")
	d.write("Two")
	d.write("Three")
	d.waiting(3)
	d.wait("the reason of each", `[...document.querySelectorAll(".waiting .who")].every(e => e.innerText.includes("You are offline"))`)
	d.everywhere("outbox-offline")
	d.quit()

	d.tab = browse(t, d.gate.url, chromedp.UserDataDir(profile))
	d.use(screens[0])
	d.gate.join(s)
	d.signIn("ana") // a browser that is killed may forget its session, but not the outbox
	d.stored("Zero", "One", "Two", "Three")
	d.openThread()
	d.waiting(0)
	d.wait("each message once", `document.querySelectorAll(".said").length === 4`)
}

func TestADraftBelongsToItsConversationAndSurvivesAReload(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.fill("#ask", "A draft that is not sent")
	first := d.thread
	d.thread = d.ana.thread(t, "")
	d.openThread()
	if draft := eval[string](d.tab, `document.querySelector("#ask").value`); draft != "" {
		t.Errorf("another conversation begins with %q", draft)
	}
	d.thread = first
	d.openThread()
	d.do(chromedp.Reload())
	d.wait("the draft", `document.querySelector("#ask").value === "A draft that is not sent"`)
}

func TestAnAnswerOfTheServerThatIsLostMakesNoSecondMessage(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	eval[bool](d.tab, `(() => { // the request arrives, its answer does not
		const real = fetch;
		let lose = 2;
		window.fetch = async (url, options) => {
			const response = await real(url, options);
			if (options?.method === "POST" && lose-- > 0) throw new TypeError("lost");
			return response;
		};
		return true;
	})()`)
	d.write("Only once")
	d.write("And then this")
	d.stored("Only once", "And then this")
	d.waiting(0)
	d.wait("each message once", `document.querySelectorAll(".said").length === 2 && document.querySelectorAll(".answer").length === 2`)
}

func TestTheOutboxBelongsToOnePerson(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.gate.cut()
	d.write("Ana's words")
	d.waiting(1)
	d.wait("the reason", `document.querySelector(".waiting .who").innerText.includes("cannot be reached")`)
	d.everywhere("outbox-away")

	// Another tab signs somebody else in; this one still shows Ana's page.
	other := d.another()
	d.leave(other)
	other.become(signIn(t, d.server.url, "bob"))
	d.gate.join(d.server)
	d.wait("the reason", `document.querySelector(".waiting .who")?.innerText.includes("Somebody else is signed in")`)
	d.everywhere("outbox-other-person")
	other.open("/")
	if eval[int](other, `document.querySelectorAll("#outbox-note:not([hidden])").length`) != 0 {
		t.Error("Bob's page tells of Ana's message")
	}
	if got := d.asked(); len(got) != 0 {
		t.Fatalf("stored is %q", got)
	}

	d.leave(other)
	other.signIn("ana")
	d.stored("Ana's words")
}

// leave drops the session's cookie, as an expiry would.
func (d *desk) leave(b *tab) {
	d.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, struct{}{}); err != nil {
		d.t.Fatal(err)
	}
}

func TestSigningOutTakesTheOutboxAndTheDraftsAlong(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.fill("#ask", "A draft of Ana's")
	other := d.another()
	other.open("/settings")
	other.bound("signout")
	other.click("form[action='/logout'] button")
	other.wait("the sign-in", `location.pathname === "/login"`)
	d.wait("the other tab to leave too", `location.pathname === "/login"`)
	if kept := eval[string](other, `JSON.stringify(Object.keys(localStorage).filter(k => k.startsWith("draft:")))`); kept != "[]" {
		t.Errorf("drafts that are left: %s", kept)
	}
	other.signIn("ana")
	d.openThread()
	if draft := eval[string](d.tab, `document.querySelector("#ask").value`); draft != "" {
		t.Errorf("the draft is %q", draft)
	}
}

func TestAMessageThatIsRefusedSaysWhyAndCanBeEditedOrDiscarded(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.gate.cut()
	d.write("To be edited")
	d.write("To be discarded")
	d.waiting(2)
	d.ana.must(t, "DELETE", "/api/threads/"+d.thread, nil, nil)
	d.gate.join(d.server)
	d.wait("the refusal", `document.querySelector(".waiting.bad")?.innerText.includes("does not exist")`)
	if why := d.waiting(2); !strings.Contains(why, "message above") {
		t.Errorf("the second says %q", why)
	}
	d.everywhere("outbox-refused")
	d.click(".waiting [data-do='edit']")
	d.waiting(1)
	if text := eval[string](d.tab, `document.querySelector("#ask").value`); text != "To be edited" {
		t.Errorf("the box holds %q", text)
	}
	d.click(".waiting [data-do='discard']")
	d.waiting(0)
}

func TestAMessageWaitsAsLongAsTheServerAsks(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	rules := refundRules()
	project := d.ana.project(t, "Refunds")
	d.ana.read(t, project, rules.name, rules.content)
	d.thread = d.ana.thread(t, project)
	d.openThread()
	d.gate.cut()
	var want []string
	for n := range 7 { // five at most may wait on the server
		want = append(want, rules.question+" ("+itoa(n)+")")
		d.write(want[n])
	}
	d.gate.join(d.server)
	d.wait("a wait", `document.querySelector(".waiting .wait")?.innerText.includes("It is sent in")`)
	d.shoot("outbox-wait-desktop")
	d.stored(want...)
	d.waiting(0)
}
