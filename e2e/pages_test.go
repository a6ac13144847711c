package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// shown is a page to look at, with how to get it into the state that matters.
type shown struct {
	name, path string
	prepare    func(b *tab)
}

// everyPage returns the pages of the workspace, with something on each.
func everyPage(project, thread, document string) []shown {
	return []shown{
		{name: "home", path: "/"},
		{name: "projects", path: "/projects"},
		{name: "new-project", path: "/projects?new=1"},
		{name: "project", path: "/projects/" + project},
		{name: "document", path: "/documents/" + document},
		{name: "thread", path: "/threads/" + thread},
		{name: "citation", path: "/threads/" + thread, prepare: func(b *tab) {
			b.click(".message a.cite, a.cite")
			b.wait("the passage", `document.querySelector("dialog[open] mark, aside mark, .panel mark")`)
		}},
		{name: "requirements", path: "/projects/" + project + "/requirements"},
		{name: "requirement-new", path: "/projects/" + project + "/requirements/new"},
		{name: "requirement", path: "/projects/" + project + "/requirements", prepare: func(b *tab) {
			b.click(".rows .key a")
			b.wait("the requirement", `document.querySelector("#requirement") && document.querySelector(".source")`)
		}},
		{name: "coverage", path: "/projects/" + project + "/coverage"},
		{name: "matrix", path: "/projects/" + project + "/matrix"},
		{name: "notes", path: "/projects/" + project + "/notes"},
		{name: "threads", path: "/threads"},
		{name: "search", path: "/search?q=loyalty"},
		{name: "search-empty", path: "/search"},
		{name: "settings", path: "/settings"},
		{name: "deployment", path: "/admin/deployment", prepare: func(b *tab) { b.click("details.checks summary") }},
		{name: "not-found", path: "/nothing-here"},
	}
}

// doorPages are the pages of somebody who is not signed in.
func doorPages() []shown {
	return []shown{
		{name: "signin", path: "/login"},
		{name: "privacy", path: "/privacy"},
		{name: "offline-page", path: "/offline"},
		{name: "invitation-used", path: "/invite/none"},
		{name: "not-found-signed-out", path: "/nothing-here"},
		{name: "api", path: "/api/docs"},
	}
}

func TestEveryPageIsAccessibleOnPhoneAndDesktopInLightAndDark(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	s := start(t)
	door, inside := browse(t, s.url), browse(t, s.url)
	look(door, axe, doorPages())
	ana := signIn(t, s.url, "ana")
	inside.become(ana)
	look(inside, axe, []shown{{name: "welcome", path: "/"}})
	project, thread, document := furnish(t, ana)
	look(inside, axe, everyPage(project, thread, document))
	if all := append(door.foreign(), inside.foreign()...); len(all) > 0 {
		t.Errorf("requests to other sites: %v", all)
	}
}

// look shows each page on each screen, keeps a picture and checks it.
func look(b *tab, axe string, pages []shown) {
	b.t.Helper()
	for _, p := range pages {
		for _, on := range screens {
			b.use(on)
			b.open(p.path)
			if p.prepare != nil {
				p.prepare(b)
			}
			name := p.name + "-" + on.name
			b.shoot(name)
			b.narrow(name)
			b.axe(name, axe)
		}
	}
}

// furnish gives a person a project with documents and an answered question.
func furnish(t testing.TB, p *person) (project, thread, doc string) {
	t.Helper()
	project = p.project(t, "Loyalty and delivery")
	for _, f := range ownFiles(t) {
		d := p.read(t, project, f.name, f.content)
		if d.Status != "ready" {
			t.Fatalf("%s is %s: %s", f.name, d.Status, d.Reason)
		}
		if doc == "" {
			doc = d.ID
		}
	}
	p.read(t, project, bookingRules().name, bookingRules().content)
	p.must(t, "POST", "/api/projects/"+project+"/requirements/extract", map[string]any{}, nil)
	p.must(t, "POST", "/api/projects/"+project+"/notes", map[string]string{"kind": "question", "text": "Which days count?"}, nil)
	thread = p.thread(t, project)
	answer := p.answered(t, thread, ownFiles(t)[0].question)
	if answer.Turn.State != "complete" || len(answer.Citations) == 0 {
		t.Fatalf("the answer is %s with %d citations: %s", answer.Turn.State, len(answer.Citations), answer.Text)
	}
	return project, thread, doc
}

// firstPageLimit is what a newcomer may have to load, compressed (T5).
const firstPageLimit = 60_000

func TestTheFirstPageIsLightAndHasNoInlineScript(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := browse(t, s.url)
	b.open("/login")
	b.do(chromedp.WaitReady(chromedp.CSS("#dev-email")))
	b.wait("the modules", `performance.getEntriesByType("resource").some(e => e.name.endsWith("main.js")) && document.readyState === "complete"`)
	b.mu.Lock()
	received := b.received
	b.mu.Unlock()
	if received == 0 || received > firstPageLimit {
		t.Errorf("the first page is %.0f bytes on the wire, want at most %d", received, firstPageLimit)
	}
	t.Logf("first page: %.0f bytes in %d requests", received, len(b.requests))
	if inline := eval[int](b, `document.querySelectorAll("script:not([src]), style, [style], [onclick], [onload]").length`); inline != 0 {
		t.Errorf("%d inline scripts or styles", inline)
	}
	if all := b.foreign(); len(all) > 0 {
		t.Errorf("requests to other sites: %v", all)
	}
}
