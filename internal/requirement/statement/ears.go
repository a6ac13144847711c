package statement

import "strings"

// openers begin a condition.
var openers = []struct {
	words   phrases
	pattern Pattern
}{
	{phrasesOf(`when, whenever, upon, once, as soon as, each time, every time, after, at the time, on receipt of, sobald, lorsque, при`), EventDriven},
	{phrasesOf(`while, during, as long as, until, unless, before, in the state, solange, wenn, pendant`), StateDriven},
	{phrasesOf(`where, in case of a system with, for systems with`), Optional},
	{phrasesOf(`if, in case, in case of, in the event of, in the event that, should the, falls, si, если`), Unwanted},
}

// patternOf returns the EARS pattern of a statement and its conditions.
func patternOf(text string, words []word) (Pattern, []Condition) {
	var found []Condition
	verb := modalOf(words).at
	for i := 0; i < len(words); i++ {
		p := openerAt(words, i)
		if p == "" || i > 0 && i < verb && words[i-1].s != "," && words[i-1].s != "and" || i > 0 && relatives[words[i-1].s] {
			continue
		}
		end := conditionEnd(words, i, i < verb)
		found = append(found, Condition{p, strings.TrimRight(text[words[i].start:words[end-1].end], " ,.;:")})
		i = end - 1
	}
	return combined(found), found
}

func openerAt(words []word, i int) Pattern {
	for _, o := range openers {
		if o.words.at(words, i) > 0 {
			return o.pattern
		}
	}
	return ""
}

// conditionEnd returns the index of the word after a condition: the comma that
// ends one before the verb, or the end of the sentence.
func conditionEnd(words []word, i int, leads bool) int {
	depth := 0
	for k := i + 1; k < len(words); k++ {
		switch words[k].s {
		case "(":
			depth++
		case ")":
			depth--
		case ",", "then":
			if leads && depth == 0 {
				return k
			}
		case ".", ";":
			return k
		}
		if !leads && openerAt(words, k) != "" {
			return k
		}
	}
	return len(words)
}

func combined(found []Condition) Pattern {
	if len(found) == 0 {
		return Ubiquitous
	}
	for _, c := range found[1:] {
		if c.Pattern != found[0].Pattern {
			return Complex
		}
	}
	return found[0].Pattern
}
