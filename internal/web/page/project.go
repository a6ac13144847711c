package page

import (
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Home is the first page after sign-in.
type Home struct {
	Shell
	Projects []Project
	Threads  []Thread // loose ones and those of the newest projects, the last used first
	Ask      Ask
}

// Ask is the box in which a conversation begins.
type Ask struct {
	ID       ba.ThreadID  // of this page: what it sends twice begins one conversation
	Project  ba.ProjectID // fixed, or empty
	Projects []Link       // to choose from; Href holds the id
	Starters []string
	Hint     string   // the placeholder
	Models   []Choice // where there is more than one
	Budget   BudgetNote
}

// Project is one project in a list or on its page.
type Project struct {
	ID          ba.ProjectID
	Name        string
	Description string
	Role        ba.ProjectRole
	Documents   int
	Threads     int
	Members     int
	Updated     Moment
}

// NewProject returns the project as pages show it.
func NewProject(p ba.Project) Project {
	return Project{p.ID, p.Name, p.Description, p.Role, p.Documents, p.Threads, p.Members, Moment{p.UpdatedAt}}
}

// CanEdit reports whether the person may upload and talk.
func (p Project) CanEdit() bool { return p.Role.AtLeast(ba.RoleEditor) }

// CanShare reports whether the person may share and delete.
func (p Project) CanShare() bool { return p.Role.AtLeast(ba.RoleOwner) }

// Projects is the list of projects.
type Projects struct {
	Shell
	Items    []Project
	Next     string // cursor of the part that follows
	Creating bool   // the form is open
	Name     string // as typed, where it was refused
	About    string
	Problem  string
}

// ProjectPage is one project.
type ProjectPage struct {
	Shell
	Project   Project
	Tabs      Tabs
	Threads   []Thread
	MoreTalk  string // cursor of older threads
	Documents DocumentList
	Members   []Member
	InviteURL string // shown once, after an unknown address was invited
	Invited   string
	Problem   string
	Ask       Ask
}

// Member is one member in the sharing dialog.
type Member struct {
	Person
	Role ba.ProjectRole
	Self bool
}

// DocumentList is the part of a project's page that changes while documents
// are processed.
type DocumentList struct {
	Project Project
	Items   []Document
	Next    string
	Limit   string // of one upload, in words
	Busy    bool   // something is being processed
}

// Document is one document in a list or on its page.
type Document struct {
	ID       ba.DocumentID
	Project  ba.ProjectID
	Filename string
	Format   string
	Size     string
	Version  int
	Status   ba.DocumentStatus
	Code     string
	Reason   string
	Notes    []string
	Pages    int
	Empty    int // pages without text
	Done     int
	Total    int
	Created  Moment
	CanEdit  bool
}

// NewDocument returns the document as pages show it.
func NewDocument(d ba.Document, canEdit bool) Document {
	return Document{ID: d.ID, Project: d.Project, Filename: d.Filename, Format: d.Format, Size: Size(d.Size), Version: d.Version,
		Status: d.Status, Code: d.ReasonCode, Reason: d.Reason, Notes: d.Notes, Pages: d.Pages, Empty: d.EmptyPages,
		Done: d.Progress.Done, Total: d.Progress.Total, Created: Moment{d.CreatedAt}, CanEdit: canEdit}
}

// Glyph returns the few letters that stand for the format.
func (d Document) Glyph() string {
	switch d.Format {
	case "":
		return "FILE"
	case "docx":
		return "DOC"
	case "xlsx":
		return "XLS"
	case "pptx":
		return "PPT"
	case "html":
		return "HTML"
	case "md":
		return "MD"
	}
	return upper(d.Format)
}

// Extent returns "12 pages", "3 sheets", or nothing where it does not apply.
func (d Document) Extent() string {
	if d.Pages == 0 {
		return ""
	}
	return Count(d.Pages, Unit(d.Format))
}

// Gaps returns "3 of 12 pages have no text", or nothing.
func (d Document) Gaps() string {
	if d.Empty == 0 || d.Pages == 0 || d.Status != ba.DocumentReady {
		return ""
	}
	verb := " have no text"
	if d.Empty == 1 {
		verb = " has no text"
	}
	return strconv.Itoa(d.Empty) + " of " + Count(d.Pages, Unit(d.Format)) + verb
}

// Processing reports whether text is still being extracted.
func (d Document) Processing() bool { return d.Status == ba.DocumentProcessing }

// Ready reports whether the text can be read and searched.
func (d Document) Ready() bool { return d.Status == ba.DocumentReady }

// Rejected reports whether the file was refused.
func (d Document) Rejected() bool { return d.Status == ba.DocumentRejected }

// NoText reports whether the file holds no text.
func (d Document) NoText() bool { return d.Status == ba.DocumentNoText }

// Stamp changes whenever the entry looks different.
func (d Document) Stamp() string {
	return string(d.Status) + "." + strconv.Itoa(d.Version) + "." + strconv.Itoa(d.Done) + "/" + strconv.Itoa(d.Total)
}

func upper(s string) string {
	out := []byte(s)
	for i, c := range out {
		if c >= 'a' && c <= 'z' {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}
