package move_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/move"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// place is a database that is opened and closed again.
type place struct{ engine, url string }

func newPlace(t *testing.T, e storetest.Engine) place { return place{e.Name, e.URL(t)} }

// open opens the place; the test closes it.
func (p place) open(t *testing.T, use store.Use) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: p.url, Master: storetest.Master(t), Use: use})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// copyTo copies and closes both.
func (p place) copyTo(t *testing.T, to place) (move.Result, error) {
	t.Helper()
	from, into := p.open(t, store.Read), to.open(t, store.Fill)
	r, err := move.Copy(t.Context(), from, into, func(move.Step) {})
	return r, errors.Join(err, from.Close(), into.Close())
}

// with opens the place as an instance does.
func (p place) with(t *testing.T, do func(db *store.DB)) {
	t.Helper()
	db := p.open(t, store.Serve)
	do(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// fill makes content with a row in nearly every table.
func (p place) fill(t *testing.T) (ana ba.Actor, project ba.ProjectID) {
	t.Helper()
	p.with(t, func(db *store.DB) {
		ana = storetest.User(t, db, "ana")
		project = storetest.Project(t, db, ana, "Checkout")
		storetest.Member(t, db, ana, project, storetest.User(t, db, "bob"), ba.RoleEditor)
		d, passages := storetest.Document(t, db, ana, project, "a.txt", "An invoice is due.", "It is paid.")
		storetest.Requirement(t, db, ana, project, "It shall be paid.", storetest.Quote(d, passages[1], "It is paid."))
		for _, in := range []ba.ProjectID{project, ""} {
			thread := storetest.Thread(t, db, ana, in, "Talk")
			storetest.Answer(t, db, storetest.Ask(t, db, ana, thread.ID, "When is the invoice due?"), "Soon, says the invoice.")
		}
		storetest.Artifact(t, db, ana, storetest.Work(project, "", "BRD"), "Invoices are sent.", "None.")
	})
	return ana, project
}

func found(t *testing.T, db *store.DB, a ba.Actor, words string) []string {
	t.Helper()
	hits, err := db.Search(t.Context(), a, ba.Query{Clauses: term.Parse(words), Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, len(hits))
	for i, h := range hits {
		list[i] = h.Text
	}
	return list
}

func TestACopyIsReadAndSearchedAndWrittenLikeTheOriginal(t *testing.T) {
	for _, from := range storetest.Engines() {
		for _, to := range storetest.Engines() {
			t.Run(from.Name+" to "+to.Name, func(t *testing.T) {
				t.Parallel()
				a, b := newPlace(t, from), newPlace(t, to)
				ana, project := a.fill(t)
				r, err := a.copyTo(t, b)
				if err != nil || r.Before != store.Empty || r.Rows() < 25 || r.Keys != 3 {
					t.Fatalf("%+v %v", r, err)
				}
				var want []string
				var noted ba.AuditReport
				a.with(t, func(db *store.DB) { want, noted = found(t, db, ana, "invoice"), verified(t, db, nil) })
				b.with(t, func(db *store.DB) {
					cameFrom(t, db, noted)
					if got := found(t, db, ana, "invoice"); len(got) != 6 || !slices.Equal(sorted(got), sorted(want)) {
						t.Errorf("found %q, want %q", got, want)
					}
					storetest.Document(t, db, ana, project, "new.txt", "A new invoice.") // numbers go on
					if got := found(t, db, ana, "invoice"); len(got) != 7 {
						t.Errorf("found %q", got)
					}
				})
			})
		}
	}
}

func verified(t *testing.T, db *store.DB, noted *ba.AuditAnchor) ba.AuditReport {
	t.Helper()
	r, err := db.VerifyAudit(t.Context(), noted)
	if err != nil || len(r.Faults) > 0 {
		t.Errorf("the audit log: %+v %v", r, err)
	}
	return r
}

// cameFrom fails the test unless the audit log is that of the source and one
// entry more, which says so.
func cameFrom(t *testing.T, db *store.DB, source ba.AuditReport) {
	t.Helper()
	if r := verified(t, db, &ba.AuditAnchor{Seq: source.Last, Hash: source.Hash}); r.Last != source.Last+1 {
		t.Errorf("the log ends with %d, that of the source with %d", r.Last, source.Last)
	}
	l, err := db.AuditEntries(t.Context(), ba.Operator(), ba.AuditFilter{}, ba.Page{Limit: 1})
	if err != nil || l.Items[0].Action != ba.ActMoved || l.Items[0].Via != ba.ViaCommand || !strings.HasSuffix(l.Items[0].Detail, " rows") {
		t.Errorf("the last entry is %+v %v", l.Items, err)
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

func TestWhatIsThereAlreadyDecides(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		a, b := newPlace(t, storetest.Engines()[0]), newPlace(t, e)
		a.fill(t)
		first, err := a.copyTo(t, b)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := a.copyTo(t, b); err != nil || again.Before != store.Complete || again.Rows() != first.Rows() {
			t.Errorf("a whole copy once more: %+v %v", again, err)
		}
		b.with(t, func(db *store.DB) {
			if err := db.Audit(t.Context(), ba.Act(ba.Actor{}, ba.ActSettingsChanged, "instance", "")); err != nil {
				t.Fatal(err)
			}
		})
		if _, err := a.copyTo(t, b); ba.KindOf(err) != ba.Conflict || !strings.Contains(ba.Explain(err), "differ in the table") {
			t.Errorf("a copy that was used since: %v", err)
		}
		other := newPlace(t, e)
		other.fill(t)
		if _, err := a.copyTo(t, other); ba.KindOf(err) != ba.Conflict || !strings.Contains(ba.Explain(err), "another installation") {
			t.Errorf("another installation: %v", err)
		}
		if _, err := store.Open(t.Context(), store.Options{URL: newPlace(t, e).url, Master: storetest.Master(t), Use: store.Read}); ba.KindOf(err) != ba.Conflict {
			t.Errorf("an empty source: %v", err)
		}
	})
}

// A copy stops after each of its writes, as if it were killed there, and goes on.
func TestACopyThatWasCutShortGoesOnAndIsNotUsedBefore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		a, b := newPlace(t, storetest.Engines()[0]), newPlace(t, e)
		ana, _ := a.fill(t)
		cut := errors.New("cut")
		begun := 0
		for steps := 1; ; steps += 7 {
			left := steps
			err := cutWhen(t, a, b, cut, func(move.Step) bool { left--; return left == 0 })
			if err == nil {
				break
			}
			if !errors.Is(err, cut) {
				t.Fatalf("after %d steps: %v", steps, err)
			}
			_, err = store.Open(t.Context(), store.Options{URL: b.url, Master: storetest.Master(t)})
			if err == nil || !strings.Contains(ba.Explain(err), "unfinished copy") {
				t.Fatalf("an instance starts on a part: %v", err)
			}
			begun++
		}
		if begun < 4 {
			t.Errorf("it was cut %d times only", begun)
		}
		b.with(t, func(db *store.DB) {
			if got := found(t, db, ana, "invoice"); len(got) != 6 {
				t.Errorf("found %q", got)
			}
		})
	})
}

