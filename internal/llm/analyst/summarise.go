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

var facets = []facet{
	{"What it is about", 2, func(u *unit) bool { return purposeRE.MatchString(u.text()) || selfRE.MatchString(u.text()) }, purpose},
	{"What was decided", 2, func(u *unit) bool { return firmRE.MatchString(u.text()) && !openRE.MatchString(u.text()) }, nil},
	{"What it demands", 5, func(u *unit) bool { return u.obliges() }, nil},
	{"Numbers", 3, func(u *unit) bool { return measured(u) }, nil},
	{"What it leaves open", 3, leavesOpen, nil},
}

// saysMuch is what is left to quote where little of the other kinds was found.
var saysMuch = facet{"It also says", 4, func(u *unit) bool { return meaningful(u) >= 5 }, nil}

// selfRE finds a document that speaks of itself.
var selfRE = lazily(`(?i)\bthis (?:document|specification|handbook|manual|report|contract|agreement|policy|standard|guide|guideline|paper|plan|is the)\b|\bthe (?:document|handbook|manual|report|specification)\b`)

// purpose counts the signs that a sentence says what its document is about.
func purpose(u *unit) int {
	n := len(purposeRE.FindAllStringIndex(u.text(), -1))
	if selfRE.MatchString(u.text()) {
		n += 2
	}
	for _, t := range u.sectionTokens() {
		if t.word == "purpose" || t.word == "scope" || t.word == "introduction" || t.word == "objective" {
			n++
		}
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
	return t.writeSummary(wanted, len(wanted) == len(documents)), true
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
