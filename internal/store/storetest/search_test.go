package storetest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

func TestAnyQueryIsSafe(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		ana := storetest.User(t, db, "ana")
		project := storetest.Project(t, db, ana, "Checkout")
		storetest.Document(t, db, ana, project, "a.txt", "The invoice AND the refund, NEAR the end; col:x * ^ 😀 done.")
		for _, query := range []string{
			"", " ", "-", "--", `"`, `""`, `"""`, "'", "''", ":", "passage:invoice", "{passage}:invoice", "*", "inv*", "^invoice", "(", ")", "()", "AND", "OR", "NOT", "invoice NOT refund",
			"NEAR(invoice refund, 5)", "invoice NEAR/2 refund", "invoice & refund", "invoice | refund", "!invoice", "invoice <-> refund", "invoice:*", "invoice:A", `\`, `\\`, "\x00", "in\x00voice",
			"invoice; DROP TABLE terms", "' OR 1=1 --", "$1", "%", "_", "😀", "👩‍👩‍👧", "\xff\xfe", "\u202e invoice", "invoice\n\trefund", strings.Repeat("invoice ", 1250), strings.Repeat("x", 10_000),
			`"` + strings.Repeat("invoice ", 1250) + `"`, strings.Repeat(`"`, 10_000), strings.Repeat("😀", 2_500), strings.Repeat("请", 3_400),
		} {
			for _, match := range []ba.Match{ba.MatchAll, ba.MatchAny} {
				for _, kinds := range [][]ba.HitKind{nil, {ba.HitPassage}, {ba.HitMessage, ba.HitArtifact}} {
					if _, err := db.Search(t.Context(), ana, ba.Query{Clauses: term.Parse(query), Match: match, Project: project, Kinds: kinds}); err != nil {
						t.Errorf("%.60q: %v", query, err)
					}
				}
			}
		}
		for _, query := range []string{"invoice*", "-invoice", "passage:invoice", `"the invoice and the"`, "invoice\x00 refund", "NEAR"} {
			if hits := search(t, db, ana, project, query); (len(hits) == 1) != (query != "passage:invoice") {
				t.Errorf("%q finds %d passages", query, len(hits))
			}
		}
	})
}

func TestASearchFindsWordsPhrasesAndScriptsWithoutSpaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		ana := storetest.User(t, db, "ana")
		project := storetest.Project(t, db, ana, "Checkout")
		texts := map[string]string{
			"near": "Refunds are paid within ten days.", "far": "Ten orders a day; the days of refunds.",
			"german": "Die Größe der Straße, REQ-0042.", "french": "Le café de l'équipe.", "russian": "Договор подписан.",
			"japanese": "要求仕様書を承認する。", "chinese": "税率由客户所在国家决定。", "thai": "ใบแจ้งหนี้ต้องส่งภายในสิบวัน",
		}
		names := make(map[string]string)
		for name, text := range texts {
			names[text] = name
		}
		var all []string
		for text := range names {
			all = append(all, text)
		}
		storetest.Document(t, db, ana, project, "a.txt", all...)
		for query, want := range map[string]string{
			"refund": "far near", `"ten days"`: "near", "ten days": "far near", "REFUNDS paid": "near", "absent": "", "refund absent": "",
			"grösse": "german", "strasse": "german", "REQ-0042": "german", `"req 0042"`: "german", "0042-REQ": "", "cafe": "french", "договор": "russian",
			"仕様": "japanese", "要求仕様": "japanese", "様仕": "", "税率": "chinese", "客户所在国家": "chinese", "แจ้งหนี้": "thai",
		} {
			var got []string
			for _, text := range search(t, db, ana, project, query) {
				got = append(got, names[text])
			}
			slices.Sort(got)
			if strings.Join(got, " ") != want {
				t.Errorf("%q finds %v, want %q", query, got, want)
			}
		}
		hits := must(db.Search(t.Context(), ana, ba.Query{Clauses: term.Parse("refund absent"), Match: ba.MatchAny, Project: project}))(t)
		if len(hits) != 2 {
			t.Errorf("any of two words finds %d passages", len(hits))
		}
	})
}

