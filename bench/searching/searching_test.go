// Package searching measures a search over sealed passages with blinded terms,
// beside the same search by the same engine over plain ones.
package searching

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

const (
	hits         = 20 // of an answer, which are opened and shown
	wordsEach    = 80 // of a passage
	vocabulary   = 30_000
	perDocument  = 500
	mostSlowdown = 1.5
)

func TestASearchOverSealedTextIsNearlyAsFastAsOverPlainText(t *testing.T) {
	passages := yardstick.Pick(100_000, 1_000)
	for _, e := range storetest.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			sealed, plain := newSealed(t, e), newPlain(t, e)
			took := fill(t, passages, sealed, plain)
			yardstick.Note(fmt.Sprintf("indexing sealed passages, %s", e.Name), float64(passages)/took.Seconds(), "/s")
			for _, q := range queries {
				compare(t, e.Name, q, sealed, plain)
			}
		})
	}
}

// query is a search, with the words of the vocabulary by their rank: the word
// of rank n occurs about 1/n times as often as the first.
type query struct {
	name  string
	ranks []int
	match ba.Match
}

var queries = []query{
	{"one rare word", []int{4000}, ba.MatchAll},
	{"two words, both", []int{60, 700}, ba.MatchAll},
	{"a common and a rare word, both", []int{5, 2500}, ba.MatchAll},
	{"five words of a question, any", []int{40, 150, 400, 900, 3000}, ba.MatchAny},
}

func (q query) clauses() []ba.Clause {
	words := make([]string, len(q.ranks))
	for i, r := range q.ranks {
		words[i] = word(r)
	}
	return term.Parse(strings.Join(words, " "))
}

// compare runs both in turns and reports the ratio of the lower quartiles: what
// others do on the machine adds to both, and least to those.
func compare(t *testing.T, engine string, q query, sealed *sealed, plain *plain) {
	t.Helper()
	rounds := yardstick.Pick(41, 3)
	var own, theirs []time.Duration
	for i := range rounds + 2 { // the first two warm up
		var found, foundPlain []string
		o := yardstick.Timed(func() { found = sealed.search(t, q) })
		p := yardstick.Timed(func() { foundPlain = plain.search(t, q) })
		if len(found) != len(foundPlain) || len(found) == 0 && yardstick.Full() {
			t.Fatalf("%s: %d hits sealed, %d plain", q.name, len(found), len(foundPlain))
		}
		if i >= 2 {
			own, theirs = append(own, o), append(theirs, p)
		}
	}
	yardstick.Result{What: fmt.Sprintf("search, %s: %s", engine, q.name), Ours: yardstick.Milliseconds(yardstick.Percentile(own, 0.25)), Baseline: yardstick.Milliseconds(yardstick.Percentile(theirs, 0.25)),
		Unit: "ms", Against: "the same engine, plain terms and text", Most: mostSlowdown}.Report(t)
}

// fill puts the same passages into both, a document at a time, and returns how
// long ours took.
func fill(t *testing.T, passages int, sealed *sealed, plain *plain) time.Duration {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(rng, 1.1, 4, vocabulary-1)
	var took time.Duration
	for done := 0; done < passages; done += perDocument {
		texts := make([]string, min(perDocument, passages-done))
		for i := range texts {
			texts[i] = passage(rng, zipf)
		}
		took += yardstick.Timed(func() { sealed.add(t, texts) })
		plain.add(t, texts)
	}
	plain.ready(t)
	return took
}

func passage(rng *rand.Rand, zipf *rand.Zipf) string {
	var b strings.Builder
	for i := range wordsEach/2 + rng.IntN(wordsEach) {
		if b.WriteString(word(int(zipf.Uint64()) + 1)); i%12 == 11 {
			b.WriteByte('.')
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// word returns the word of a rank: letters that no stemmer shortens.
func word(rank int) string {
	const letters = "bcdfghjklmnpqrtvwxz"
	var b strings.Builder
	for n := rank; ; n /= len(letters) {
		b.WriteByte(letters[n%len(letters)])
		b.WriteByte("ao"[n%2])
		if n < len(letters) {
			return b.String() + "k"
		}
	}
}

// sealed is ours: a project whose documents hold the passages.
type sealed struct {
	db      *store.DB
	actor   ba.Actor
	project ba.ProjectID
}

func newSealed(t *testing.T, e storetest.Engine) *sealed {
	t.Helper()
	s := &sealed{db: e.New(t)}
	s.actor = storetest.User(t, s.db, "ana")
	s.project = storetest.Project(t, s.db, s.actor, "Bench")
	return s
}

func (s *sealed) add(t *testing.T, texts []string) {
	t.Helper()
	storetest.Document(t, s.db, s.actor, s.project, "bench.txt", texts...)
}

func (s *sealed) search(t *testing.T, q query) []string {
	t.Helper()
	found, err := s.db.Search(t.Context(), s.actor, ba.Query{Clauses: q.clauses(), Match: q.match, Project: s.project, Kinds: []ba.HitKind{ba.HitPassage}, Limit: hits})
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(found))
	for i, h := range found {
		texts[i] = h.Text
	}
	return texts
}
