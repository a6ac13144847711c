package analyst

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuoted bounds a quote, in bytes. What is longer is cut at clauses; the
// quote stays one verbatim piece.
const maxQuoted = 260

// quote returns the unit, or the best piece of it, in quotation marks. The
// token must is part of it where it is not negative.
func (r ranked) quote(must int) string {
	start, end := r.bestSpan(must)
	start, end = safeSpan(r.text(), start, end)
	span := r.text()[start:end]
	if r.kind == row {
		span = strings.Trim(span, " |")
	}
	return quoted(span)
}

// bestSpan returns the piece of the unit, in bytes, that holds most of the hits
// within maxQuoted.
func (r ranked) bestSpan(must int) (start, end int) {
	text := r.text()
	if len(text) <= maxQuoted {
		return 0, len(text)
	}
	cuts := clauseCuts(text, r.kind == row)
	best, bestCount := [2]int{0, min(maxQuoted, len(text))}, -1
	for i := range cuts[:len(cuts)-1] {
		for j := len(cuts) - 1; j > i; j-- {
			from, to := trimSpan(text, cuts[i], cuts[j])
			if to-from > maxQuoted {
				continue
			}
			if n := r.hitsWithin(from, to, must); n > bestCount {
				best, bestCount = [2]int{from, to}, n
			}
			break // shorter ones hold less
		}
	}
	if bestCount <= 0 {
		return r.wordWindow(must)
	}
	return best[0], best[1]
}

func (r ranked) hitsWithin(from, to, must int) int {
	n := 0
	for _, h := range r.hits {
		if r.tokens[h].start >= from && r.tokens[h].end <= to {
			n += 2
		}
	}
	if must >= 0 && (r.tokens[must].start < from || r.tokens[must].end > to) {
		return 0
	}
	if must >= 0 {
		n++
	}
	return n
}

// wordWindow returns maxQuoted bytes around the hits, cut between words.
func (r ranked) wordWindow(must int) (start, end int) {
	text := r.text()
	middle := 0
	switch {
	case must >= 0:
		middle = r.tokens[must].start
	case len(r.hits) > 0:
		middle = r.tokens[r.hits[0]].start
	}
	from, to := max(0, middle-maxQuoted/3), min(len(text), middle+maxQuoted*2/3)
	for _, t := range r.tokens {
		if t.start >= from {
			from = t.start
			break
		}
	}
	for i := len(r.tokens) - 1; i >= 0; i-- {
		if t := r.tokens[i]; t.end <= to {
			to = t.end
			break
		}
	}
	if from >= to {
		return r.tokens[0].start, r.tokens[0].end
	}
	return from, to
}

var (
	clauseRE = lazily(`[,;:]\s|\s[–—-]\s|\.\s|\s(?:and|or|but|if|when|which|that|so|because|unless|while)\s`)
	cellRE   = lazily(` \| `)
)

// clauseCuts returns the places where a text may be cut, both ends included.
func clauseCuts(text string, cells bool) []int {
	re := clauseRE
	if cells {
		re = cellRE
	}
	cuts := []int{0}
	for _, m := range re.FindAllStringIndex(text, -1) {
		at := m[1]
		if !cells && unicode.IsLetter(rune(text[m[0]+1])) {
			at = m[0] + 1 // a conjunction belongs to what follows
		}
		if cells {
			cuts = append(cuts, m[0])
		}
		cuts = append(cuts, at)
	}
	return append(cuts, len(text))
}

// unsafeRE finds what Markdown would not show as it is written.
var unsafeRE = lazily("[*`<>\\\\\\[\\]~]|(?:^|\\W)_|_(?:\\W|$)|&[a-zA-Z#]|https?://")

// safeSpan narrows a span to its longest piece that Markdown shows as written,
// if enough remains; else it returns the span, and quoted escapes it.
func safeSpan(text string, start, end int) (int, int) {
	marks := unsafeRE.FindAllStringIndex(text[start:end], -1)
	if len(marks) == 0 {
		return start, end
	}
	bestFrom, bestTo, from := start, start, start
	for _, m := range append(marks, []int{end - start, end - start}) {
		if to := start + m[0]; to-from > bestTo-bestFrom {
			bestFrom, bestTo = from, to
		}
		from = start + m[1]
	}
	bestFrom, bestTo = trimSpan(text, bestFrom, bestTo)
	if len(strings.Fields(text[bestFrom:bestTo])) < 5 || (bestTo-bestFrom)*2 < end-start {
		return start, end
	}
	return bestFrom, bestTo
}

// quoted puts a verbatim piece into quotation marks that it does not hold.
func quoted(s string) string {
	s = escape(s)
	for _, marks := range [][2]string{{`"`, `"`}, {"“", "”"}, {"«", "»"}} {
		if !strings.Contains(s, marks[0]) && !strings.Contains(s, marks[1]) {
			return marks[0] + s + marks[1]
		}
	}
	return `"` + s + `"`
}

// escape keeps Markdown from reading marks in a text that is not ours.
func escape(s string) string {
	if !unsafeRE.MatchString(s) && !strings.Contains(s, "\n") {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '*', '`', '<', '>', '\\', '[', ']', '~':
			b.WriteByte('\\')
		case '_':
			if !insideWord(s, i) {
				b.WriteByte('\\')
			}
		case '&':
			b.WriteByte('\\')
		case '\n':
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

func insideWord(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	return (unicode.IsLetter(before) || unicode.IsDigit(before)) && (unicode.IsLetter(after) || unicode.IsDigit(after))
}

// own returns what a person wrote, shortened to about limit bytes at a word, in
// quotation marks.
func own(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > limit {
		cut := strings.LastIndexByte(s[:limit], ' ')
		if cut < limit/2 {
			cut = limit
		}
		s = strings.ToValidUTF8(s[:cut], "") + " …"
	}
	return quoted(s)
}
