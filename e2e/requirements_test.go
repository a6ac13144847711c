package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// bookingRules is a document with requirements, one of them weak.
func bookingRules() file {
	return file{name: "Booking rules.md", content: []byte(`# Booking

The practice has two therapists and a front desk.

The system shall let a patient cancel an appointment until 24 hours before it begins.

The system shall be fast.

- The system must send a reminder to the patient two days before the appointment.
`)}
}

// The way of a requirement, as a person goes it: a document in, requirements
// found in it, one opened with its source beside it, its wording put right, and
// approved; then the document changes.
func TestFromADocumentToAnApprovedRequirement(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := browse(t, s.url)
	b.use(screens[0])
	ana := signIn(t, s.url, "ana")
	b.become(ana)
	project := ana.project(t, "Booking")
	document := ana.read(t, project, bookingRules().name, bookingRules().content).ID

	b.open("/projects/" + project)
	b.click("form[action$='/requirements/extract'] button")
	b.wait("the requirements", `location.pathname.endsWith("/requirements") && document.querySelectorAll(".rows tbody tr").length === 3`)
	b.shows("3 requirements found.")

	b.fill("#q", "fast")
	b.do(chromedp.Submit(chromedp.CSS("#q")))
	b.wait("the one that is weak", `document.querySelectorAll(".rows tbody tr").length === 1`)
	b.click(".rows .key a")
	b.wait("its source", `document.querySelector(".source mark")?.innerText.includes("shall be fast")`)
	b.wait("what is weak in it", `document.querySelectorAll("#quality-findings .finding").length > 0`)

	b.bound("quality")
	eval[bool](b, `(document.querySelector("#statement").select(), true)`)
	b.fill("#statement", "The system shall show the free times of a therapist within 2 seconds of the request.")
	b.wait("no weakness", `document.querySelectorAll("#quality-findings .finding").length === 0`)
	b.click("#requirement button.primary")
	b.shows("Saved.")
	b.click("form[action$='/status'] button[value='approved']")
	b.wait("the approval", `document.querySelector(".tag.status")?.innerText === "Approved"`)

	b.open("/projects/" + project + "/requirements")
	b.click("form[action$='/requirements/extract'] button")
	b.shows("Nothing new")
	if n := eval[int](b, `document.querySelectorAll(".rows tbody tr").length`); n != 3 {
		t.Errorf("%d requirements after the second reading", n)
	}
	b.becomesSuspect(t, ana, project, document)
}

// becomesSuspect uploads a new version in which one statement is another, and
// takes it over.
func (b *tab) becomesSuspect(t *testing.T, ana *person, project, document string) {
	t.Helper()
	changed := strings.Replace(string(bookingRules().content), "24 hours", "48 hours", 1)
	if _, err := ana.send(t.Context(), "/api/documents/"+document+"/versions", bookingRules().name, []byte(changed)); err != nil {
		t.Fatal(err)
	}
	suspects := "/projects/" + project + "/requirements?only=suspect"
	eventually(t, patience, "one requirement is suspect", func() bool {
		b.open(suspects)
		return eval[int](b, `document.querySelectorAll(".rows tbody tr").length`) == 1
	})
	b.click(".rows .key a")
	b.wait("both texts", `document.querySelector(".source.suspect del")?.innerText.includes("24 hours") && document.querySelector(".source.suspect ins")?.innerText.includes("48 hours")`)
	b.shoot("requirement-suspect-desktop")
	b.click(".source footer form[action$='/verify'] button")
	b.wait("the new quote", `document.querySelector(".source mark")?.innerText.includes("48 hours") && !document.querySelector(".source.suspect")`)
}
