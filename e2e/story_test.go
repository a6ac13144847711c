package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write the picture that the README shows")

// The story of the purpose: from an empty workspace to an answer whose source
// is open beside it, as a person does it.
func TestFromAnEmptyWorkspaceToACitedAnswer(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := browse(t, s.url)
	b.use(screens[0])
	b.signIn("Ana")
	b.shows("Welcome, Ana")

	b.click("a[href='/projects?new=1']")
	b.fill("#name", "Returns and refunds")
	b.click("#new-project form[action='/projects'] button")
	b.shows("Add a document first")

	files := append(append(ownFiles(t), refundRules()), corpusFiles(t)...)
	b.bound("upload")
	b.drop("form.drop", files)
	b.wait("all documents to be read", `document.querySelectorAll("#documents .doc").length === `+itoa(len(files))+` && !document.querySelector("#documents [data-busy]")`)
	if refused := eval[int](b, `document.querySelectorAll("#documents .reason.bad").length`); refused > 0 {
		t.Errorf("%d documents were not readable: %s", refused, b.words())
	}

	b.fill("#ask", refundRules().question)
	b.click(".ask-form button.primary")
	b.wait("the conversation", `location.pathname.startsWith("/threads/")`)
	b.watchGrowing(t)
	b.openCitation(t)
}

// The first thing that a newcomer is offered must show what the workspace is for.
func TestTheSampleProjectAnswersWithItsSources(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := browse(t, s.url)
	b.use(screens[0])
	b.signIn("Ana")
	b.click("form[action='/sample'] button")
	b.wait("the sample project", `location.pathname.startsWith("/projects/") && document.querySelectorAll("#documents .doc").length === 3 && !document.querySelector("#documents [data-busy]")`)
	b.click(".starters .starter")
	b.wait("the end of the answer", `document.querySelector(".answer")?.dataset.state === "complete" && document.querySelector(".answer .sources")`)
	answer := eval[string](b, answerText)
	for _, part := range []string{"48 hours", "24 hours"} {
		if !strings.Contains(answer, part) {
			t.Errorf("the answer does not name %s: %s", part, answer)
		}
	}
	b.click(".answer .prose a.cite")
	b.wait("the passage", `document.querySelector("#panel[open] mark")`)
	b.shoot("sample-desktop")
	if *update {
		b.use(screen{width: 1240, height: 700})
		b.keep("answer.png")
	}
}

// drop lets go of files over an element, as from a folder.
func (b *tab) drop(selector string, files []file) {
	b.t.Helper()
	type dropped struct{ Name, Content string }
	var all []dropped
	for _, f := range files {
		all = append(all, dropped{f.name, base64.StdEncoding.EncodeToString(f.content)})
	}
	data, err := json.Marshal(all)
	if err != nil {
		b.t.Fatal(err)
	}
	eval[bool](b, `(() => {
		const transfer = new DataTransfer();
		for (const f of `+string(data)+`) {
			const bytes = Uint8Array.from(atob(f.Content), c => c.charCodeAt(0));
			transfer.items.add(new File([bytes], f.Name));
		}
		const target = document.querySelector(`+quote(selector)+`);
		for (const type of ["dragenter", "dragover", "drop"])
			target.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: transfer}));
		return true;
	})()`)
}

const answerText = `document.querySelector(".answer .prose").innerText`

// watchGrowing sees the answer stream, reloads the page in the middle of it,
// and expects that nothing is missing or doubled at its end.
func (b *tab) watchGrowing(t *testing.T) {
	t.Helper()
	b.wait("the first words", `document.querySelector(".answer .prose")?.innerText.length > 0`)
	first := eval[int](b, answerText+".length")
	b.wait("more words", answerText+".length > "+itoa(first))
	if state := eval[string](b, `document.querySelector(".answer").dataset.state`); final(state) {
		t.Error("the answer was complete at once: it did not stream")
	}
	b.do(chromedp.Reload())
	b.wait("the end of the answer", `document.querySelector(".answer")?.dataset.state === "complete" && document.querySelector(".answer .sources")`)
	streamed := eval[string](b, answerText)
	b.do(chromedp.Reload())
	b.wait("the answer again", `document.querySelector(".answer .sources")`)
	if stored := eval[string](b, answerText); stored != streamed {
		t.Errorf("after the reload in mid-answer the page holds\n%s\nstored is\n%s", streamed, stored)
	}
	if n := eval[int](b, `document.querySelectorAll(".answer").length + document.querySelectorAll(".said").length`); n != 2 {
		t.Errorf("%d messages, want one question and one answer", n)
	}
}

// openCitation clicks a chip, reads the passage beside the answer, and goes on
// to its place in the document.
func (b *tab) openCitation(t *testing.T) {
	t.Helper()
	b.click(".answer .prose a.cite")
	b.wait("the passage", `document.querySelector("#panel[open] mark")?.innerText.includes("refund")`)
	b.shoot("story-desktop")
	b.click("#panel footer a")
	b.wait("the document", `location.pathname.startsWith("/documents/") && document.querySelector("#cited")`)
	b.wait("the cited line in sight", `(() => { const r = document.querySelector("#cited").getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; })()`)
	if cited := eval[string](b, `document.querySelector("#cited").innerText`); cited == "" {
		t.Error("the cited line is empty")
	}
}

// keep writes the picture that the README shows, packed as small as it gets
// without a loss.
func (b *tab) keep(name string) {
	b.t.Helper()
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		b.t.Fatal(err)
	}
	var packed bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&packed, picture); err != nil {
		b.t.Fatal(err)
	}
	dir := filepath.Join("..", "docs", "images")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), packed.Bytes(), 0o644); err != nil { //nolint:gosec // a picture for everybody
		b.t.Fatal(err)
	}
}
