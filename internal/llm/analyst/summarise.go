package analyst

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// facet is one thing that a summary looks for in a document.
type facet struct {
	title string
	max   int
	takes func(*unit) bool
	best  func(*unit) int // where it is set, those with the highest number come first
}

var (
	purposeRE = lazily(`(?i)\b(?:purpose|scope|goal|objective|aim|this (?:document|specification|report|contract|policy|paper|standard)|lets|allows|serves|is intended|describes|because)\b`)
	firmRE    = lazily(`(?i)\b(?:agreed|decided|decides|decision|i note|we note|approved)\b`)
)

var demands = facet{"What it demands", 5, func(u *unit) bool { return u.obliges() }, nil}

var facets = []facet{
	{"What it is about", 2, func(u *unit) bool { return purpose(u) > 0 }, purpose},
	{"What was decided", 2, func(u *unit) bool { return firmRE.MatchString(u.text()) && !openRE.MatchString(u.text()) }, nil},
	demands,
	{"Numbers", 3, func(u *unit) bool { return measured(u) }, nil},
	{"What it leaves open", 3, leavesOpen, nil},
}

// saysMuch is what is left to quote where little of the other kinds was found.
var saysMuch = facet{"It also says", 4, func(u *unit) bool { return meaningful(u) >= 5 }, nil}

// selfRE finds a document that speaks of itself.
var selfRE = lazily(`(?i)\bthis (?:document|specification|handbook|manual|report|contract|agreement|policy|standard|guide|guideline|paper|plan|is the)\b|\bthe (?:document|handbook|manual|report|specification)\b`)

// formalRE finds what a document says of its rights and its copies.
var formalRE = lazily(`(?i)\b(?:licen[cs]ed?|copyright|all rights|trademarks?|confidential|reproduced?)\b`)

// purpose counts the signs that a sentence says what its document is about.
func purpose(u *unit) int {
	if formalRE.MatchString(u.text()) || !u.tokens[0].capital {
		return -1
	}
	n := len(purposeRE.FindAllStringIndex(u.text(), -1))
	if selfRE.MatchString(u.text()) {
		n += 2
	}
	if underPurpose(u) {
		n++
	}
	return n
}

func measured(u *unit) bool {
	for _, q := range quantities(u.text(), u.tokens) {
		if q.class != countValue {
			return true
		}
	}
	return false
}

// summarise answers a request for what documents hold, by the sentences that
// state purpose, decisions, demands, numbers and open points.
func summarise(t *turn) (string, bool) {
	if !t.desk.canSearch() {
		return noProject, true
	}
	documents, ready := t.desk.documents()
	if !ready {
		return "", false
	}
	if len(documents) == 0 {
		return noDocuments, true
	}
	wanted := namedIn(t.talk.asked, documents)
	topic := ""
	if len(wanted) == 0 {
		if topic = summaryTopic(t.talk.asked); topic != "" {
			return answerDocuments(t)
		}
		wanted = documents
	}
	if _, ready = t.desk.search(summaryQueries(wanted)...); !ready {
		return "", false
	}
	if text, done := t.withoutDocuments(documents); done {
		return text, true
	}
	if len(wanted) > 1 && projectRE.MatchString(plain(t.talk.asked)) {
		return t.writeOverview(wanted), true
	}
	return t.writeSummary(wanted, len(wanted) == len(documents)), true
}

// aims are the sentences that say plainly what a document is about.
var aims = facet{"What it is about", 1, func(u *unit) bool { return statesAim(u) && purpose(u) > 0 }, purpose}

// statesAim reports whether a sentence stands where the aim is told, or tells it.
func statesAim(u *unit) bool {
	return aimRE.MatchString(u.text()) || u.kind == sentence && underPurpose(u)
}

// underPurpose reports whether the heading above promises the purpose.
func underPurpose(u *unit) bool {
	return slices.ContainsFunc(u.sectionTokens(), func(t token) bool { return purposeWords[t.word] })
}

var purposeWords = wordSet(`purpose scope introduction objective objectives overview goal goals background`)

var aimRE = lazily(`(?i)^.{0,40}\b(?:this (?:document|specification|handbook|manual|report|contract|agreement|policy|standard|guide|guideline|paper|plan)|the (?:purpose|aim|goal|objective|scope) of (?:this|the)|the [\w() -]{0,60}(?:report|document|specifications?|standard|manual|guide)(?: \(\w+\))?)\b.{0,30}?\b(?:is|are|will|shall|describes?|outlines?|defines?|specif(?:y|ies)|provides?|covers?|sets out|contains?|presents?|establish(?:es)?)\b`)

// maxSections bounds how many headings stand for a document.
const maxSections = 5

// sectionsOf names the headings of a document that the search brought, in its
// order; nil where it has fewer than two.
func sectionsOf(sources []*source, document string) []string {
	var names []string
	seen := make(map[string]bool)
	for _, s := range sources {
		name := ""
		if len(s.units) > 0 {
			name = s.units[0].section()
		}
		if s.document != document || name == "" || len(name) > maxHeading/2 || seen[name] {
			continue
		}
		seen[name] = true
		if names = append(names, fmt.Sprintf("%s [%d]", quoted(name), s.n)); len(names) == maxSections {
			break
		}
	}
	if len(names) < 2 {
		return nil
	}
	return []string{"has sections on " + strings.Join(names, ", ")}
}

