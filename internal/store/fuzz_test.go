package store_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// Any query is answered by the real index, and finds only what holds its words.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"", "invoice", `"ten days" refund`, "-invoice", "passage:x", "inv*", "NEAR(a b)", "a\x00b", "😀", "要求仕様", "\xff", "ﬁle cafe\u0301", strings.Repeat("x", 300), `"`, "' OR 1=1 --"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	db := storetest.New(f)
	ana := storetest.User(f, db, "ana")
	project := storetest.Project(f, db, ana, "Checkout")
	storetest.Document(f, db, ana, project, "a.txt", "The invoice is due within ten days.", "A refund of the file at the café 😀.", "要求仕様書を承認する。")
	f.Fuzz(func(t *testing.T, text string, all bool) {
		q := ba.Query{Clauses: term.Parse(text), Match: ba.MatchAny, Project: project}
		if all {
			q.Match = ba.MatchAll
		}
		hits, err := db.Search(t.Context(), ana, q)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for _, h := range hits {
			if !matches(h.Text, q) {
				t.Errorf("%q finds %q", text, h.Text)
			}
		}
	})
}

// matches reports whether a text holds what the query asks for.
func matches(text string, q ba.Query) bool {
	terms := " " + strings.Join(term.Terms(text), " ") + " "
	found := 0
	for _, c := range q.Clauses {
		if strings.Contains(terms, " "+strings.Join(c.Terms, " ")+" ") {
			found++
		}
	}
	return found == len(q.Clauses) || q.Match == ba.MatchAny && found > 0
}

// A page token is what the store wrote for this list, or it is refused.
func FuzzPageToken(f *testing.F) {
	db, err := store.Open(f.Context(), store.Options{URL: "sqlite://" + filepath.Join(f.TempDir(), "ba.db"), Master: storetest.Master(f)})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = db.Close() })
	good, err := db.PageToken(f.Context(), 1_700_000_000_000, "0190a2b4-7c1e-7d3a-9c55-3f1d2e4b5a6c")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "A", "AQ==", good, good[1:], good + "A", strings.ToLower(good), "😀", strings.Repeat("A", 5000)} {
		f.Add(seed, int64(0), "")
	}
	f.Add("", int64(-1), "~")
	f.Fuzz(func(t *testing.T, forged string, n int64, id string) {
		if _, _, err := db.ParsePageToken(t.Context(), forged); ba.KindOf(err) != ba.Invalid && forged != good || forged == good && err != nil {
			t.Errorf("the token %q: %v", forged, err)
		}
		if len(id) > 36 {
			return // an id is a UUID
		}
		token, err := db.PageToken(t.Context(), n, id)
		if err != nil {
			t.Fatal(err)
		}
		if gotN, gotID, err := db.ParsePageToken(t.Context(), token); err != nil || gotN != n || gotID != id {
			t.Errorf("(%d, %q) came back as (%d, %q): %v", n, id, gotN, gotID, err)
		}
	})
}
