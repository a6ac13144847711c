package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// installed waits until the service worker is at work.
func (b *tab) installed() {
	b.t.Helper()
	b.bound("install")
	eval[bool](b, `navigator.serviceWorker.ready.then(() => true)`)
	b.wait("the service worker", `navigator.serviceWorker.controller`)
}

func TestWithoutANetworkThePageSaysSoAndComesBackByItself(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.write("Words of Ana's that nothing may keep")
	d.wait("the answer", answersComplete+` === 1`)
	d.open("/settings")
	d.openThread()
	d.installed()
	d.gate.cut()
	d.write("To be sent later")
	d.do(chromedp.Reload())
	d.shows("No connection")
	d.shows("1 message waits in this browser")
	d.everywhere("offline")
	kept := eval[string](d.tab, `(async () => {
		let all = "";
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) all += new URL(request.url).pathname + " " + (await (await cache.match(request)).text()) + "\n";
		}
		return all;
	})()`)
	if !strings.Contains(kept, "/offline ") || !strings.Contains(kept, "/app.css ") || strings.Contains(kept, "ana@example.com") || strings.Contains(kept, "nothing may keep") || strings.Contains(kept, d.thread) {
		t.Errorf("the browser's caches do not hold the static shell alone (%d bytes)", len(kept))
	}
	d.gate.join(d.server)
	d.wait("the conversation again", `location.pathname.startsWith("/threads/") && document.querySelectorAll(".said").length === 2`)
	d.stored("Words of Ana's that nothing may keep", "To be sent later")
}

func TestTheWorkspaceCanBeInstalled(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.installed()
	got, err := chromedp.Call(d.ctx, page.GetAppManifest, page.GetAppManifestParams{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Errors) > 0 || !strings.Contains(got.URL, "/static/") {
		t.Errorf("the manifest at %s has errors: %+v", got.URL, got.Errors)
	}
	why, err := chromedp.Call(d.ctx, page.GetInstallabilityErrors, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range why.InstallabilityErrors {
		if e.ErrorID != "in-incognito" {
			t.Errorf("not installable: %s", e.ErrorID)
		}
	}
}

func TestKeysDoWhatTheSheetSays(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.bound("shortcuts")
	press := func(key string) {
		t.Helper()
		eval[bool](d.tab, `document.activeElement.blur() ?? document.body.dispatchEvent(new KeyboardEvent("keydown", {key: `+quote(key)+`, bubbles: true, cancelable: true})) ?? true`)
	}
	press("?")
	d.wait("the sheet", `document.querySelector("#keys[open]")`)
	d.everywhere("keys")
	d.click("#keys header button")
	press("n")
	d.wait("the box", `document.activeElement.id === "ask"`)
	d.write("Hello")
	d.wait("the answer", answersComplete+` === 1`)
	d.bound("edit")
	press("e")
	d.wait("the question in the box", `document.querySelector("#ask").value === "Hello"`)
	d.click("#editing button")
	press("r")
	d.wait("a second answer", answersComplete+` === 2`)
	press("?")
	d.click("#keys-on")
	d.click("#keys header button")
	press("p")
	press("?")
	d.wait("the sheet, still on the conversation", `document.querySelector("#keys[open]") && location.pathname.startsWith("/threads/")`)
	d.click("#keys-on")
	d.click("#keys header button")
	press("t")
	d.wait("the list", `location.pathname === "/threads"`)
}

func TestConversationsAreRenamedFilteredSortedAndDeletedWithAWayBack(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	for _, title := range []string{"Zebra crossing", "Apple harvest", "Middle ground"} {
		d.ana.must(t, "POST", "/api/threads", map[string]string{"title": title}, nil)
		time.Sleep(2 * time.Millisecond) // times are kept in milliseconds, and tell the order
	}
	d.ana.must(t, "PATCH", "/api/threads/"+d.thread, map[string]string{"title": "First talk"}, nil)
	titles := `[...document.querySelectorAll("#thread-list > li:not([hidden]) .item-title")].map(e => e.innerText).join(", ")`
	d.open("/threads")
	d.bound("filter")
	d.bound("rename")
	d.wait("the order of use", titles+` === "Middle ground, Apple harvest, Zebra crossing, First talk"`)
	d.everywhere("threads")
	d.fill("#find", "har")
	d.wait("what has these letters", titles+` === "Apple harvest"`)
	d.open("/threads?sort=title")
	d.wait("the order of titles", titles+` === "Apple harvest, First talk, Middle ground, Zebra crossing"`)

	d.bound("rename")
	d.click("#thread-list > li:nth-child(2) .item-side button")
	d.click("#thread-list > li:nth-child(2) [data-behaviour=rename]")
	d.wait("the dialog", `document.querySelector("#rename-thread[open] input[name=title]").value === "First talk"`)
	d.shoot("rename-desktop")
	d.fill("#thread-title-new", "Very last talk")
	d.click("#rename-thread .actions button")
	d.wait("the new title", titles+`.includes("Very last talk") && !`+titles+`.includes("First talk")`)

	d.click("#thread-list > li:nth-child(1) .item-side button")
	d.click("#thread-list > li:nth-child(1) .danger")
	d.wait("one less, with a way back", titles+`.split(", ").length === 3 && document.querySelector(".toast button")`)
	d.shoot("undo-desktop")
	d.click(".toast button")
	d.wait("the conversation that was deleted", `location.pathname.startsWith("/threads/") && document.querySelector("#thread-title")`)
	d.open("/threads")
	d.wait("all of them", titles+`.split(", ").length === 4`)
}

func TestALooseConversationMovesIntoAProject(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.ana.project(t, "Harbour")
	d.write("Hello")
	d.wait("the answer", answersComplete+` === 1`)
	d.openThread()
	d.click("[popovertarget=thread-menu]")
	d.click("#thread-menu [data-opens=move]")
	d.click("#move .actions button")
	d.wait("the project's name above the title", `document.querySelector(".crumbs a")?.innerText === "Harbour"`)
	d.write("And more")
	d.wait("the next answer", answersComplete+` === 2`)
	d.stored("Hello", "And more")
}
