package export

import (
	"cmp"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	sheetMain = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	sheetNS   = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	// maxCell is the longest text of a cell in UTF-16 units, maxColumns and
	// maxRows the size of a sheet (Microsoft Support, "Excel specifications
	// and limits").
	maxCell    = 32_767
	maxColumns = 16_384
	maxRows    = 1_048_576
)

// The cell styles of xlsxStyles.
const (
	cellHeader = 1
	cellText   = 2
	cellQuoted = 3 // text that looks like a formula: it stays text when somebody edits it
)

// writeXLSX writes a workbook (ECMA-376 part 1, 18) with a sheet for each
// table. Every cell is text: leading zeros stay, and nothing is calculated.
func writeXLSX(w io.Writer, in Input, _ Options) error {
	grids := xlsxGrids(&in)
	p := newPackage(w)
	types, rels, sheets := packageTypes+`<Override PartName="/xl/workbook.xml" ContentType="`+sheetMain+`sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="`+sheetMain+`styles+xml"/>`, "", ""
	for i, g := range grids {
		n := strconv.Itoa(i + 1)
		types += `<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="` + sheetMain + `worksheet+xml"/>`
		rels += `<Relationship Id="rId` + n + `" Type="` + relsBase + `worksheet" Target="worksheets/sheet` + n + `.xml"/>`
		sheets += `<sheet name="` + attrText(g.name) + `" sheetId="` + n + `" r:id="rId` + n + `"/>`
	}
	p.part("[Content_Types].xml", types+`</Types>`)
	p.part("_rels/.rels", packageRels("xl/workbook.xml"))
	p.part("docProps/core.xml", coreProperties(&in))
	p.part("docProps/app.xml", appProperties)
	p.part("xl/workbook.xml", xmlHead+`<workbook `+sheetNS+` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`+sheets+`</sheets><definedNames>`+printTitles(grids)+`</definedNames></workbook>`)
	p.part("xl/_rels/workbook.xml.rels", xmlHead+`<Relationships `+relsSpace+`>`+rels+`<Relationship Id="rId0" Type="`+relsBase+`styles" Target="styles.xml"/></Relationships>`)
	p.part("xl/styles.xml", xlsxStyles)
	for i, g := range grids {
		p.part("xl/worksheets/sheet"+strconv.Itoa(i+1)+".xml", sheetPart(g))
	}
	return p.close()
}

func xlsxGrids(in *Input) []grid {
	return []grid{requirementsGrid(in, false), criteriaGrid(in), matrixGrid(in)}
}

// printTitles repeats the header on every printed page.
func printTitles(grids []grid) string {
	var b strings.Builder
	for i, g := range grids {
		b.WriteString(`<definedName name="_xlnm.Print_Titles" localSheetId="` + strconv.Itoa(i) + `">'` + attrText(g.name) + `'!$1:$1</definedName>`)
	}
	return b.String()
}

// sheetPart is a sheet with a frozen header, a filter and lists of the allowed
// words.
func sheetPart(g grid) string {
	var b strings.Builder
	corner := columnName(len(g.header)-1) + strconv.Itoa(len(g.rows)+1)
	b.WriteString(xmlHead + `<worksheet ` + sheetNS + `><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:` + corner + `"/>` +
		`<sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="13.5"/><cols>`)
	for i, width := range g.widths {
		n := strconv.Itoa(i + 1)
		b.WriteString(`<col min="` + n + `" max="` + n + `" width="` + strconv.FormatFloat(width, 'f', -1, 64) + `" customWidth="1"/>`)
	}
	b.WriteString(`</cols><sheetData>`)
	sheetRow(&b, g, 1, g.header)
	for i, row := range g.rows {
		sheetRow(&b, g, i+2, row)
	}
	b.WriteString(`</sheetData><autoFilter ref="A1:` + corner + `"/>` + validations(g) +
		`<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/><headerFooter><oddFooter>&amp;L&amp;A&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter></worksheet>`)
	return b.String()
}

