package statement

import "strings"

// habit is how often a document has to say "shall" or "must", and no less often
// than it says what will be or what is, to be taken at its word: what its other
// sentences tell is background then.
const habit = 20

// settle leaves out what the habits of the document speak against, and marks
// what it says twice.
func (f *finder) settle() []Candidate {
	said := map[Rule]int{}
	for _, c := range f.found {
		said[c.Rule]++
	}
	asked := said[RuleObligation] + said[RuleVerify]
	found := f.found[:0]
	seen := make(map[string]int)
	for i, c := range f.found {
		often := asked >= said[c.Rule] || c.Rule == RuleSection
		if asked >= habit && often && !f.firm[i] && isBackground[c.Rule] {
			continue
		}
		key := strings.ToLower(c.Text)
		if first, known := seen[key]; known {
			c.SameAs = first
		} else {
			seen[key] = len(found)
		}
		found = append(found, c)
	}
	return found
}

var isBackground = map[Rule]bool{RuleAbility: true, RulePresent: true, RuleFuture: true, RuleNeed: true, RuleSection: true}
