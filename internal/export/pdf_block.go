package export

import "strings"

// headingSizes are those of the six levels in points.
var headingSizes = []float64{17, 13.5, 11.5, 10.5, 10, 10}

func (p *pdfWriter) block(b block, i int) {
	switch b.kind {
	case blockHeading:
		p.heading(b)
	case blockTable:
		p.table(b.table)
	case blockCode:
		p.code(b.text)
	case blockRule:
		p.room(20)
		p.rule(p.y+6, pdfRule, 0.6)
		p.y += 16
	case blockItem:
		p.item(b)
	default:
		p.quoteBar(b, func(left float64) {
			p.paragraph(b.runs, p.bodyStyle(b), left, pdfText-(left-pdfLeft))
		})
		p.y += 6
	}
	if b.kind == blockItem && (i+1 == len(p.doc.blocks) || p.doc.blocks[i+1].kind != blockItem) {
		p.y += 4
	}
}

func (p *pdfWriter) bodyStyle(b block) textStyle {
	if b.quoted > 0 {
		return textStyle{size: pdfBody, color: pdfQuiet, italic: true}
	}
	return textStyle{size: pdfBody, color: pdfInk}
}

// heading keeps with what follows, and is a bookmark.
func (p *pdfWriter) heading(b block) {
	style := textStyle{size: headingSizes[b.level-1], color: pdfAccent, bold: true}
	lines := fill(p.words(b.runs, style), pdfText)
	height := float64(len(lines)) * style.size * 1.3
	if p.y > pdfTop {
		p.y += style.size * 0.9
	}
	p.room(height + 60)
	p.mark(b)
	for _, l := range lines {
		p.draw(pdfLeft, p.y, l)
		p.y += style.size * 1.3
	}
	if b.level == 1 {
		p.y += 4
		p.rule(p.y, pdfRule, 0.7)
	}
	p.y += 6
}

// mark makes a heading known to links, the table of contents and the
// bookmarks, which may not skip a level.
func (p *pdfWriter) mark(b block) {
	p.pages[b.anchor] = p.f.PageNo()
	p.f.SetLink(p.link(b.anchor), p.y, -1)
	p.depth = min(b.level-1, p.depth+1)
	c, _ := p.fonts.choose('a', false)
	p.font(textStyle{size: pdfBody, choice: c}) // bookmarks are written as the current font is
	p.f.Bookmark(oneLine(plain(b.runs)), p.depth, p.y)
}

// quoteBar draws what stands in a quotation, with a bar for each level beside
// it on every page that it takes.
func (p *pdfWriter) quoteBar(b block, draw func(left float64)) {
	if b.quoted == 0 {
		draw(pdfLeft)
		return
	}
	page, top := p.f.PageNo(), p.y
	draw(pdfLeft + float64(b.quoted)*pdfQuote)
	if p.f.PageNo() != page {
		top = pdfTop
	}
	p.f.SetDrawColor(rgb(pdfRule))
	p.f.SetLineWidth(2.4)
	for i := range b.quoted {
		x := pdfLeft + float64(i)*pdfQuote + 3
		p.f.Line(x, top, x, p.y+1)
	}
}

// item writes a paragraph of a list, with its mark before it.
func (p *pdfWriter) item(b block) {
	p.quoteBar(b, func(left float64) {
		left += float64(b.level+1) * pdfIndent
		style := p.bodyStyle(b)
		p.room(style.size * pdfLeading)
		if b.mark != "" {
			mark := b.mark
			if b.bullet {
				mark = []string{"•", "–", "▪"}[b.level%3]
			}
			l := p.single(mark, textStyle{size: style.size, color: pdfAccent})
			p.draw(left-6-l.width, p.y, l)
		}
		p.paragraph(b.runs, style, left, pdfText-(left-pdfLeft))
	})
	p.y += 2.5
}

// code writes lines on a shade, with their spaces.
func (p *pdfWriter) code(text string) {
	style := textStyle{size: pdfSmall, color: pdfInk}
	height := style.size * 1.4
	p.y += 3
	for _, source := range strings.Split(text, "\n") {
		for _, l := range fill(p.words(textRuns(keepSpaces(source)), style), pdfText-16) {
			p.room(height)
			p.f.SetFillColor(rgb(pdfShade))
			p.f.Rect(pdfLeft, p.y, pdfText, height+0.3, "F")
			p.draw(pdfLeft+8, p.y+1, l)
			p.y += height
		}
	}
	p.y += 8
}

