package storetest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

func minute(instance string, now time.Time) ba.TurnOwner {
	return ba.TurnOwner{Instance: instance, Until: now.Add(time.Minute)}
}

func TestARequestMakesExactlyOneArtifact(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		work := storetest.Work(m.project, "", "Requirements")
		made := make([]bool, 12)
		errs := atOnce(len(made), func(i int) (err error) {
			_, made[i], err = m.db.StartArtifact(t.Context(), m.editor, work, minute("one", time.Now()))
			return err
		})
		n := 0
		for i, err := range errs {
			ok(t, err)
			if made[i] {
				n++
			}
		}
		list := must(m.db.Artifacts(t.Context(), m.viewer, m.project, ba.Page{}))(t)
		if n != 1 || len(list.Items) != 1 || list.Items[0].Title != "Requirements" || list.Items[0].Progress != (ba.Progress{Total: 2}) {
			t.Errorf("made %d times; the list is %+v", n, list.Items)
		}
		other := work
		other.Instructions = "Make it long."
		_, _, err := m.db.StartArtifact(t.Context(), m.editor, other, minute("one", time.Now()))
		refused(t, "the same id for another request", err, ba.Conflict)
		foreign := storetest.Work(storetest.Project(t, m.db, m.stranger, "Foreign"), "", "Mine")
		foreign.ID = work.ID
		_, _, err = m.db.StartArtifact(t.Context(), m.stranger, foreign, minute("one", time.Now()))
		refused(t, "somebody else's id", err, ba.Conflict)
	})
}

func TestAnArtifactGrowsAndAnOlderOwnersWriteIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		v, _, err := db.StartArtifact(ctx, m.editor, storetest.Work(m.project, "", "Requirements"), minute("one", clock.Now()))
		ok(t, err)
		v.Sections[0].Text, v.Sections[0].Done = "Fewer calls.", true
		v.Revision++
		ok(t, db.SaveGenerated(ctx, v, clock.Now().Add(time.Minute)))
		got := must(db.Artifact(ctx, m.viewer, v.ID, 0))(t)
		if got.Sections[0].Text != "Fewer calls." || got.Progress != (ba.Progress{Done: 1, Total: 2}) || got.State != ba.ArtifactGenerating {
			t.Errorf("so far it is %+v", got)
		}
		if left := must(db.InterruptArtifacts(ctx, "", clock.Now()))(t); len(left) != 0 {
			t.Errorf("a living owner's artifact was interrupted: %+v", left)
		}
		clock.Add(2 * time.Minute)
		left := must(db.InterruptArtifacts(ctx, "", clock.Now()))(t)
		if len(left) != 1 || left[0].ID != v.ID || left[0].State != ba.ArtifactInterrupted || left[0].Epoch != v.Epoch+1 {
			t.Fatalf("interrupted %+v", left)
		}
		v.Revision++
		refused(t, "a late part", db.SaveGenerated(ctx, v, clock.Now()), ba.Conflict)
		refused(t, "a late end", db.EndGeneration(ctx, v, nil), ba.Conflict)
		got = must(db.Artifact(ctx, m.viewer, v.ID, 0))(t)
		if got.Sections[0].Text != "Fewer calls." || got.Failure == nil || !got.Failure.Retryable {
			t.Errorf("interrupted, it is %+v with %+v", got, got.Failure)
		}
		got, resumed, err := db.ResumeArtifact(ctx, m.editor, v.ID, minute("two", clock.Now()))
		if err != nil || !resumed || got.Epoch != v.Epoch+2 || got.Failure != nil {
			t.Fatalf("resumed %v as %+v (%v)", resumed, got, err)
		}
		if _, again, err := db.ResumeArtifact(ctx, m.editor, v.ID, minute("three", clock.Now())); again || err != nil {
			t.Errorf("it was resumed twice (%v)", err)
		}
		got.Revision++
		got.State = ba.ArtifactReady
		ok(t, db.EndGeneration(ctx, got, term.Terms(got.Text())))
		sameItems(t, "the search", search(t, db, m.viewer, m.project, "fewer calls"), []string{got.Text()})
		ok(t, db.DeleteArtifact(ctx, m.editor, v.ID))
		refused(t, "a part of a deleted artifact", db.SaveGenerated(ctx, got, clock.Now()), ba.Conflict)
		if hits := search(t, db, m.viewer, m.project, "fewer calls"); len(hits) != 0 {
			t.Errorf("a deleted artifact is found: %q", hits)
		}
	})
}

func TestAStartInterruptsWhatItsOwnPredecessorWrote(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		v, _, err := m.db.StartArtifact(t.Context(), m.editor, storetest.Work(m.project, "", "R"), minute("one", time.Now()))
		ok(t, err)
		if left := must(m.db.InterruptArtifacts(t.Context(), "one", time.Now()))(t); len(left) != 1 || left[0].ID != v.ID {
			t.Errorf("interrupted %+v", left)
		}
	})
}

func TestAChangeByHandNeverOverwritesAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		v := storetest.Artifact(t, db, m.editor, storetest.Work(m.project, "", "Requirements"), "Fewer calls.", "None.")
		change := func(text string, version int) func(int) error {
			return func(int) error {
				mine := v
				mine.Sections = append([]ba.Section{}, v.Sections...)
				mine.Sections[0].Text, mine.Version = text, version
				_, err := db.ChangeArtifact(ctx, m.editor, mine, term.Terms(text))
				return err
			}
		}
		errs := atOnce(4, change("Half the calls.", 2))
		if n := failures(t, errs); n[ba.Conflict] != 3 {
			t.Errorf("refused: %v, want 3 conflicts", n)
		}
		if err := change("Late", 2)(0); ba.CodeOf(err) != store.ArtifactChanged {
			t.Errorf("a late change: %v", err)
		}
		got := must(db.Artifact(ctx, m.viewer, v.ID, 0))(t)
		if got.Version != 2 || got.Origin != ba.OriginEdited || got.Sections[0].Text != "Half the calls." {
			t.Errorf("it is %+v", got)
		}
		if first := must(db.Artifact(ctx, m.viewer, v.ID, 1))(t); first.Sections[0].Text != "Fewer calls." || first.Newest != 2 {
			t.Errorf("the first version is %+v", first)
		}
		got.Sections[1].Text = "Staff may refuse."
		again := must(db.ChangeArtifact(ctx, m.editor, got, nil))(t)
		if again.Version != 2 || again.Revision != got.Revision+1 {
			t.Errorf("saved again, it is version %d, revision %d", again.Version, again.Revision)
		}
		if versions := must(db.ArtifactVersions(ctx, m.viewer, v.ID))(t); len(versions) != 2 || versions[0].Hash != again.Hash() || versions[1].Hash != v.Hash() {
			t.Errorf("versions %+v", versions)
		}
	})
}

func TestAnApprovalIsOfAContentAndVoidOnceItChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		v := storetest.Artifact(t, db, m.editor, storetest.Work(m.project, "", "Requirements"), "Fewer calls.", "None.")
		refused(t, "another content", db.ApproveArtifact(ctx, m.owner, v.ID, 1, strings.Repeat("0", 64)), ba.Conflict)
		ok(t, db.ApproveArtifact(ctx, m.owner, v.ID, 1, v.Hash()))
		ok(t, db.ApproveArtifact(ctx, m.owner, v.ID, 1, v.Hash()))
		v = must(db.Artifact(ctx, m.viewer, v.ID, 0))(t)
		if !v.Approved() || len(v.Approvals) != 1 || v.Approvals[0].By != m.owner.User {
			t.Errorf("approvals %+v", v.Approvals)
		}
		v.Sections[0].Text = "Fewer calls!"
		v = must(db.ChangeArtifact(ctx, m.editor, v, nil))(t)
		if v.Approved() || len(v.Approvals) != 1 {
			t.Errorf("changed, its approvals are %+v", v.Approvals)
		}
		ok(t, db.ApproveArtifact(ctx, m.editor, v.ID, 1, v.Hash()))
		ok(t, db.WithdrawApproval(ctx, m.editor, v.ID, 1))
		if v = must(db.Artifact(ctx, m.viewer, v.ID, 0))(t); v.Approved() {
			t.Errorf("withdrawn, its approvals are %+v", v.Approvals)
		}
	})
}

func TestARegenerationIsANewVersionAndHappensOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		thread := storetest.Thread(t, db, m.editor, m.project, "Talk")
		v := storetest.Artifact(t, db, m.editor, storetest.Work(m.project, thread.ID, "Requirements"), "Fewer calls.", "None.")
		plan := v
		plan.Sections = []ba.Section{{Key: "objectives", Title: "Objectives"}}
		made := 0
		for range 2 {
			got, created, err := db.RegenerateArtifact(ctx, m.editor, plan, "request", minute("one", time.Now()))
			ok(t, err)
			if created {
				made++
			}
			if got.Newest != 2 || got.State != ba.ArtifactGenerating || got.Sections[0].Text != "" {
				t.Errorf("it is %+v", got)
			}
		}
		if made != 1 {
			t.Errorf("made %d times", made)
		}
		_, err := db.ChangeArtifact(ctx, m.editor, v, nil)
		refused(t, "a change meanwhile", err, ba.Conflict)
		_, _, err = db.RegenerateArtifact(ctx, m.editor, plan, "another", minute("one", time.Now()))
		refused(t, "another one meanwhile", err, ba.Conflict)
		refused(t, "an approval meanwhile", db.ApproveArtifact(ctx, m.editor, v.ID, 2, ""), ba.Conflict)
		ok(t, db.RequestArtifactStop(ctx, m.editor, v.ID))
		if !must(db.ArtifactStopRequested(ctx, v.ID))(t) || !must(db.ArtifactStopRequested(ctx, ba.NewID[ba.ArtifactID]()))(t) {
			t.Error("a stopped artifact, or one that is gone, is not to be stopped")
		}
		list := must(db.ThreadArtifacts(ctx, m.viewer, thread.ID, ba.Page{}))(t)
		if len(list.Items) != 1 || list.Items[0].ID != v.ID {
			t.Errorf("of the conversation: %+v", list.Items)
		}
		forget(t, db, m.editor, thread.ID)
		if got := must(db.Artifact(ctx, m.viewer, v.ID, 1))(t); got.Sections[0].Text != "Fewer calls." {
			t.Error("an artifact went with its conversation")
		}
	})
}

func TestAPurgedProjectTakesItsArtifactsAlong(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, url := e.NewAt(t, clock.Set)
		m := newTeam(t, db)
		storetest.Artifact(t, db, m.editor, storetest.Work(m.project, "", "Requirements"), "Fewer calls.", "None.")
		ok(t, db.DeleteProject(t.Context(), m.owner, m.project))
		clock.Add(anHour)
		must(db.PurgeProjects(t.Context(), clock.Now()))(t)
		raw := storetest.Raw(t, url)
		for _, table := range []string{"artifacts", "artifact_versions", "entries"} {
			var n int
			ok(t, raw.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
			if n != 0 {
				t.Errorf("%d rows of %s stayed", n, table)
			}
		}
	})
}
