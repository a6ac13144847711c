package e2e

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// artifact is an artifact as a program sees it.
type artifact struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Version  int    `json:"version"`
	Revision int    `json:"revision"`
	Hash     string `json:"hash"`
	Approved bool   `json:"approved"`
	Sections []struct {
		Key  string `json:"key"`
		Text string `json:"text"`
	} `json:"sections"`
}

// made asks for an artifact of a conversation and waits until it is ready.
func (p *person) made(t testing.TB, thread, kind string) artifact {
	t.Helper()
	var a artifact
	p.must(t, http.MethodPost, "/api/threads/"+thread+"/artifacts", map[string]string{"id": newID(), "kind": kind}, &a)
	for end := time.Now().Add(patience); a.State == "generating" && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.must(t, http.MethodGet, "/api/artifacts/"+a.ID, nil, &a)
	}
	if a.State != "ready" {
		t.Fatalf("the %s is %s", kind, a.State)
	}
	return a
}

func TestEveryPageOfAnArtifactIsAccessibleOnPhoneAndDesktopInLightAndDark(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	s := start(t)
	b := browse(t, s.url)
	ana := signIn(t, s.url, "ana")
	b.become(ana)
	project := ana.project(t, "Booking")
	ana.read(t, project, bookingRules().name, bookingRules().content)
	ana.read(t, project, refundRules().name, refundRules().content)
	thread := ana.thread(t, project)
	ana.answered(t, thread, "We want to let patients cancel online so that reception has fewer calls. The share of no-shows should fall from 12 % to 6 % by June.")
	look(b, axe, []shown{{name: "artifacts-none", path: "/projects/" + project + "/artifacts"}})
	brd := ana.made(t, thread, "brd")
	for _, kind := range []string{"user_stories", "acceptance_criteria", "requirements"} {
		ana.made(t, thread, kind)
	}
	var changed artifact
	ana.must(t, http.MethodPatch, "/api/artifacts/"+brd.ID, map[string]any{"revision": brd.Revision,
		"sections": []map[string]string{{"key": "objectives", "text": "Patients cancel online, and reception has **half** the calls.\n\nSee REQ-0001."}}}, &changed)
	page := "/artifacts/" + brd.ID
	look(b, axe, []shown{
		{name: "artifacts", path: "/projects/" + project + "/artifacts"},
		{name: "artifact", path: page},
		{name: "artifact-requirements", path: page, prepare: func(b *tab) {
			b.click(".shown .sources summary")
			b.wait("the quote", `document.querySelector(".shown .sources[open] q")`)
			eval[bool](b, `(document.querySelector(".shown").scrollIntoView(), true)`)
		}},
		{name: "artifact-thread", path: "/threads/" + thread},
		{name: "artifact-search", path: "/search?q=calls&kind=artifact"},
		{name: "artifact-export", path: page, prepare: func(b *tab) {
			b.bound("opener")
			b.click("[data-opens=export]")
			b.wait("the dialog", `document.querySelector("#export[open]")`)
		}},
		{name: "artifact-edit", path: page + "/edit"},
		{name: "artifact-versions", path: page + "/versions"},
		{name: "artifact-old", path: page + "?version=1"},
		{name: "artifact-ask", path: "/threads/" + thread, prepare: func(b *tab) {
			b.bound("opener")
			b.click("[popovertarget=thread-menu]")
			b.click("[data-opens=make]")
			b.wait("the dialog", `document.querySelector("#make[open]")`)
		}},
	})
}

