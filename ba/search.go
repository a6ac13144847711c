package ba

// HitKind is what a search found.
type HitKind string

// The kinds of hit.
const (
	HitPassage     HitKind = "passage"
	HitMessage     HitKind = "message"
	HitArtifact    HitKind = "artifact"
	HitRequirement HitKind = "requirement"
)

// Match says which of a query's clauses an entry must hold.
type Match int

// The two ways of matching. Ranking is the same in both.
const (
	MatchAll Match = iota // every clause; what a person expects of a search box
	MatchAny              // one clause at least; what retrieval for an answer wants
)

// Clause is a word, or several that follow one another. The words are terms:
// folded and stemmed as the index has them (package term).
type Clause struct{ Terms []string }

// Query is a search over the text of scopes. An empty query finds nothing.
type Query struct {
	Clauses []Clause
	Match   Match
	Project ProjectID // empty: everything that the actor may see
	Kinds   []HitKind // empty: all
	Limit   int
}

// Hit is one thing found, with its opened text. Higher scores are better; they
// compare within one answer only.
type Hit struct {
	Kind     HitKind
	Score    float64
	Project  ProjectID // empty for loose threads
	Document DocumentID
	Version  int
	Filename string // of the document, the title of thread or artifact, or the key of the requirement
	Passage  PassageID
	Thread   ThreadID
	Message  MessageID
	Artifact ArtifactID
	Required RequirementID
	Locator  Locator
	Text     string
}
