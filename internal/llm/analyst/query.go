package analyst

import (
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// queries returns the first searches for a question: its words as they were
// written, with words that stand next to one another as a phrase too.
func (q *question) queries() []string {
	words := make([]string, 0, len(q.terms))
	for _, t := range q.terms {
		words = append(words, searchWord(t.word))
	}
	if len(words) == 0 {
		return nil
	}
	queries := []string{strings.Join(words, " ")}
	if q.kind == meaning && q.phrase != "" && len(words) <= 4 {
		queries = append(queries, q.definitionQuery())
	}
	return queries
}

// definitionQuery searches for the ways in which a definition is written.
func (q *question) definitionQuery() string {
	p := strings.ReplaceAll(q.phrase, `"`, "")
	var b strings.Builder
	b.WriteString(p + " definition abbreviation glossary")
	for _, after := range []string{"is", "are", "means", "refers", "stands for", "is defined"} {
		fmt.Fprintf(&b, ` "%s %s"`, p, after)
	}
	return b.String()
}

// searchWord quotes what has spaces, so that it is searched as a phrase.
func searchWord(w string) string {
	if strings.Contains(w, " ") {
		return `"` + w + `"`
	}
	return w
}

// otherQueries returns searches for a question that the first passages did not
// answer: with other words for the same, and without the words that say little.
func (q *question) otherQueries(f finding) []string {
	var queries []string
	others := q.otherWords()
	content := q.contentTerms()
	if len(others) > 0 {
		queries = append(queries, strings.Join(others, " "))
	}
	if len(content) > 0 && len(content) < len(q.terms) {
		queries = append(queries, joinWords(content))
	}
	if present := without(content, f.absent); len(present) > 0 && len(present) < len(content) {
		queries = append(queries, joinWords(present))
	}
	return queries
}

// otherWords returns the alternatives of the terms, as words to search for.
func (q *question) otherWords() []string {
	var words []string
	seen := make(map[string]bool)
	for _, t := range q.terms {
		if t.generic && q.hasContent() {
			continue
		}
		for _, a := range t.alts {
			w := searchWord(a.word)
			if !seen[w] {
				seen[w] = true
				words = append(words, w)
			}
		}
		if len(t.alts) > 0 {
			words = append(words, searchWord(t.word))
		}
	}
	return words
}

func joinWords(terms []qterm) string {
	words := make([]string, len(terms))
	for i, t := range terms {
		words[i] = searchWord(t.word)
	}
	return strings.Join(words, " ")
}

func without(terms, gone []qterm) []qterm {
	var left []qterm
	for _, t := range terms {
		keep := true
		for _, g := range gone {
			keep = keep && g.word != t.word
		}
		if keep {
			left = append(left, t)
		}
	}
	return left
}

// pointTo notes which documents the question names, and takes the words of
// their names out of what is looked for.
func (q *question) pointTo(documents []prompt.Document) {
	if len(q.documents) > 0 || len(q.resembling) > 0 || q.perDocument {
		return
	}
	named := make(map[string]bool)
	for _, d := range documents {
		if stems := q.naming(d.Document); len(stems) > 0 {
			q.documents = append(q.documents, d.Document)
			for _, s := range stems {
				named[s] = true
			}
		} else if q.resembles(d.Document) {
			q.resembling = append(q.resembling, d.Document)
		}
	}
	if len(q.documents) == 0 || len(q.documents) == len(documents) && len(documents) > 1 {
		q.documents = nil
		q.lightenNames()
		return
	}
	var left []qterm
	for _, t := range q.terms {
		if !named[strings.Join(t.stems, " ")] {
			left = append(left, t)
		}
	}
	if len(left) > 0 {
		q.terms = left
	}
}

// lightenNames takes weight from the words that are in the name of a document
// which is probably meant: they say where to look, not what for.
func (q *question) lightenNames() {
	for i := range q.terms {
		for _, d := range q.resembling {
			if len(findStems(tokenise(d), q.terms[i].stems)) > 0 && len(q.besideName()) > 0 {
				q.terms[i].weight *= nameWeight
				break
			}
		}
	}
}

const nameWeight = 0.4

// documentNouns are words for documents that a name may hold.
var documentNouns = stemmed(`specification spec list notes minutes kick-off kickoff transcript protocol report contract draft manual handbook
	policy guideline plan proposal price prices presentation slides meeting backlog catalogue standard regulation decree rfp srs brd table budget`)

// naming returns the stems of the question that name the document: a noun for
// a document that its name holds, used as one ("in the specification"), or all
// words of its name.
func (q *question) naming(name string) []string {
	base := name
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		base = name[:i]
	}
	if strings.Contains(strings.ToLower(q.text), strings.ToLower(base)) || strings.Contains(strings.ToLower(q.text), strings.ToLower(name)) {
		return stemsOf(tokenise(name))
	}
	var stems []string
	tokens := tokenise(q.text)
	accordingTo := q.accordingTo()
	for _, t := range tokenise(base) {
		if (documentNouns()[t.stem] || q.isProper(t.stem)) && saysInside(tokens, t.stem) || accordingTo[t.stem] {
			stems = append(stems, t.stem)
		}
	}
	return stems
}

// resembles reports whether two words of the question or more stand in the name
// of the document: it is probably, but not surely, meant.
func (q *question) resembles(name string) bool {
	n := 0
	for _, t := range tokenise(name) {
		if q.isContent(t.stem) {
			n++
		}
	}
	return n >= 2
}

// besideQueries searches for the words that are not in the name of a document
// that is meant, once it is known which documents there are.
func (q *question) besideQueries() []string {
	rest := q.besideName()
	switch {
	case len(q.documents) > 0 && len(q.terms) > 0:
		return []string{joinWords(q.terms)}
	case len(q.resembling) > 0 && len(rest) > 0 && len(rest) < len(q.contentTerms()):
		return []string{joinWords(rest)}
	}
	return nil
}

// besideName returns the words of the question that are not in the name of a
// document that it resembles.
func (q *question) besideName() []qterm {
	var rest []qterm
	for _, t := range q.contentTerms() {
		inName := false
		for _, d := range q.resembling {
			inName = inName || len(findStems(tokenise(d), t.stems)) > 0
		}
		if !inName {
			rest = append(rest, t)
		}
	}
	return rest
}

// isProper reports whether the question holds the stem as a name.
func (q *question) isProper(stem string) bool {
	for _, t := range q.terms {
		if t.proper && len(t.stems) == 1 && t.stems[0] == stem {
			return true
		}
	}
	return false
}

// accordingTo returns the stems of what follows "according to".
func (q *question) accordingTo() map[string]bool {
	_, after, _ := strings.Cut(strings.ToLower(q.text), "according to ")
	set := make(map[string]bool)
	for _, t := range tokenise(after) {
		if len(t.word) > 2 && !stopWords[t.word] {
			set[t.stem] = true
		}
	}
	return set
}

// saysInside reports whether a noun is used as the name of a document: "in the
// draft specification", "what does the price list say".
func saysInside(tokens []token, stem string) bool {
	for i, t := range tokens {
		if t.stem != stem {
			continue
		}
		for back := 1; back <= 4 && i-back >= 0; back++ {
			switch tokens[i-back].word {
			case "in", "according", "from", "does", "do", "summarise", "summarize", "by":
				return true
			}
		}
	}
	return false
}
