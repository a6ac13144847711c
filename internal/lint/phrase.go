package lint

import "strings"

// phrase is an expression that a rule looks for.
type phrase struct {
	rest []string // behind its first word
	hint int      // which reason and suggestion belong to it
	fits func(s *statement, from, to int) bool
}

// phrasebook finds the longest expression that begins at a word.
type phrasebook map[string][]phrase

// add takes expressions separated by commas; fits, where it is not nil, has
// the last word on each of them.
func (b phrasebook) add(hint int, list string, fits func(s *statement, from, to int) bool) {
	for expression := range strings.SplitSeq(list, ",") {
		parts := strings.Fields(expression)
		if len(parts) > 0 {
			b[parts[0]] = append(b[parts[0]], phrase{parts[1:], hint, fits})
		}
	}
}

// find returns the longest expression that begins at i, and where it ends.
func (b phrasebook) find(s *statement, i int) (best phrase, to int) {
	for _, p := range b[s.words[i].low] {
		end := i + 1 + len(p.rest)
		if end <= to || end > len(s.words) || !p.stands(s, i) || p.fits != nil && !p.fits(s, i, end) {
			continue
		}
		best, to = p, end
	}
	return best, to
}

func (p phrase) stands(s *statement, i int) bool {
	for n, w := range p.rest {
		if s.words[i+1+n].low != w {
			return false
		}
	}
	return true
}

// quoted returns the words from i to j as they are written, for a reason.
func (s *statement) quoted(i, j int) string {
	var b strings.Builder
	for n, w := range s.words[i:j] {
		if n > 0 && w.spaced {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}
