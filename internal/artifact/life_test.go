package artifact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/replay"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestOneRequestSentManyTimesAtOnceIsOneArtifact(t *testing.T) {
	d := newDesk(t)
	d.withRules()
	r := artifact.Request{ID: ba.NewID[ba.ArtifactID](), Project: d.project, Kind: ba.ArtifactBRD}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if v, err := d.Request(t.Context(), d.editor, r); err != nil || v.ID != r.ID {
				t.Errorf("it is %s (%v)", v.ID, err)
			}
		})
	}
	all.Wait()
	v := d.ended(r.ID, ba.ArtifactReady)
	list, err := d.List(t.Context(), d.viewer, d.project, ba.Page{})
	if err != nil || len(list.Items) != 1 || v.Epoch != 1 || v.Newest != 1 {
		t.Errorf("%d artifacts, epoch %d, version %d (%v)", len(list.Items), v.Epoch, v.Newest, err)
	}
	if again, err := d.Request(t.Context(), d.editor, r); err != nil || again.State != ba.ArtifactReady {
		t.Errorf("sent once more it is %s (%v)", again.State, err)
	}
	r.Kind = ba.ArtifactStories
	if _, err := d.Request(t.Context(), d.editor, r); ba.KindOf(err) != ba.Conflict {
		t.Errorf("the same id for something else: %v", err)
	}
}

// silentAt falls silent in the section with the title.
func silentAt(title string) *replay.Provider {
	return replay.Answering("model", llm.NoWait, func(r llm.Request) (replay.Script, bool) {
		if titleOf(r) == title {
			return append(replay.Pieces("Half of it"), replay.Step{Silent: true}), true
		}
		return replay.Text("Fewer calls are wanted [1]."), true
	})
}

func writtenUpTo(n int) func(ba.Artifact) bool {
	return func(v ba.Artifact) bool { return v.Progress.Done == n }
}

func TestARestartMarksWhatWasBeingWrittenAndContinueGoesOn(t *testing.T) {
	d := newDesk(t, silentAt("Objectives"))
	d.withRules()
	v := d.until(d.ask(ba.ArtifactBRD, "").ID, "half written", writtenUpTo(2))
	d.stop()
	d.open(writing("Fewer calls are wanted [1].", nil))
	v = d.ended(v.ID, ba.ArtifactInterrupted)
	if v.Progress.Done != 2 || !section(t, v, "context").Done || section(t, v, "objectives").Done {
		t.Errorf("progress %+v", v.Progress)
	}
	if _, err := d.Continue(t.Context(), d.editor, v.ID); err != nil {
		t.Fatal(err)
	}
	d.sound(d.ended(v.ID, ba.ArtifactReady))
}

