package ui

import (
	"html/template"
	"slices"
	"strconv"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/markdown"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// noon is the moment at which the pages of the tests are shown.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// shown is one page in one state.
type shown struct {
	name     string // of the state
	template string
	data     any
	part     bool // not a whole page
}

func ago(d time.Duration) page.Moment { return page.Moment{Time: noon.Add(-d)} }

func frame(title, section string) page.Shell {
	return page.Shell{Title: title, Section: section, ThisURL: "/",
		User: page.Person{ID: "u1", Name: "Mara Lindqvist", Email: "mara@harbour.example"},
		Recent: []page.Link{{Href: "/projects/p1", Name: "Online booking for Harbour Physio", Current: section == ""},
			{Href: "/projects/p2", Name: "Warehouse returns"}, {Href: "/projects/p3", Name: "Claims portal: identity checks and delegated access"}}}
}

func aProject(role ba.ProjectRole) page.Project {
	return page.Project{ID: "p1", Name: "Online booking for Harbour Physio", Role: role, Documents: 3, Threads: 2, Members: 3, Updated: ago(4 * time.Minute),
		Description: "Patients book, move and cancel appointments themselves. First release for two practices, before Easter."}
}

var threads = []page.Thread{
	{ID: "t1", Title: "Cancellation rules and fees", Mode: ba.ModeRefinement, Messages: 8, Updated: ago(4 * time.Minute)},
	{ID: "t2", Title: "Kick-off: who may book for whom?", Mode: ba.ModeMeeting, Messages: 23, Updated: ago(26 * time.Hour)},
}

func aDocument(status ba.DocumentStatus) page.Document {
	return page.Document{ID: ba.DocumentID("d-" + status), Project: "p1", Filename: "Booking specification, draft 3.docx", Format: "docx", Size: "48 kB",
		Version: 1, Status: status, Pages: 12, Created: ago(time.Hour), CanEdit: true}
}

func documents() []page.Document {
	processing := aDocument(ba.DocumentProcessing)
	processing.Filename, processing.Format, processing.Done, processing.Total = "Tender documents 2026, volume 2.pdf", "pdf", 113, 405
	gaps := aDocument(ba.DocumentReady)
	gaps.Filename, gaps.Format, gaps.Empty, gaps.Version = "Framework contract (signed).pdf", "pdf", 3, 2
	gaps.ID = "d-gaps"
	refused := aDocument(ba.DocumentRejected)
	refused.Filename, refused.Format, refused.Code, refused.Reason = "Salaries.xlsx", "xlsx", "encrypted", "The file is protected by a password. Remove it and upload the file again."
	scan := aDocument(ba.DocumentNoText)
	scan.Filename, scan.Format, scan.Code, scan.Reason, scan.Pages = "Scan 0031.pdf", "pdf", "no_text", "This PDF holds no text: its 2 pages are pictures, as from a scanner. Run it through text recognition (OCR) and upload the result.", 2
	return []page.Document{processing, aDocument(ba.DocumentReady), gaps, refused, scan}
}

func blocks(text string) []template.HTML {
	var out []template.HTML
	for _, b := range markdown.Render(text) {
		out = append(out, template.HTML(b.HTML)) //nolint:gosec // sanitised by package markdown
	}
	return out
}

const answerText = "The documents **contradict each other** on cancellation:\n\n" +
	"| Source | Free until | After that |\n|---|---|---|\n| Kick-off meeting [1] | 24 hours before | half the price |\n| Specification, 4.3 [2] | 48 hours before | full price |\n\n" +
	"1. The owner decided on 24 hours *after* the draft was written [1].\n2. The price list has a row for half the price only [3].\n\n" +
	"So the specification is probably out of date. **Question:** does the rule also hold for a first appointment, which takes 40 minutes?"

func message(state ba.TurnState, text string) page.Message {
	return page.Message{ID: ba.MessageID("m-" + state), Thread: "t1", Turn: "turn", State: state, Text: text, Blocks: blocks(text), Model: "Built-in analyst", Time: ago(3 * time.Minute), CanWrite: true}
}

func question(text string) page.Message {
	return page.Message{ID: ba.MessageID("q-" + page.Initials(text) + strconv.Itoa(len(text))), Mine: true, Own: true, Text: text, Time: ago(4 * time.Minute), CanWrite: true}
}

func aCitation() page.Citation {
	return page.Citation{N: 1, Message: "m-complete", Thread: "t1", Document: "d1", Passage: "pa1", Version: 1, Filename: "Kick-off meeting.md", Place: "Cancelling",
		Quote: "Let us say free until 24 hours before, after that half the price."}
}

func answered() page.Message {
	m := message(ba.TurnComplete, answerText)
	second, third := aCitation(), aCitation()
	second.N, second.Filename, second.Place, second.Quote = 2, "Booking specification, draft 3.docx", "4.3 Cancellation", "A patient may cancel free of charge up to 48 hours before the appointment."
	third.N, third.Filename, third.Place, third.Quote = 3, "Prices.csv", "row 14", "Late cancellation; 50 %; of the price of the appointment"
	m.Citations = []page.Citation{aCitation(), second, third}
	m.Why = &page.Why{Model: page.Model{Name: "Google Gemini", Detail: "gemini-3.8-flash"}, Instead: "Anthropic", Input: "12,480", Cached: "9,216", Output: "812", Cost: "$0.0079", Stop: "STOP",
		Steps: []page.Step{{Asked: "Searching the documents for “cancellation fee”", Summary: "Found 2 passages in 2 documents", Found: []page.Found{
			{N: 1, Href: "/documents/d1", Filename: "Kick-off meeting.md", Place: "Cancelling"}, {N: 2, Href: "/documents/d2", Filename: "Booking specification, draft 3.docx", Place: "4.3 Cancellation"}}},
			{Asked: "Looking at the list of documents", Summary: "3 documents"}}}
	return m
}

func conversation(project bool, messages ...page.Message) *page.ThreadPage {
	p := &page.ThreadPage{Shell: frame("Cancellation rules and fees", ""), Thread: threads[0], Cursor: "c1", CanWrite: true, Ready: 3,
		Model: page.Model{Name: "Built-in analyst", Detail: "Works by rules, without an AI model", BuiltIn: true}}
	for _, m := range messages { // each is shown by itself
		if m.Mine {
			p.Exchanges = append(p.Exchanges, page.Exchange{Question: &m})
		} else {
			p.Exchanges = append(p.Exchanges, page.Exchange{Answer: &m})
		}
	}
	if project {
		own := aProject(ba.RoleOwner)
		p.Project = &own
	} else {
		p.Projects, p.Ready = []page.Link{{Href: "p1", Name: "Online booking"}}, 0
	}
	return p
}

// budgeted is a conversation in which something is to be said of the budget.
func budgeted(tone, text string, closed bool) *page.ThreadPage {
	p := conversation(true, question("Which rules did we agree on?"), answered())
	p.Model = page.Model{Name: "Anthropic", Detail: "claude-sonnet-5-5"}
	p.Budget = page.BudgetNote{Tone: tone, Text: text, Closed: closed, Href: "/threads/t1/budget"}
	return p
}

func models(closed bool) []page.Choice {
	return []page.Choice{{Value: "anthropic/claude-sonnet-5-5", Name: "Anthropic: claude-sonnet-5-5", Closed: closed, Current: !closed},
		{Value: "anthropic/claude-opus-5-5", Name: "Anthropic: claude-opus-5-5", Closed: closed}, {Value: "analyst", Name: "Built-in analyst", Current: closed}}
}

// pages returns every page in each of its states.
func pages() []shown {
	var all []shown
	all = append(all, doors()...)
	all = append(all, lists()...)
	all = append(all, conversations()...)
	all = append(all, requirementPages()...)
	all = append(all, artifacts()...)
	all = append(all, adminPages()...)
	return append(all, readers()...)
}

func doors() []shown {
	providers := []page.Provider{{ID: "google", Name: "Google", Href: "/auth/google/login"}, {ID: "microsoft", Name: "Microsoft", Href: "/auth/microsoft/login"}, {ID: "oidc", Name: "Harbour SSO", Href: "/auth/oidc/login"}}
	out := page.Shell{Title: "Sign in"}
	lost := frame("Not found", "")
	return []shown{
		{"signin-development", "signin", &page.SignIn{Shell: out, Dev: true, ReturnTo: "/"}, false},
		{"signin-providers", "signin", &page.SignIn{Shell: out, Providers: providers}, false},
		{"signin-everything", "signin", &page.SignIn{Shell: out, Providers: providers, Dev: true, Setup: true}, false},
		{"signin-nothing", "signin", &page.SignIn{Shell: out}, false},
		{"setup", "setup", &page.Setup{Shell: out}, false},
		{"setup-wrong", "setup", &page.Setup{Shell: out, Problem: "This is not the setup code. It is printed on the server's console."}, false},
		{"invitation", "invitation", &page.Invitation{Shell: out, Token: "x", Project: "Online booking", Role: "editor", Email: "jon@harbour.example"}, false},
		{"invitation-expired", "invitation", &page.Invitation{Shell: out, Problem: "This invitation has expired or was used already."}, false},
		{"offline", "offline", &page.Offline{Shell: page.Shell{Title: "No connection"}}, false},
		{"privacy", "privacy", &page.Privacy{Shell: out}, false},
		{"not-found", "problem", &page.Problem{Shell: lost, Status: 404, Heading: "Not found", Detail: "There is nothing at this address. Check it, or start again from the first page.", RequestID: "01JD9X4R6ZQ", BackHref: "/", BackName: "First page"}, false},
		{"signin-refused", "problem", &page.Problem{Shell: out, Status: 403, Heading: "Not allowed", Detail: "The account jon@example.com is not invited here. Ask an administrator for an invitation, or use another account.", RequestID: "01JD9X4R6ZQ",
			BackHref: "/login", BackName: "Sign in", Actions: []page.Link{{Href: "/auth/google/login?prompt=select_account", Name: "Use another account"}}}, false},
	}
}

func lists() []shown {
	projects := []page.Project{aProject(ba.RoleOwner), {ID: "p2", Name: "Warehouse returns", Role: ba.RoleViewer, Documents: 14, Threads: 6, Members: 1, Updated: ago(3 * 24 * time.Hour)},
		{ID: "p3", Name: "Claims portal: identity checks and delegated access for brokers and their assistants", Role: ba.RoleEditor, Documents: 41, Threads: 12, Members: 9, Updated: ago(90 * 24 * time.Hour)}}
	ask := page.Ask{Projects: []page.Link{{Href: "p1", Name: "Online booking for Harbour Physio", Current: true}, {Href: "p2", Name: "Warehouse returns"}}, Hint: "Ask about your documents, or talk a feature through"}
	inProject := page.Ask{Project: "p1", Hint: "Ask about the documents of this project", Starters: []string{"How late may a patient cancel free of charge?", "What is still open?"}}
	deleted := frame("Projects", "projects")
	deleted.Undo = &page.Undo{Text: "Project deleted.", Action: "/projects/p9/restore", Seconds: 10}
	forgotten := frame("Conversations", "threads")
	forgotten.Undo = &page.Undo{Text: "Conversation deleted.", Action: "/threads/t9/restore", Seconds: 10}
	listed := slices.Clone(threads)
	listed[0].CanEdit, listed[0].Back, listed[0].Project, listed[1].Project = true, "/threads", "Online booking for Harbour Physio", "Warehouse returns"
	own := aProject(ba.RoleOwner)
	list := page.DocumentList{Project: own, Items: documents(), Limit: "25 MB", Busy: true}
	members := []page.Member{{Person: page.Person{ID: "u1", Name: "Mara Lindqvist", Email: "mara@harbour.example"}, Role: ba.RoleOwner, Self: true}, {Person: page.Person{ID: "u2", Name: "jon@harbour.example", Email: "jon@harbour.example"}, Role: ba.RoleEditor}}
	viewer := aProject(ba.RoleViewer)
	empty := page.Project{ID: "p1", Name: "A new project", Role: ba.RoleOwner, Members: 1, Updated: ago(0)}
	return []shown{
		{"threads", "threads", &page.Threads{Shell: forgotten, Items: listed, All: 2, Sort: "recent"}, false},
		{"threads-none", "threads", &page.Threads{Shell: frame("Conversations", "threads"), Sort: "recent"}, false},
		{"threads-not-found", "threads", &page.Threads{Shell: frame("Conversations", "threads"), All: 2, Find: "zebra", Sort: "title"}, false},
		{"home-first", "home", &page.Home{Shell: frame("", "home")}, false},
		{"home-budget", "home", &page.Home{Shell: frame("", "home"), Projects: projects, Threads: threads, Ask: page.Ask{Projects: ask.Projects, Hint: ask.Hint, Models: models(true),
			Budget: page.BudgetNote{Tone: "danger", Text: "Your AI budget of $50.00 for November is used up. You can ask again from 1 December 2026 (UTC), or ask your administrator to raise it. Everything that was written stays readable. Models that cost nothing still answer."}}}, false},
		{"home-models", "home", &page.Home{Shell: frame("", "home"), Projects: projects, Threads: threads, Ask: page.Ask{Projects: ask.Projects, Hint: ask.Hint, Models: models(false)}}, false},
		{"home", "home", &page.Home{Shell: frame("", "home"), Projects: projects, Threads: threads, Ask: ask}, false},
		{"projects", "projects", &page.Projects{Shell: deleted, Items: projects, Next: "c"}, false},
		{"projects-none", "projects", &page.Projects{Shell: frame("Projects", "projects")}, false},
		{"projects-new", "projects", &page.Projects{Shell: frame("Projects", "projects"), Items: projects, Creating: true, Name: "", Problem: "The name must not be empty."}, false},
		{"project", "project", &page.ProjectPage{Shell: frame(own.Name, ""), Project: own, Tabs: page.Tabs{Project: "p1", Current: "overview"}, Threads: threads, Documents: list, Members: members, Ask: inProject}, false},
		{"project-empty", "project", &page.ProjectPage{Shell: frame(empty.Name, ""), Project: empty, Documents: page.DocumentList{Project: empty, Limit: "25 MB"}, Members: members[:1], Ask: page.Ask{Project: "p1", Hint: "Ask about this project"}}, false},
		{"project-viewer", "project", &page.ProjectPage{Shell: frame(viewer.Name, ""), Project: viewer, Tabs: page.Tabs{Project: "p1", Current: "overview"}, Threads: threads, Documents: page.DocumentList{Project: viewer, Items: documents()[1:2], Limit: "25 MB"}, Members: members}, false},
		{"project-invited", "project", &page.ProjectPage{Shell: frame(own.Name, ""), Project: own, Tabs: page.Tabs{Project: "p1", Current: "overview"}, Documents: list, Members: members, Ask: inProject, Invited: "new@customer.example", InviteURL: "https://ba.example.com/invite/abcdefghijklmnopqrstuvwxyz"}, false},
		{"document-list", "document-list", list, true},
	}
}

func conversations() []shown {
	begin := conversation(true)
	begin.Thread.Title, begin.Starters = page.ThreadName(""), []string{"How late may a patient cancel free of charge?", "Which requirements have no owner?", "Interview me about this feature, one question at a time"}
	failed := message(ba.TurnFailed, "")
	failed.Failure = &page.Failure{Text: "Anthropic is overloaded at the moment.", Retryable: true, Wait: 20, Until: page.Moment{Time: noon.Add(20 * time.Second)}}
	partly := "The kick-off names **three** kinds of appointment [1]:\n\n- first visit, 40 minutes\n- follow-up, 20 min"
	streaming := conversation(true, question("Which rules for cancelling did we agree on?"), answered(), question("And which kinds of appointment are there?"), message(ba.TurnStreaming, partly))
	edited, first, second, again := question("Which rules for cancelling did we agree on in the kick-off?"), question("Which rules?"), answered(), answered()
	first.ID, second.ID, again.ID = "q-first", "m-second", "m-again"
	branched := conversation(true)
	branched.Exchanges = []page.Exchange{{Replaced: []page.Exchange{{Question: &first, Answer: &second}}, Question: &edited, Before: []page.Message{message(ba.TurnStopped, partly)}, Answer: &again}}
	clipped := message(ba.TurnTruncated, partly)
	clipped.Failure = &page.Failure{Text: "This answer ends here because the rest of this month's AI budget does not pay for more. What had come is kept. You can go on from 1 December 2026, or as soon as your administrator raises the budget."}
	viewer := conversation(true, question("Which rules did we agree on?"), answered())
	viewer.CanWrite = false
	viewer.Exchanges[0].Question.CanWrite, viewer.Exchanges[1].Answer.CanWrite = false, false
	return []shown{
		{"thread-begin", "thread", begin, false},
		{"thread", "thread", conversation(true, question("Which rules for cancelling did we agree on, and do the documents contradict each other?"), answered()), false},
		{"thread-streaming", "thread", streaming, false},
		{"thread-queued", "thread", conversation(true, question("Who may book?"), message(ba.TurnQueued, "")), false},
		{"thread-loose", "thread", conversation(false, question("Hello"), answered()), false},
		{"thread-viewer", "thread", viewer, false},
		{"thread-branched", "thread", branched, false},
		{"thread-budget-warning", "thread", budgeted("warn", "Your AI budget for November is used to 83 %: $41.50 of $50.00. It begins anew on 1 December 2026 (UTC).", false), false},
		{"thread-budget-exhausted", "thread", budgeted("danger", "Your AI budget of $50.00 for November is used up. You can ask again from 1 December 2026 (UTC), or ask your administrator to raise it. Everything that was written stays readable. Models that cost nothing still answer.", true), false},
		{"thread-ends", "thread", conversation(true, question("Which rules did we agree on?"), message(ba.TurnInterrupted, partly), message(ba.TurnTruncated, partly), clipped, message(ba.TurnStopped, partly), message(ba.TurnRefused, ""), failed), false},
		{"message", "message", answered(), true},
		{"panel", "panel", page.Panel{Citation: aCitation(), Before: []string{"Jon: What about people who cancel late?"}, Parts: []page.Part{{Text: "Mara: Forty-eight is too strict, people get ill overnight. "}, {Text: "Let us say free until 24 hours before, after that half the price.", Mark: true}, {Text: " Everybody agreed."}}, After: []string{"Jon: I'll change the draft."}}, true},
	}
}

func readers() []shown {
	own, doc := aProject(ba.RoleOwner), aDocument(ba.DocumentReady)
	doc.Empty, doc.Notes = 3, []string{"3 of 12 pages have no text (page 5, 6, 9). Scanned pages need text recognition (OCR) first."}
	text := []page.Group{
		{Kind: "page", Label: "Page 4"},
		{Kind: "heading", Level: 2, Lines: []page.Line{{Index: 0, Text: "4 Appointments"}}},
		{Kind: "paragraph", Lines: []page.Line{{Index: 1, Text: "A patient books an appointment without calling the practice. The system shows free times of the chosen therapist for the next eight weeks."}}},
		{Kind: "heading", Level: 3, Lines: []page.Line{{Index: 2, Text: "4.3 Cancellation"}}},
		{Kind: "paragraph", Lines: []page.Line{{Index: 3, Text: "A patient may cancel free of charge up to 48 hours before the appointment. Afterwards the full price is charged.", Cited: true, First: true}}},
		{Kind: "list", Lines: []page.Line{{Index: 4, Text: "The practice may waive the fee."}, {Index: 5, Text: "The waiver is recorded with a reason."}}},
		{Kind: "table", Head: []string{"Type", "Minutes", "Price"}, Lines: []page.Line{{Index: 6, Cells: []string{"First visit", "40", "62,00"}}, {Index: 7, Cells: []string{"Follow-up", "20", "34,00"}}}},
		{Kind: "note", Lines: []page.Line{{Index: 8, Text: "Comment by Jon: still to be agreed."}}},
		{Kind: "code", Lines: []page.Line{{Index: 9, Text: "GET /appointments?free=true"}}},
	}
	rows := make([]page.Line, 30)
	for i := range rows {
		rows[i] = page.Line{Index: i, Number: i + 2, Cells: []string{"P-00" + string(rune('A'+i%26)), "Follow-up with a long description of what is included in it", "20", "34,00"}, Cited: i == 6, First: i == 6}
	}
	sheet := aDocument(ba.DocumentReady)
	sheet.Filename, sheet.Format, sheet.Pages = "Prices 2026.xlsx", "xlsx", 2
	waiting, refused := documents()[0], documents()[3]
	results := []page.Result{
		{Href: "/documents/d1?passage=p1", Kind: "Document", Title: "Booking specification, draft 3.docx", Place: "4.3 Cancellation", Project: "Online booking for Harbour Physio", Snippet: []page.Part{{Text: "A patient may "}, {Text: "cancel", Mark: true}, {Text: " free of charge up to 48 hours before the appointment."}}},
		{Href: "/threads/t1#m-1", Kind: "Conversation", Title: "Cancellation rules and fees", Project: "Online booking for Harbour Physio", Snippet: []page.Part{{Text: "Which rules for "}, {Text: "cancelling", Mark: true}, {Text: " did we agree on?"}}},
	}
	projects := []page.Link{{Href: "p1", Name: "Online booking for Harbour Physio"}}
	sessions := []page.Session{{ID: "s1", Name: "Chrome on Windows", Current: true, Used: ago(0), Began: ago(30 * time.Hour)}, {ID: "s2", Name: "Safari on iPhone", Used: ago(50 * time.Hour), Began: ago(400 * time.Hour)}}
	tokens := []page.Token{{ID: "k1", Name: "Export to the wiki", Access: "read", Used: page.Moment{}, Expires: page.Moment{Time: noon.AddDate(0, 3, 0)}}}
	versions := []page.Document{doc, doc}
	versions[0].Version = 2
	return []shown{
		{"viewer", "viewer", &page.Viewer{Shell: frame(doc.Filename, ""), Project: own, Document: doc, Version: 1, Groups: text, Part: 2, Parts: 3, Prev: "?page=1", Next: "?page=3", Limit: "25 MB"}, false},
		{"viewer-old-version", "viewer", &page.Viewer{Shell: frame(doc.Filename, ""), Project: own, Document: versions[0], Version: 1, Versions: versions, Groups: text[:3], Parts: 1, Limit: "25 MB"}, false},
		{"viewer-sheet", "viewer", &page.Viewer{Shell: frame(sheet.Filename, ""), Project: own, Document: sheet, Version: 1, Grid: true, Sheets: []page.Link{{Href: "?page=1", Name: "Appointments", Current: true}, {Href: "?page=2", Name: "Fees"}},
			Groups: []page.Group{{Kind: "table", Head: []string{"Code", "Name", "Minutes", "Price"}, Lines: rows}}, Parts: 1, Limit: "25 MB"}, false},
		{"viewer-processing", "viewer", &page.Viewer{Shell: frame(waiting.Filename, ""), Project: own, Document: waiting, Version: 1, Limit: "25 MB"}, false},
		{"viewer-rejected", "viewer", &page.Viewer{Shell: frame(refused.Filename, ""), Project: own, Document: refused, Version: 1, Limit: "25 MB"}, false},
		{"search", "search", &page.Search{Shell: frame("Search", "search"), Query: "cancel", Projects: projects, Asked: true, Results: results}, false},
		{"search-none", "search", &page.Search{Shell: frame("Search", "search"), Query: "zzz", Projects: projects, Asked: true}, false},
		{"search-begin", "search", &page.Search{Shell: frame("Search", "search"), Projects: projects}, false},
		{"settings-budget-warning", "settings", &page.Settings{Shell: frame("Settings", "settings"), Role: "Member", Sessions: sessions, Meter: page.Meter{Percent: 83, Used: "$41.50", Limit: "$50.00", Resets: "1 December 2026", Reserved: "$0.64",
			Note: page.BudgetNote{Tone: "warn", Text: "Your AI budget for November is used to 83 %: $41.50 of $50.00. It begins anew on 1 December 2026 (UTC)."}}}, false},
		{"settings-budget-exhausted", "settings", &page.Settings{Shell: frame("Settings", "settings"), Role: "Member", Sessions: sessions, Meter: page.Meter{Percent: 100, Used: "$50.00", Limit: "$50.00", Resets: "1 December 2026",
			Note: page.BudgetNote{Tone: "danger", Text: "Your AI budget of $50.00 for November is used up. You can ask again from 1 December 2026 (UTC), or ask your administrator to raise it. Everything that was written stays readable."}}}, false},
		{"settings", "settings", &page.Settings{Meter: page.Meter{Percent: 24, Used: "$12.40", Limit: "$50.00", Resets: "1 December 2026"}, Shell: frame("Settings", "settings"), Role: "Administrator", Sessions: sessions, Tokens: tokens}, false},
		{"deployment", "deployment", &page.Deployment{AdminShell: page.AdminShell{Shell: frame("Deployment", "settings"), Tab: "deployment"}, Groups: []page.CheckGroup{
			{Name: "Failed", Tone: "danger", Note: "Correct these before people work with it.", Checks: []page.Check{{ID: "OWN-16", Title: "The certificate is valid for the public address", Rows: "P8 C3 G5 R8",
				Notes: []page.CheckNote{{Text: "The public address has no entry in the DNS. ba.example.com does not resolve.", Fix: "Add the A, AAAA or CNAME record that the platform asks for; a certificate is given only then."}}}}},
			{Name: "Warnings", Tone: "warn", Note: "It works, and something is missing for a bad day.", Checks: []page.Check{{ID: "OWN-11", Title: "A lost volume would be noticed", Rows: "C4 R3 P3",
				Notes: []page.CheckNote{{Text: "INSTALLATION_ID is not set. An empty directory cannot remember that it was full: a lost volume would look like a first start.", Fix: "Set INSTALLATION_ID to the id that each start prints."}}}}},
			{Name: "Cannot be known here", Note: "A person, or preflight from outside, has to look.", Checks: []page.Check{{ID: "OWN-07", Title: "No secret is in git", Rows: "P2 S1 R2 V2", Notes: []page.CheckNote{{Text: "A running program does not see its repository: run preflight there, which reads the whole history."}}}}},
			{Name: "Proven", Tone: "accent", Folded: true, Checks: []page.Check{{ID: "OWN-09", Title: "The data survives the next deployment", Rows: "P3 C4", Notes: []page.CheckNote{{Text: "The data lies on a volume of its own (ext4)."}}}}},
		}}, false},
		{"settings-token", "settings", &page.Settings{Shell: frame("Settings", "settings"), Role: "Member", Sessions: sessions, Tokens: tokens, Created: &page.NewToken{Name: "Export to the wiki", Secret: "ba_" + "example_of_a_secret_that_is_shown_once"}}, false},
	}
}
