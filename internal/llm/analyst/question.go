package analyst

import (
	"strings"
)

// kind is what sort of answer a question wants.
type kind int

const (
	topic      kind = iota // whatever the documents say
	amountKind             // how many, how much, how long, how often
	timeKind               // when, until when, since when
	personKind             // who, whose, by whom
	placeKind              // where
	reasonKind             // why
	mannerKind             // how
	meaning                // what is, what does it mean
	listing                // which ones, list
	yesNo                  // is, may, does
)

// class is the class of a value that answers.
type class int

const (
	anyValue class = iota
	durationValue
	dateValue
	moneyValue
	shareValue
	sizeValue
	countValue
	frequencyValue
)

// question is one thing asked.
type question struct {
	text        string
	kind        kind
	value       class  // of amountKind and timeKind
	counted     string // stem of what is counted, of "how many X"
	terms       []qterm
	perDocument bool       // of listing: asks which documents hold something
	broad       bool       // of listing: wants everything, not one or two
	obliged     bool       // asks what must or shall be
	carried     bool       // some terms come from the question before
	pairs       [][]string // stems of words that make one name, such as "response time"
	documents   []string   // names of documents that it points to
	resembling  []string   // names of documents that share words with it
	phrase      string     // what is defined, of meaning; as written
	language    *language  // nil for English
	soft        bool       // of amountKind: a statement without a value answers too
	measure     string     // base unit of "how heavy", "how far"; empty elsewhere
	long        bool       // "how long", of time or of length
}

// qterm is a word, or a name of several, that the answer should hold.
type qterm struct {
	word    string // as written
	stems   []string
	alts    []alternative
	weight  float64
	generic bool
	proper  bool // a name, an identifier or a number
}

var partRE = lazily(`(?i)\?\s+|;\s+|,?\s+and (?:also )?(what|how|who|when|where|which|why|whom|does|is|are|can|may|must)\b`)

// maxParts bounds how many questions one message is read as.
const maxParts = 4

// splitQuestions cuts a message into the questions that it holds.
func splitQuestions(s string) []string {
	var parts []string
	for len(parts) < maxParts-1 {
		m := partRE.FindStringSubmatchIndex(s)
		if m == nil {
			break
		}
		next := m[1]
		if m[2] >= 0 {
			next = m[2]
		}
		if len(wordsOf(s[:m[0]])) >= 3 && len(wordsOf(s[next:])) >= 2 {
			parts = append(parts, strings.TrimSpace(s[:m[0]]))
			s = s[next:]
			continue
		}
		break
	}
	if s = strings.TrimSpace(s); s != "" {
		parts = append(parts, s)
	}
	return parts
}

// readQuestion analyses one question. before is the question that it may refer
// back to, or nil.
func readQuestion(text string, before *question) *question {
	q := &question{text: text, language: languageOf(text)}
	bare := strings.TrimSpace(courtesyRE.ReplaceAllString(strings.TrimSpace(text), ""))
	bare = q.language.withoutFrequent(bare)
	q.classify(bare)
	q.collectTerms(bare)
	q.collectPairs(bare)
	q.carry(bare, before)
	return q
}

// courtesyRE is what stands around a question and says nothing.
var courtesyRE = lazily(`(?i)^(?:(?:hi|hello|hey|ok|okay|so|well|now|and|but|also|please|then)[,!.]*\s+)*` +
	`(?:(?:can|could|would|will) you (?:please )?(?:tell|show|give|explain to|find out for) (?:me|us) |(?:please )?(?:tell|show|give) (?:me|us) |` +
	`do (?:you|we) know (?:if |whether )?|i(?:'d| would) like to (?:know|see|understand) |i (?:want|need) to (?:know|see|understand) |i wonder |` +
	`(?:please )?(?:find out|look up|look for|search for|search|find|check|explain|describe) (?:me )?|` +
	`(?:according to|in|from) (?:the|our|my|these|all)(?: uploaded)? (?:documents?|files?|docs?),? |` +
	`what do(?:es)? (?:the|our|my|these|all)(?: uploaded)? (?:documents?|files?|docs?) (?:say|state|tell us|mention)(?: about| on)? )*`)

// collectTerms takes the words that carry meaning, quoted parts as phrases.
func (q *question) collectTerms(text string) {
	text = quantifierRE.ReplaceAllString(text, "")
	text = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`).Replace(text)
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 && strings.Count(text, `"`)%2 == 0 {
			q.add(part, true)
			continue
		}
		for _, w := range strings.FieldsFunc(part, breaksWord) {
			q.addWord(w)
		}
		q.strengthenPairs(part)
	}
	if len(q.terms) == 0 { // nothing but weak words: they are what there is
		for _, t := range tokenise(text) {
			if !stopWords[t.word] {
				q.add(t.word, false)
			}
		}
	}
}

// quantifierRE is the part of a question that asks for an amount and is not
// looked for itself.
var quantifierRE = lazily(`(?i)^(?:for |after |within |in |up to |by )?how (?:long|old|many|much|often|frequently|far|big|large|fast|quickly|soon|high|deep|wide|heavy|expensive)\b|^(?:what|which) (?:share|percentage|percent|proportion|fraction|number|amount) of\b`)

// breaksWord tells what separates words; a hyphen, an underline or a full stop
// inside holds a name together.
func breaksWord(r rune) bool {
	return strings.ContainsRune(" \t\n\r,;:!?()[]{}<>|/\\\"…", r)
}

