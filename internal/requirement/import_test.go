package requirement_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
)

// file returns the requirements as a file of the format.
func file(t testing.TB, f export.Format, list []ba.Requirement) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	ok(t, export.Write(&b, f, export.Input{Title: "List", Sections: []export.Section{{Title: "Requirements", Requirements: list}}}, export.Options{}))
	return &b
}

func (d *desk) compare(t testing.TB, name, text string) []export.Proposal {
	t.Helper()
	found, err := d.Import(t.Context(), d.editor, d.project, name, strings.NewReader(text))
	ok(t, err)
	return found
}

func (d *desk) revise(t testing.TB, proposals []export.Proposal) requirement.Revised {
	t.Helper()
	done, err := d.Revise(t.Context(), d.editor, d.project, requirement.Accept(proposals))
	ok(t, err)
	return done
}

func TestWhatIsAcceptedOfAFileIsStored(t *testing.T) {
	d := newDesk(t)
	first, second, third := d.add(t, "The system shall print a receipt."), d.add(t, "The system shall send a reminder."), d.add(t, "The system shall be fast.")
	found := d.compare(t, "in.csv", "ID,Requirement,Priority\nREQ-0001,The system shall print a receipt in colour.,Must\nREQ-0002,The system shall send a reminder.,\nNEW,The system shall keep records.,Should\n")
	if len(found) != 3 || found[0].ID != first.ID || found[1].Kind != export.ProposeAdd || found[2].ID != third.ID || found[2].Kind != export.ProposeMissing {
		t.Fatalf("the file proposes %+v", found)
	}
	if done := d.revise(t, found); done.Changed != 2 || len(done.Added) != 1 || done.Added[0].Key() != "REQ-0004" {
		t.Errorf("done is %+v", done)
	}
	all := d.all(t)
	if all[0].Statement != "The system shall print a receipt in colour." || all[0].Priority != ba.PriorityMust || all[0].Version != 2 {
		t.Errorf("the first is %+v", all[0])
	}
	if all[1].Version != second.Version || all[2].Status != ba.RequirementRejected || all[3].Priority != ba.PriorityShould {
		t.Errorf("the others are %+v", all[1:])
	}
	if left := d.compare(t, "again.csv", file(t, export.CSV, all[:2]).String()); len(left) != 1 || left[0].Kind != export.ProposeMissing {
		t.Errorf("what is rejected already is proposed again: %+v", left)
	}
}

func TestAFileIsNotAppliedOverWhatSomebodyChangedMeanwhile(t *testing.T) {
	d := newDesk(t)
	first := d.add(t, "The system shall print a receipt.")
	d.add(t, "The system shall send a reminder.")
	found := d.compare(t, "in.csv", "ID,Requirement\nREQ-0001,The system shall print two receipts.\nREQ-0002,The system shall send two reminders.\n")
	_, err := d.Edit(t.Context(), d.editor, first.ID, requirement.Patch{Statement: ptr("The system shall mail a receipt.")})
	ok(t, err)
	v := requirement.Accept(found)
	_, err = d.Revise(t.Context(), d.editor, d.project, v)
	refused(t, "a revision of an older version", err, ba.Conflict)
	if ba.CodeOf(err) != requirement.ChangedSince || !strings.Contains(ba.Explain(err), "REQ-0001") {
		t.Errorf("the conflict says %v", err)
	}
	if all := d.all(t); all[0].Statement != "The system shall mail a receipt." || all[1].Version != 1 {
		t.Errorf("something was stored: %+v", all)
	}
	left, err := d.Reconsider(t.Context(), d.editor, d.project, v)
	ok(t, err)
	if len(left) != 2 || left[0].Note == "" || left[0].Changes[0].Old != "The system shall mail a receipt." || left[1].Note != "" {
		t.Fatalf("left are %+v", left)
	}
	if done := d.revise(t, left); done.Changed != 2 {
		t.Errorf("%d changed", done.Changed)
	}
	ok(t, d.Delete(t.Context(), d.editor, d.project, []ba.RequirementID{first.ID}))
	_, err = d.Revise(t.Context(), d.editor, d.project, requirement.Accept(left))
	refused(t, "a revision of a deleted one", err, ba.Conflict)
	if left, err = d.Reconsider(t.Context(), d.editor, d.project, v); err != nil || len(left) != 0 {
		t.Errorf("of a deleted one and of one that is so already is left: %+v %v", left, err)
	}
}

func TestAnApprovalByAFileWaitsForOpenQuestions(t *testing.T) {
	d := newDesk(t)
	r := d.add(t, "The system shall print a receipt.")
	_, err := d.AddNote(t.Context(), d.editor, d.project, requirement.NotePatch{Kind: ptr(ba.NoteQuestion), Text: ptr("In colour?"), Requirement: &r.ID}, "")
	ok(t, err)
	found := d.compare(t, "in.csv", "ID,Requirement,Status\nREQ-0001,The system shall print a receipt.,Approved\n")
	_, err = d.Revise(t.Context(), d.editor, d.project, requirement.Accept(found))
	refused(t, "an approval with an open question", err, ba.Conflict)
}