func TestACrashedOwnersArtifactIsInterruptedAtTheNextStart(t *testing.T) {
	d := newDesk(t)
	work := storetest.Work(d.project, "", "Crashed")
	if _, _, err := d.db.StartArtifact(t.Context(), d.editor, work, ba.TurnOwner{Instance: "one", Until: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	d.stop()
	d.open()
	v := d.ended(work.ID, ba.ArtifactInterrupted)
	if v.Failure == nil || v.Failure.Code != "interrupted" {
		t.Errorf("failure %+v", v.Failure)
	}
}

func TestStopEndsTheWritingAndKeepsTheSections(t *testing.T) {
	d := newDesk(t, silentAt("Personas"))
	d.withRules()
	v := d.until(d.ask(ba.ArtifactBRD, "").ID, "half written", writtenUpTo(3))
	if _, err := d.Stop(t.Context(), d.viewer, v.ID); ba.KindOf(err) != ba.Forbidden {
		t.Errorf("a viewer stops it: %v", err)
	}
	if _, err := d.Stop(t.Context(), d.editor, v.ID); err != nil {
		t.Fatal(err)
	}
	v = d.ended(v.ID, ba.ArtifactInterrupted)
	if v.Failure.Code != "stopped" || v.Progress.Done != 3 {
		t.Errorf("failure %+v, progress %+v", v.Failure, v.Progress)
	}
}

func TestADeletedArtifactIsWrittenNoMore(t *testing.T) {
	d := newDesk(t, silentAt("Personas"))
	d.withRules()
	v := d.until(d.ask(ba.ArtifactBRD, "").ID, "half written", writtenUpTo(3))
	if err := d.Delete(t.Context(), d.editor, v.ID); err != nil {
		t.Fatal(err)
	}
	d.stop()
	if _, err := d.Find(t.Context(), d.editor, v.ID, 0); ba.KindOf(err) != ba.NotFound {
		t.Errorf("deleted, it is there: %v", err)
	}
}

func TestTheConversationIsToldOfItsArtifact(t *testing.T) {
	d := newDesk(t)
	d.withRules()
	thread := d.talkAbout("We want fewer calls at reception.")
	sub, err := d.bus.Subscribe(t.Context(), "", event.ThreadTopic(thread))
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	v, err := d.Request(t.Context(), d.editor, artifact.Request{ID: ba.NewID[ba.ArtifactID](), Thread: thread, Kind: ba.ArtifactRequirements})
	if err != nil {
		t.Fatal(err)
	}
	var states []string
	for {
		select {
		case e := <-sub.Events:
			var told artifact.SummaryJSON
			if err := json.Unmarshal(e.Data, &told); err != nil || e.Name != "artifact" || told.ID != string(v.ID) {
				t.Fatalf("event %s %s (%v)", e.Name, e.Data, err)
			}
			states = append(states, told.State)
			if told.State == "ready" {
				if states[0] != "generating" || told.Progress.Done != told.Progress.Total {
					t.Errorf("states %v, %+v", states, told.Progress)
				}
				return
			}
		case <-time.After(patience):
			t.Fatalf("only %v was told", states)
		}
	}
}

func TestWhoMissedEventsIsToldOfTheArtifactsOfTheConversation(t *testing.T) {
	d := newDesk(t)
	thread := storetest.Thread(t, d.db, d.editor, d.project, "Refunds").ID
	var want []string
	for _, title := range []string{"First", "Second"} {
		want = append(want, string(storetest.Artifact(t, d.db, d.editor, storetest.Work(d.project, thread, title), "Ten days.", "None.").ID))
	}
	storetest.Artifact(t, d.db, d.editor, storetest.Work(d.project, "", "Elsewhere"), "Ten days.", "None.")
	told, err := artifact.Retold(t.Context(), d.db, d.viewer, thread)
	if err != nil || len(told) != len(want) {
		t.Fatalf("%d events, want %d (%v)", len(told), len(want), err)
	}
	for i, e := range told {
		var v artifact.SummaryJSON
		if err := json.Unmarshal(e.Data, &v); err != nil || e.Name != "artifact" || e.Topic != event.ThreadTopic(thread) || v.ID != want[i] || v.State != "ready" {
			t.Errorf("event %d is %s of %s: %s (%v)", i, e.Name, e.Topic, e.Data, err)
		}
	}
	stranger := storetest.User(t, d.db, "stan")
	if _, err := artifact.Retold(t.Context(), d.db, stranger, thread); ba.KindOf(err) != ba.NotFound {
		t.Errorf("a stranger is told: %v", err)
	}
}

func TestALooseConversationHasNoArtifacts(t *testing.T) {
	d := newDesk(t)
	loose := storetest.Thread(t, d.db, d.editor, "", "Loose").ID
	_, err := d.Request(t.Context(), d.editor, artifact.Request{ID: ba.NewID[ba.ArtifactID](), Thread: loose, Kind: ba.ArtifactBRD})
	if ba.CodeOf(err) != "thread_without_project" {
		t.Errorf("error %v", err)
	}
}

func text(s string) *string { return &s }

func TestChangesByHandMakeAVersionForEachSitting(t *testing.T) {
	d := newDesk(t)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactReady)
	first := v
	for i, words := range []string{"Fewer calls.", "Fewer calls, by June."} { // autosave, twice
		saved, err := d.Save(t.Context(), d.editor, v.ID, artifact.Change{Revision: v.Revision, Sections: []artifact.SectionChange{{Key: "objectives", Text: text(words)}}})
		if err != nil || saved.Version != 2 || saved.Revision != v.Revision+1 {
			t.Fatalf("save %d: version %d, revision %d (%v)", i, saved.Version, saved.Revision, err)
		}
		v = saved
	}
	late := artifact.Change{Revision: first.Revision, Sections: []artifact.SectionChange{{Key: "risks", Text: text("Late.")}}}
	if _, err := d.Save(t.Context(), d.editor, v.ID, late); ba.CodeOf(err) != store.ArtifactChanged {
		t.Errorf("a change of an older content: %v", err)
	}
	if _, err := d.Save(t.Context(), d.viewer, v.ID, late); ba.KindOf(err) != ba.Forbidden {
		t.Errorf("a viewer changes it: %v", err)
	}
	_, err := d.Save(t.Context(), d.editor, v.ID, artifact.Change{Revision: v.Revision, Sections: []artifact.SectionChange{{Key: "none", Text: text("x")}}})
	if ba.KindOf(err) != ba.Invalid {
		t.Errorf("a section that does not exist: %v", err)
	}
	v, err = d.Save(t.Context(), d.editor, v.ID, artifact.Change{Revision: v.Revision, Sections: []artifact.SectionChange{{Key: "objectives", Text: text("See REQ-0777 [99].")}}})
	if remarks := strings.Join(section(t, v, "objectives").Remarks, " "); err != nil || !strings.Contains(remarks, "REQ-0777 is no requirement") || !strings.Contains(remarks, "[99]") {
		t.Errorf("remarks %q (%v)", remarks, err)
	}
	if v, err = d.Approve(t.Context(), d.editor, v.ID, v.Version, v.Hash()); err != nil || !v.Approved() {
		t.Fatalf("not approved: %v", err)
	}
	v, err = d.Save(t.Context(), d.editor, v.ID, artifact.Change{Revision: v.Revision, Title: text("BRD")})
	if err != nil || v.Version != 3 || v.Approved() || v.Title != "BRD" {
		t.Errorf("changed after its approval it is version %d, approved %v (%v)", v.Version, v.Approved(), err)
	}
	if old, err := d.Find(t.Context(), d.viewer, v.ID, 2); err != nil || !old.Approved() {
		t.Errorf("the approved version is gone (%v)", err)
	}
}

func sectionKeys(v ba.Artifact) string {
	var keys []string
	for _, s := range v.Sections {
		keys = append(keys, s.Key)
	}
	return strings.Join(keys, " ")
}

func TestSectionsAreAddedMovedAndRemovedByHand(t *testing.T) {
	d := newDesk(t)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactCriteria, "").ID, ba.ArtifactReady)
	before := sectionKeys(v)
	order := append([]string{"own-glossary"}, strings.Fields(before)...)
	order[1], order[2] = order[2], order[1]
	v, err := d.Save(t.Context(), d.editor, v.ID, artifact.Change{Revision: v.Revision, Order: order, Sections: []artifact.SectionChange{{Key: "own-glossary", Title: text("Glossary"), Text: text("A no-show is a patient who does not come.")}}})
	if err != nil || sectionKeys(v) != strings.Join(order, " ") || v.Version != 2 || section(t, v, "own-glossary").Title != "Glossary" || v.Written().Done != len(order) {
		t.Fatalf("the sections are %s of version %d (%v)", sectionKeys(v), v.Version, err)
	}
	v, err = d.Save(t.Context(), d.editor, v.ID, artifact.Change{Revision: v.Revision, Order: order[:2]})
	if err != nil || sectionKeys(v) != strings.Join(order[:2], " ") {
		t.Errorf("after removing they are %s (%v)", sectionKeys(v), err)
	}
	same, err := d.Save(t.Context(), d.editor, v.ID, artifact.Change{Revision: v.Revision, Order: order[:2]})
	if err != nil || same.Revision != v.Revision {
		t.Errorf("the same order again is revision %d (%v)", same.Revision, err)
	}
	for name, c := range map[string]artifact.Change{
		"none": {Order: []string{}}, "twice": {Order: []string{order[0], order[0]}}, "unknown": {Order: []string{"unknown"}}, "untitled": {Order: []string{"own-notitle"}},
	} {
		c.Revision = v.Revision
		if _, err := d.Save(t.Context(), d.editor, v.ID, c); ba.KindOf(err) != ba.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if first, err := d.Find(t.Context(), d.viewer, v.ID, 1); err != nil || sectionKeys(first) != before {
		t.Errorf("the first version has the sections %s (%v)", sectionKeys(first), err)
	}
}

