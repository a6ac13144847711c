package ba

import "time"

// DocumentStatus is how far a document has come.
type DocumentStatus string

// The states of a document. A rejected document's original stays downloadable.
const (
	DocumentProcessing DocumentStatus = "processing"
	DocumentReady      DocumentStatus = "ready"
	DocumentNoText     DocumentStatus = "no_text"
	DocumentRejected   DocumentStatus = "rejected"
)

// Document is an uploaded file in its newest version.
type Document struct {
	ID         DocumentID
	Project    ProjectID
	Filename   string
	Format     string // pdf, docx, xlsx, pptx, csv, txt, md, html; empty while unknown
	Size       int64  // bytes of the original
	Version    int    // counted from 1
	Status     DocumentStatus
	ReasonCode string // why it was rejected, or what is missing; stable code
	Reason     string // the same as a sentence
	Pages      int    // pages, slides or sheets; zero where it does not apply
	EmptyPages int    // pages without text
	Notes      []string
	Passages   int
	Progress   Progress // of the extraction
	CreatedBy  UserID
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Progress is a count of steps done; Total is zero while it is not known.
type Progress struct{ Done, Total int }

// Passage is a piece of a document's text that can be found and cited.
type Passage struct {
	ID         PassageID
	Document   DocumentID
	Version    int // of the document
	Seq        int // order in the document, from 0
	FirstBlock int // the blocks of the document that it covers, for the viewer
	LastBlock  int
	Locator    Locator
	Text       string
}

// Citation is a verbatim piece of a passage that an answer relies on.
type Citation struct {
	N        int // number in the answer, from 1
	Document DocumentID
	Version  int
	Passage  PassageID
	Filename string
	Locator  Locator
	Quote    string // verbatim in the passage
}