func TestASearchIsOfSomeKindsAndAsMuchAsWasAskedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		var many []string
		for i := range 60 {
			many = append(many, fmt.Sprintf("Invoice number %d.", i))
		}
		d, _ := storetest.Document(t, db, m.editor, m.project, "a.txt", many...)
		thread := storetest.Thread(t, db, m.editor, m.project, "About invoices")
		storetest.Answer(t, db, storetest.Ask(t, db, m.editor, thread.ID, "Where is the invoice?"), "The invoice is here.")
		loose := storetest.Thread(t, db, m.editor, "", "Loose")
		storetest.Ask(t, db, m.editor, loose.ID, "A loose invoice")
		find := func(q ba.Query) []ba.Hit {
			q.Clauses = term.Parse("invoice")
			return must(db.Search(ctx, m.editor, q))(t)
		}
		for limit, want := range map[int]int{1: 1, 7: 7, 0: 50, 200: 62} {
			if hits := find(ba.Query{Project: m.project, Limit: limit}); len(hits) != want {
				t.Errorf("limit %d: %d hits, want %d", limit, len(hits), want)
			}
		}
		for kind, want := range map[ba.HitKind]int{ba.HitPassage: 60, ba.HitMessage: 2, ba.HitArtifact: 0} {
			hits := find(ba.Query{Project: m.project, Kinds: []ba.HitKind{kind}, Limit: 200})
			if len(hits) != want {
				t.Errorf("%s: %d hits, want %d", kind, len(hits), want)
			}
			for _, h := range hits {
				passage := h.Kind == ba.HitPassage && h.Document == d.ID && h.Filename == "a.txt" && h.Version == 1 && h.Passage != "" && h.Locator.Page > 0
				message := h.Kind == ba.HitMessage && h.Thread == thread.ID && h.Filename == "About invoices" && h.Message != ""
				if h.Kind != kind || h.Project != m.project || h.Text == "" || !passage && !message {
					t.Errorf("hit %+v", h)
				}
			}
		}
		if hits := find(ba.Query{Kinds: []ba.HitKind{ba.HitMessage}}); len(hits) != 3 {
			t.Errorf("everywhere: %d messages", len(hits))
		}
		_, err := db.Search(ctx, m.editor, ba.Query{Clauses: term.Parse("invoice"), Kinds: []ba.HitKind{"terms) : ("}})
		refused(t, "a kind that does not exist", err, ba.Invalid)
	})
}

// Passages of versions that are no longer searched must not crowd out the rest.
func TestManyStaleMatchesDoNotHideTheLivingOnes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		var old []string
		for range 300 {
			old = append(old, "invoice invoice invoice")
		}
		d := storetest.Upload(t, m.db, m.editor, m.project, "a.txt", []byte("x"))
		job := storetest.Claim(t, m.db, d.ID) // its text is there, and not complete
		passages, terms := make([]ba.Passage, len(old)), make([][]string, len(old))
		for i, text := range old {
			passages[i] = ba.Passage{ID: ba.NewID[ba.PassageID](), Document: d.ID, Version: 1, Seq: i, Text: text}
			terms[i] = term.Terms(text)
		}
		ok(t, m.db.AddText(t.Context(), job, passages, terms, nil))
		storetest.Document(t, m.db, m.editor, m.project, "b.txt", "One invoice among very many other words that make this a longer passage.")
		if hits := search(t, m.db, m.viewer, m.project, "invoice"); len(hits) != 1 {
			t.Errorf("%d hits, want the one of the complete document", len(hits))
		}
	})
}

func TestASnippetOfAHitMarksWhatWasFoundInCodePoints(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		ana := storetest.User(t, db, "ana")
		project := storetest.Project(t, db, ana, "Checkout")
		storetest.Document(t, db, ana, project, "a.txt", strings.Repeat("Vorher 😀 nichts. ", 40)+"Die Größe 😀 der Rechnung: 税率 gilt. "+strings.Repeat("Danach nichts. ", 40))
		clauses := term.Parse("größe 税率")
		hits := must(db.Search(t.Context(), ana, ba.Query{Clauses: clauses, Project: project}))(t)
		if len(hits) != 1 {
			t.Fatalf("%d hits", len(hits))
		}
		snippet, marks := term.Snippet(hits[0].Text, clauses, 120)
		var words []string
		for _, m := range marks {
			words = append(words, string([]rune(snippet)[m[0]:m[1]]))
		}
		sameItems(t, "marked", words, []string{"Größe", "税率"})
	})
}
