package export

import (
	"strconv"
	"strings"
)

// docxText is the width between the margins in twentieths of a point.
const docxText = 9638

func (d *docxWriter) block(b block) {
	switch b.kind {
	case blockHeading:
		d.heading(b)
	case blockTable:
		d.table(b.table)
	case blockCode:
		d.put(`<w:p><w:pPr><w:pStyle w:val="Code"/></w:pPr>`)
		d.runs(textRuns(b.text))
		d.put(`</w:p>`)
	case blockRule:
		d.put(`<w:p><w:pPr><w:pStyle w:val="Rule"/></w:pPr></w:p>`)
	default:
		d.put(`<w:p><w:pPr>`, d.style(b), docxBidi(plain(b.runs)), docxIndent(b), `</w:pPr>`)
		d.runs(b.runs)
		d.put(`</w:p>`)
	}
}

func (d *docxWriter) heading(b block) {
	d.marks++
	id := strconv.Itoa(d.marks)
	d.put(`<w:p><w:pPr><w:pStyle w:val="Heading`, strconv.Itoa(b.level), `"/>`, docxBidi(plain(b.runs)), `</w:pPr><w:bookmarkStart w:id="`, id, `" w:name="`, bookmark(b), `"/>`)
	d.runs(b.runs)
	d.put(`<w:bookmarkEnd w:id="`, id, `"/></w:p>`)
}

// style returns the style and the numbering of a paragraph.
func (d *docxWriter) style(b block) string {
	switch {
	case b.kind == blockItem && b.mark == "":
		return `<w:pStyle w:val="ListContinue"/>`
	case b.kind == blockItem && b.bullet:
		return `<w:pStyle w:val="ListBullet"/>` + docxNumbering(min(b.level, 8), 1)
	case b.kind == blockItem:
		return `<w:pStyle w:val="ListNumber"/>` + docxNumbering(min(b.level, 8), d.listNumber(b))
	case b.quoted > 0:
		return `<w:pStyle w:val="Quote"/>`
	}
	return ""
}

func docxNumbering(level, num int) string {
	return `<w:numPr><w:ilvl w:val="` + strconv.Itoa(level) + `"/><w:numId w:val="` + strconv.Itoa(num) + `"/></w:numPr>`
}

// listNumber returns the numbering of an ordered list: one for each, so that
// each begins anew.
func (d *docxWriter) listNumber(b block) int {
	if d.num[b.list] == 0 {
		start, err := strconv.Atoi(strings.TrimSuffix(b.mark, "."))
		if err != nil {
			start = 1
		}
		d.lists = append(d.lists, docxList{min(b.level, 8), start})
		d.num[b.list] = len(d.lists) + 1
	}
	return d.num[b.list]
}

// docxIndent moves what stands in a list or a quotation.
func docxIndent(b block) string {
	switch {
	case b.kind == blockItem && b.mark == "":
		return `<w:ind w:left="` + strconv.Itoa(b.quoted*360+(b.level+1)*425) + `"/>`
	case b.kind == blockItem && b.quoted > 0:
		return `<w:ind w:left="` + strconv.Itoa(b.quoted*360+(b.level+1)*425) + `" w:hanging="425"/>`
	case b.quoted > 1:
		return `<w:ind w:left="` + strconv.Itoa(b.quoted*360) + `"/>`
	}
	return ""
}

func (d *docxWriter) numberingPart() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:numbering ` + docxSpace + `>` + abstractNumbering(0, "bullet", []string{"•", "–", "▪"}) + abstractNumbering(1, "decimal", nil))
	b.WriteString(`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	for i, l := range d.lists {
		b.WriteString(`<w:num w:numId="` + strconv.Itoa(i+2) + `"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="` + strconv.Itoa(l.level) +
			`"><w:startOverride w:val="` + strconv.Itoa(l.start) + `"/></w:lvlOverride></w:num>`)
	}
	b.WriteString(`</w:numbering>`)
	return b.String()
}

func abstractNumbering(id int, format string, marks []string) string {
	var b strings.Builder
	b.WriteString(`<w:abstractNum w:abstractNumId="` + strconv.Itoa(id) + `"><w:multiLevelType w:val="hybridMultilevel"/>`)
	for level := range 9 {
		text := "%" + strconv.Itoa(level+1) + "."
		if len(marks) > 0 {
			text = marks[level%len(marks)]
		}
		b.WriteString(`<w:lvl w:ilvl="` + strconv.Itoa(level) + `"><w:start w:val="1"/><w:numFmt w:val="` + format + `"/><w:lvlText w:val="` + text +
			`"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="` + strconv.Itoa((level+1)*425) + `" w:hanging="425"/></w:pPr></w:lvl>`)
	}
	b.WriteString(`</w:abstractNum>`)
	return b.String()
}

// table writes a table over the whole width whose first row is repeated on each
// page.
func (d *docxWriter) table(t *table) {
	widths := t.share(docxText, func(word string, _ bool) int { return textWidth(word)*98 + 215 })
	d.put(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="`, strconv.Itoa(docxText), `" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		d.put(`<w:gridCol w:w="`, strconv.Itoa(w), `"/>`)
	}
	d.put(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, c := range t.columns {
		d.cell(docxCell{widths[i], "TableHeading", "1F4E79", c.align, c.title})
	}
	d.put(`</w:tr>`)
	for n, row := range t.rows {
		shade := ""
		if n%2 == 1 {
			shade = "EEF2F7"
		}
		d.put(`<w:tr>`, cantSplit(row))
		for i := range t.columns {
			var runs []run
			if i < len(row) {
				runs = row[i]
			}
			d.cell(docxCell{widths[i], "TableText", shade, t.columns[i].align, runs})
		}
		d.put(`</w:tr>`)
	}
	d.put(`</w:tbl><w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>`)
}

// cantSplit keeps a row on one page, unless it is so long that it may not fit.
func cantSplit(row [][]run) string {
	for _, cell := range row {
		if len(plain(cell)) > 600 {
			return ""
		}
	}
	return `<w:trPr><w:cantSplit/></w:trPr>`
}

type docxCell struct {
	width               int
	style, shade, align string
	runs                []run
}

func (d *docxWriter) cell(c docxCell) {
	d.put(`<w:tc><w:tcPr><w:tcW w:w="`, strconv.Itoa(c.width), `" w:type="dxa"/>`)
	if c.shade != "" {
		d.put(`<w:shd w:val="clear" w:color="auto" w:fill="`, c.shade, `"/>`)
	}
	d.put(`</w:tcPr><w:p><w:pPr><w:pStyle w:val="`, c.style, `"/>`, docxBidi(plain(c.runs)))
	if c.align != "" {
		d.put(`<w:jc w:val="`, c.align, `"/>`)
	}
	d.put(`</w:pPr>`)
	d.runs(c.runs)
	d.put(`</w:p></w:tc>`)
}