func TestSectionsOfPeopleSurviveThatTheRestIsWrittenAnew(t *testing.T) {
	d := newDesk(t)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactReady)
	planned := sectionKeys(v)
	cited := v.Sources[len(v.Sources)-1] // the numbers before it are free afterwards
	note := fmt.Sprintf("A no-show is a patient who does not come [%d].\n", cited.N)
	wanted := strings.Fields("own-first own-second " + strings.Replace(planned, "risks", "risks own-third own-fourth", 1) + " own-last")
	change := artifact.Change{Revision: v.Revision, Order: wanted}
	for _, key := range wanted {
		if strings.HasPrefix(key, artifact.OwnSection) {
			change.Sections = append(change.Sections, artifact.SectionChange{Key: key, Title: text("My " + key), Text: text(note + key)})
		}
	}
	change.Sections = append(change.Sections, artifact.SectionChange{Key: "objectives", Text: text("Written by hand.")})
	v, err := d.Save(t.Context(), d.editor, v.ID, change)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // also once more, from what was kept
		if _, err := d.Regenerate(t.Context(), d.editor, v.ID, ba.NewID[string](), nil); err != nil {
			t.Fatal(err)
		}
		v = d.ended(v.ID, ba.ArtifactReady)
		d.sound(v)
		if sectionKeys(v) != strings.Join(wanted, " ") {
			t.Errorf("the sections are %s, want %s", sectionKeys(v), strings.Join(wanted, " "))
		}
		for _, key := range wanted {
			if s := section(t, v, key); strings.HasPrefix(key, artifact.OwnSection) && (s.Title != "My "+key || s.Text != note+key || len(s.Remarks) > 0) {
				t.Errorf("a section of a person became %+v", s)
			}
		}
		numbers := make(map[int]ba.Source)
		for _, s := range v.Sources {
			if _, twice := numbers[s.N]; twice {
				t.Errorf("two sources have the number %d", s.N)
			}
			numbers[s.N] = s
		}
		if numbers[cited.N].Quote != cited.Quote {
			t.Errorf("[%d] cites %q now, and was %q", cited.N, numbers[cited.N].Quote, cited.Quote)
		}
	}
	if before, err := d.Find(t.Context(), d.viewer, v.ID, 2); err != nil || section(t, before, "objectives").Text != "Written by hand." {
		t.Errorf("what was changed by hand is not in the history (%v)", err)
	}
}

