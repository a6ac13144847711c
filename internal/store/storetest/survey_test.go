package storetest_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestASurveyIsDueForEachVersionThatIsSearchedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		due := func() []ba.Survey { t.Helper(); return must(m.db.Surveys(ctx, ""))(t) }
		d, old := storetest.Document(t, m.db, m.editor, m.project, "a.txt", "It shall.", "Nothing.")
		if list := due(); len(list) != 1 || list[0].Document != d.ID || list[0].Version != 1 || list[0].Project != m.project {
			t.Fatalf("due: %+v", list)
		}
		first := due()[0]
		if text := must(m.db.SurveyText(ctx, first, 1))(t); len(text) != 1 || text[0].Text != "Nothing." {
			t.Errorf("text from the second passage on: %+v", text)
		}
		if blocks := must(m.db.SurveyBlocks(ctx, first, 0))(t); string(blocks) != "blocks of a.txt" {
			t.Errorf("blocks %q", blocks)
		}
		refused(t, "blocks after the last", second(m.db.SurveyBlocks(ctx, first, 1)), ba.NotFound)
		if text := must(m.db.SearchedText(ctx, m.viewer, d.ID, 0))(t); len(text) != 2 {
			t.Errorf("the searched text: %+v", text)
		}
		if !must(m.db.FinishSurvey(ctx, first, ba.SurveyResult{Statements: map[ba.PassageID]int{old[0].ID: 1}}))(t) || len(due()) != 0 {
			t.Error("the survey does not count, or is due again")
		}
		storetest.Requirement(t, m.db, m.editor, m.project, "One", storetest.Quote(d, old[0], "It shall."))
		d = storetest.UploadVersion(t, m.db, m.editor, d, "a.txt", []byte("b"))
		storetest.Extract(t, m.db, d, "It should.")
		next := due()[0]
		links, quoted, err := m.db.SurveyLinks(ctx, next)
		ok(t, err)
		if len(links) != 1 || links[0].Quote != "It shall." || quoted[old[0].ID].Text != "It shall." {
			t.Fatalf("links %+v, quoted %+v", links, quoted)
		}
		if must(m.db.FinishSurvey(ctx, first, ba.SurveyResult{}))(t) {
			t.Error("the survey of an older version counts")
		}
		links[0].State, links[0].Now, links[0].Version = ba.LinkSuspect, "It should.", 2
		if !must(m.db.FinishSurvey(ctx, next, ba.SurveyResult{Links: links}))(t) {
			t.Error("the survey does not count")
		}
		listed := must(m.db.Requirements(ctx, m.viewer, m.project))(t)
		if got := must(m.db.Requirement(ctx, m.viewer, listed[0].ID))(t).Links[0]; !listed[0].Suspect() || got.Now != "It should." || got.Quote != "It shall." {
			t.Errorf("link %+v", got)
		}
	})
}

func TestCoverageCountsPassagesWithStatementsAndWithoutRequirements(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		a, pa := storetest.Document(t, m.db, m.editor, m.project, "a.txt", "One shall.", "Nothing.", "Two shall. Three shall.")
		b, pb := storetest.Document(t, m.db, m.editor, m.project, "b.txt", "Four shall.", "Five shall.")
		storetest.Document(t, m.db, m.stranger, storetest.Project(t, m.db, m.stranger, "Foreign"), "f.txt", "Foreign shall.")
		for _, v := range must(m.db.Surveys(ctx, ""))(t) {
			n := map[ba.DocumentID]map[ba.PassageID]int{a.ID: {pa[0].ID: 1, pa[2].ID: 2}, b.ID: {pb[0].ID: 1, pb[1].ID: 1}}[v.Document]
			must(m.db.FinishSurvey(ctx, v, ba.SurveyResult{Statements: n}))(t)
		}
		storetest.Requirement(t, m.db, m.editor, m.project, "One", storetest.Quote(a, pa[0], "One shall."), storetest.Quote(a, pa[1], "Nothing."))
		want := []ba.DocumentCoverage{{Document: a.ID, Filename: "a.txt", Version: 1, Passages: 3, Stating: 2, Statements: 3, Covered: 1},
			{Document: b.ID, Filename: "b.txt", Version: 1, Passages: 2, Stating: 2, Statements: 2}}
		sameItems(t, "coverage", must(m.db.Coverage(ctx, m.viewer, m.project))(t), want)

		var found []string
		for after := ""; ; {
			part := must(m.db.Uncovered(ctx, m.viewer, m.project, "", ba.Page{Limit: 2, After: after}))(t)
			for _, u := range part.Items {
				found = append(found, u.Filename+": "+u.Text)
			}
			if after = part.Next; after == "" {
				break
			}
		}
		sameItems(t, "what is not covered", found, []string{"a.txt: Two shall. Three shall.", "b.txt: Four shall.", "b.txt: Five shall."})
		if only := must(m.db.Uncovered(ctx, m.viewer, m.project, b.ID, ba.Page{}))(t); len(only.Items) != 2 {
			t.Errorf("of one document: %+v", only.Items)
		}
	})
}
