package storetest_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// listing is a list of the store, seen as ids, and how to add to it.
type listing struct {
	name  string
	grows string // where new items come: first or last
	add   func(t testing.TB)
	page  func(t testing.TB, p ba.Page) (ids []string, next string, err error)
}

func idsIn[T any](list ba.List[T], err error, id func(T) string) ([]string, string, error) {
	ids := make([]string, len(list.Items))
	for i, item := range list.Items {
		ids[i] = id(item)
	}
	return ids, list.Next, err
}

// listings returns every list that is read in pages, over one project.
func listings(t testing.TB, m team, admin ba.Actor, clock *storetest.Clock) []listing {
	t.Helper()
	db, talk := m.db, storetest.Thread(t, m.db, m.editor, m.project, "Talk")
	number := 0
	return []listing{
		{"users", "first", func(t testing.TB) { number++; storetest.User(t, db, fmt.Sprintf("user%d", number)) },
			func(t testing.TB, p ba.Page) ([]string, string, error) {
				list, err := db.Users(t.Context(), admin, p)
				return idsIn(list, err, func(u ba.User) string { return string(u.ID) })
			}},
		{"projects", "first", func(t testing.TB) { storetest.Project(t, db, admin, "P") },
			func(t testing.TB, p ba.Page) ([]string, string, error) {
				list, err := db.Projects(t.Context(), admin, p)
				return idsIn(list, err, func(p ba.Project) string { return string(p.ID) })
			}},
		{"documents", "first", func(t testing.TB) { storetest.Upload(t, db, m.editor, m.project, "d.txt", nil) },
			func(t testing.TB, p ba.Page) ([]string, string, error) {
				list, err := db.Documents(t.Context(), m.viewer, m.project, p)
				return idsIn(list, err, func(d ba.Document) string { return string(d.ID) })
			}},
		{"conversations", "first", func(t testing.TB) { storetest.Thread(t, db, m.editor, m.project, "T") },
			func(t testing.TB, p ba.Page) ([]string, string, error) {
				list, err := db.Threads(t.Context(), m.viewer, m.project, p)
				return idsIn(list, err, func(v ba.Thread) string { return string(v.ID) })
			}},
		{"loose conversations", "first", func(t testing.TB) { storetest.Thread(t, db, m.stranger, "", "T") },
			func(t testing.TB, p ba.Page) ([]string, string, error) {
				list, err := db.Threads(t.Context(), m.stranger, "", p)
				return idsIn(list, err, func(v ba.Thread) string { return string(v.ID) })
			}},
		{"messages", "last", func(t testing.TB) { storetest.Ask(t, db, m.editor, talk.ID, "Q") },
			func(t testing.TB, p ba.Page) ([]string, string, error) {
				list, err := db.Messages(t.Context(), m.viewer, talk.ID, p)
				return idsIn(list, err, func(g ba.Message) string { return string(g.ID) })
			}},
	}
}

// all reads a list to its end, with something added between any two pages.
func (l listing) all(t testing.TB, limit int, between func()) []string {
	t.Helper()
	var ids []string
	for p := (ba.Page{Limit: limit}); ; {
		page, next, err := l.page(t, p)
		ok(t, err)
		if ids = append(ids, page...); next == "" {
			return ids
		}
		if len(page) != limit {
			t.Fatalf("%s: a page of %d items, and more follows", l.name, len(page))
		}
		if p.After = next; len(ids) > 1000 {
			t.Fatalf("%s: it never ends", l.name)
		}
		between()
	}
}

func TestPagesHoldEveryItemOnceWhateverIsAddedMeanwhile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		for _, l := range listings(t, m, storetest.User(t, m.db, "admin", ba.RoleAdmin), clock) {
			for i := range 9 { // some at the same millisecond
				if l.add(t); i%3 == 0 {
					clock.Add(time.Millisecond)
				}
			}
			want := l.all(t, 200, func() { t.Errorf("%s: a second page", l.name) })
			for _, limit := range []int{1, 2, 3, 7} {
				sameItems(t, fmt.Sprintf("%s by %d", l.name, limit), l.all(t, limit, func() {}), want)
			}
			clock.Add(time.Millisecond)
			left := 3
			got := l.all(t, 4, func() {
				if left--; left >= 0 {
					l.add(t)
				}
			})
			if l.grows == "last" {
				got = got[:len(want)]
			}
			sameItems(t, l.name+" while it grows", got, want)
			whole := l.all(t, 200, func() {})
			if l.grows == "first" && !slices.Equal(whole[len(whole)-len(want):], want) {
				t.Errorf("%s: what was added stands in between", l.name)
			}
		}
	})
}

func TestAPageTokenIsOpaqueAndWorksForItsOwnListAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		lists := listings(t, m, storetest.User(t, m.db, "admin", ba.RoleAdmin), clock)
		tokens := make([]string, len(lists))
		for i, l := range lists {
			for range 3 {
				l.add(t)
			}
			_, tokens[i], _ = l.page(t, ba.Page{Limit: 1})
		}
		for i, l := range lists {
			bad := []string{"x", "!", "AQ", tokens[i] + "AA", tokens[i][:len(tokens[i])-2], tokens[i] + "=", base64.RawURLEncoding.EncodeToString(make([]byte, 53)), base64.RawURLEncoding.EncodeToString(make([]byte, 4000))}
			raw := must(base64.RawURLEncoding.DecodeString(tokens[i]))(t)
			for at := range raw {
				raw[at] ^= 1
				bad = append(bad, base64.RawURLEncoding.EncodeToString(raw))
				raw[at] ^= 1
			}
			for j := range lists {
				if j != i {
					bad = append(bad, tokens[j])
				}
			}
			for _, token := range bad {
				_, _, err := l.page(t, ba.Page{After: token})
				refused(t, l.name+" after "+token, err, ba.Invalid)
			}
			_, _, err := l.page(t, ba.Page{After: tokens[i]})
			ok(t, err)
		}
	})
}
