package page

import (
	"html/template"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Thread is one conversation in a list.
type Thread struct {
	ID       ba.ThreadID
	Title    string
	Mode     ba.Mode
	Messages int
	Project  string // name, where the list holds several projects' threads
	Updated  Moment
	CanEdit  bool   // rename and delete are offered
	Back     string // the list to which they return
}

// Threads is the list of all conversations.
type Threads struct {
	Shell
	Items []Thread
	All   int    // before they were filtered
	Find  string // words of the titles or projects that are shown
	Sort  string // recent or title
}

// NewThread returns the thread as lists show it.
func NewThread(t ba.Thread, project string) Thread {
	return Thread{ID: t.ID, Title: ThreadName(t.Title), Mode: t.Mode, Messages: t.Messages, Project: project, Updated: Moment{t.UpdatedAt}}
}

// Matches reports whether each word stands in the title or the project's name.
func (t Thread) Matches(words string) bool {
	in := strings.ToLower(t.Title + " " + t.Project)
	for word := range strings.FieldsSeq(strings.ToLower(words)) {
		if !strings.Contains(in, word) {
			return false
		}
	}
	return true
}

// ModeName returns the mode as a word.
func (t Thread) ModeName() string { return ModeName(t.Mode) }

// ThreadPage is a conversation.
type ThreadPage struct {
	Shell
	Thread    Thread
	Project   *Project // nil for a loose thread
	Projects  []Link   // into which a loose thread can move; Href holds the id
	Exchanges []Exchange
	Earlier   int // how many messages to show so that there are earlier ones; 0 where there are none
	Summary   Summary
	Cursor    string // point of the event stream that this page reflects
	Model     Model
	CanWrite  bool
	Renaming  bool // the form for the title is open
	Budget    BudgetNote
	Starters  []string
	Ready     int // documents that can be cited
	Artifacts ArtifactStrip
	Problem   string
}

// Artifact is the form that asks for an artifact of this conversation.
func (p ThreadPage) Artifact() ArtifactRequest {
	return ArtifactRequest{Action: "/threads/" + string(p.Thread.ID) + "/artifacts", Kind: ba.ArtifactBRD}
}

// Summary is what the model reads in place of the oldest messages.
type Summary struct {
	Messages int // that it stands for; 0 where the model reads all of them
	Blocks   []template.HTML
}

// Model says who answers.
type Model struct {
	Name    string // "Built-in analyst", "Claude"
	Detail  string // the model's own id, or what it is
	BuiltIn bool
}

// Modes are the choices of a conversation's manner.
var Modes = []ModeChoice{
	{ba.ModeFree, "Questions", "answers what you ask"},
	{ba.ModeMeeting, "Meeting", "brief, with what to ask the customer next"},
	{ba.ModeRefinement, "Refinement", "goes through a text point by point, for what is missing or contradicts"},
}

// ModeChoice is one of them.
type ModeChoice struct {
	Mode ba.Mode
	Name string
	Does string // what the assistant does in it, to follow the name
}

// Exchange is a question with its newest answer. Where a part of it is outside
// of what is shown, or there is no answer yet, that part is nil.
type Exchange struct {
	Replaced []Exchange // what the question was asked instead of
	Question *Message
	Before   []Message // earlier answers
	Answer   *Message
}

// Message is one entry of a conversation.
type Message struct {
	ID        ba.MessageID
	Thread    ba.ThreadID
	Mine      bool // written by a person
	Author    string
	Text      string // as Markdown, for copying
	Blocks    []template.HTML
	Citations []Citation
	Why       *Why // of an answer that has ended
	Turn      ba.TurnID
	Question  ba.MessageID // that an answer answers
	State     ba.TurnState
	Failure   *Failure
	Unpaid    string // why the budget lets nobody continue it or ask again now; empty where it does
	Model     string
	Time      Moment
	CanWrite  bool
	Own       bool // the reader wrote it, and may ask it again in other words
}

// Running reports whether the answer is still being written.
func (m Message) Running() bool { return m.State != "" && !m.State.Final() }

// Failure is why an answer broke off.
type Failure struct {
	Text      string
	Retryable bool
	Wait      int    // seconds before a retry helps
	Until     Moment // when they are over
}

// Banner is what is said under an answer that did not end by itself.
type Banner struct {
	Tone     string // warn, danger or empty
	Text     string // what happened
	How      string // what can be done
	Continue bool
	Retry    bool
	Wait     int
	Until    Moment
}

// Banner returns what to say about the state, and nil where nothing is. What
// the budget does not pay for is not offered.
func (m Message) Banner() *Banner {
	b := m.ending()
	if b != nil && m.Unpaid != "" && (b.Continue || b.Retry) {
		b.Continue, b.Retry, b.Wait, b.How = false, false, 0, m.Unpaid
	}
	return b
}

func (m Message) ending() *Banner {
	switch m.State {
	case ba.TurnTruncated:
		if f := m.Failure; f != nil { // it was not the model that ended it
			return &Banner{Tone: "warn", Text: f.Text, Continue: f.Retryable, Retry: f.Retryable, Wait: f.Wait, Until: f.Until}
		}
		return &Banner{Tone: "warn", Text: "This answer is not complete: it reached the model's length limit.", How: "Continue picks up where it stopped.", Continue: true, Retry: true}
	case ba.TurnInterrupted:
		if m.Text == "" {
			return &Banner{Tone: "warn", Text: "The server stopped before this answer had begun.", How: "Try again.", Retry: true}
		}
		return &Banner{Tone: "warn", Text: "The server stopped while this answer was being written. What had come is kept.", How: "Continue goes on from there, Try again begins anew.", Continue: true, Retry: true}
	case ba.TurnStopped:
		return &Banner{Text: "You stopped this answer.", Continue: m.Text != "", Retry: true}
	case ba.TurnRefused:
		return &Banner{Tone: "warn", Text: "The model declined to answer.", How: "Edit the question to ask in other words, or try again.", Retry: true}
	case ba.TurnFailed:
		return m.failed()
	}
	return nil
}

func (m Message) failed() *Banner {
	b := &Banner{Tone: "danger", Text: "The answer failed.", Retry: true, Continue: m.Text != ""}
	if m.Failure != nil {
		b.Text, b.Retry, b.Wait, b.Until = m.Failure.Text, m.Failure.Retryable, m.Failure.Wait, m.Failure.Until
		b.Continue = b.Continue && b.Retry
	}
	return b
}

// Citation is one source of an answer.
type Citation struct {
	N        int
	Message  ba.MessageID
	Thread   ba.ThreadID
	Document ba.DocumentID
	Passage  ba.PassageID
	Version  int
	Filename string
	Place    string
	Quote    string
}

// Href leads to the cited place in the viewer.
func (c Citation) Href() string { return PassageHref(c.Document, c.Version, c.Passage) }

// PassageHref leads to a passage in the viewer.
func PassageHref(d ba.DocumentID, version int, p ba.PassageID) string {
	href := "/documents/" + string(d) + "?passage=" + string(p)
	if version > 0 {
		href += "&version=" + strconv.Itoa(version)
	}
	return href + "#cited"
}

// Panel is the cited place as it is shown beside the conversation.
type Panel struct {
	Citation
	Before []string
	Parts  []Part // of the passage, the quote marked
	After  []string
}

// Part is a piece of text, marked or not.
type Part struct {
	Text string
	Mark bool
}
