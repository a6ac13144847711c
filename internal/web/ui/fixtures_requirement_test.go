package ui

import (
	"fmt"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func requirementItems() []page.Requirement {
	statements := []string{"The system shall let a patient cancel an appointment free of charge until 24 hours before it begins.",
		"When a patient cancels later than 24 hours before the appointment, the system shall charge half of its price.",
		"The system should be fast and user-friendly.", "The practice must be able to waive the fee and record the reason, as is the custom of both practices and of the owner who keeps a list of the waivers today.",
		"The system shall store health data on servers in the European Union."}
	var all []page.Requirement
	for i, s := range statements {
		r := page.Requirement{ID: ba.RequirementID(fmt.Sprintf("r%d", i)), Project: "p1", Key: ba.RequirementKey(i + 1), Version: 1 + i%3, Statement: s, Type: ba.RequirementTypes[i%6],
			Status: ba.RequirementStatuses[i%4], Sources: i % 3, Suspect: i == 1, Assumption: i == 2, Updated: ago(time.Duration(i) * 7 * time.Hour), By: "Mara Lindqvist"}
		if i%2 == 0 {
			r.Priority = ba.Priorities[i%4]
		}
		all = append(all, r)
	}
	all[2].Type, all[2].Quality = ba.RequirementQuality, ba.QualityPerformance
	return all
}

func aFilter() page.RequirementFilter {
	return page.RequirementFilter{Statuses: page.StatusOptions(""), Types: page.TypeOptions(""), Priorities: page.PriorityOptions(""),
		Only: []page.Option{{Value: "suspect", Name: "Suspect only"}}, Sorts: []page.Option{{Value: "number", Name: "By number"}}}
}

func requirementPage(r page.Requirement, p page.Project) *page.RequirementPage {
	return &page.RequirementPage{Shell: frame(r.Key, ""), Project: p, Tabs: page.Tabs{Project: "p1", Current: "requirements"}, Requirement: r,
		Members: []page.Option{{Value: "u1", Name: "Mara Lindqvist"}}, Documents: []page.Option{{Value: "d1", Name: "Kick-off meeting.md"}},
		Sources: []page.Source{
			{ID: "l1", Href: "/documents/d1?passage=pa1#cited", Filename: "Kick-off meeting.md", Place: "Cancelling", Quote: "free until 24 hours before",
				Parts: []page.Part{{Text: "Mara: Forty-eight is too strict, people get ill overnight. Let us say "}, {Text: "free until 24 hours before", Mark: true}, {Text: ", after that half the price. Everybody agreed."}}},
			{ID: "l2", Href: "/threads/t1#m-1", Filename: "Cancellation rules and fees", Spoken: true, Quote: "cancel until the day before", Parts: []page.Part{{Text: "Patients want to "}, {Text: "cancel until the day before", Mark: true}}},
		},
		Notes: []page.Note{{ID: "n1", Kind: ba.NoteQuestion, Text: "Does it hold for a first appointment too?", Version: 1, Created: ago(time.Hour), CanEdit: p.CanEdit()},
			{ID: "n2", Kind: ba.NoteDecision, Text: "24 hours, not 48.", Answer: "Decided by the owner on 6 October.", Version: 1, Created: ago(40 * time.Hour), CanEdit: p.CanEdit()}},
	}
}

func suspectPage(p page.Project) *page.RequirementPage {
	d := requirementPage(requirementItems()[1], p)
	d.Sources[0].Suspect, d.Sources[0].Now = true, "Free until 12 hours before, after that the full price."
	d.Sources[1].Suspect = true
	d.Requirement.Criteria = []ba.Criterion{{Given: "an appointment tomorrow at 9", When: "the patient cancels today at 10", Then: "half of the price is charged"}}
	d.Findings = []page.Finding{{Rule: "passive", Name: "Passive without an actor", Words: "is charged", Reason: "It is not said who does it.", Suggestion: "Name who charges."}}
	d.Waived = []page.WaivedFinding{{Rule: "vague", Name: "Vague word", Reason: "The contract defines it.", By: "Jon"}}
	d.History = requirementItems()[:1]
	return d
}

func requirementPages() []shown {
	own, viewer := aProject(ba.RoleOwner), aProject(ba.RoleViewer)
	tabs := func(current string) page.Tabs { return page.Tabs{Project: "p1", Current: current} }
	list := func(p page.Project) *page.Requirements {
		return &page.Requirements{Shell: frame("Requirements", ""), Project: p, Tabs: tabs("requirements"), Filter: aFilter(), Items: requirementItems(), Matching: 137, All: 412, First: "?", Next: "?after=x"}
	}
	fresh := requirementPage(page.Requirement{Project: "p1", Type: ba.RequirementFunctional, Status: ba.RequirementDraft}, own)
	fresh.New, fresh.Sources, fresh.Notes = true, nil, nil
	fresh.Passage, fresh.Excerpt, fresh.Problem = "pa1", "A patient may cancel free of charge up to 48 hours before the appointment.", "These words are not in the source."
	looked := requirementPage(requirementItems()[0], viewer)
	looked.Requirement.Rationale, looked.Requirement.Criteria = "People get ill overnight.", []ba.Criterion{{Given: "an appointment", When: "it is cancelled", Then: "nothing is charged"}}
	matrix := &page.Matrix{Shell: frame("Sources", ""), Project: own, Tabs: tabs("coverage"), Filter: aFilter(), Matching: 5, All: 5, Hidden: 2, Next: "?after=x",
		Sources: []page.Link{{Name: "Kick-off meeting.md", Href: "/documents/d1"}, {Name: "Booking specification, draft 3.docx", Href: "/documents/d2"}, {Name: "Deleted source"}}}
	for i, r := range requirementItems() {
		matrix.Rows = append(matrix.Rows, page.MatrixRow{Requirement: r, Cells: []page.MatrixCell{{Links: i % 2}, {Links: (i + 1) % 3, Suspect: i % 2 * ((i + 1) % 3)}, {}}})
	}
	refused := list(own)
	refused.Export = page.Export{Formats: []page.ExportFormat{{Format: "xlsx", Name: "Excel", Hint: "Can be edited and read back."}}, Kept: []page.Option{{Name: "q", Value: "fee"}},
		Refusal: "PDF cannot show Arabic.", Offer: "docx", OfferName: "Word"}
	withModels := list(own)
	withModels.Finders = []page.Choice{{Value: "anthropic", Name: "Anthropic: claude"}, {Value: "gemini", Name: "Gemini: flash", Closed: true}}
	withModels.Budget = page.Meter{Used: "$41.50", Limit: "$50.00", Note: page.BudgetNote{Tone: "warn", Text: "Your AI budget is used to 83 %."}}
	return []shown{
		{"requirements", "requirements", list(own), false},
		{"requirements-models", "requirements", withModels, false},
		{"discovery", "discovery", page.Discovery{Areas: []page.DiscoveryArea{
			{Area: page.Area{Title: "Objective", Question: "What should be different?", Touched: true}, Quote: "Our goal is to halve the calls.", By: "this conversation", Href: "/threads/t1#m-1"},
			{Area: page.Area{Title: "Compliance", Question: "Which laws, standards, contracts or internal rules apply?"}}}}, true},
		{"requirements-export-refused", "requirements", refused, false},
		{"requirements-import", "requirements-import", &page.Import{Shell: frame("Read requirements back", ""), Project: own, Tabs: tabs("requirements"), Problem: "The file holds no table of requirements."}, false},
		{"requirements-import-same", "requirements-import", &page.Import{Shell: frame("Read requirements back", ""), Project: own, Tabs: tabs("requirements"), Compared: true, Filename: "Booking.xlsx"}, false},
		{"requirements-proposals", "requirements-import", proposals(own), false},
		{"requirements-viewer", "requirements", list(viewer), false},
		{"requirements-none", "requirements", &page.Requirements{Shell: frame("Requirements", ""), Project: own, Tabs: tabs("requirements"), Filter: aFilter()}, false},
		{"requirement", "requirement", requirementPage(requirementItems()[0], own), false},
		{"requirement-suspect", "requirement", suspectPage(own), false},
		{"requirement-new", "requirement", fresh, false},
		{"requirement-viewer", "requirement", looked, false},
		{"coverage", "coverage", coverageFixture(own), false},
		{"coverage-none", "coverage", &page.Coverage{Shell: frame("Coverage", ""), Project: own, Tabs: tabs("coverage")}, false},
		{"matrix", "matrix", matrix, false},
		{"notes", "notes", &page.Notes{Shell: frame("Notes", ""), Project: own, Tabs: tabs("notes"), Kinds: page.KindOptions(""), Groups: []page.NoteGroup{{Title: "Open questions", Items: suspectPage(own).Notes[:1]}, {Title: "Decisions", Items: suspectPage(own).Notes[1:]}}}, false},
		{"notes-none", "notes", &page.Notes{Shell: frame("Notes", ""), Project: own, Tabs: tabs("notes"), Kinds: page.KindOptions("")}, false},
	}
}

func proposals(p page.Project) *page.Import {
	same := func(text string) page.DiffWords { return page.DiffWords{State: "same", Text: text} }
	return &page.Import{Shell: frame("Read requirements back", ""), Project: p, Tabs: page.Tabs{Project: "p1", Current: "requirements"}, Compared: true, Filename: "Booking.xlsx", Hidden: 12,
		Proposals: []page.Proposal{
			{Kind: export.ProposeChange, N: 1, ID: "r1", Key: "REQ-0001", Where: "sheet Requirements, row 2", Accept: "{}", Note: "It was changed by somebody else since the file was compared.",
				Changes: []page.FieldChange{{Name: "Statement", Words: []page.DiffWords{same("The system shall let a patient cancel until "), {State: "removed", Text: "24"}, {State: "added", Text: "48"}, same(" hours before.")}},
					{Name: "Priority", Words: []page.DiffWords{{State: "added", Text: "Urgent"}}, Problem: "The file says \"Urgent\". It can be Must, Should, Could, Won't."}}},
			{Kind: export.ProposeAdd, N: 2, Statement: "The system shall forget a patient on request.", Where: "row 9", Accept: "{}"},
			{Kind: export.ProposeMissing, N: 3, ID: "r3", Key: "REQ-0003", Statement: "The system should be fast.", Accept: "{}"}}}
}

func coverageFixture(p page.Project) *page.Coverage {
	return &page.Coverage{Shell: frame("Coverage", ""), Project: p, Tabs: page.Tabs{Project: "p1", Current: "coverage"}, Requirements: 41, Approved: 12, Assumptions: 3, Suspect: 2, Stating: 58, Covered: 49, Blocking: 1,
		Documents: []page.DocumentCoverage{{ID: "d1", Filename: "Kick-off meeting.md", Passages: 14, Stating: 9, Covered: 9}, {ID: "d2", Filename: "Booking specification, draft 3.docx", Passages: 61, Stating: 49, Covered: 40}, {ID: "d3", Filename: "Tender documents 2026, volume 2.pdf", Pending: true}},
		Uncovered: []page.Uncovered{{Passage: "pa9", Document: "d2", Href: "/documents/d2?passage=pa9#cited", Filename: "Booking specification, draft 3.docx", Place: "page 7", Text: "4.5 Reminders\nThe system sends a reminder two days before. The patient must be able to turn it off.", Count: 2}},
		First:     "?", Next: "?after=x",
		Areas:     []page.Area{{Title: "Objective", Question: "What should be different?", Touched: true}, {Title: "Compliance", Question: "Which laws, standards, contracts or internal rules apply?"}},
		Questions: []page.Note{{ID: "n1", Kind: ba.NoteQuestion, Text: "Does it hold for a first appointment too?", About: "its requirement", AboutHref: "/requirements/r1", Created: ago(time.Hour)}}}
}
