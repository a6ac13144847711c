package requirement_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestAnOpenQuestionBlocksTheApproval(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	r := d.add(t, "The system shall export invoices.")
	n, err := d.AddNote(ctx, d.editor, d.project, requirement.NotePatch{Kind: ptr(ba.NoteQuestion), Text: ptr("In which format?"), Requirement: &r.ID}, "")
	ok(t, err)
	approve := requirement.Patch{Status: ptr(ba.RequirementApproved)}
	_, err = d.Edit(ctx, d.editor, r.ID, approve)
	if refused(t, "with an open question", err, ba.Conflict); ba.CodeOf(err) != "open_questions" {
		t.Errorf("code %s", ba.CodeOf(err))
	}
	refused(t, "several at once", second(d.EditAll(ctx, d.editor, d.project, []ba.RequirementID{r.ID}, approve)), ba.Conflict)
	refused(t, "resolved without an answer", second(d.EditNote(ctx, d.editor, n.ID, requirement.NotePatch{Resolved: ptr(true)})), ba.Invalid)
	_, err = d.EditNote(ctx, d.editor, n.ID, requirement.NotePatch{Resolved: ptr(true), Answer: ptr("As PDF.")})
	ok(t, err)
	r, err = d.Edit(ctx, d.editor, r.ID, approve)
	if ok(t, err); r.Status != ba.RequirementApproved {
		t.Errorf("status %s", r.Status)
	}
}

func TestWhatWasApprovedIsADraftAgainWhenItSaysSomethingElse(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	r := d.add(t, "The system shall export invoices.")
	for _, c := range []struct {
		what  string
		patch requirement.Patch
		want  ba.RequirementStatus
	}{
		{"another priority", requirement.Patch{Priority: ptr(ba.PriorityMust)}, ba.RequirementApproved},
		{"a rationale", requirement.Patch{Rationale: ptr("Auditors ask.")}, ba.RequirementApproved},
		{"other spaces", requirement.Patch{Statement: ptr(" The system  shall export invoices. ")}, ba.RequirementApproved},
		{"another word", requirement.Patch{Statement: ptr("The system shall export orders.")}, ba.RequirementDraft},
		{"a criterion", requirement.Patch{Criteria: &[]ba.Criterion{{Then: "a file is made"}}}, ba.RequirementDraft},
		{"another word, approved at once", requirement.Patch{Statement: ptr("The system shall print."), Status: ptr(ba.RequirementApproved)}, ba.RequirementApproved},
	} {
		_, err := d.Edit(ctx, d.editor, r.ID, requirement.Patch{Status: ptr(ba.RequirementApproved)})
		ok(t, err)
		got, err := d.Edit(ctx, d.editor, r.ID, c.patch)
		if ok(t, err); got.Status != c.want {
			t.Errorf("%s: it is %s", c.what, got.Status)
		}
	}
}

func TestAnEditOfAnOldVersionIsRefused(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	r := d.add(t, "One.")
	_, err := d.Edit(ctx, d.owner, r.ID, requirement.Patch{Version: r.Version, Statement: ptr("Two.")})
	ok(t, err)
	refused(t, "the version before", second(d.Edit(ctx, d.editor, r.ID, requirement.Patch{Version: r.Version, Statement: ptr("Three.")})), ba.Conflict)
	history, err := d.History(ctx, d.viewer, r.ID)
	if ok(t, err); len(history) != 2 || history[0].Statement != "Two." || history[0].UpdatedBy != d.owner.User || history[1].Statement != "One." {
		t.Errorf("history %+v", history)
	}
}

func TestWhatIsNotValidIsRefusedWithTheField(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	r := d.add(t, "One.")
	for what, p := range map[string]requirement.Patch{
		"an empty statement":                 {Statement: ptr(" \n ")},
		"a long statement":                   {Statement: ptr(strings.Repeat("x", ba.MaxStatementLen+1))},
		"a type that is none":                {Type: ptr(ba.RequirementType("x"))},
		"a characteristic of another type":   {Quality: ptr(ba.QualitySecurity)},
		"a priority that is none":            {Priority: ptr(ba.Priority("x"))},
		"a status that is none":              {Status: ptr(ba.RequirementStatus(""))},
		"a criterion without an outcome":     {Criteria: &[]ba.Criterion{{Given: "x"}}},
		"a waiver without a reason":          {Waivers: &[]ba.Waiver{{Rule: "x"}}},
		"an owner who is not in the project": {Owner: &d.stranger.User},
	} {
		refused(t, what, second(d.Edit(ctx, d.editor, r.ID, p)), ba.Invalid)
	}
	if r, err := d.Find(ctx, d.viewer, r.ID); err != nil || r.Version != 1 {
		t.Errorf("it was changed: %+v, %v", r, err)
	}
}

func TestABulkEditChangesAllOrNothing(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	var ids []ba.RequirementID
	for _, s := range []string{"One.", "Two.", "Three."} {
		ids = append(ids, d.add(t, s).ID)
	}
	must := requirement.Patch{Priority: ptr(ba.PriorityMust)}
	refused(t, "one that is not there", second(d.EditAll(ctx, d.editor, d.project, append(ids[:2:2], ba.NewID[ba.RequirementID]()), must)), ba.NotFound)
	refused(t, "none", second(d.EditAll(ctx, d.editor, d.project, nil, must)), ba.Invalid)
	refused(t, "a viewer", second(d.EditAll(ctx, d.viewer, d.project, ids, must)), ba.Forbidden)
	n, err := d.EditAll(ctx, d.editor, d.project, append(ids, ids[0]), must)
	if ok(t, err); n != 3 {
		t.Errorf("%d were changed", n)
	}
	n, err = d.EditAll(ctx, d.editor, d.project, ids, must)
	if ok(t, err); n != 0 {
		t.Errorf("%d were changed again", n)
	}
	refused(t, "deleting with one of another project", d.Delete(ctx, d.editor, d.project, append(ids[:1:1], storetest.Requirement(t, d.db, d.stranger, storetest.Project(t, d.db, d.stranger, "X"), "X").ID)), ba.NotFound)
	ok(t, d.Delete(ctx, d.editor, d.project, ids[:2]))
	if all := d.all(t); len(all) != 1 || all[0].Version != 2 || all[0].Priority != ba.PriorityMust {
		t.Errorf("left: %+v", all)
	}
}

func TestAWaiverKeepsWhoGaveIt(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	r := d.add(t, "The system shall be fast.")
	r, err := d.Edit(ctx, d.editor, r.ID, requirement.Patch{Waivers: &[]ba.Waiver{{Rule: "subjective", Reason: "The contract says it.", By: d.owner.User}}})
	ok(t, err)
	waivers := append(r.Waivers, ba.Waiver{Rule: "vague", Reason: "It is defined."})
	r, err = d.Edit(ctx, d.owner, r.ID, requirement.Patch{Waivers: &waivers})
	ok(t, err)
	if r.Waivers[0].By != d.editor.User || r.Waivers[1].By != d.owner.User {
		t.Errorf("waivers %+v", r.Waivers)
	}
}
