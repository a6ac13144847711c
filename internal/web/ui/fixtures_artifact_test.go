package ui

import (
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func anArtifact(state ba.ArtifactState) page.Artifact {
	return page.Artifact{ID: ba.ArtifactID("a-" + state), Title: "Business requirements: Online booking", Kind: ba.ArtifactBRD, State: state, Newest: 2, Done: 3, Total: 17,
		Writer: "Built-in analyst", Updated: ago(2 * time.Minute), CanWrite: true}
}

func artifactSections() []page.ArtifactSection {
	quote := page.ArtifactSource{Href: "/documents/d1?passage=pa1&version=1#cited", Name: "Booking specification, draft 3.docx", Place: "4.3 Cancellation", Quote: "A patient may cancel free of charge up to 48 hours before the appointment."}
	changed := quote
	changed.Suspect = true
	return []page.ArtifactSection{
		{Artifact: "a1", Key: "objectives", Title: "Objectives", Text: "- \"Fewer calls at reception\" [1]", Blocks: blocks("- \"Fewer calls at reception\" [1]\n- \"No-shows fall from 12 % to 6 % by June\" [2]"), Done: true, Stamp: "s1"},
		{Artifact: "a1", Key: "requirements_must", Title: "Requirements: must have", Text: "2 requirements", Blocks: blocks("2 requirements: 1 with a quote of the source, 1 labelled *assumption*."), Done: true, Stamp: "s2",
			Requirements: []page.ShownRequirement{
				{ID: "r1", Key: "REQ-0001", Statement: "Patients must be able to cancel an appointment up to 24 hours before it begins.", Type: "functional", Priority: "must", Sources: []page.ArtifactSource{quote, changed}},
				{ID: "r2", Key: "REQ-0002", Statement: "The practice must be able to waive the fee.", Type: "business rule", Priority: "must", Assumption: true}}},
		{Artifact: "a1", Key: "risks", Title: "Risks", Text: "x", Blocks: blocks("The vendor may be late. *(assumption)*"), Remarks: []string{"The reference to REQ-9999 was taken out: the project has no such requirement.", "1 statement rests on no source; labelled as an assumption."}, Done: true, Stamp: "s3"},
		{Artifact: "a1", Key: "metrics", Title: "Success metrics", Next: true, Stamp: "s4"},
		{Artifact: "a1", Key: "sources", Title: "Sources", Stamp: "s5"},
	}
}

func anArtifactPage(state ba.ArtifactState) *page.ArtifactPage {
	p := &page.ArtifactPage{Shell: frame("Business requirements", ""), Project: aProject(ba.RoleOwner), Artifact: anArtifact(state), Version: 2, Hash: "h", Sections: artifactSections(), FromThread: "/threads/t1",
		Formats: []page.ExportFormat{{Format: "docx", Name: "Word", Hint: "With headings, tables and footnotes."}, {Format: "pdf", Name: "PDF", Hint: "To read and print."}, {Format: "md", Name: "Markdown", Hint: "Plain text for wikis."}}}
	if state == ba.ArtifactReady {
		p.Sections, p.Complete = p.Sections[:3], true
		p.Approvals = []page.Approval{{By: "Mara Lindqvist", At: ago(time.Hour), Void: true}}
	}
	return p
}

func artifacts() []shown {
	own, viewer := aProject(ba.RoleOwner), aProject(ba.RoleViewer)
	failed, stopped := anArtifactPage(ba.ArtifactFailed), anArtifactPage(ba.ArtifactInterrupted)
	failed.Artifact.Failure, failed.Artifact.Retry = "Anthropic takes no more requests for the moment. Go on in a minute. The sections that were written are kept.", true
	stopped.Artifact.Failure, stopped.Artifact.Stopped = "Somebody stopped the writing. The sections that were written are kept.", true
	begun := anArtifactPage(ba.ArtifactGenerating)
	begun.Sections, begun.Artifact.Done, begun.Artifact.Total = nil, 0, 0
	approved := anArtifactPage(ba.ArtifactReady)
	approved.Approved, approved.Mine, approved.Approvals = true, true, []page.Approval{{By: "Mara Lindqvist", At: ago(time.Hour)}}
	refused := anArtifactPage(ba.ArtifactReady)
	refused.Export, refused.Refusal, refused.Offer, refused.OfferName = "pdf", "No configured font has the characters of two paragraphs (Arabic). Choose Word: nothing is lost there.", "docx", "Word"
	old := anArtifactPage(ba.ArtifactReady)
	old.Version = 1
	reader := anArtifactPage(ba.ArtifactReady)
	reader.Artifact.CanWrite = false
	editor := &page.ArtifactEditor{Shell: frame("Edit", ""), Project: own, Artifact: anArtifact(ba.ArtifactReady), Revision: 7, Sections: artifactSections()[:3]}
	conflict := *editor
	conflict.Conflict = true
	history := &page.ArtifactHistory{Shell: frame("Versions", ""), Project: own, Artifact: anArtifact(ba.ArtifactReady), From: 1, To: 2,
		Versions:     []page.ArtifactVersion{{Version: 2, Edited: true, By: "Mara Lindqvist", At: ago(time.Minute), Approved: true, Approvals: []page.Approval{{By: "Jon", At: ago(0)}}}, {Version: 1, By: "Mara Lindqvist", At: ago(time.Hour), Approvals: []page.Approval{{By: "Jon", At: ago(0), Void: true}}}},
		Sections:     []page.SectionDiff{{Title: "Objectives", State: "changed", Words: []page.DiffWords{{State: "same", Text: "Free until "}, {State: "removed", Text: "48"}, {State: "added", Text: "24"}, {State: "same", Text: " hours before."}, {State: "same", Cut: true}}}},
		Requirements: []page.RequirementDiff{{Key: "REQ-0001", State: "changed", Fields: []page.FieldDiff{{Name: "statement", Before: "48 hours", After: "24 hours"}, {Name: "priority", Before: "should", After: "must"}}}, {Key: "REQ-0003", State: "added", Fields: []page.FieldDiff{{Name: "statement", After: "Staff may print the list."}}}}}
	first := *history
	first.Versions, first.Sections, first.Requirements = history.Versions[1:], nil, nil
	ask := page.ArtifactRequest{Action: "/projects/p1/artifacts", Kind: ba.ArtifactBRD}
	wrong := ask
	wrong.Problem = "Instructions may have 10000 characters at most."
	items := []page.Artifact{anArtifact(ba.ArtifactGenerating), anArtifact(ba.ArtifactReady), anArtifact(ba.ArtifactInterrupted), anArtifact(ba.ArtifactFailed)}
	return []shown{
		{"artifacts", "artifacts", &page.ArtifactList{Shell: frame("Artifacts", ""), Project: own, Items: items, Next: "c", Request: ask}, false},
		{"artifacts-none", "artifacts", &page.ArtifactList{Shell: frame("Artifacts", ""), Project: own, Request: wrong}, false},
		{"artifacts-viewer", "artifacts", &page.ArtifactList{Shell: frame("Artifacts", ""), Project: viewer}, false},
		{"artifact", "artifact", anArtifactPage(ba.ArtifactReady), false},
		{"artifact-begun", "artifact", begun, false},
		{"artifact-writing", "artifact", anArtifactPage(ba.ArtifactGenerating), false},
		{"artifact-stopped", "artifact", stopped, false},
		{"artifact-failed", "artifact", failed, false},
		{"artifact-approved", "artifact", approved, false},
		{"artifact-refused", "artifact", refused, false},
		{"artifact-old", "artifact", old, false},
		{"artifact-viewer", "artifact", reader, false},
		{"artifact-sections", "artifact-sections", anArtifactPage(ba.ArtifactGenerating), true},
		{"artifact-strip", "artifact-strip", page.ArtifactStrip{Thread: "t1", Items: items}, true},
		{"artifact-edit", "artifact-edit", editor, false},
		{"artifact-conflict", "artifact-edit", &conflict, false},
		{"artifact-versions", "artifact-versions", history, false},
		{"artifact-first", "artifact-versions", &first, false},
	}
}
