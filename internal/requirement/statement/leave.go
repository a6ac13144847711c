package statement

import "strings"

// about are phrases of sentences that speak of the document or of the words in
// it, not of what is specified.
var about = phrasesOf(`this document, this section, this chapter, this appendix, this specification, this srs, this paragraph, this report, this deliverable,
	following section, following sections, next section, this table, this figure, the reader, key words, rfc 2119, table of contents, all rights reserved, copyright,
	be interpreted as, be understood as, be noted that, be noted, is defined as, are defined as, stands for, refers to, is described in, are described in,
	requirements document, requirement identifier, public license, licensed under, permission is hereby`)

var exampleLeads = phrasesOf(`for example, for instance, e.g, i.e, as an example, note that, please note`)

// labels before a colon or a dash begin what is no requirement.
var labels = setOf(`example examples note notes rationale reason definition background assumption assumptions remark remarks discussion comment comments
	justification explanation purpose priority status source author version`)

// leftOut reports examples, rationale, definitions and sentences about the text.
func leftOut(text string, words []word) bool {
	if exampleLeads.at(words, 0) > 0 || labels[words[0].s] && len(words) > 1 && !words[1].letter() {
		return true
	}
	m := modalOf(words)
	if m.force == shallForce {
		return about.in(words[:m.at]) || about.at(words, m.next) > 0 || isDefinition(text, words)
	}
	return about.in(words) || isDefinition(text, words)
}

// isContents reports a line of a table of contents: dots that lead to a page.
func isContents(text string) bool {
	if strings.Contains(text, ". . .") || strings.Contains(text, ".....") {
		return true
	}
	dots := strings.LastIndex(text, "...")
	return dots > 0 && len(text)-dots < 12 && strings.IndexFunc(text[dots:], func(r rune) bool { return r >= '0' && r <= '9' }) > 0
}

// isDefinition reports "Term: A condition that ..." and "Term - A ...".
func isDefinition(text string, words []word) bool {
	for i := 1; i < len(words)-2 && i <= 6; i++ {
		w := words[i].s
		if w == ":" || w == "-" || w == "–" {
			next := words[i+1].s
			return (next == "a" || next == "an" || next == "the" && capital(text[words[i+1].start:])) && modalOf(words[i+1:]).force == noForce
		}
	}
	return false
}
