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
