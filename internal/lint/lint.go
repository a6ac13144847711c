package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Text returns the findings in a text of any number of sentences, in order of
// their place: those of each sentence, and those of the sentences together.
// Rules about grammar look only at sentences that state a requirement, those
// about words also at fragments, but not at sentences that explain.
func Text(text string) []Finding {
	var r report
	var all []*statement
	for list := range sentences(words(text)) {
		s := newStatement(list)
		r.check(s)
		all = append(all, s)
	}
	r.together(all)
	return r.sorted()
}

// Requirements is Text for a document: it looks only at the sentences that
// state a requirement, and elsewhere for placeholders.
func Requirements(text string) []Finding {
	var r report
	var all []*statement
	for list := range sentences(words(text)) {
		s := newStatement(list)
		if !s.requirement() {
			r.checkMarks(s)
			r.checkFew(s, Placeholder)
			continue
		}
		r.check(s)
		all = append(all, s)
	}
	r.together(all)
	return r.sorted()
}

// report collects findings.
type report struct{ found []Finding }

// add reports the words from i to j. In the reason, %s is how they are written.
func (r *report) add(rule string, s *statement, i, j int, reason, suggestion string) {
	if strings.Contains(reason, "%s") {
		reason = fmt.Sprintf(reason, s.quoted(i, j))
	}
	r.found = append(r.found, Finding{Rule: rule, Start: s.words[i].start, End: s.words[j-1].end, Reason: reason, Suggestion: suggestion})
}

func (r *report) check(s *statement) {
	if len(s.words) == 0 {
		return
	}
	r.checkMarks(s)
	if s.story {
		need := s.need()
		r.checkLexicon(need)
		r.checkComparatives(need)
		r.checkStory(s)
		return
	}
	if s.wordsMatter() {
		r.checkLexicon(s)
		r.checkComparatives(s)
	} else {
		r.checkFew(s, Placeholder, AndOr)
	}
	r.checkQuantities(s)
	if !s.requirement() {
		return
	}
	r.checkObligation(s)
	r.checkVerb(s)
	r.checkPassive(s)
	r.checkCompound(s)
	r.checkPronouns(s)
}

func (r *report) sorted() []Finding {
	slices.SortStableFunc(r.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Rule, b.Rule))
	})
	return r.found
}

// checkLexicon reports the expressions of the lexicon, the longest first.
func (r *report) checkLexicon(s *statement) {
	for i := s.body; i < len(s.words); {
		if to := s.extent(i); to > 0 {
			r.add(Loophole, s, i, to, "“%s” lets the supplier decide how far it goes.", "Give the value that is good enough.")
			i = to
			continue
		}
		p, to := book.find(s, i)
		if to == 0 {
			i++
			continue
		}
		h := lexicon[p.hint]
		r.add(h.rule, s, i, to, h.reason, h.suggestion)
		i = to
	}
}

// limitsOfWill end an expression such as "as fast as possible".
var limitsOfWill = set(`possible practicable practical feasible necessary needed required reasonable desired appropriate`)

// extent returns where an expression such as "as fast as possible" that begins
// at i ends, or 0.
func (s *statement) extent(i int) int {
	if s.low(i) != "as" {
		return 0
	}
	for j := i + 2; j < min(i+6, len(s.words)-1); j++ {
		if s.endsClause(j) {
			return 0
		}
		if s.low(j) == "as" && limitsOfWill[s.low(j+1)] && openEnded(s, j, j+2) {
			return j + 2
		}
	}
	return 0
}

// checkFew reports the expressions of a few rules of the lexicon alone: what
// they find is open in a sentence that explains, too.
func (r *report) checkFew(s *statement, rules ...string) {
	for i := range s.words {
		if p, to := book.find(s, i); to > 0 && slices.Contains(rules, lexicon[p.hint].rule) {
			r.add(lexicon[p.hint].rule, s, i, to, lexicon[p.hint].reason, lexicon[p.hint].suggestion)
		}
	}
}

const (
	openDecision = "“%s” stands where a decision is missing."
	decideIt     = "Decide it, or note who decides it until when as an open question."
)

// checkMarks reports placeholders that marks tell: ???, ___, <name of the bank>.
func (r *report) checkMarks(s *statement) {
	for i := s.body; i < len(s.words); i++ {
		if to := s.form(i); to > 0 && !s.explainsCommand() {
			r.add(Placeholder, s, i, to, openDecision, decideIt)
			i = to - 1
			continue
		}
		if s.low(i) != "?" && s.low(i) != "_" {
			continue
		}
		j := i + 1
		for s.low(j) == s.low(i) && !s.words[j].spaced {
			j++
		}
		if s.low(i) == "?" && j-i >= 2 || s.low(i) == "_" && j-i >= 3 && s.modal >= 0 {
			r.add(Placeholder, s, i, j, openDecision, decideIt)
		}
		i = j - 1
	}
}

// form returns where a text between angle brackets that begins at i ends, or 0.
// One word between them may be a tag, and brackets with space around them compare.
func (s *statement) form(i int) int {
	if s.low(i) != "<" || s.at(i+1).spaced || s.at(i+1).kind != letters || !s.at(i+2).spaced {
		return 0
	}
	for j := i + 2; j < min(i+8, len(s.words)); j++ {
		switch {
		case s.low(j) == ">" && !s.words[j].spaced:
			return j + 1
		case s.words[j].kind == mark:
			return 0
		}
	}
	return 0
}

// explainsCommand reports that the sentence shows how a command is typed.
func (s *statement) explainsCommand() bool {
	return slices.ContainsFunc(s.words, func(w word) bool { return w.low == "command" || w.low == "commands" })
}