// cutWhen panics out of a copy at a step: nothing tidies up.
func cutWhen(t *testing.T, a, b place, cut error, when func(move.Step) bool) (err error) {
	t.Helper()
	from, into := a.open(t, store.Read), b.open(t, store.Fill)
	defer func() {
		if r := recover(); r != nil {
			err = r.(error)
		}
		err = errors.Join(err, from.Close(), into.Close())
	}()
	_, err = move.Copy(t.Context(), from, into, func(s move.Step) {
		if when(s) {
			panic(cut)
		}
	})
	return err
}

func TestASourceThatChangedSinceTheCopyBeganIsNoticed(t *testing.T) {
	a, b := newPlace(t, storetest.Engines()[0]), newPlace(t, storetest.Engines()[0])
	ana, _ := a.fill(t)
	cut := errors.New("cut")
	if err := cutWhen(t, a, b, cut, func(s move.Step) bool { return s.Name == "users" }); !errors.Is(err, cut) {
		t.Fatal(err)
	}
	a.with(t, func(db *store.DB) {
		u, err := db.User(t.Context(), ana.User)
		u.Name = "Anna"
		if err := errors.Join(err, db.UpdateUser(t.Context(), u)); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := a.copyTo(t, b); ba.KindOf(err) != ba.Conflict || !strings.Contains(ba.Explain(err), "has changed since the copy began") {
		t.Errorf("it says %v", err)
	}
}

func TestWritersAndInstancesAreNoticedOnPostgreSQL(t *testing.T) {
	p := newPlace(t, storetest.Engines()[1])
	p.fill(t)
	serving := p.open(t, store.Serve)
	defer serving.Close()
	reading := p.open(t, store.Read)
	defer reading.Close()
	if n, err := reading.Instances(t.Context()); err != nil || n < 1 {
		t.Errorf("%d connections of instances (%v)", n, err)
	}
	still, err := reading.StillSnapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wrote := make(chan error, 1)
	go func() { wrote <- serving.SetSetupCode(t.Context(), []byte("x")) }()
	select {
	case err := <-wrote:
		t.Errorf("a write went through: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	if err := still.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}

const manyPassages = 2000 // of each document

// manyDocuments is fewer under the race detector, which slows SQLite down
// tenfold; make runs the whole without it.
func manyDocuments() int {
	if testenv.Race {
		return 1
	}
	return 25
}

// TestAHundredThousandRowsGoThereAndBack is proof that nothing is lost on the way.
func TestAHundredThousandRowsGoThereAndBack(t *testing.T) {
	engines := storetest.Engines()
	first, middle, last := newPlace(t, engines[0]), newPlace(t, engines[1]), newPlace(t, engines[0])
	ana, project := first.fill(t)
	first.with(t, func(db *store.DB) { fillMany(t, db, ana, project) })
	want := hashes(t, first)
	for _, leg := range [][2]place{{first, middle}, {middle, last}} {
		began := time.Now()
		r, err := leg[0].copyTo(t, leg[1])
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s to %s: %d rows and %d keys in %s", leg[0].engine, leg[1].engine, r.Rows(), r.Keys, time.Since(began).Round(time.Millisecond))
		if r.Rows() < 2*manyPassages*manyDocuments() {
			t.Errorf("%d rows", r.Rows())
		}
		if got := hashes(t, leg[1]); !slices.Equal(got, want) {
			t.Errorf("%s holds other rows than the first", leg[1].engine)
		}
	}
	last.with(t, func(db *store.DB) { verified(t, db, nil) })
	var there, back []string
	first.with(t, func(db *store.DB) { there = found(t, db, ana, "courier invoice") })
	last.with(t, func(db *store.DB) { back = found(t, db, ana, "courier invoice") })
	if len(there) != 50 || !slices.Equal(there, back) {
		t.Errorf("the index finds %q, did %q", back, there)
	}
}

func fillMany(t *testing.T, db *store.DB, a ba.Actor, project ba.ProjectID) {
	t.Helper()
	words := strings.Fields("invoice courier parcel refund clerk branch receipt customer warehouse price zone delay holiday contract")
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // it must be the same again
	texts := make([]string, manyPassages)
	for range manyDocuments() {
		for i := range texts {
			texts[i] = fmt.Sprintf("The %s of %s %d is told the %s.", words[rng.IntN(len(words))], words[rng.IntN(len(words))], rng.IntN(1000), words[rng.IntN(len(words))])
		}
		storetest.Document(t, db, a, project, "many.txt", texts...)
	}
}

// hashes returns the hash of every row, in the order of tables and keys.
func hashes(t *testing.T, p place) (all [][32]byte) {
	t.Helper()
	db := p.open(t, store.Read)
	defer db.Close()
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, table := range s.Tables() {
		for row, err := range s.Rows(t.Context(), table) {
			if err != nil {
				t.Fatal(err)
			}
			if row.Table.Name == "audit_head" || row.Value("action") == string(ba.ActMoved) {
				continue // each move adds its entry, which cameFrom looks at
			}
			all = append(all, row.Hash())
		}
	}
	return all
}
