// Package coverage measures the coverage and the matrix of a project with
// 10,000 requirements and 100,000 passages, as the pages ask for them.
package coverage

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

const (
	perDocument = 500 // passages, of which every second holds statements
	perChange   = 1_000
	mostTime    = 1_000 // milliseconds
)

func TestCoverageAndMatrixOfALargeProjectTakeLessThanASecond(t *testing.T) {
	passages, requirements := yardstick.Pick(100_000, 2_000), yardstick.Pick(ba.MaxRequirements, 200)
	for _, e := range storetest.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			p := newProject(t, e)
			stating := p.fill(t, passages)
			p.require(t, requirements, stating)
			p.measure(t, e.Name)
		})
	}
}

// project is what is measured.
type project struct {
	*requirement.Service
	db    *store.DB
	actor ba.Actor
	id    ba.ProjectID
}

func newProject(t *testing.T, e storetest.Engine) *project {
	t.Helper()
	p := &project{db: e.New(t)}
	s, err := requirement.New(requirement.Deps{Store: p.db, Blocks: library.DecodeBlocks, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	check(t, err)
	p.Service = s
	p.actor = storetest.User(t, p.db, "ana")
	p.id = storetest.Project(t, p.db, p.actor, "Bench")
	return p
}

// stated is a passage with statements.
type stated struct {
	document ba.Document
	passage  ba.Passage
}

// fill stores the passages, and counts statements in every second one, as a
// survey does.
func (p *project) fill(t *testing.T, passages int) []stated {
	t.Helper()
	var all []stated
	for done := 0; done < passages; done += perDocument {
		texts := make([]string, min(perDocument, passages-done))
		for i := range texts {
			texts[i] = fmt.Sprintf("The station %d shall report its level every %d minutes to the control room of its region.", done+i, i%60+1)
		}
		d, found := storetest.Document(t, p.db, p.actor, p.id, fmt.Sprintf("Volume %d.txt", done/perDocument+1), texts...)
		counts := make(map[ba.PassageID]int)
		for i := 0; i < len(found); i += 2 {
			counts[found[i].ID] = 1 + i%3
			all = append(all, stated{d, found[i]})
		}
		_, err := p.db.FinishSurvey(t.Context(), ba.Survey{Document: d.ID, Project: p.id, Version: 1}, ba.SurveyResult{Statements: counts})
		check(t, err)
	}
	return all
}

// require stores requirements that quote two passages each, of different documents.
func (p *project) require(t *testing.T, n int, from []stated) {
	t.Helper()
	for done := 0; done < n; done += perChange {
		change := ba.RequirementChange{Project: p.id}
		for i := done; i < min(done+perChange, n); i++ {
			first, second := from[(i*5)%len(from)], from[(i*7+len(from)/2)%len(from)]
			r := storetest.NewRequirement(fmt.Sprintf("The station %d shall report its level.", i), quoted(first), quoted(second))
			r.Rationale = "Operators look at it twice a day, and the law wants it kept for ten years in the place where it was measured."
			r.Criteria = []ba.Criterion{{Given: "a station in service", When: "the period ends", Then: "its level is in the list"}}
			change.Add = append(change.Add, r)
		}
		_, err := p.db.ChangeRequirements(t.Context(), p.actor, change)
		check(t, err)
	}
}

func quoted(s stated) ba.Link { return storetest.Quote(s.document, s.passage, s.passage.Text) }

func (p *project) measure(t *testing.T, engine string) {
	t.Helper()
	ctx := t.Context()
	for _, m := range []struct {
		what string
		do   func() error
	}{
		{"coverage, the first time", func() error { return second(p.Coverage(ctx, p.actor, p.id)) }},
		{"coverage", func() error { return second(p.Coverage(ctx, p.actor, p.id)) }},
		{"a page of passages without a requirement", func() error { return second(p.Uncovered(ctx, p.actor, p.id, "", ba.Page{Limit: 25})) }},
		{"a page of the matrix", func() error { return second(p.Matrix(ctx, p.actor, p.id, requirement.Filter{}, ba.Page{Limit: 100})) }},
		{"a page of the table, searched and sorted", func() error {
			return second(p.List(ctx, p.actor, p.id, requirement.Filter{Text: "station level", Sort: requirement.ByUpdated}, ba.Page{Limit: 100}))
		}},
	} {
		rounds := yardstick.Pick(15, 1)
		if m.what == "coverage, the first time" {
			rounds = 1
		}
		var took []time.Duration
		for range rounds {
			took = append(took, yardstick.Timed(func() { check(t, m.do()) }))
		}
		yardstick.Limit(t, fmt.Sprintf("%s, %s", m.what, engine), yardstick.Milliseconds(yardstick.Percentile(took, 0.25)), mostTime, "ms")
	}
}

func second[T any](_ T, err error) error { return err }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
