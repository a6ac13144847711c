package storetest_test

import (
	"crypto/sha256"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails the test unless err is of the kind.
func refused(t testing.TB, what string, err error, kind ba.Kind) {
	t.Helper()
	if err == nil || ba.KindOf(err) != kind {
		t.Errorf("%s: error is %v, want the kind %v", what, err, kind)
	}
}

// must returns the value of a call that may not fail.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// reading is the actor with a token that only reads.
func reading(a ba.Actor) ba.Actor {
	a.Access, a.Session, a.Token = ba.AccessRead, "", ba.NewID[ba.TokenID]()
	return a
}

// atOnce runs fn n times at the same time and returns the errors in the order
// of their number.
func atOnce(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range n {
		done.Go(func() {
			start.Wait()
			errs[i] = fn(i)
		})
	}
	start.Done()
	done.Wait()
	return errs
}

// failures counts the errors by their kind.
func failures(t testing.TB, errs []error) map[ba.Kind]int {
	t.Helper()
	count := make(map[ba.Kind]int)
	for _, err := range errs {
		if err == nil {
			continue
		}
		if ba.KindOf(err) == ba.Internal {
			t.Errorf("an inner error: %v", err)
		}
		count[ba.KindOf(err)]++
	}
	return count
}

// search returns the texts of what the words find, the best first.
func search(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID, words string) []string {
	t.Helper()
	hits := must(db.Search(t.Context(), a, ba.Query{Clauses: term.Parse(words), Project: project, Limit: 50}))(t)
	texts := make([]string, len(hits))
	for i, h := range hits {
		texts[i] = h.Text
	}
	return texts
}

func sameItems[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// team is a project with one actor of each role, and a stranger to it.
type team struct {
	db                              *store.DB
	project                         ba.ProjectID
	owner, editor, viewer, stranger ba.Actor
}

func newTeam(t testing.TB, db *store.DB) team {
	t.Helper()
	m := team{db: db, owner: storetest.User(t, db, "olga"), editor: storetest.User(t, db, "emil"),
		viewer: storetest.User(t, db, "vera"), stranger: storetest.User(t, db, "stan")}
	m.project = storetest.Project(t, db, m.owner, "Checkout")
	storetest.Member(t, db, m.owner, m.project, m.editor, ba.RoleEditor)
	storetest.Member(t, db, m.owner, m.project, m.viewer, ba.RoleViewer)
	return m
}

const anHour = time.Hour
