package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

func TestBothEnginesHaveTheSameTablesParentsFirst(t *testing.T) {
	engines := storetest.Engines()
	lite, err := engines[0].New(t).Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	full, err := engines[1].New(t).Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(lite, full, store.Table.Same) {
		t.Errorf("SQLite has %+v\nPostgreSQL %+v", lite, full)
	}
	place := map[string]int{}
	for i, table := range lite {
		place[table.Name] = i + 1
	}
	for _, pair := range [][2]string{{"users", "sessions"}, {"projects", "documents"}, {"documents", "document_versions"}, {"document_versions", "passages"}, {"threads", "messages"}, {"requirements", "requirement_links"}} {
		if place[pair[0]] == 0 || place[pair[0]] > place[pair[1]] {
			t.Errorf("%s stands at %d, %s at %d", pair[0], place[pair[0]], pair[1], place[pair[1]])
		}
	}
}

// A table that a migration adds is content unless apart says why it is not:
// nobody has to remember it.
func TestEveryTableIsContentOrApartWithAReason(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		tables, err := db.Tables(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		known := store.Apart()
		for _, table := range tables {
			known[table.Name] = "content"
		}
		list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'terms_%'"
		if e.Name == "postgres" {
			list = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = current_schema()::regnamespace"
		}
		rows, err := storetest.Raw(t, url).QueryContext(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		n := 0
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			if n++; known[name] == "" {
				t.Errorf("nothing copies or compares the table %s", name)
			}
		}
		if rows.Err() != nil || n < 25 {
			t.Errorf("%d tables (%v)", n, rows.Err())
		}
	})
}

func TestRowsAreReadAndWrittenInTheOrderOfTheirKeysByIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		seed(t, db)
		conn, err := storetest.Raw(t, url).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		snapshot, err := db.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer snapshot.Close()
		filled := 0
		for _, table := range snapshot.Tables() {
			var before store.Row
			for row, err := range snapshot.Rows(t.Context(), table) {
				if err != nil {
					t.Fatal(err)
				}
				if before.Values != nil && before.Compare(row) >= 0 {
					t.Errorf("%s: %v comes before %v", table.Name, before.Values, row.Values)
				}
				again, rest, err := store.ReadRow(table, append(row.Append(nil), "rest"...))
				if err != nil || string(rest) != "rest" || again.Hash() != row.Hash() || again.Compare(row) != 0 {
					t.Errorf("%s: %v is read back as %v, %q (%v)", table.Name, row.Values, again.Values, rest, err)
				}
				before = row
			}
			if before.Values != nil {
				filled++
			}
		}
		if filled < 25 {
			t.Errorf("only %d tables have rows", filled)
		}
	})
}

func TestAHashTellsWhatIsAlikeApart(t *testing.T) {
	table := store.Table{Name: "t", Columns: []store.Column{{Name: "a", Kind: store.Blob}, {Name: "k", Kind: store.Text, Key: 1}}}
	seen := map[[32]byte]string{}
	for _, values := range [][]any{{nil, "k"}, {[]byte{}, "k"}, {[]byte("k"), ""}, {[]byte(""), "kk"}, {[]byte("a"), "b"}, {[]byte("ab"), ""}, {"", "k"}, {int64(0), "k"}, {int64(-1), "k"}} {
		hash := store.Row{Table: table, Values: values}.Hash()
		if seen[hash] != "" {
			t.Errorf("%q and %s have one hash", values, seen[hash])
		}
		seen[hash] = fmt.Sprintf("%q", values)
	}
	if (store.Row{Table: table, Values: []any{nil, "k"}}).Hash() == (store.Row{Table: store.Table{Name: "u", Columns: table.Columns}, Values: []any{nil, "k"}}).Hash() {
		t.Error("rows of two tables have one hash")
	}
	for _, bad := range []string{"", "\x03", "\x03\x05ab", "\x00\x01", "\x02\x00\x02\x00", "\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"} {
		if row, _, err := store.ReadRow(table, []byte(bad)); err == nil {
			t.Errorf("%q is read as %v", bad, row.Values)
		}
	}
}

func TestASnapshotDoesNotSeeWhatIsWrittenAfterIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		storetest.User(t, db, "ana")
		snapshot, err := db.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		storetest.User(t, db, "bob")
		for i, want := range []int{1, 2} {
			for _, table := range snapshot.Tables() {
				if table.Name != "users" {
					continue
				}
				if n, err := snapshot.Count(t.Context(), table); err != nil || n != want {
					t.Errorf("snapshot %d has %d users, want %d (%v)", i+1, n, want, err)
				}
			}
			if err := snapshot.Close(); err != nil {
				t.Fatal(err)
			}
			if snapshot, err = db.Snapshot(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := snapshot.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestTheIndexIsMadeFromTheContent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		ana := storetest.User(t, db, "ana")
		project := storetest.Project(t, db, ana, "Checkout")
		storetest.Document(t, db, ana, project, "a.txt", "An invoice is due.", "A courier brings the parcel.")
		thread := storetest.Thread(t, db, ana, project, "Talk")
		storetest.Answer(t, db, storetest.Ask(t, db, ana, thread.ID, "Which courier?"), "The courier of the contract.")
		storetest.Artifact(t, db, ana, storetest.Work(project, "", "BRD"), "Couriers are chosen.", "None.")
		find := func(words string) (found []string) {
			hits, err := db.Search(t.Context(), ana, ba.Query{Clauses: term.Parse(words), Project: project, Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range hits {
				found = append(found, fmt.Sprint(h.Kind, h.Passage, h.Message, h.Artifact))
			}
			return found
		}
		want, phrase := find("courier"), find(`"courier of the contract"`)
		if len(want) != 4 || len(phrase) != 1 {
			t.Fatalf("found %v and %v", want, phrase)
		}
		if err := db.Writing(t.Context(), func(exec func(string, ...any) error) error { return exec("DELETE FROM terms") }); err != nil {
			t.Fatal(err)
		}
		if left := find("courier"); len(left) > 0 {
			t.Fatalf("without an index it is found: %v", left)
		}
		made := 0
		for range 2 { // the second time nothing is missing
			made = 0
			if err := db.Reindex(t.Context(), func(done int) { made = done }); err != nil {
				t.Fatal(err)
			}
			if got := find("courier"); !slices.Equal(got, want) {
				t.Errorf("found %v, want %v", got, want)
			}
			if got := find(`"courier of the contract"`); !slices.Equal(got, phrase) {
				t.Errorf("the phrase finds %v, want %v", got, phrase)
			}
		}
		if made != 0 {
			t.Errorf("%d entries were indexed twice", made)
		}
	})
}

func TestContentOfADestroyedKeyIsIndexedByNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		ana := storetest.User(t, db, "ana")
		project := storetest.Project(t, db, ana, "Checkout")
		storetest.Document(t, db, ana, project, "a.txt", "An invoice is due.")
		if err := db.Writing(t.Context(), func(exec func(string, ...any) error) error { return exec("DELETE FROM terms") }); err != nil {
			t.Fatal(err)
		}
		if err := db.Vault().DeleteScope(t.Context(), ba.ProjectScope(project)); err != nil {
			t.Fatal(err)
		}
		made := 0
		if err := db.Reindex(t.Context(), func(done int) { made = done }); err != nil || made != 1 {
			t.Errorf("%d entries (%v)", made, err)
		}
		if is, err := db.Vault().Has(t.Context(), ba.ProjectScope(project)); is || err != nil {
			t.Errorf("a key was made anew (%v)", err)
		}
	})
}
