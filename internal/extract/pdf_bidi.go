package extract

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// mostlyRightToLeft reports whether letters of Arabic, Hebrew and their kin
// outnumber the others.
func mostlyRightToLeft(glyphs []pdfGlyph) bool {
	n := 0
	for _, g := range glyphs {
		switch dir := direction(g.r); {
		case dir == toLeft:
			n++
		case dir == toRight && !unicode.IsDigit(g.r):
			n--
		}
	}
	return n > 0
}

type textDirection int

const (
	neutral textDirection = iota
	toRight
	toLeft
)

func direction(r rune) textDirection {
	if r < 0x590 {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return toRight
		}
		return neutral
	}
	p, _ := bidi.LookupRune(r)
	switch p.Class() {
	case bidi.R, bidi.AL:
		return toLeft
	case bidi.L, bidi.AN, bidi.EN:
		return toRight
	}
	return neutral
}

// glyphRun is neighbouring glyphs of one direction.
type glyphRun struct {
	glyphs []pdfGlyph
	dir    textDirection
}

// rightToLeft returns the text of a line whose words PDFium gives from left to
// right, each spelled right, in the order in which it is read.
func rightToLeft(glyphs []pdfGlyph) string {
	runs, up := mergeLeftToRight(cutRuns(glyphs)), ascending(glyphs)
	var b strings.Builder
	for i := range runs {
		run := runs[i]
		if up {
			run = runs[len(runs)-1-i]
		}
		writeRun(&b, run)
	}
	return b.String()
}

func cutRuns(glyphs []pdfGlyph) []glyphRun {
	var runs []glyphRun
	for _, g := range glyphs {
		dir := direction(g.r)
		if unicode.IsMark(g.r) && len(runs) > 0 {
			dir = runs[len(runs)-1].dir
		}
		if n := len(runs); n > 0 && runs[n-1].dir == dir && (dir != neutral || runs[n-1].glyphs[0].blank == g.blank) {
			runs[n-1].glyphs = append(runs[n-1].glyphs, g)
			continue
		}
		runs = append(runs, glyphRun{[]pdfGlyph{g}, dir})
	}
	return runs
}

// mergeLeftToRight joins runs such as two Latin words with what stands between
// them.
func mergeLeftToRight(runs []glyphRun) []glyphRun {
	var out []glyphRun
	for i := 0; i < len(runs); i++ {
		run := runs[i]
		for run.dir == toRight && i+2 < len(runs) && runs[i+1].dir == neutral && runs[i+2].dir == toRight {
			run.glyphs = append(append(run.glyphs, runs[i+1].glyphs...), runs[i+2].glyphs...)
			i += 2
		}
		out = append(out, run)
	}
	return out
}

// ascending reports whether the words of a line come from left to right.
func ascending(glyphs []pdfGlyph) bool {
	up := 0
	var before *pdfGlyph
	afterBlank := false
	for i := range glyphs {
		g := &glyphs[i]
		if g.blank {
			afterBlank = true
			continue
		}
		if before != nil && afterBlank {
			if g.x0 > before.x0 {
				up++
			} else {
				up--
			}
		}
		before, afterBlank = g, false
	}
	return up > 0
}

// writeRun writes a run. The ligature of lam and alef comes as alef and lam in
// one and the same box.
func writeRun(b *strings.Builder, run glyphRun) {
	g := run.glyphs
	for i := 0; i < len(g); i++ {
		if i+1 < len(g) && run.dir == toLeft && g[i+1].r == 'ل' && g[i].x0 == g[i+1].x0 && g[i].x1 == g[i+1].x1 {
			b.WriteRune(g[i+1].r)
			b.WriteRune(g[i].r)
			i++
			continue
		}
		b.WriteRune(g[i].r)
	}
}
