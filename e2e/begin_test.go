package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// conversations returns those of a person in a project, or the loose ones.
func (p *person) conversations(t testing.TB, project string) []string {
	t.Helper()
	path := "/api/threads"
	if project != "" {
		path = "/api/projects/" + project + "/threads"
	}
	var list struct {
		Items []struct{ ID string } `json:"items"`
	}
	p.must(t, "GET", path, nil, &list)
	ids := make([]string, len(list.Items))
	for i, v := range list.Items {
		ids[i] = v.ID
	}
	return ids
}

// begun waits until a project has exactly so many conversations, and returns
// their first questions.
func (d *desk) begun(project string, n int) []string {
	d.t.Helper()
	var questions []string
	eventually(d.t, patience, itoa(n)+" conversations", func() bool {
		questions = nil
		for _, id := range d.ana.conversations(d.t, project) {
			for _, m := range d.ana.messages(d.t, id).Items {
				if m.Role == "user" {
					questions = append(questions, m.Text)
				}
			}
		}
		return len(questions) >= n
	})
	if found := d.ana.conversations(d.t, project); len(found) != n || len(questions) != n {
		d.t.Errorf("%d conversations with the questions %q, want %d", len(found), questions, n)
	}
	return questions
}

// readyToAsk opens a page on which a conversation can begin, and waits until it can
// do so without a network.
func (b *tab) readyToAsk(path string) {
	b.t.Helper()
	b.open(path)
	b.wait("all its modules", `[...document.querySelectorAll("[data-behaviour]")].flatMap(e => e.dataset.behaviour.split(" "))
		.every(name => performance.getEntriesByType("resource").some(e => e.name.endsWith("/behaviours/" + name + ".js")))`)
	b.bound("composer")
	b.bound("begin")
	b.bound("waiting")
}

// ask begins a conversation.
func (b *tab) ask(text string) {
	b.t.Helper()
	b.fill("#ask", text)
	b.click(".ask-form button.primary")
	b.wait("the box to be empty", `document.querySelector("#ask")?.value === ""`)
}

func TestAConversationBegunOfflineSurvivesTheBrowserAndBeginsOnce(t *testing.T) {
	t.Parallel()
	profile := t.TempDir()
	s := start(t)
	d := &desk{server: s, gate: gateTo(t, s), ana: signIn(t, s.url, "ana")}
	project := d.ana.project(t, "Harbour")
	d.tab = browse(t, d.gate.url, chromedp.UserDataDir(profile))
	d.use(screens[0])
	d.signIn("ana")
	d.open("/settings")
	d.installed()
	d.readyToAsk("/")
	d.lost()
	eval[bool](d.tab, `(document.querySelector("#ask-mode").value = "meeting") !== ""`)
	d.ask("What do the rules say?")
	if why := d.waiting(1); !strings.Contains(why, "You are offline") {
		t.Errorf("it says %q", why)
	}
	eval[bool](d.tab, `(document.querySelector("#ask-project").value = "") === ""`)
	d.ask("And a loose one?")
	d.waiting(2)
	d.everywhere("begin-offline")
	d.do(chromedp.Reload())
	d.shows("No connection")
	d.shows("2 messages wait in this browser")
	d.quit()

	d.tab = browse(t, d.gate.url, chromedp.UserDataDir(profile))
	d.use(screens[0])
	d.gate.join(s)
	d.signIn("ana") // a browser that is killed may forget its session, but not the outbox
	if asked := d.begun(project, 1); !slices.Equal(asked, []string{"What do the rules say?"}) {
		t.Errorf("asked was %q", asked)
	}
	d.begun("", 1)
	var thread struct{ Mode string }
	d.ana.must(t, "GET", "/api/threads/"+d.ana.conversations(t, project)[0], nil, &thread)
	if thread.Mode != "meeting" {
		t.Errorf("the conversation is in the mode %q", thread.Mode)
	}
}

