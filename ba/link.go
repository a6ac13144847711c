package ba

import (
	"crypto/sha256"
	"encoding/hex"
)

// LinkState is whether the quote of a link is in its source.
type LinkState string

// The states of a link.
const (
	LinkVerified LinkState = "verified" // the quote is verbatim in the source's newest version
	LinkSuspect  LinkState = "suspect"  // the source changed or is gone since
)

// Link ties a requirement to the passage of a document or the message that it
// came from. Exactly one of Passage and Message is set.
type Link struct {
	ID       LinkID
	Document DocumentID
	Version  int // of the document, when the quote was verified last
	Passage  PassageID
	Thread   ThreadID
	Message  MessageID
	Filename string // of the document, or the title of the thread
	Locator  Locator
	Quote    string // verbatim
	Hash     string // QuoteHash(Quote), for clients to notice a change by
	State    LinkState
	Now      string // of a suspect link: what stands in the quote's place today; empty where it is gone
}

// MaxQuoteLen is the longest quote of a link, in characters.
const MaxQuoteLen = 2_000

// QuoteHash returns the SHA-256 of the quote in hexadecimal.
func QuoteHash(quote string) string {
	sum := sha256.Sum256([]byte(quote))
	return hex.EncodeToString(sum[:])
}

// Survey is a version of a document whose statements are to be counted and
// whose links are to be looked at again.
type Survey struct {
	Document DocumentID
	Project  ProjectID
	Version  int
}

// SurveyedLink is a link as a survey reads and writes it. Fence holds the row's
// version: a link that was changed meanwhile is left alone.
type SurveyedLink struct {
	Link
	Fence int64
}

// SurveyResult is what a survey found. Passages without a statement and links
// that stay as they are need not be named.
type SurveyResult struct {
	Statements map[PassageID]int
	Links      []SurveyedLink
}

// Standing is how far the requirements of a project have come.
type Standing struct {
	Requirements int
	Approved     int
	Assumptions  int    // without a source that is verified
	Suspect      int    // with a source that changed or is gone
	Blocking     int    // open questions about requirements that are not approved
	Areas        uint32 // of discovery that any of them touches, a bit for each
}

// DocumentCoverage is how much of a document's text requirements refer to.
type DocumentCoverage struct {
	Document   DocumentID
	Filename   string
	Version    int  // that is searched
	Pending    bool // its statements are not counted yet
	Passages   int
	Stating    int // passages that hold a requirement-like statement
	Statements int
	Covered    int // of Stating, those that a requirement refers to
}

// UncoveredPassage is a passage that holds statements and that no requirement
// refers to.
type UncoveredPassage struct {
	Passage
	Filename   string
	Statements int
}
