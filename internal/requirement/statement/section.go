package statement

// section is what the headings say of the text below them.
type section int

const (
	anywhere     section = iota
	requirements         // its sentences are requirements if anything is
	scenario             // what happens step by step: only what shall or must be counts
	apart                // no requirements: references, definitions, contents
)

var (
	apartHeadings = phrasesOf(`references, reference documents, related documents, applicable documents, referenced documents, bibliography, definitions, definition, glossary,
		acronyms, abbreviations, terminology, table of contents, contents, revision history, change history, document history, document control, document conventions, conventions,
		intended audience, license, licence, copyright, notices, foreword, preface, acknowledgements, acknowledgments, index, document overview, purpose of this document, about this document,
		list of figures, precondition*, pre-condition*, pre condition, trigger*, actors, postcondition*, post-condition*, list of tables, frontispiece, about the standard`)
	scenarioHeadings    = phrasesOf(`use case*, use-case*, scenario*, flow of events, stimulus, basic flow, alternate flow, alternative flow, main flow, steps, background, introduction, overview, motivation, rationale, example*, walkthrough`)
	requirementHeadings = phrasesOf(`requirement*, feature*, constraint*, capabilities, must have, should have, user stories, acceptance criteria, functions, performance, security, usability, reliability, anforderung*, exigences, требования`)
)

// sectionOf reads a heading.
func sectionOf(heading string) section {
	words := wordsOf(heading)
	switch {
	case len(words) == 0 || len(words) > 14:
		return anywhere
	case apartHeadings.in(words):
		return apart
	case requirementHeadings.in(words):
		return requirements
	case scenarioHeadings.in(words):
		return scenario
	}
	return anywhere
}
