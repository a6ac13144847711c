package term

import (
	"strings"
	"unicode"

	"github.com/ba-assistant/ba-assistant/ba"
)

// match is a place in the text where a clause was found.
type match struct{ start, end, clause int }

// Snippet returns the part of text, about width code points long, that shows
// most of the clauses, and the ranges in it to highlight. Offsets are code
// points of the snippet, the end exclusive, in ascending order without
// overlap. A cut end is marked with an ellipsis. White space is folded.
func Snippet(text string, clauses []ba.Clause, width int) (string, [][2]int) {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	found := matches(text, clauses)
	from, to := window(found, len(runes), width)
	from, to = atWords(runes, from, to)

	prefix, suffix := "", ""
	if from > 0 {
		prefix = "… "
	}
	if to < len(runes) {
		suffix = " …"
	}
	shift := len([]rune(prefix)) - from
	highlights := [][2]int{}
	end := from
	for _, m := range found {
		if m.start >= end && m.end <= to {
			highlights = append(highlights, [2]int{m.start + shift, m.end + shift})
			end = m.end
		}
	}
	return prefix + string(runes[from:to]) + suffix, highlights
}

// matches returns where the clauses stand in the text, in order of their start.
func matches(text string, clauses []ba.Clause) []match {
	var tokens []Token
	for t := range Tokens(text) {
		tokens = append(tokens, t)
	}
	var found []match
	for i := range tokens {
		for c, clause := range clauses {
			if n := len(clause.Terms); n > 0 && i+n <= len(tokens) && same(tokens[i:i+n], clause.Terms) {
				found = append(found, match{tokens[i].Start, tokens[i+n-1].End, c})
			}
		}
	}
	return found
}

func same(tokens []Token, terms []string) bool {
	for i, t := range terms {
		if tokens[i].Term != t {
			return false
		}
	}
	return true
}

// window returns the range of width code points with the most different
// clauses in it, a little before the first of them.
func window(found []match, length, width int) (from, to int) {
	if length <= width || len(found) == 0 {
		return 0, min(length, width)
	}
	best, bestScore := 0, -1
	for i, m := range found {
		seen := make(map[int]bool)
		score := 0
		for _, n := range found[i:] {
			if n.end > m.start+width*3/4 {
				break
			}
			score++
			if !seen[n.clause] {
				seen[n.clause] = true
				score += 10
			}
		}
		if score > bestScore {
			best, bestScore = m.start, score
		}
	}
	from = max(0, min(best-width/4, length-width))
	return from, min(length, from+width)
}

// atWords moves the ends to the nearest space inside the range, if one is near.
func atWords(runes []rune, from, to int) (int, int) {
	const near = 16
	if from > 0 {
		for i := from; i < min(from+near, to); i++ {
			if unicode.IsSpace(runes[i]) {
				from = i + 1
				break
			}
		}
	}
	if to < len(runes) {
		for i := to - 1; i > max(to-near, from); i-- {
			if unicode.IsSpace(runes[i]) {
				to = i
				break
			}
		}
	}
	return from, to
}
