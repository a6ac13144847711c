package extract

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pdfBlock is neighbouring lines that belong together.
type pdfBlock struct {
	lines []pdfLine
	right float64 // edge of the longest line
	cols  []span  // of the table whose rows the lines are; else nil
}

// Line starts that begin a block of their own.
var (
	bulletStart  = regexp.MustCompile(`^[•●○◦▪▫■□◆◇➢➤‣⁃∙·−–—\-*\x{E000}-\x{F8FF}]\s+`)
	numberStart  = regexp.MustCompile(`^\(?([0-9]{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,5})[.)]\s`)
	sectionStart = regexp.MustCompile(`^(?:[A-Z]\.)?[0-9]{1,3}(?:\.[0-9]{1,3})*\.?\s+\S`)
	labelStart   = regexp.MustCompile(`^\[?[A-Z]{1,10}[-_][A-Z0-9_.\-]*[0-9]\]?[:.)]?(?:\s|$)`)
	loneMarker   = regexp.MustCompile(`^(?:[•●○◦▪■\x{E000}-\x{F8FF}]|\(?[0-9a-zA-Z]{1,3}[.)]|[0-9]{1,3}(?:\.[0-9]{1,3})+\.?)$`)
)

// startsBlock reports a line that begins with a bullet or a number.
func startsBlock(text string) bool {
	return bulletStart.MatchString(text) || numberStart.MatchString(text) ||
		strings.Contains(firstField(text), ".") && sectionStart.MatchString(text)
}

func firstField(s string) string {
	head, _, _ := strings.Cut(strings.TrimLeft(s, " "), " ")
	return head
}

// flow gathers the lines of a page into blocks.
func flow(lines []pdfLine) []pdfBlock {
	lines = joinRaised(lines)
	pitch := usualPitch(lines)
	var blocks []pdfBlock
	for i := 0; i < len(lines); i++ {
		if n, cols := tableRun(lines[i:]); n > 0 {
			blocks = append(blocks, pdfBlock{lines: lines[i : i+n], cols: cols})
			i += n - 1
			continue
		}
		l := lines[i]
		if last := len(blocks) - 1; last >= 0 && blocks[last].takes(l, pitch) {
			b := &blocks[last]
			b.lines, b.right = append(b.lines, l), max(b.right, l.x1)
			continue
		}
		blocks = append(blocks, pdfBlock{lines: []pdfLine{l}, right: l.x1})
	}
	return blocks
}

// maxRaised is the length in bytes at which a line takes no more pieces.
const maxRaised = 4_000

// joinRaised puts raised and lowered pieces, such as the 2 of km², back into
// their line.
func joinRaised(lines []pdfLine) []pdfLine {
	var out []pdfLine
	for _, l := range lines {
		if n := len(out); n > 0 && len(out[n-1].text) < maxRaised && sameRow(out[n-1], l) {
			p := &out[n-1]
			p.text = strings.TrimRight(p.text, " ") + l.text
			p.x1, p.hyphen, p.tabular = l.x1, l.hyphen, p.tabular || l.tabular
			last := &p.cells[len(p.cells)-1]
			last.text, last.x1 = last.text+l.cells[0].text, l.cells[0].x1
			p.cells = append(p.cells, l.cells[1:]...)
			p.y0, p.y1 = min(p.y0, l.y0), max(p.y1, l.y1)
			continue
		}
		out = append(out, l)
	}
	return out
}

// sameRow reports whether b goes on right beside a.
func sameRow(a, b pdfLine) bool {
	overlap := min(a.y1, b.y1) - max(a.y0, b.y0)
	gap := b.x0 - a.x1
	return a.turn == b.turn && !a.hyphen && overlap > 0.5*min(a.y1-a.y0, b.y1-b.y0) && gap > -0.5 && gap < 0.3*a.size
}

// usualPitch is the most usual distance between the lines of a page.
func usualPitch(lines []pdfLine) float64 {
	counts := map[int]int{}
	best := 0
	for i := 1; i < len(lines); i++ {
		d := int(math.Round(lines[i-1].middle() - lines[i].middle()))
		if lines[i].turn != lines[i-1].turn || d < 3 || d > 60 {
			continue
		}
		if counts[d]++; counts[d] > counts[best] {
			best = d
		}
	}
	return float64(best)
}

func (l pdfLine) middle() float64 { return (l.y0 + l.y1) / 2 }

// takes reports whether l goes on the block's paragraph.
func (b *pdfBlock) takes(l pdfLine, pitch float64) bool {
	prev := b.lines[len(b.lines)-1]
	switch {
	case b.cols != nil || prev.turn != l.turn:
		return false
	case prev.hyphen:
		return true
	case len(b.lines) == 1 && loneMarker.MatchString(strings.TrimSpace(prev.text)):
		return l.x0 >= prev.x1 && math.Abs(prev.middle()-l.middle()) < 8*l.size
	case startsBlock(l.text) || math.Abs(prev.size-l.size) > 0.08*max(prev.size, l.size):
		return false
	case labelStart.MatchString(l.text) && (endsText(prev.text) || !b.full(prev, l)):
		return false
	case prev.bold != l.bold && len(b.lines) == 1 && !b.full(prev, l):
		return false
	}
	drop := prev.middle() - l.middle()
	if drop < 0 {
		return goesOn(prev.text, l.text) // at the top of the next column
	}
	if drop < 0.4*l.size || drop > max(1.6*l.size, 1.15*min(pitch, 2.6*l.size)) || l.x0 > prev.x1 || l.x1 < prev.x0 {
		return false
	}
	if prev.tabular || l.tabular {
		return prev.tabular && l.tabular
	}
	return goesOn(prev.text, l.text) || b.aligned(l) && b.full(prev, l)
}

// goesOn reports whether a text that ends with a is likely to go on with b.
func goesOn(a, b string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(b, " "))
	return unicode.IsLower(r) && !endsText(a)
}

// endsText reports whether a text may be over after s.
func endsText(s string) bool {
	s = strings.TrimRight(s, " ")
	return s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:;")
}

// aligned reports whether l begins where the lines of the block do. The first
// line may be indented, or hang out where it has a number or bullet.
func (b *pdfBlock) aligned(l pdfLine) bool {
	em := l.size
	prev := b.lines[len(b.lines)-1]
	if len(b.lines) == 1 {
		hangs := startsBlock(prev.text) || bulletStart.MatchString(prev.text)
		return l.x0-prev.x0 < em || hangs && l.x0-prev.x0 < 8*em
	}
	return math.Abs(l.x0-prev.x0) < em
}

// full reports whether prev ends where it does because the next word found no
// room: the first word of l would have gone beyond the block's right edge.
func (b *pdfBlock) full(prev, l pdfLine) bool {
	return prev.x1+0.2*l.size+l.wordWidth > max(b.right, l.x1)-0.5*l.size
}