// writeOverview says of each document what it is about in its own words; where
// it does not say so, by its headings or its demands.
func (t *turn) writeOverview(wanted []prompt.Document) string {
	lines := []string{fmt.Sprintf("There %s. What each is about, as far as it says so itself:", countDocuments(len(wanted))), ""}
	for _, d := range wanted[:min(len(wanted), maxNamed)] {
		used := make(map[*unit]bool)
		quotes := aims.quotes(t.desk.sources, d.Document, 1, used)
		if len(quotes) == 0 {
			quotes = sectionsOf(t.desk.sources, d.Document)
		}
		if len(quotes) == 0 {
			quotes = demands.quotes(t.desk.sources, d.Document, 1, used)
		}
		if len(quotes) == 0 {
			quotes = []string{"the search brought nothing that says so. Ask about something in it."}
		}
		lines = append(lines, "- *"+escapeName(d.Document)+"*: "+strings.Join(quotes, " "))
	}
	if more := len(wanted) - maxNamed; more > 0 {
		lines = append(lines, fmt.Sprintf("- and %d more documents", more))
	}
	return strings.Join(append(lines, "", "Say \"summarise\" with the name of one to read more of it."), "\n")
}

// maxSummarised bounds how many documents one summary covers.
const maxSummarised = 5

func summaryQueries(documents []prompt.Document) []string {
	queries := []string{"purpose scope introduction goal objective", "shall must should may", "agreed decided decision open question"}
	for _, d := range documents[:min(len(documents), maxSummarised)] {
		name := strings.Join(wordsOf(strings.TrimSuffix(d.Document, "."+d.Format)), " ")
		queries = append(queries, name+" purpose scope this document")
	}
	return queries
}

// namedIn returns the documents that a message names.
func namedIn(message string, documents []prompt.Document) []prompt.Document {
	q := readQuestion(message, nil)
	var named, alike []prompt.Document
	most := 1
	for _, d := range documents {
		if len(q.naming(d.Document)) > 0 {
			named = append(named, d)
		}
		n := 0
		for _, t := range tokenise(strings.TrimSuffix(d.Document, "."+d.Format)) {
			if len(t.word) > 2 && q.isContent(t.stem) {
				n++
			}
		}
		if n > most {
			alike, most = nil, n
		}
		if n == most {
			alike = append(alike, d)
		}
	}
	if len(named) > 0 {
		return named
	}
	return alike
}

var summaryRE = lazily(`(?i)^(?:please )?(?:can you )?(?:summari[sz]e|sum up|give (?:me )?an? (?:\w+ )?(?:summary|overview) (?:of|about|on)|(?:\w+ )?(?:summary|overview) of|what(?:'s| is)(?: written)? in|outline)\s+(.+)$`)

// summaryTopic returns what is to be summarised where it is not the documents.
func summaryTopic(message string) string {
	m := summaryRE.FindStringSubmatch(strings.TrimRight(message, " ?.!"))
	if m == nil {
		return ""
	}
	for _, w := range wordsOf(m[1]) {
		if !nowhere[w] && !frameWords[w] && !stopWords[w] {
			return m[1]
		}
	}
	return ""
}

// writeSummary writes the facets of each document.
func (t *turn) writeSummary(wanted []prompt.Document, all bool) string {
	var blocks []string
	for _, d := range wanted[:min(len(wanted), maxSummarised)] {
		blocks = append(blocks, t.summaryOf(d, len(wanted) == 1))
	}
	if more := len(wanted) - maxSummarised; more > 0 {
		blocks = append(blocks, fmt.Sprintf("%d more documents are left out here; name one to see it.", more))
	}
	lead := "The sentences below are quotes, chosen by rules from the passages that the search brought."
	if all && len(wanted) > 1 {
		lead = fmt.Sprintf("There %s. %s", countDocuments(len(wanted)), lead)
	}
	return lead + "\n\n" + strings.Join(blocks, "\n\n")
}

func (t *turn) summaryOf(d prompt.Document, alone bool) string {
	lines := []string{fmt.Sprintf("**%s**", escape(d.Document))}
	if note := documentNote(d); note != "" {
		lines[0] += " (" + escape(note) + ")"
	}
	used := make(map[*unit]bool)
	for _, f := range facets {
		limit := f.max
		if !alone {
			limit = min(limit, 2)
		}
		if quotes := f.quotes(t.desk.sources, d.Document, limit, used); len(quotes) > 0 {
			lines = append(lines, "- "+f.title+": "+strings.Join(quotes, " "))
		}
	}
	if len(lines) < 3 && alone {
		if quotes := saysMuch.quotes(t.desk.sources, d.Document, 4, used); len(quotes) > 0 {
			lines = append(lines, "- "+saysMuch.title+": "+strings.Join(quotes, " "))
		}
	}
	if len(lines) == 1 {
		return lines[0] + ": the search brought nothing of it that states a purpose, a demand or a decision. Ask about something in it."
	}
	return lines[0] + "\n\n" + strings.Join(lines[1:], "\n")
}

// quotes returns the first units of the document that show the facet.
func (f facet) quotes(sources []*source, document string, limit int, used map[*unit]bool) []string {
	var quotes []string
	var chosen []ranked
	for _, u := range f.candidates(sources, document) {
		if len(quotes) == limit {
			return quotes
		}
		if used[u] || u.kind == title || u.kind == header || u.kind == reply || len(u.tokens) < 5 || u.kind == row || givesOrders(u) || !f.takes(u) || alike(ranked{unit: u}, chosen) {
			continue
		}
		used[u] = true
		chosen = append(chosen, ranked{unit: u})
		quotes = append(quotes, ranked{unit: u}.cited(-1))
	}
	return quotes
}

// candidates returns the units of a document, in the facet's order.
func (f facet) candidates(sources []*source, document string) []*unit {
	var units []*unit
	for _, s := range sources {
		if s.document == document {
			units = append(units, s.units...)
		}
	}
	if f.best != nil {
		slices.SortStableFunc(units, func(a, b *unit) int { return cmp.Compare(f.best(b), f.best(a)) })
	}
	return units
}