func sheetRow(b *strings.Builder, g grid, n int, cells []string) {
	number := strconv.Itoa(n)
	b.WriteString(`<row r="` + number + `" ht="` + strconv.FormatFloat(rowHeight(g, cells), 'f', -1, 64) + `">`)
	for i, cell := range cells {
		style := cellText
		switch {
		case n == 1:
			style = cellHeader
		case startsFormula(cell):
			style = cellQuoted
		}
		b.WriteString(`<c r="` + columnName(i) + number + `" s="` + strconv.Itoa(style) + `"`)
		if cell == "" {
			b.WriteString(`/>`)
			continue
		}
		b.WriteString(` t="inlineStr"><is><t xml:space="preserve">` + attrText(escapeX(strings.ReplaceAll(cell, "\r\n", "\n"))) + `</t></is></c>`)
	}
	b.WriteString(`</row>`)
}

// rowHeight guesses the height of a row in points, for programs that do not
// measure it when they open the file. More than 409 is not allowed.
func rowHeight(g grid, cells []string) float64 {
	most := 1
	for i, cell := range cells {
		lines := 0
		for _, line := range strings.Split(cell, "\n") {
			lines += 1 + int(float64(textWidth(line))/(g.widths[i]*1.05))
		}
		most = max(most, lines)
	}
	return min(float64(most)*13+4, 409)
}

// columnName returns the letters of a column counted from zero.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

var escapedX = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// escapeX keeps "_x0041_" from being read as a letter (18.4.12).
func escapeX(s string) string { return escapedX.ReplaceAllString(s, "_x005F_$1") }

// validations offers the allowed words in the cells of their columns.
func validations(g grid) string {
	words := map[string][]string{colType: wordsIn(typeNames, ba.RequirementTypes), colQuality: wordsIn(qualityNames, ba.Qualities),
		colPriority: wordsIn(priorityNames, ba.Priorities), colStatus: wordsIn(statusNames, ba.RequirementStatuses)}
	var lists []string
	for i, name := range g.header {
		if list := words[name]; list != nil && g.name == "Requirements" {
			column := columnName(i)
			lists = append(lists, `<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="`+column+`2:`+column+strconv.Itoa(max(len(g.rows)+200, 2))+`"><formula1>"`+attrText(strings.Join(list, ","))+`"</formula1></dataValidation>`)
		}
	}
	if len(lists) == 0 {
		return ""
	}
	return `<dataValidations count="` + strconv.Itoa(len(lists)) + `">` + strings.Join(lists, "") + `</dataValidations>`
}

func wordsIn[T ~string](names map[T]string, order []T) []string {
	var out []string
	for _, v := range order {
		out = append(out, names[v])
	}
	return out
}

// checkXLSX finds what is too large for a sheet.
func checkXLSX(in Input) []Problem {
	var problems []Problem
	for _, g := range xlsxGrids(&in) {
		if len(g.header) > maxColumns || len(g.rows) >= maxRows {
			problems = append(problems, Problem{Where: g.name, Blocks: true, Offer: CSV, Message: "The table \"" + g.name + "\" is larger than a sheet of Excel can be. Choose CSV."})
		}
		for _, row := range g.rows {
			if slices.ContainsFunc(row, tooLongForCell) {
				problems = append(problems, Problem{Where: row[0], Blocks: true, Offer: DOCX, Message: cmp.Or(row[0], "A requirement") + " has a text of more than 32,767 characters, which no cell of Excel holds. Shorten it, or choose Word."})
			}
		}
	}
	return problems
}

func tooLongForCell(s string) bool { return len(s) > maxCell && utf8.RuneCountInString(s) > maxCell/2 }

const xlsxStyles = xmlHead + `<styleSheet ` + sheetNS + `>` +
	`<fonts count="2"><font><sz val="10"/><color rgb="FF1B2430"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="10"/><color rgb="FFFFFFFF"/><name val="Calibri"/><family val="2"/></font></fonts>` +
	`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FF1F4E79"/><bgColor indexed="64"/></patternFill></fill></fills>` +
	`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left style="thin"><color rgb="FFD5DBE3"/></left><right style="thin"><color rgb="FFD5DBE3"/></right><top style="thin"><color rgb="FFD5DBE3"/></top><bottom style="thin"><color rgb="FFD5DBE3"/></bottom><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" quotePrefix="1" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
