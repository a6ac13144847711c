package requirement_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
)

// specification is a document of forty requirements in eight chapters, with
// prose between them.
func specification() []string {
	things := []string{"invoices", "orders", "refunds", "parcels", "vouchers", "receipts", "contracts", "reminders"}
	verbs := []string{"export", "archive", "print", "delete", "list"}
	var paragraphs []string
	for i, thing := range things {
		paragraphs = append(paragraphs, "# About "+thing, fmt.Sprintf("This chapter is about %s as the team of office %d knows them. It was written in spring.", thing, i))
		for k, verb := range verbs {
			paragraphs = append(paragraphs, fmt.Sprintf("The system shall %s %s within %d seconds for the clerk of office %d.", verb, thing, 10+k, i))
		}
	}
	return paragraphs
}

func TestOfTenEditsExactlyTheRequirementsThatTheyTouchAreSuspect(t *testing.T) {
	d := newDesk(t)
	text := specification()
	doc := d.document(t, "spec.txt", strings.Join(text, "\n\n"))
	if done := d.extract(t, requirement.Selection{}); len(done.Added) != 40 {
		t.Fatalf("%d requirements were found", len(done.Added))
	}
	at := func(words string) int {
		t.Helper()
		i := slices.IndexFunc(text, func(p string) bool { return strings.Contains(p, words) })
		if i < 0 {
			t.Fatalf("no %q in the text", words)
		}
		return i
	}
	affected := map[string]string{} // what a requirement said -> what stands there now
	edit := func(words, old, new string) {
		i := at(words)
		before := text[i]
		text[i] = strings.Replace(before, old, new, 1)
		if strings.HasPrefix(before, "The system") {
			affected[before] = text[i]
		}
	}
	edit("export invoices", "10 seconds", "100 seconds") // 1: a number
	edit("archive orders", "shall", "shall not")         // 2: a denial
	edit("print refunds", "clerk", "head")               // 3: a word
	edit("delete parcels", "office 3.", "office 3, unless it is a holiday.")
	edit("list vouchers", "The system shall", "On request, the system shall")
	edit("about receipts", "spring", "autumn") // 6: prose
	affected[text[at("print contracts")]] = "" // 7: removed
	text = slices.Delete(text, at("print contracts"), at("print contracts")+1)
	moved := text[at("export reminders")] // 8: moved to another chapter
	text = slices.Delete(text, at("export reminders"), at("export reminders")+1)
	text = slices.Insert(text, 2, moved)
	text = slices.Insert(text, at("About refunds"), "The system shall greet everybody.") // 9: added
	text[at("list orders")] = strings.ReplaceAll(text[at("list orders")], " ", "  \n")   // 10: other spaces and line ends
	doc = d.version(t, doc, strings.Join(text, "\n\n"))

	suspect := 0
	for _, r := range d.all(t) {
		r, err := d.Find(t.Context(), d.viewer, r.ID)
		ok(t, err)
		l := r.Links[0]
		now, is := affected[r.Statement]
		if is != r.Suspect() || is && l.Now != now {
			t.Errorf("%s %q: suspect %v, now %q, want %v, %q", r.Key(), r.Statement, r.Suspect(), l.Now, is, now)
		}
		if !is && (l.Version != doc.Version || !holds(t, d, l)) {
			t.Errorf("%s was not moved to the new version: %+v", r.Key(), l)
		}
		if r.Suspect() {
			suspect++
		}
	}
	if suspect != 6 {
		t.Errorf("%d requirements are suspect", suspect)
	}
}

// holds reports whether a link's quote is in its passage but for spaces.
func holds(t *testing.T, d *desk, l ba.Link) bool {
	p, err := d.db.Passage(t.Context(), d.viewer, l.Passage)
	ok(t, err)
	return strings.Contains(strings.Join(strings.Fields(p.Text), " "), strings.Join(strings.Fields(l.Quote), " "))
}

func TestASuspectIsVerifiedAgainByTheNewWordsOrWhenTheOldAreBack(t *testing.T) {
	d := newDesk(t)
	doc := d.document(t, "a.txt", first)
	added := d.extract(t, requirement.Selection{}).Added
	changed := strings.ReplaceAll(strings.ReplaceAll(first, "24 hours", "48 hours"), "2 hours", "4 hours")
	d.version(t, doc, changed)
	doc.Version++
	if all := d.all(t); !all[0].Suspect() || !all[1].Suspect() {
		t.Fatalf("not suspect: %+v", all)
	}
	r, err := d.Find(t.Context(), d.viewer, added[0].ID)
	ok(t, err)
	refused(t, "words that stand nowhere", second(d.Verify(t.Context(), d.editor, r.ID, r.Links[0].ID, "until 24 hours before")), ba.Invalid)
	r, err = d.Verify(t.Context(), d.editor, r.ID, r.Links[0].ID, "")
	ok(t, err)
	if l := r.Links[0]; r.Suspect() || !strings.Contains(l.Quote, "48 hours") || l.Now != "" || l.Version != 2 || l.Hash != ba.QuoteHash(l.Quote) {
		t.Errorf("link %+v", r.Links[0])
	}
	d.version(t, doc, strings.ReplaceAll(changed, "4 hours", "2 hours"))
	if all := d.all(t); all[0].Suspect() || all[1].Suspect() {
		t.Errorf("still suspect: %+v", all)
	}
}