func TestAChangedStatementOfAnApprovedRequirementIsADraft(t *testing.T) {
	d := newDesk(t)
	r := d.add(t, "The system shall print a receipt.")
	_, err := d.Edit(t.Context(), d.editor, r.ID, requirement.Patch{Status: ptr(ba.RequirementApproved)})
	ok(t, err)
	text := strings.Replace(file(t, export.CSV, d.all(t)).String(), "print", "mail", 1)
	d.revise(t, d.compare(t, "in.csv", text))
	if all := d.all(t); all[0].Status != ba.RequirementDraft || all[0].Statement != "The system shall mail a receipt." {
		t.Errorf("it is %+v", all[0])
	}
}

func TestWhatCannotBeStoredIsSaidBeforeItIsAccepted(t *testing.T) {
	d := newDesk(t)
	d.add(t, "The system shall print a receipt.")
	long := strings.Repeat("very ", 500) + "long"
	found := d.compare(t, "in.csv", "ID,Requirement,Type,Quality\nREQ-0001,"+long+",Constraint,Security\n,"+long+",,\n")
	if len(found) != 2 || found[0].Changes[0].Problem == "" || found[1].Changes[0].Problem == "" || found[1].Applicable() {
		t.Fatalf("proposed is %+v", found)
	}
	d.revise(t, found)
	if all := d.all(t); len(all) != 1 || all[0].Type != ba.RequirementConstraint || all[0].Statement != "The system shall print a receipt." {
		t.Errorf("stored is %+v", all)
	}
}

func TestOnlyEditorsReadFilesAndOnlyIntoTheirProject(t *testing.T) {
	d := newDesk(t)
	r := d.add(t, "The system shall print a receipt.")
	text := "ID,Requirement\nREQ-0001,Another statement.\n"
	for _, who := range []ba.Actor{d.viewer, d.stranger} {
		_, err := d.Import(t.Context(), who, d.project, "in.csv", strings.NewReader(text))
		_, revised := d.Revise(t.Context(), who, d.project, requirement.Revision{Edit: []requirement.Edit{{r.ID, requirement.Patch{Version: 1, Statement: ptr("x")}}}})
		want := map[ba.UserID]ba.Kind{d.viewer.User: ba.Forbidden, d.stranger.User: ba.NotFound}[who.User]
		refused(t, "reading", err, want)
		refused(t, "revising", revised, want)
	}
	other := requirement.Revision{Edit: []requirement.Edit{{ba.NewID[ba.RequirementID](), requirement.Patch{Version: 1, Statement: ptr("x")}}}}
	_, err := d.Revise(t.Context(), d.editor, d.project, other)
	refused(t, "a requirement of elsewhere", err, ba.Conflict)
	_, err = d.Revise(t.Context(), d.editor, d.project, requirement.Revision{})
	refused(t, "nothing", err, ba.Invalid)
}

func TestAnExportHoldsWhatTheFilterChoosesWithItsSources(t *testing.T) {
	d := newDesk(t)
	d.document(t, "Rules.md", "The system shall print a receipt.\n\nThe system shall send a reminder.")
	d.extract(t, requirement.Selection{})
	d.add(t, "The system shall be fast.")
	in, err := d.Export(t.Context(), d.viewer, d.project, requirement.Filter{Text: "reminder"})
	ok(t, err)
	list := in.Requirements()
	if len(list) != 1 || len(list[0].Links) != 1 || list[0].Links[0].Filename != "Rules.md" || list[0].Links[0].Quote == "" || !strings.Contains(in.Title, "selection") {
		t.Errorf("%s: %+v", in.Title, list)
	}
	_, err = d.Export(t.Context(), d.viewer, d.project, requirement.Filter{Text: "nothing of the kind"})
	refused(t, "an empty list", err, ba.Invalid)
	_, err = d.Export(t.Context(), d.stranger, d.project, requirement.Filter{})
	refused(t, "a stranger", err, ba.NotFound)
}

func TestAListOf200GoesOutAndComesBackUnchanged(t *testing.T) {
	d := newDesk(t)
	var v requirement.Revision
	for i := range 200 {
		v.Add = append(v.Add, requirement.Patch{Statement: ptr(fmt.Sprintf("The system shall keep record %d for %d years.", i, i%9+1)), Priority: ptr(ba.Priorities[i%4]),
			Type: ptr(ba.RequirementTypes[i%6]), Rationale: ptr("=because"), Criteria: &[]ba.Criterion{{Given: "a record", When: "it is asked for", Then: "it is there"}}})
	}
	_, err := d.Revise(t.Context(), d.editor, d.project, v)
	ok(t, err)
	in, err := d.Export(t.Context(), d.viewer, d.project, requirement.Filter{})
	ok(t, err)
	for _, f := range []export.Format{export.XLSX, export.DOCX, export.CSV, export.ReqIF} {
		var b bytes.Buffer
		ok(t, export.Write(&b, f, in, export.Options{}))
		if found := d.compare(t, "in"+f.Extension(), b.String()); len(found) != 0 {
			t.Errorf("%s: %d proposals, the first %+v", f, len(found), found[0])
		}
	}
}
