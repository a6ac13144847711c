package chat

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// mark is a number in brackets in an answer, such as "[3]". Its place is in bytes.
type mark struct {
	n          int
	start, end int
}

const longestMark = 5 // "[999]"

// marksIn returns the marks of a text, in order, as package markdown reads
// them: up to three digits, no link, not in code. While the text grows, a mark
// at its very end is not yet one: a link may come of it.
func marksIn(text string, complete bool) []mark {
	var found []mark
	fenced, line := false, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\n':
			if isFence(text[line:i]) {
				fenced = !fenced
			}
			line = i + 1
		case '[':
			k, ok := markAt(text, i, complete)
			if ok && !fenced && strings.Count(text[line:i], "`")%2 == 0 {
				found = append(found, k)
			}
		}
	}
	return found
}

func isFence(line string) bool {
	line = strings.TrimLeft(line, " ")
	return strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~")
}

func markAt(text string, start int, complete bool) (mark, bool) {
	k := mark{start: start}
	for i := start + 1; i < len(text) && i < start+longestMark; i++ {
		switch c := text[i]; {
		case c >= '1' && c <= '9' || c == '0' && k.n > 0:
			k.n = k.n*10 + int(c-'0')
			continue
		case c == ']' && k.n > 0:
			k.end = i + 1
		}
		break
	}
	switch {
	case k.end == 0:
		return mark{}, false
	case k.end == len(text):
		return k, complete
	}
	return k, text[k.end] != '('
}

// source is a passage that may be cited.
type source struct {
	n   int
	hit ba.Hit
}

// citer finds the citations of an answer while it grows. Each source is cited
// once, where the answer first names it.
type citer struct {
	sources map[int]ba.Hit
	cited   map[int]bool
	from    int // bytes of the text that were looked at
	list    []ba.Citation
	// place tells where in the passage the quote stands; nil: the passage's own place.
	place func(hit ba.Hit, quote string) ba.Locator
}

// newCiter begins with the citations that a continued answer has.
func newCiter(kept ba.Message) *citer {
	c := &citer{sources: make(map[int]ba.Hit), cited: make(map[int]bool), list: kept.Citations}
	for _, k := range kept.Citations {
		c.cited[k.N] = true
	}
	return c
}

func (c *citer) add(sources []source) {
	for _, s := range sources {
		c.sources[s.n] = s.hit
	}
}

// look returns the citations that are new in the text so far. A number that
// is not that of a source is none.
func (c *citer) look(text string, complete bool) []ba.Citation {
	if len(c.sources) == 0 || !strings.ContainsRune(text[c.from:], ']') {
		return nil
	}
	known := len(c.list)
	for _, k := range marksIn(text, complete) {
		hit, is := c.sources[k.n]
		if !is || c.cited[k.n] {
			continue
		}
		c.cited[k.n] = true
		c.list = append(c.list[:len(c.list):len(c.list)], c.cite(k.n, hit, quoteFor(text[:k.start], hit.Text)))
	}
	c.from = max(0, len(text)-1) // the last byte may be the end of a mark
	return c.list[known:]
}

func (c *citer) cite(n int, hit ba.Hit, quote string) ba.Citation {
	where := hit.Locator
	if c.place != nil {
		where = c.place(hit, quote)
	}
	return ba.Citation{N: n, Document: hit.Document, Version: hit.Version, Passage: hit.Passage, Filename: hit.Filename, Locator: where, Quote: quote}
}
