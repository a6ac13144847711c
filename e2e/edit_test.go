package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

func TestAnEditedQuestionAndAnAnswerAskedAgainKeepWhatWasThere(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	d.write("Hello")
	d.wait("the answer", answersComplete+` === 1`)
	d.write("Help")
	d.wait("the answer", answersComplete+` === 2`)

	d.fill("#ask", "A draft")
	eval[bool](d.tab, `[...document.querySelectorAll(".said .edit")].at(-1).click() ?? true`)
	d.wait("the question in the box", `document.querySelector("#ask").value === "Help" && !document.querySelector("#editing").hidden`)
	d.everywhere("edit")
	d.fill("#ask", " me")
	d.click("#send")
	d.wait("the edited question, with the old one folded away", `document.querySelectorAll("#turns > .said").length === 2 && document.querySelector("#turns > .earlier .said .words").innerText !== undefined`)
	d.wait("its answer", `document.querySelectorAll("#turns > .answer[data-state=complete]").length === 2`)
	if draft := eval[string](d.tab, `document.querySelector("#ask").value`); draft != "A draft" {
		t.Errorf("afterwards the box holds %q", draft)
	}

	d.click("#turns > .answer:last-of-type form[action$='/retry'] button")
	d.wait("an earlier answer", `document.querySelectorAll("#turns > .earlier").length === 2`)
	d.wait("the new answer", `document.querySelectorAll("#turns > .answer[data-state=complete]").length === 2 && `+answersComplete+` === 4`)
	look := `[...document.querySelectorAll("#turns article")].map(e => e.dataset.message).join(" ") + " " + document.querySelectorAll("#turns > *").length`
	live := eval[string](d.tab, look)
	d.do(chromedp.Reload())
	d.wait("the page", answersComplete+` === 4`)
	if stored := eval[string](d.tab, look); stored != live {
		t.Errorf("the page that saw it happen shows\n%s, the stored one\n%s", live, stored)
	}
	d.everywhere("edited")
	d.stored("Hello", "Help", "Help me")
}

func TestAnAnswerIsCopiedAsMarkdownAndAsRichText(t *testing.T) {
	t.Parallel()
	d := sitDown(t)
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		if _, err := chromedp.CallBrowser(d.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted}); err != nil {
			t.Fatal(err)
		}
	}
	d.write("Interview me about this feature, one question at a time")
	d.wait("the answer", answersComplete+` === 1`)
	d.bound("copy")
	text := d.ana.messages(t, d.thread).Items[1].Text
	clip := func(kind string) string {
		return eval[string](d.tab, `navigator.clipboard.read().then(items => items[0].types.includes(`+quote(kind)+`) ? items[0].getType(`+quote(kind)+`).then(b => b.text()) : "")`)
	}
	d.click(".answer [data-copy='']")
	d.wait("the confirmation", `document.querySelector(".answer [data-copy='']").innerText.includes("Copied")`)
	if got := clip("text/plain"); got != text {
		t.Errorf("copied is %q, want %q", got, text)
	}
	d.click(".answer [data-copy='rich']")
	d.wait("the confirmation", `document.querySelector(".answer [data-copy='rich']").innerText.includes("Copied")`)
	html, plain := clip("text/html"), clip("text/plain")
	if !strings.Contains(html, "<p>") && !strings.Contains(html, "<p ") || strings.Contains(html, "data-block") || plain != text {
		t.Errorf("rich text is %q, with %q", html, plain)
	}
}
