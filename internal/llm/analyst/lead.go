package analyst

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lead writes the sentence that answers.
func (f finding) lead() string {
	best := f.evidence[0]
	switch {
	case f.clash != nil && f.q.wantsValue():
		return f.clash.lead(f.q)
	case f.q.kind == meaning && !best.fits:
		return fmt.Sprintf("No passage that I found defines %s. It is used here: %s", quoted(f.q.phrase), best.point())
	case f.q.kind == reasonKind && !best.fits:
		return "The documents give no reason in so many words. The closest they come: " + best.point()
	case f.isList():
		return f.listLead()
	case f.q.kind == yesNo:
		return f.verdict() + best.said()
	case best.kind == row:
		return f.rowLead(best)
	}
	if value, at := f.q.valueOf(best); value != "" {
		return "**" + escape(sentenceCase(value)) + ".** " + best.where() + " says: " + best.cited(at)
	}
	return best.said()
}

// said writes where a unit stands and quotes it.
func (r ranked) said() string {
	if r.kind == reply && openRE.MatchString(r.section()) {
		return "**Still open.** " + r.where() + ", on " + own(r.asked.text(), 120) + ": " + r.cited(-1)
	}
	if r.kind == reply {
		return r.where() + " answers " + own(r.asked.text(), 120) + " with: " + r.cited(-1)
	}
	return r.where() + " says: " + r.cited(-1)
}

// point writes where a unit stands and quotes it, as an item of a list. Of a row
// it quotes from what was asked about to the value.
func (q *question) point(r ranked) string {
	if s, ok := q.rowPoint(r); ok {
		return s
	}
	return r.point()
}

// point writes where a unit stands and quotes it.
func (r ranked) point() string {
	s := r.where()
	if r.kind == reply {
		s += ", on " + own(r.asked.text(), 120)
	}
	return s + ": " + r.cited(-1)
}

// cited quotes the unit with its number.
func (r ranked) cited(must int) string {
	return fmt.Sprintf("%s [%d]", r.quote(must), r.src.n)
}

// where names the document, the place in it, and who speaks.
func (r ranked) where() string {
	s := "*" + escapeName(r.src.document) + "*"
	if inside := r.place(); inside != "" {
		s += " (" + inside + ")"
	}
	return s
}

// place names the place in the document, and who speaks there.
func (r ranked) place() string {
	var inside []string
	place := r.src.locator
	if r.kind == row {
		place = rowPlaceRE.ReplaceAllString(place, "") // the passage's first row, not this one
	}
	if strings.HasPrefix(place, "line ") && r.heading != "" {
		place = "" // the passage's first line, not this one
	}
	if place != "" && (r.heading == "" || isPlace(place)) {
		inside = append(inside, escape(place))
	}
	if r.heading != "" {
		inside = append(inside, escape(r.heading))
	}
	if r.label != "" {
		inside = append(inside, escape(r.label))
	}
	return strings.Join(inside, ", ")
}

var rowPlaceRE = lazily(`(?:^|, )row \d+$`)

// escapeName escapes a file's name for use inside emphasis.
func escapeName(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "`", "\\`").Replace(s)
}

// valueOf returns the value that answers, as it is written, and its token.
func (q *question) valueOf(r ranked) (string, int) {
	text := r.text()
	if q.kind == timeKind {
		if spans := dates(text); len(spans) > 0 && q.value == dateValue {
			return q.nearestSpan(r, spans)
		}
	}
	if !q.wantsValue() {
		return "", -1
	}
	if q.value == frequencyValue {
		if m := frequencyRE.FindStringIndex(text); m != nil {
			return text[m[0]:m[1]], tokenAt(r.tokens, m[0])
		}
		return "", -1
	}
	v, ok := q.bestQuantity(&r)
	if !ok {
		if spans := dates(text); q.kind == timeKind && len(spans) > 0 {
			return q.nearestSpan(r, spans)
		}
		return "", -1
	}
	return q.phraseOf(r, v), v.first
}

// phraseOf returns the value with the words that belong to it.
func (q *question) phraseOf(r ranked, v quantity) string {
	text := r.text()
	start, end := v.start, v.end
	for back := 1; back <= 3 && v.first-back >= 0; back++ {
		t := r.tokens[v.first-back]
		if !bounds[t.word] && !approximate[t.word] && t.word != "at" && t.word != "up" && t.word != "than" && t.word != "not" {
			break
		}
		if t.word == "to" && (v.first-back == 0 || r.tokens[v.first-back-1].word != "up") {
			break
		}
		start = t.start
	}
	if v.class == countValue && v.last+1 < len(r.tokens) {
		next := r.tokens[v.last+1]
		gap := text[v.end:next.start]
		if strings.TrimSpace(gap) == "" && !stopWords[next.word] && !auxiliaries[next.word] {
			end = next.end
		}
	}
	if v.last+1 < len(r.tokens) && q.kind == timeKind {
		if next := r.tokens[v.last+1].word; next == "before" || next == "after" {
			end = endOfPhrase(text, r.tokens, v.last+1)
		}
	}
	return text[start:end]
}

