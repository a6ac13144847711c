package extract

import "testing"

// glyphs sets a text as PDFium gives it: words from left to right, the letters
// of each Arabic or Hebrew word in their order, which is from right to left.
func glyphs(words ...string) []pdfGlyph {
	var out []pdfGlyph
	x := 0.0
	for i, w := range words {
		if i > 0 {
			out = append(out, pdfGlyph{r: ' ', x0: x, x1: x, blank: true})
			x += 3
		}
		letters := []rune(w)
		width := 5 * float64(len(letters))
		for k, r := range letters {
			at := x + 5*float64(k)
			if direction(r) == toLeft {
				at = x + width - 5*float64(k+1)
			}
			out = append(out, pdfGlyph{r: r, x0: at, x1: at + 5, y0: 0, y1: 8})
		}
		x += width
	}
	return out
}

func TestLinesFromRightToLeftAreInTheOrderInWhichTheyAreRead(t *testing.T) {
	for want, words := range map[string][]string{
		"שלום עולם":                  {"עולם", "שלום"},
		"לפי ISO 9001 בלבד":          {"בלבד", "ISO", "9001", "לפי"},
		"The kiosk says שלום to you": {"The", "kiosk", "says", "שלום", "to", "you"},
	} {
		l, ok := newLine(glyphs(words...), 0)
		if !ok || l.text != want {
			t.Errorf("%q became %q, want %q", words, l.text, want)
		}
	}
}

func TestTheLigatureOfLamAndAlefIsSpelledInOrder(t *testing.T) {
	word := glyphs("خالل") // as the letters come: the ligature's alef before its lam
	word[2].x0, word[2].x1 = word[1].x0, word[1].x1
	l, ok := newLine(word, 0)
	if !ok || l.text != "خلال" {
		t.Errorf("%q", l.text)
	}
}

func TestSpacesBetweenLettersThatTouchAreDropped(t *testing.T) {
	g := glyphs("Da", "te")
	shift := g[3].x0 - g[1].x1
	for i := 3; i < len(g); i++ {
		g[i].x0, g[i].x1 = g[i].x0-shift, g[i].x1-shift
	}
	if l, _ := newLine(g, 0); l.text != "Date" {
		t.Errorf("%q", l.text)
	}
	if l, _ := newLine(glyphs("Da", "te"), 0); l.text != "Da te" {
		t.Errorf("%q", l.text)
	}
}
