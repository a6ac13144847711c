package statement

import (
	"unicode"
	"unicode/utf8"
)

// section is what the headings say of the text below them.
type section int

const (
	anywhere     section = iota
	requirements         // its sentences are requirements if anything is
	scenario             // what happens step by step: only what shall or must be counts
	apart                // no requirements: references, definitions, contents
)

var (
	// apartHeadings end the heading, or stand in it before "and" or "of".
	apartHeadings = phrasesOf(`references, reference documents, reference materials, related documents, applicable documents, referenced documents, bibliography, definitions, glossary,
		acronyms, abbreviations, table of contents, revision history, change history, document history, document control, document conventions, intended audience, foreword, preface,
		acknowledgements, acknowledgments, document overview, purpose of this document, about this document, precondition*, pre-condition*, pre condition, postcondition*, post-condition*, frontispiece, about the standard`)
	// soleHeadings are those only where they begin the heading.
	soleHeadings        = phrasesOf(`definition, terminology, contents, conventions, license, licence, copyright, notices, index, trigger*, actors, reference`)
	scenarioHeadings    = phrasesOf(`use case*, use-case*, scenario*, flow of events, stimulus, basic flow, alternate flow, alternative flow, main flow, steps, background, introduction, overview, motivation, rationale, example*, walkthrough`)
	requirementHeadings = phrasesOf(`requirement*, feature*, constraint*, capabilities, must have, should have, user stories, acceptance criteria, functions, performance, security, usability, reliability, anforderung*, exigences, требования`)
)

// isApart reports "1.3 Definitions, acronyms and abbreviations" and "Appendix A:
// Glossary", but not "Index management".
func isApart(words []word) bool {
	begun := false
	for i, w := range words {
		n := apartHeadings.at(words, i)
		if n == 0 && !begun {
			n = soleHeadings.at(words, i)
		}
		if n > 0 && (i+n == len(words) || goesWith[words[i+n].s]) {
			return true
		}
		begun = begun || unicode.IsLetter(firstRune(w.s)) && w.s != "list" && w.s != "of"
	}
	return false
}

var goesWith = setOf(`, and & of / : - ; or used for`)

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// sectionOf reads a heading.
func sectionOf(heading string) section {
	words := wordsOf(heading)
	switch {
	case len(words) == 0 || len(words) > 14:
		return anywhere
	case isApart(words):
		return apart
	case requirementHeadings.in(words):
		return requirements
	case scenarioHeadings.in(words):
		return scenario
	}
	return anywhere
}
