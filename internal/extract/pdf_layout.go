package extract

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// leaders are runs of dots, lines and dashes that fill a row.
var leaders = regexp.MustCompile(`\s*(?:\.{4,}|_{4,}|-{4,}|(?:\. ){4,}\.?)\s*`)

// pdfLayout turns the lines of one page after the other into blocks. It learns
// from the pages before: the size of body text, repeated page heads, words.
type pdfLayout struct {
	words vocabulary
	sizes map[int]int // characters of each size, in half points
	edges [2]map[string]bool
}

// blocks returns the blocks of the next page, without locators. What stands on
// top or at the foot of several pages comes last, as Margin.
func (y *pdfLayout) blocks(lines []pdfLine) []Block {
	y.learn(lines)
	lines, margins := y.split(lines)
	var out []Block
	for _, b := range flow(lines) {
		if b.cols != nil {
			out = append(out, rowsOf(b.lines, b.cols)...)
			continue
		}
		inList := len(out) > 0 && out[len(out)-1].Kind == ListItem
		out = append(out, y.block(b, inList))
	}
	for _, m := range margins {
		out = append(out, Block{Kind: Margin, Text: m.text})
	}
	return out
}

func (y *pdfLayout) learn(lines []pdfLine) {
	y.words.learn(lines)
	if y.sizes == nil {
		y.sizes = map[int]int{}
	}
	for _, l := range lines {
		y.sizes[int(math.Round(l.size*2))] += utf8.RuneCountInString(l.text)
	}
}

// bodySize is the size in points in which most of the text so far is set.
func (y *pdfLayout) bodySize() float64 {
	best, most := 0, 0
	for size, n := range y.sizes {
		if n > most || n == most && size < best {
			best, most = size, n
		}
	}
	return float64(best) / 2
}

// split parts the lines that stood on top or at the foot of one of the two
// pages before from the others.
func (y *pdfLayout) split(lines []pdfLine) (text, margins []pdfLine) {
	now := map[string]bool{}
	for _, i := range outermost(lines) {
		now[edgeKey(lines[i].text)] = true
	}
	for _, i := range outermost(lines) {
		if key := edgeKey(lines[i].text); y.edges[0][key] || y.edges[1][key] {
			margins = append(margins, lines[i])
			lines[i].text = ""
		}
	}
	y.edges[1], y.edges[0] = y.edges[0], now
	return slices.DeleteFunc(lines, func(l pdfLine) bool { return l.text == "" }), margins
}

// outermost returns the indices of the three highest and the three lowest lines.
func outermost(lines []pdfLine) []int {
	order := make([]int, 0, len(lines))
	for i, l := range lines {
		if l.turn == 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch d := lines[b].middle() - lines[a].middle(); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	if len(order) > 6 {
		order = append(order[:3:3], order[len(order)-3:]...)
	}
	return order
}

// romanNumber is a page number as front matter has it.
var romanNumber = regexp.MustCompile(`(?i)\b[ivxlc]+\b`)

// edgeKey is a line without what changes from page to page.
func edgeKey(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '#'
		case unicode.IsSpace(r):
			return -1
		}
		return r
	}, romanNumber.ReplaceAllString(s, "#"))
}

// block returns a paragraph, list item or heading.
func (y *pdfLayout) block(b pdfBlock, inList bool) Block {
	text := shortenLeaders(y.joined(b.lines))
	out := Block{Kind: Paragraph, Text: text}
	if level := y.headingLevel(b, text); level > 0 && !(inList && numberStart.MatchString(text)) {
		out.Kind, out.Level = Heading, level
		return out
	}
	if mark := bulletStart.FindString(text); mark != "" {
		out.Kind, out.Text = ListItem, text[len(mark):]
	} else if numberStart.MatchString(text) {
		out.Kind = ListItem
	}
	return out
}

// joined returns the text of the lines as one.
func (y *pdfLayout) joined(lines []pdfLine) string {
	var text strings.Builder
	before := strings.TrimSpace(lines[0].text)
	text.WriteString(before)
	for i, l := range lines[1:] {
		next := strings.TrimSpace(l.text)
		switch prev := lines[i]; {
		case prev.hyphen:
			text.WriteString(y.words.between(before, next))
		case prev.tabular && l.tabular:
			text.WriteByte('\n')
		case !withoutSpaces(before, next):
			text.WriteByte(' ')
		}
		text.WriteString(next)
		before = next
	}
	return text.String()
}

// withoutSpaces reports a line break inside Chinese or Japanese.
func withoutSpaces(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return ideographic(last) && ideographic(first)
}

func ideographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF65
}

// headingLevel returns the level of a heading, or 0 for other text. Larger
// letters make one, and bold ones where a section number stands before.
func (y *pdfLayout) headingLevel(b pdfBlock, text string) int {
	first := b.lines[0]
	n := utf8.RuneCountInString(text)
	if len(b.lines) > 3 || n > 160 || n < 3 || first.tabular || strings.Contains(text, "...") || !strings.ContainsFunc(text, unicode.IsLetter) {
		return 0
	}
	ratio := first.size / max(y.bodySize(), 1)
	numbered := sectionStart.MatchString(text) && !strings.HasSuffix(text, ".")
	switch {
	case numbered && (first.bold || ratio > 1.08):
		return min(1+strings.Count(strings.TrimRight(firstField(text), "."), "."), 6)
	case strings.HasSuffix(text, "."), strings.HasSuffix(text, ","), bulletStart.MatchString(text):
		return 0
	case ratio > 1.55:
		return 1
	case ratio > 1.25:
		return 2
	case ratio > 1.08 && (first.bold || ratio > 1.14):
		return 3
	}
	return 0
}

// shortenLeaders leaves three of the dots, lines and dashes that fill a row.
func shortenLeaders(s string) string {
	return leaders.ReplaceAllStringFunc(s, func(run string) string {
		return " " + strings.Repeat(strings.TrimSpace(run)[:1], 3) + " "
	})
}
