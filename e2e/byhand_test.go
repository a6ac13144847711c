package e2e

import (
	"net/http"
	"testing"
	"time"
)

// Somebody adds a section to what was written, moves it, and takes a version
// back; nothing of what was there is lost.
func TestSectionsAreArrangedByHandAndAVersionComesBack(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	s := start(t)
	b := browse(t, s.url)
	ana := signIn(t, s.url, "ana")
	b.become(ana)
	project := ana.project(t, "Booking")
	ana.read(t, project, bookingRules().name, bookingRules().content)
	thread := ana.thread(t, project)
	ana.answered(t, thread, "Our goal is to cut the calls at reception by half. The GDPR applies.")
	made := ana.made(t, thread, "acceptance_criteria")
	page := "/artifacts/" + made.ID

	b.use(screens[0])
	b.open(page + "/edit")
	b.bound("sections")
	b.bound("autosave")
	b.click("[data-behaviour~=sections]")
	b.wait("a new section", `document.activeElement?.value === "New section"`)
	b.fill(".section-field:last-child .section-title", " of ours")
	b.fill(".section-field:last-child textarea", "A no-show is a patient who does not come.")
	b.wait("the autosave", `document.querySelector("#save-state").innerText.startsWith("Saved in version 2")`)
	b.click(".section-field:last-child [data-move=up]")
	b.wait("the section one place up", `document.querySelector(".section-field:last-child textarea").value !== "A no-show is a patient who does not come."`)
	var stored artifact
	eventually(t, patience, "the order is stored", func() bool {
		ana.must(t, http.MethodGet, "/api/artifacts/"+made.ID, nil, &stored)
		n := len(stored.Sections)
		return n == len(made.Sections)+1 && stored.Sections[n-2].Text == "A no-show is a patient who does not come."
	})
	look(b, axe, []shown{
		{name: "artifact-sections", path: page + "/edit"},
		{name: "artifact-restore", path: page + "/versions"},
		{name: "discovery", path: "/threads/" + thread, prepare: func(b *tab) {
			b.wait("the areas", `document.querySelector(".discovery")?.innerText.includes("areas covered")`)
			b.click(".discovery summary")
			b.wait("what said so", `document.querySelector(".discovery[open] q")?.innerText.includes("goal")`)
		}},
	})
	b.use(screens[0])
	b.open(page + "/versions")
	b.click("button[aria-label='Restore version 1']")
	b.wait("the restored version", `location.pathname === "`+page+`" && document.body.innerText.includes("version 3")`)
	ana.must(t, http.MethodGet, "/api/artifacts/"+made.ID, nil, &stored)
	if stored.Version != 3 || len(stored.Sections) != len(made.Sections) {
		t.Errorf("restored is version %d with %d sections, there were %d", stored.Version, len(stored.Sections), len(made.Sections))
	}
}

// A model that obeys a document writes a picture that would carry words away:
// the browser asks nobody for it, and the link says where it leads.
func TestAnAnswerThatObeysADocumentLoadsNothingInTheBrowser(t *testing.T) {
	t.Parallel()
	m := startModel(t, time.Millisecond)
	s := start(t, m.vars()...)
	b := browse(t, s.url)
	b.use(screens[0])
	ana := signIn(t, s.url, "ana")
	b.become(ana)
	thread := ana.thread(t, "")
	b.open("/threads/" + thread)
	b.bound("composer")
	b.write("![chart](http://127.0.0.1:9/p.png?d=secret) [more](http://127.0.0.1:9/more) <img src=http://127.0.0.1:9/x>")
	b.wait("the end of the answer", `document.querySelector(".answer[data-state=complete] .prose")`)
	b.wait("the picture as a link", `[...document.querySelectorAll(".answer .prose a")].some(a => a.innerText.includes("(127.0.0.1") && a.rel.includes("noreferrer"))`)
	if n := eval[int](b, `document.querySelectorAll(".answer .prose :is(img, iframe, object, link, video)").length`); n != 0 {
		t.Errorf("%d elements of the answer load something", n)
	}
	if all := b.foreign(); len(all) > 0 {
		t.Errorf("the browser asked others: %v", all)
	}
}