func TestAConversationThatBeganLaterSaysWhereItIsAndItsAnswerStreams(t *testing.T) {
	t.Parallel()
	s := start(t)
	d := &desk{server: s, gate: gateTo(t, s), ana: signIn(t, s.url, "ana")}
	project := d.ana.project(t, "Harbour")
	d.tab = browse(t, d.gate.url)
	d.use(screens[0])
	d.signIn("ana")
	d.readyToAsk("/")
	d.lost()
	d.ask("What do the rules say?")
	d.waiting(1)
	d.found()
	d.wait("the way to it", `document.querySelector(".waiting [data-do=open]:not([hidden])")`)
	d.everywhere("begin-sent")
	d.begun(project, 1)
	d.click(".waiting [data-do=open]")
	d.wait("the conversation with its answer", `location.pathname.startsWith("/threads/") && document.querySelectorAll(".said").length === 1 && `+answersComplete+` === 1`)
	d.write("And then?")
	d.wait("the next answer", answersComplete+` === 2`)
}

func TestAFormThatIsSubmittedTwiceBeginsOneConversation(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	project := d.ana.project(t, "Harbour")
	d.readyToAsk("/")
	d.fill("#ask", "What do the rules say?")
	eval[bool](d.tab, `(() => {
		const button = document.querySelector(".ask-form button.primary");
		button.click();
		button.click();
		return true;
	})()`)
	d.wait("the conversation with its answer", `location.pathname.startsWith("/threads/") && `+answersComplete+` === 1`)
	d.begun(project, 1)
}

func TestAConversationIsBegunAlsoWhereTheBrowserKeepsNothing(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	project := d.ana.project(t, "Harbour")
	d.readyToAsk("/")
	eval[bool](d.tab, `(indexedDB.open = () => { throw new Error("no") }) !== null`)
	d.fill("#ask", "What do the rules say?")
	d.click(".ask-form button.primary")
	d.wait("the conversation with its answer", `location.pathname.startsWith("/threads/") && `+answersComplete+` === 1`)
	d.begun(project, 1)
}

func TestAConversationThatMayNotBeginSaysWhyAndComesBackIntoTheBox(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	project := d.ana.project(t, "Harbour")
	d.readyToAsk("/projects/" + project)
	d.gate.cut()
	d.ask("What do the rules say?")
	d.waiting(1)
	d.ana.must(t, "DELETE", "/api/projects/"+project, nil, nil)
	d.gate.join(d.server)
	d.wait("the refusal", `document.querySelector(".waiting.bad")?.innerText.includes("Not sent.")`)
	d.shoot("begin-refused-desktop")
	d.click(".waiting [data-do=edit]")
	d.waiting(0)
	if text := eval[string](d.tab, `document.querySelector("#ask").value`); text != "What do the rules say?" {
		t.Errorf("the box holds %q", text)
	}
}

func TestAConversationThatWaitsIsNotBegunForSomebodyElse(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.ana.project(t, "Harbour")
	bob := signIn(t, d.server.url, "bob")
	d.readyToAsk("/")
	d.gate.cut()
	eval[bool](d.tab, `(document.querySelector("#ask-project").value = "") === ""`)
	d.ask("Ana's words")
	d.waiting(1)
	other := d.another()
	d.leave(other)
	other.become(bob)
	d.gate.join(d.server)
	d.wait("the reason", `document.querySelector(".waiting .who")?.innerText.includes("Somebody else is signed in")`)
	other.open("/")
	if eval[int](other, `document.querySelectorAll(".waiting, #outbox-note:not([hidden])").length`) != 0 {
		t.Error("Bob's page tells of Ana's conversation")
	}
	if found := bob.conversations(t, ""); len(found) != 0 {
		t.Errorf("Bob has %d conversations", len(found))
	}

	d.leave(other)
	other.signIn("ana")
	eventually(t, patience, "it has begun", func() bool { return len(d.ana.conversations(t, "")) == 2 })
}