var approximate = wordSet(`about around approximately roughly nearly almost some circa ca`)

// endOfPhrase returns the end of "before the appointment", "after the invoice".
func endOfPhrase(text string, tokens []token, i int) int {
	end := tokens[i].end
	for n := 1; n <= 4 && i+n < len(tokens); n++ {
		t := tokens[i+n]
		if strings.ContainsAny(text[end:t.start], ",;:.()|") {
			break
		}
		end = t.end
		if !stopWords[t.word] {
			break
		}
	}
	return end
}

// nearestSpan returns the span that is nearest to what was asked about.
func (q *question) nearestSpan(r ranked, spans [][]int) (string, int) {
	best, bestToken, bestDistance := "", -1, 1<<20
	for _, s := range spans {
		first := tokenAt(r.tokens, s[0])
		last := max(first, tokenAt(r.tokens, s[1]-1))
		if d := distance(quantity{first: first, last: last}, r.hits); d < bestDistance {
			best, bestToken, bestDistance = r.text()[s[0]:s[1]], first, d
		}
	}
	return best, bestToken
}

// tokenAt returns the first token that ends after the byte.
func tokenAt(tokens []token, at int) int {
	for i, t := range tokens {
		if t.end > at {
			return i
		}
	}
	return len(tokens) - 1
}

func sentenceCase(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

// lead names both values of a contradiction.
func (c clash) lead(q *question) string {
	one, other := q.phraseOf(c.one.ranked, c.one.value), q.phraseOf(c.other.ranked, c.other.value)
	who := "The documents disagree"
	if c.one.src.document == c.other.src.document {
		who = "*" + escapeName(c.one.src.document) + "* contradicts itself"
	}
	return fmt.Sprintf("**%s: %s or %s.**", who, escape(c.one.named(lowerFirst(one))), escape(c.other.named(lowerFirst(other))))
}

// named gives a value of a table its column, where the value itself has no unit.
func (s side) named(phrase string) string {
	if s.kind != row {
		return phrase
	}
	if name := s.columnOf(s.cellAt(s.value.start)); name != "" {
		return phrase + " (" + name + ")"
	}
	return phrase
}

// boundPhrase returns the value with its limiting word and what is counted.
func boundPhrase(s side) string {
	if s.value.bound != "" {
		return limitPhrase(s.text(), s.tokens, s.value)
	}
	return lowerFirst(s.text()[s.value.start:s.value.end])
}

// verdict is what the wording of the best unit says to a question that is
// answered with yes or no.
func (f finding) verdict() string {
	best := f.evidence[0]
	for _, t := range f.q.contentTerms() {
		if _, cover := best.match(t); cover == 0 {
			return ""
		}
	}
	if f.q.turned() {
		return "" // "Is it forbidden?" and "it is not allowed": better not to guess
	}
	if best.deniesNear() {
		return "**Going by the wording, no.** "
	}
	if outOfScopeRE.MatchString(best.text()) {
		return "**Going by the wording, no.** "
	}
	if best.cover > 0.8 && best.obliges() || best.kind == row && strings.Contains(strings.ToLower(best.text()), "yes") {
		return "**Going by the wording, yes.** "
	}
	return ""
}

// turned reports whether a question asks for what is not, or for a refusal.
func (q *question) turned() bool {
	for _, w := range wordsOf(q.text) {
		if negations[w] || refusals[w] {
			return true
		}
	}
	return false
}

var refusals = wordSet(`forbid forbids prohibit prohibits prevent prevents avoid avoids exclude excludes refuse refuses reject rejects deny denies ban bans block blocks without`)

// deniesNear reports whether a word of denial stands near a word of the question.
func (r ranked) deniesNear() bool {
	for i, t := range r.tokens {
		if !negations[t.word] || i+1 < len(r.tokens) && r.tokens[i+1].word == "only" {
			continue
		}
		for _, h := range r.hits {
			if h-i <= 6 && i-h <= 6 {
				return true
			}
		}
	}
	return false
}

// listLead introduces a list.
func (f finding) listLead() string {
	in := "in *" + escapeName(f.evidence[0].src.document) + "*"
	if n := f.documents(); n > 1 {
		in = fmt.Sprintf("in %d documents", n)
	}
	return fmt.Sprintf("I found %d places %s:", len(f.evidence), in)
}
