package statement

import "github.com/ba-assistant/ba-assistant/ba"

// Candidate is a statement that reads like a requirement.
type Candidate struct {
	Text       string // the statement on one line; of a list item with the words that lead into the list
	Quote      string // verbatim in the source
	First      int    // the block in which the quote begins, counted from 0; always 0 for FindText
	Last       int    // the block in which it ends
	Start, End int    // of the quote, in bytes of the text of First, or of First to Last joined by "\n"
	Lead       *Span  // what leads into the list of which the quote is an item; nil elsewhere
	SourceID   string // the identifier that the source gives it, such as FR-12 or 3.2.1.4
	Type       ba.RequirementType
	Quality    ba.Quality  // of a quality requirement; empty where no characteristic is named
	Priority   ba.Priority // empty where the words don't decide
	Pattern    Pattern
	Conditions []Condition // in the order of the sentence
	Rule       Rule
	SameAs     int // index of an earlier candidate with the same text; -1 for none
}

// Span is a piece of a block's text.
type Span struct {
	Block      int
	Start, End int // in bytes
}

// Rule names what made a sentence a candidate.
type Rule string

// The rules, the firmest first. Each has a sentence for people: Rule.Reason.
const (
	RuleStory      Rule = "user_story"
	RuleObligation Rule = "obligation"
	RuleNeed       Rule = "need"
	RuleIdentified Rule = "identified"
	RuleListItem   Rule = "list_item"
	RuleColumn     Rule = "requirement_column"
	RuleVerify     Rule = "verification"
	RuleWish       Rule = "recommendation"
	RuleFuture     Rule = "future"
	RuleAbility    Rule = "ability"
	RulePresent    Rule = "present_tense"
	RuleSection    Rule = "requirement_section"
	RuleLanguage   Rule = "other_language"
)

var reasons = map[Rule]string{
	RuleStory:      "It is a user story.",
	RuleObligation: "It says what shall or must be.",
	RuleNeed:       "It says what is needed or is to be.",
	RuleIdentified: "It has a requirement identifier.",
	RuleListItem:   "It is an item of a list that a requirement introduces.",
	RuleColumn:     "It stands in the requirement column of a table.",
	RuleVerify:     "It says what is to be verified.",
	RuleWish:       "It says what should be.",
	RuleFuture:     "It says what the system or its users will do.",
	RuleAbility:    "It says what the system or its users can or may do.",
	RulePresent:    "It says what the system does.",
	RuleSection:    "It stands in a section of requirements.",
	RuleLanguage:   "It holds a verb of obligation in German, French, Spanish or Russian.",
}

// Reason returns a sentence that says why the rule holds.
func (r Rule) Reason() string { return reasons[r] }

// Pattern is a form of the Easy Approach to Requirements Syntax (Mavin et al.,
// RE 2009).
type Pattern string

// The patterns.
const (
	Ubiquitous  Pattern = "ubiquitous"
	EventDriven Pattern = "event_driven"      // when
	StateDriven Pattern = "state_driven"      // while
	Optional    Pattern = "optional_feature"  // where
	Unwanted    Pattern = "unwanted_behavior" // if ... then
	Complex     Pattern = "complex"           // several of them
)

// Condition is the part of a statement that limits when it holds.
type Condition struct {
	Pattern Pattern
	Text    string // with its keyword, such as "When a turn ends"
}