func TestASectionWhoseNeighbourIsGoneFollowsTheOneBefore(t *testing.T) {
	d := newDesk(t)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactReady)
	gone := "requirements_" + string(v.Requirements[0].Priority)
	wanted := strings.Replace(sectionKeys(v), gone, gone+" own-notes", 1)
	v, err := d.Save(t.Context(), d.editor, v.ID, artifact.Change{Revision: v.Revision, Order: strings.Fields(wanted), Sections: []artifact.SectionChange{{Key: "own-notes", Title: text("Notes"), Text: text("Mine.")}}})
	if err != nil {
		t.Fatal(err)
	}
	var edit []ba.Requirement
	for _, shown := range v.Requirements {
		r, err := d.db.Requirement(t.Context(), d.editor, shown.ID)
		if err != nil {
			t.Fatal(err)
		}
		r.Priority = ba.PriorityWont
		edit = append(edit, r)
	}
	if _, err := d.db.ChangeRequirements(t.Context(), d.editor, ba.RequirementChange{Project: d.project, Edit: edit}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Regenerate(t.Context(), d.editor, v.ID, ba.NewID[string](), nil); err != nil {
		t.Fatal(err)
	}
	v = d.ended(v.ID, ba.ArtifactReady)
	if keys := sectionKeys(v); strings.Contains(keys, gone+" ") || !strings.Contains(keys, "flows own-notes requirements_wont ") {
		t.Errorf("the sections are %s", keys)
	}
}