// keepSpaces makes the spaces of code stay at the start of a line.
func keepSpaces(s string) string {
	s = strings.ReplaceAll(s, "\t", "    ")
	rest := strings.TrimLeft(s, " ")
	return strings.Repeat("\u00A0", len(s)-len(rest)) + rest
}

// pdfRow is a row of a table cut into lines.
type pdfRow struct {
	cells  [][]line
	height float64
	header bool
	shade  bool
}

// table writes a table; its header is repeated on every page, and a row that is
// longer than a page goes on on the next.
func (p *pdfWriter) table(t *table) {
	style := textStyle{size: pdfSmall, color: pdfInk}
	title := textStyle{size: pdfSmall, color: pdfWhite, bold: true}
	widths := t.share(481, func(word string, isTitle bool) int {
		if isTitle {
			return int(p.single(word, title).width + 2*pdfGutter + 1)
		}
		return int(p.single(word, style).width + 2*pdfGutter + 1)
	})
	header := p.row(t, titles(t), widths, title)
	header.header = true
	p.y += 3
	p.room(header.height + 30)
	p.drawRow(t, header, widths)
	for i, cells := range t.rows {
		r := p.row(t, cells, widths, style)
		r.shade = i%2 == 1
		p.placeRow(t, r, header, widths)
	}
	p.y += 10
}

func titles(t *table) [][]run {
	var out [][]run
	for _, c := range t.columns {
		out = append(out, c.title)
	}
	return out
}

func (p *pdfWriter) row(t *table, cells [][]run, widths []int, style textStyle) pdfRow {
	r := pdfRow{cells: make([][]line, len(t.columns))}
	most := 1
	for i := range t.columns {
		if i < len(cells) {
			r.cells[i] = fill(p.words(cells[i], style), float64(widths[i])-2*pdfGutter)
			most = max(most, len(r.cells[i]))
		}
	}
	r.height = float64(most)*pdfSmall*1.34 + 8
	return r
}

// placeRow writes a row where it fits: here, on the next page, or on several.
func (p *pdfWriter) placeRow(t *table, r, header pdfRow, widths []int) {
	limit := pdfHeight - pdfBottom
	for p.y+r.height > limit {
		fits := int((limit - p.y - 8) / (pdfSmall * 1.34))
		whole := pdfTop+header.height+r.height <= limit
		if whole || fits < 3 {
			p.newPage()
			p.drawRow(t, header, widths)
			if whole {
				break
			}
			continue
		}
		var head pdfRow
		head, r = r.cut(fits)
		p.drawRow(t, head, widths)
	}
	p.drawRow(t, r, widths)
}

// cut splits a row after so many lines.
func (r pdfRow) cut(lines int) (head, tail pdfRow) {
	head, tail = pdfRow{shade: r.shade}, pdfRow{shade: r.shade}
	most := 0
	for _, cell := range r.cells {
		n := min(lines, len(cell))
		head.cells = append(head.cells, cell[:n])
		tail.cells = append(tail.cells, cell[n:])
		most = max(most, len(cell)-n)
	}
	head.height = float64(lines)*pdfSmall*1.34 + 8
	tail.height = float64(most)*pdfSmall*1.34 + 8
	return head, tail
}

func (p *pdfWriter) drawRow(t *table, r pdfRow, widths []int) {
	x := pdfLeft
	for i, lines := range r.cells {
		width := float64(widths[i])
		fillStyle := "D"
		p.f.SetDrawColor(rgb(pdfRule))
		p.f.SetLineWidth(0.5)
		if r.header || r.shade {
			color := pdfShade
			if r.header {
				color = pdfAccent
			}
			p.f.SetFillColor(rgb(color))
			fillStyle = "FD"
		}
		p.f.Rect(x, p.y, width, r.height, fillStyle)
		for n, l := range lines {
			p.draw(x+pdfGutter+shift(t.columns[i].align, width-2*pdfGutter, l), p.y+3.4+float64(n)*pdfSmall*1.34, l)
		}
		x += width
	}
	p.y += r.height
}

// shift moves a line to the right for its alignment.
func shift(align string, width float64, l line) float64 {
	free := width - l.width
	if last := len(l.words) - 1; last >= 0 {
		free += l.words[last].space
	}
	switch align {
	case "right":
		return max(free, 0)
	case "center":
		return max(free/2, 0)
	}
	return 0
}
