package analyst

import "fmt"

// denial is a phrase that one unit denies and another does not.
type denial struct {
	phrase string
	by, of ranked
}

// findDenial looks for a phrase that the evidence both affirms and denies, such
// as "kind of treatment" and "without the kind of treatment".
func findDenial(evidence []ranked) *denial {
	for i, a := range evidence {
		for _, b := range evidence[i+1:] {
			if a.src.document == b.src.document || a.kind == row || b.kind == row {
				continue
			}
			if phrase, ok := deniedPhrase(a, b); ok {
				return &denial{phrase, a, b}
			}
			if phrase, ok := deniedPhrase(b, a); ok {
				return &denial{phrase, b, a}
			}
		}
	}
	return nil
}

// deniedPhrase returns the longest phrase of two words or more, the last of
// which carries meaning, that by denies and of does not.
func deniedPhrase(by, of ranked) (string, bool) {
	for i, t := range by.tokens {
		if !directNegations[t.word] {
			continue
		}
		from := i + 1
		for from < len(by.tokens) && (by.tokens[from].word == "the" || by.tokens[from].word == "a" || by.tokens[from].word == "any") {
			from++
		}
		for n := min(5, len(by.tokens)-from); n >= 2; n-- {
			run := by.tokens[from : from+n]
			if stopWords[run[n-1].word] || stopWords[run[0].word] {
				continue
			}
			for _, at := range findStems(of.tokens, stemsOf(run)) {
				if !deniedBefore(of.tokens, at) {
					return by.text()[run[0].start:run[n-1].end], true
				}
			}
		}
	}
	return "", false
}

var directNegations = wordSet(`without no not never`)

func deniedBefore(tokens []token, at int) bool {
	for i := max(0, at-5); i < at; i++ {
		if negations[tokens[i].word] {
			return true
		}
	}
	return false
}

// write asks which of the two holds.
func (d denial) write() string {
	return fmt.Sprintf("**They contradict each other on %s:** *%s* leaves it out, *%s* has it. Which one holds?",
		quoted(d.phrase), escapeName(d.by.src.document), escapeName(d.of.src.document))
}