func TestAnOlderVersionComesBackAsANewOne(t *testing.T) {
	d := newDesk(t)
	d.withRules()
	first := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactReady)
	second, err := d.Save(t.Context(), d.editor, first.ID, artifact.Change{Revision: first.Revision, Title: text("Other"), Sections: []artifact.SectionChange{{Key: "objectives", Text: text("All new.")}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Restore(t.Context(), d.editor, first.ID, 1, first.Revision); ba.CodeOf(err) != store.ArtifactChanged {
		t.Errorf("restored over a newer content: %v", err)
	}
	third, err := d.Restore(t.Context(), d.editor, first.ID, 1, second.Revision)
	if err != nil || third.Version != 3 || third.Title != first.Title || third.Hash() != first.Hash() || third.Approved() {
		t.Fatalf("restored is version %d %q (%v)", third.Version, third.Title, err)
	}
	if kept, err := d.Find(t.Context(), d.viewer, first.ID, 2); err != nil || section(t, kept, "objectives").Text != "All new." {
		t.Errorf("the version between is gone: %v", err)
	}
	for name, c := range map[string]struct {
		who     ba.Actor
		version int
		want    ba.Kind
	}{"a viewer": {d.viewer, 1, ba.Forbidden}, "the newest": {d.editor, 3, ba.Invalid}, "zero": {d.editor, 0, ba.Invalid}, "none": {d.editor, 9, ba.NotFound}} {
		if _, err := d.Restore(t.Context(), c.who, first.ID, c.version, third.Revision); ba.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVersionsAreComparedByWordAndByRequirement(t *testing.T) {
	d := newDesk(t)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactReady)
	r := v.Requirements[0]
	r, err := d.db.Requirement(t.Context(), d.editor, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.Priority, r.Statement = ba.PriorityCould, "The system must send two reminders."
	added := ba.Requirement{ID: ba.NewID[ba.RequirementID](), Project: d.project, Statement: "Staff may print the list.", Type: ba.RequirementFunctional, Status: ba.RequirementDraft}
	if _, err := d.db.ChangeRequirements(t.Context(), d.editor, ba.RequirementChange{Project: d.project, Edit: []ba.Requirement{r}, Add: []ba.Requirement{added}}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Regenerate(t.Context(), d.editor, v.ID, ba.NewID[string](), nil); err != nil {
		t.Fatal(err)
	}
	d.sound(d.ended(v.ID, ba.ArtifactReady))
	diff, err := d.Compare(t.Context(), d.viewer, v.ID, 0, 0)
	if err != nil || diff.From.Version != 1 || diff.To.Version != 2 || len(diff.Requirements) != 2 {
		t.Fatalf("diff %+v (%v)", diff.Requirements, err)
	}
	changed, fresh := diff.Requirements[0], diff.Requirements[1]
	if changed.Key != r.Key() || changed.State != artifact.Changed || len(changed.Fields) != 2 || changed.Fields[0] != (artifact.FieldDiff{Name: "statement", Before: "The system must send a reminder.", After: "The system must send two reminders."}) {
		t.Errorf("changed %+v", changed)
	}
	if fresh.State != artifact.Added || fresh.Fields[0].After != added.Statement {
		t.Errorf("added %+v", fresh)
	}
	for _, s := range diff.Sections {
		if s.Key == "assumptions" && (s.State != artifact.Changed || !strings.Contains(joined(s.Words, artifact.Added), "REQ-0004")) {
			t.Errorf("assumptions %+v", s)
		}
		if s.Key == "risks" && (s.State != artifact.Same || s.Words != nil) {
			t.Errorf("risks %+v", s)
		}
	}
}

func joined(runs []artifact.Run, state artifact.Difference) (s string) {
	for _, r := range runs {
		if r.State == state {
			s += r.Text
		}
	}
	return s
}
