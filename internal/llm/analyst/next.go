package analyst

import (
	"fmt"
	"strings"
)

var outOfScopeRE = lazily(`(?i)\bout of scope\b|\bnot wanted\b|\bnot part of\b|\bnot in the first release\b`)

// next writes what to do about the answer: settle a contradiction, close an
// open point. It is empty where there is nothing to do.
func (f finding) next(brief bool) string {
	var lines []string
	for _, r := range f.open {
		if !isQuoted(r, f.evidence) && !f.answers(r) {
			lines = append(lines, fmt.Sprintf("Still open there: %s", r.cited(-1)))
		}
	}
	switch {
	case f.clash != nil && !f.q.wantsValue():
		lines = append(lines, fmt.Sprintf("**They differ in a number: %s or %s.** Which one holds?", escape(boundPhrase(f.clash.one)), escape(boundPhrase(f.clash.other))))
	case f.clash != nil:
		lines = append(lines, "**To settle:** which of the two holds? Correct the other document, or note the decision here.")
	case f.denial != nil:
		lines = append(lines, f.denial.write())
	case !brief:
		if v := f.vague(); v != "" {
			lines = append(lines, v)
		}
	}
	return strings.Join(lines, "\n\n")
}

// answers reports whether the evidence holds what was replied to an inquiry.
func (f finding) answers(inquiry ranked) bool {
	for _, e := range f.evidence {
		if e.asked == inquiry.unit {
			return true
		}
	}
	return false
}

// vague names a word of the best requirement that cannot be verified.
func (f finding) vague() string {
	best := f.evidence[0]
	if !best.obliges() || !f.q.obliged || f.q.wantsValue() {
		return ""
	}
	for _, t := range best.tokens {
		if ask, ok := vagueWords[t.word]; ok {
			return fmt.Sprintf("**To sharpen:** %q cannot be verified as it stands. %s", t.word, ask)
		}
	}
	return ""
}