func (q *question) addWord(w string) {
	w = strings.Trim(w, ".-'’_*`")
	lower := strings.ReplaceAll(strings.ToLower(w), "’", "'")
	switch {
	case obligations[lower] && lower != "has" && lower != "have" && lower != "can" && lower != "may" && lower != "will":
		q.obliged = true
	}
	bare := strings.TrimSuffix(lower, "'s")
	if stopWords[lower] || stopWords[bare] || frameWords[lower] && !(q.obliged && contentVerbs[lower]) {
		return
	}
	q.add(w, false)
}

// collectPairs takes the neighbours of which the first says much: a "response
// time" is neither a response nor a time.
func (q *question) collectPairs(text string) {
	tokens := tokenise(text)
	for i := 1; i < len(tokens); i++ {
		first, second := tokens[i-1], tokens[i]
		if first.end < second.start && text[first.end:second.start] == " " && q.isContent(first.stem) && !stopWords[second.word] && !frameWords[second.word] && !requirementWords[second.word] {
			q.pairs = append(q.pairs, []string{first.stem, second.stem})
		}
	}
}

// requirementWords name what is asked for, not what it is about.
var requirementWords = wordSet(`requirement requirements rule rules`)

// pairsIn returns how many of the question's pairs a unit holds, side by side.
func (q *question) pairsIn(u *unit) int {
	n := 0
	if u.kind == inquiry || u.kind == title {
		return 0
	}
	for _, p := range q.pairs {
		if len(findStems(u.tokens, p)) > 0 {
			n++
		}
	}
	return n
}

// strengthenPairs gives a weak adjective its weight before a noun: a "first
// visit" is not any visit.
func (q *question) strengthenPairs(text string) {
	tokens := tokenise(text)
	for i := range q.terms {
		t := &q.terms[i]
		if !t.generic || !qualifiers[strings.ToLower(t.word)] {
			continue
		}
		for _, at := range findStems(tokens, t.stems) {
			if at+1 < len(tokens) && q.isContent(tokens[at+1].stem) {
				t.weight = qualifierWeight
			}
		}
	}
}

const qualifierWeight = 0.7

// qualifiers are weak words that tell things of one name apart.
var qualifiers = wordSet(`first last next new old current early late maximum minimum high low large small short long main single certain expected total`)

func (q *question) isContent(stem string) bool {
	for _, t := range q.contentTerms() {
		if t.stems[0] == stem {
			return true
		}
	}
	return false
}

// contentVerbs belong to what is asked in "what must a reminder say".
var contentVerbs = wordSet(`say show list name mention state answer tell`)

// add adds a term once.
func (q *question) add(w string, quoted bool) {
	stems := terms(w)
	if len(stems) == 0 || len(stems) == 1 && len(stems[0]) == 1 && !isDigits(stems[0]) && strings.ToUpper(w) != w {
		return
	}
	key := strings.Join(stems, " ")
	for _, t := range q.terms {
		if strings.Join(t.stems, " ") == key {
			return
		}
	}
	lower := strings.ToLower(w)
	t := qterm{word: w, stems: stems, alts: alternatives()[key], weight: 1}
	t.proper = quoted || strings.ContainsAny(w, "0123456789_") || len(w) > 1 && strings.ToLower(w[1:]) != w[1:]
	if !quoted && (genericWords[lower] || contentVerbs[lower]) {
		t.generic, t.weight = true, genericWeight
	}
	q.terms = append(q.terms, t)
}

// genericWeight is what a word that says little counts beside one that says much.
const genericWeight = 0.35

// carry takes over what the question before was about, where this one points
// back to it.
func (q *question) carry(text string, before *question) {
	if before == nil || !q.pointsBack(text) {
		return
	}
	q.carried = true
	if q.kind == topic && followRE.MatchString(text) {
		q.kind, q.value, q.counted = before.kind, before.value, before.counted
	}
	for _, t := range before.terms {
		if t.generic && t.weight < qualifierWeight && q.hasContent() {
			continue
		}
		q.adopt(t)
	}
}

func (q *question) adopt(t qterm) {
	for _, have := range q.terms {
		if strings.Join(have.stems, " ") == strings.Join(t.stems, " ") {
			return
		}
	}
	t.weight *= carriedWeight
	q.terms = append(q.terms, t)
}

// carriedWeight is what a term of the question before counts.
const carriedWeight = 0.6

var followRE = lazily(`(?i)^(?:and|but|or|what about|how about|also|same for|and what about)\b`)

// pointsBack reports whether a question needs the one before to be understood.
func (q *question) pointsBack(text string) bool {
	if followRE.MatchString(text) || followRE.MatchString(q.text) {
		return true
	}
	if !q.hasContent() {
		return true
	}
	if len(q.contentTerms()) > 2 {
		return false
	}
	for i, w := range wordsOf(text) {
		if pronouns[w] && !(i > 0 && w == "there") && w != "one" && w != "this" {
			return true
		}
	}
	return false
}

// wantsValue reports whether a number, a duration or a date answers.
func (q *question) wantsValue() bool { return q.kind == amountKind || q.kind == timeKind }

func (q *question) hasContent() bool { return len(q.contentTerms()) > 0 }

// contentTerms returns the terms that say much.
func (q *question) contentTerms() []qterm {
	var content []qterm
	for _, t := range q.terms {
		if !t.generic {
			content = append(content, t)
		}
	}
	return content
}