// The way of a document that is written: from a conversation to a BRD that is
// read, put right by hand, approved, and taken away as a Word file.
func TestFromAConversationToAnApprovedWordFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := browse(t, s.url)
	b.use(screens[0])
	ana := signIn(t, s.url, "ana")
	b.become(ana)
	project := ana.project(t, "Booking")
	ana.read(t, project, bookingRules().name, bookingRules().content)
	thread := ana.thread(t, project)
	ana.answered(t, thread, "We want to let patients cancel online so that reception has fewer calls.")

	b.open("/threads/" + thread)
	b.bound("opener")
	b.click("[popovertarget=thread-menu]")
	b.click("[data-opens=make]")
	b.fill("#wishes", "For the steering board.")
	b.click("#make button.primary")
	b.wait("the whole BRD", `location.pathname.startsWith("/artifacts/") && document.querySelector("#s-sources .prose") && !document.querySelector("[data-busy]")`)
	b.shows("so that reception has fewer calls")
	b.shows("REQ-0001")

	b.click("#s-objectives .prose a.cite")
	b.wait("the message that it cites", `location.pathname.startsWith("/threads/") && location.hash.startsWith("#m-")`)
	b.wait("the artifact in its conversation", `document.querySelector(".strip a.chip")`)
	b.click(".strip a.chip")
	b.wait("the artifact", `document.querySelector("#s-objectives")`)

	b.click("a[href$='/edit']")
	b.bound("autosave")
	b.fill("#text-objectives", "\n\nApproved in the kick-off.")
	b.wait("the autosave", `document.querySelector("#save-state").innerText === "Saved in version 2."`)
	b.conflict(t, ana)
	b.click(".savebar a.button")
	b.shows("Approved in the kick-off.")
	b.shows("version 2")

	b.click("form[action$='/approve'] button")
	b.wait("the approval", `document.querySelector(".head .tag.accent")?.innerText.includes("Approved")`)
	b.click("a[href$='/edit']")
	b.bound("autosave")
	b.fill("#text-risks", "\n\nThe vendor may be late.")
	b.wait("a version of its own", `document.querySelector("#save-state").innerText === "Saved in version 3."`)
	b.click(".savebar a.button")
	b.wait("no approval of what changed", `document.querySelector("#approval-title") && !document.querySelector(".head .tag.accent")`)
	reader := b.path()
	b.open(reader + "/versions?from=2&to=3")
	b.wait("what changed", `[...document.querySelectorAll(".diff ins")].some(e => e.innerText.includes("vendor may be late"))`)
	b.open(reader)

	if text := b.download(t, "docx"); !strings.Contains(text, "Approved in the kick-off.") || !strings.Contains(text, "REQ-0001") {
		t.Errorf("the Word file holds\n%s", text)
	}
}

// conflict changes the artifact from elsewhere while it is edited: what the
// person types is not stored over it, and not lost.
func (b *tab) conflict(t *testing.T, p *person) {
	t.Helper()
	id := strings.Split(b.path(), "/")[2]
	var a artifact
	p.must(t, http.MethodGet, "/api/artifacts/"+id, nil, &a)
	p.must(t, http.MethodPatch, "/api/artifacts/"+id, map[string]any{"revision": a.Revision, "sections": []map[string]string{{"key": "context", "text": "From elsewhere."}}}, &a)
	b.fill("#text-metrics", "\n\nTyped meanwhile.")
	b.wait("the conflict", `!document.querySelector("#edit-conflict").hidden`)
	if typed := eval[string](b, `document.querySelector("#text-metrics").value`); !strings.Contains(typed, "Typed meanwhile.") {
		t.Errorf("what was typed is gone: %q", typed)
	}
	b.click("#keep-mine")
	b.wait("the save", `document.querySelector("#save-state").innerText.startsWith("Saved in version")`)
	p.must(t, http.MethodGet, "/api/artifacts/"+id, nil, &a)
	texts := map[string]string{}
	for _, s := range a.Sections {
		texts[s.Key] = s.Text
	}
	if !strings.Contains(texts["metrics"], "Typed meanwhile.") || texts["context"] != "From elsewhere." {
		t.Errorf("stored is %q and %q", texts["metrics"], texts["context"])
	}
}

// download exports the artifact that is shown, and returns the text of the
// Word file that the browser has stored.
func (b *tab) download(t *testing.T, format string) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := chromedp.Call(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir}); err != nil {
		t.Fatal(err)
	}
	b.bound("opener")
	b.click("[data-opens=export]")
	b.click("#export input[value=" + format + "]")
	b.click("#export button.primary")
	var found []string
	for end := time.Now().Add(patience); len(found) == 0 && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		found, _ = filepath.Glob(filepath.Join(dir, "*."+format))
	}
	if len(found) != 1 {
		t.Fatalf("downloaded: %v", found)
	}
	content, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	book, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := book.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
