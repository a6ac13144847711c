package analyst

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// glossaryRE finds headings of parts that explain words or the document itself.
	glossaryRE = lazily(`(?i)\b(?:glossary|definitions?|terminology|acronyms?|abbreviations?|data dictionary|references?|bibliography|table of contents|contents|index|revision history|change history|document history|conventions?|notation)\b`)
	// paperRE finds sentences about the document.
	paperRE = lazily(`(?i)^(?:this|the present|the following) (?:document|section|chapter|specification|srs|brd|paper|report|appendix|annex|table|figure|page)\b|\b(?:purpose|goal|aim|scope|objective) of (?:this|the) (?:document|section|chapter|(?:[\w-]+ ){0,2}specification|srs|report)\b|^(?:abstract|see also|note that the requirement)\b|^(?:this|it) is (?:the|an?) [^.]{0,80}\b(?:specification|document|report|manual)\b|\bthis (?:document|srs|specification)\b`)
	// nounRE finds what only names a thing: "A set of rules that provides ...".
	nounRE     = lazily(`(?i)^an? [^.;:]{3,120}? (?:that|which|who|whose|where|used|performed|containing|describing)\b`)
	finiteRE   = lazily(`(?i)\b(?:shall|must|should|will|would|can|could|may|might|is|are|was|were|has|have|had|do|does|did|needs?|wants?|takes?|gets?|waits?|costs?)\b`)
	definesRE  = lazily(`(?i)\b(?:is|are) (?:an? |the )?(?:[\w-]+ )?(?:feature|term|type|kind|sort|technique|acronym|abbreviation|language|protocol|standard|notation) (?:of|that|which|for|used|defined)\b|\b(?:stands? for|refers? to|is defined as|is understood as|denotes)\b|^[^=]{1,60} = `)
	obligingRE = lazily(`(?i)\b(?:shall|must|should|is required to|are required to|need(?:s)? to)\b`)
	gestureRE  = lazily(`(?i)\b(?:clicks?|taps|presses|selects|enters)\b|^(?:the )?system \w+s\b`)
	scenarioRE = lazily(`(?i)^(?:pre|post)-?conditions?:|^(?:basic|alternative|exception|normal) (?:scenario|flow|course)s?:|^(?:goal|actor|description|trigger|priority|summary)s?:`)
)

// tells reports whether a unit of a document says something of the project
// that stands for itself in a text about it. A glossary explains words, an
// introduction its document, and what the system shall do is a requirement:
// none of them tells what people want, who they are or what hurts today.
func (a *area) tells(u *unit) bool {
	if u.kind == row {
		return true
	}
	s := u.text()
	switch {
	case glossaryRE.MatchString(u.section()), paperRE.MatchString(s), explains(s), startsInside(s), leaderRE.MatchString(s):
		return false
	case aboutPeople[a.title]:
		return !obligingRE.MatchString(s) && !scenarioRE.MatchString(s) && !gestureRE.MatchString(s)
	}
	return true
}

// startsInside reports whether a text begins in the middle of a sentence.
func startsInside(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(first) || strings.ContainsRune(".,;:)", first)
}

// leaderRE finds lines of a table of contents.
var leaderRE = lazily(`\.{3,}|…$|\s\d{1,3}\s*$`)

// aboutPeople are the areas that no requirement tells of.
var aboutPeople = map[string]bool{AreaObjective: true, AreaUsers: true, AreaPains: true, AreaStakeholder: true}

// explains reports whether a sentence defines a word: it names a thing and has
// no verb of its own, or says what kind of thing something is.
func explains(s string) bool {
	if definesRE.MatchString(s) {
		return true
	}
	if name, rest, found := strings.Cut(s, ": "); found && len(name) < 60 { // "Plug and play: Plug and play is ..."
		rest = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(rest), "a "), "the ")
		if strings.HasPrefix(rest, strings.ToLower(name)+" ") {
			return true
		}
	}
	at := nounRE.FindStringIndex(s)
	return at != nil && !finiteRE.MatchString(s[:at[1]])
}

// maxNarrated is how long, in bytes, a quote in a document may be.
const maxNarrated = 600

// verbatim returns a unit as it stands in its passage, for a document that
// quotes it: whole, or as many of its sentences as there is room for. It is
// empty where the passage ends in the middle of it.
func verbatim(u *unit) string {
	q := u.text()
	if u.kind == row {
		return strings.TrimSpace(strings.Trim(q, " |"))
	}
	if len(q) > maxNarrated {
		q = q[:maxNarrated]
		q = q[:strings.LastIndexAny(q, ".!?")+1]
	}
	if q = strings.TrimSpace(q); !u.isWhole(q) {
		return ""
	}
	return q
}

// isWhole reports whether a quote of the unit ends where a sentence or the
// item of a list does.
func (u *unit) isWhole(q string) bool {
	if q == "" {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(q)
	if strings.ContainsRune(`.!?)"”`, last) {
		return !orphanRE.MatchString(q)
	}
	after := strings.TrimLeft(u.src.text[u.end:], " \t")
	return strings.HasPrefix(after, "\n") && len(u.tokens) <= maxItem && !orphanRE.MatchString(q)
}

// maxItem is how many words an item of a list has that ends without a stop.
const maxItem = 25

// orphanRE finds an end that belongs to what comes next: "8. Frequently", "i.e.".
var orphanRE = lazily(`(?i)(?:\s\d{1,2}\.?|\b(?:e\.g|i\.e|etc|no|vs|cf)\.?|:)$`)
