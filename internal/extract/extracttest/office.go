package extracttest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
)

// Part is a file in a package.
type Part struct{ Name, Content string }

// Package returns a ZIP archive of the parts, in their order.
func Package(t testing.TB, parts ...Part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(p.Content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	head       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	officeRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	wordML     = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	sheetML    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	slideML    = "http://schemas.openxmlformats.org/presentationml/2006/main"
	drawingML  = "http://schemas.openxmlformats.org/drawingml/2006/main"
	partTypes  = "application/vnd.openxmlformats-officedocument."
)

// contentTypes names the types of parts, as pairs of part and type.
func contentTypes(pairs ...string) Part {
	var b strings.Builder
	b.WriteString(head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>`)
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, `<Override PartName="/%s" ContentType="%s%s"/>`, pairs[i], partTypes, pairs[i+1])
	}
	return Part{"[Content_Types].xml", b.String() + "</Types>"}
}

// relations is a part of relationships, as pairs of type and target.
func relations(name string, pairs ...string) Part {
	var b strings.Builder
	b.WriteString(head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, i/2+1, officeRels, pairs[i], pairs[i+1])
	}
	return Part{name, b.String() + "</Relationships>"}
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}

// DOCX returns a document of paragraphs. Those that begin with "# " are
// headings, and those with " | " in them rows of a table.
func DOCX(t testing.TB, paragraphs ...string) []byte {
	t.Helper()
	var body strings.Builder
	inTable := false
	for _, p := range paragraphs {
		cells := strings.Split(p, " | ")
		if isRow := len(cells) > 1; isRow != inTable {
			body.WriteString(pick(isRow, "<w:tbl>", "</w:tbl>"))
			inTable = isRow
		}
		if inTable {
			body.WriteString("<w:tr>")
			for _, c := range cells {
				body.WriteString("<w:tc>" + wordParagraph("", c) + "</w:tc>")
			}
			body.WriteString("</w:tr>")
			continue
		}
		style := ""
		if heading, ok := strings.CutPrefix(p, "# "); ok {
			p, style = heading, `<w:pPr><w:outlineLvl w:val="0"/></w:pPr>`
		}
		body.WriteString(wordParagraph(style, p))
	}
	body.WriteString(pick(inTable, "</w:tbl>", ""))
	return DOCXBody(t, body.String())
}

func wordParagraph(properties, text string) string {
	return "<w:p>" + properties + `<w:r><w:t xml:space="preserve">` + escape(text) + "</w:t></w:r></w:p>"
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// DOCXBody returns a document with the given WordprocessingML in its body.
func DOCXBody(t testing.TB, body string) []byte {
	t.Helper()
	return DOCXPart(t, head+`<w:document xmlns:w="`+wordML+`"><w:body>`+body+"</w:body></w:document>")
}

// DOCXPart returns a document whose main part is the given XML.
func DOCXPart(t testing.TB, document string) []byte {
	t.Helper()
	return Package(t,
		contentTypes("word/document.xml", "wordprocessingml.document.main+xml"),
		relations("_rels/.rels", "officeDocument", "word/document.xml"),
		Part{"word/document.xml", document})
}

// XLSX returns a workbook with one sheet of the rows. Cells are text.
func XLSX(t testing.TB, sheet string, rows ...[]string) []byte {
	t.Helper()
	var b strings.Builder
	for i, cells := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for k, c := range cells {
			if c != "" {
				fmt.Fprintf(&b, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+k, i+1, escape(c))
			}
		}
		b.WriteString("</row>")
	}
	return XLSXSheet(t, sheet, head+`<worksheet xmlns="`+sheetML+`"><sheetData>`+b.String()+"</sheetData></worksheet>")
}

// XLSXSheet returns a workbook whose one sheet is the given XML.
func XLSXSheet(t testing.TB, sheet, worksheet string) []byte {
	t.Helper()
	return Package(t,
		contentTypes("xl/workbook.xml", "spreadsheetml.sheet.main+xml", "xl/worksheets/sheet1.xml", "spreadsheetml.worksheet+xml"),
		relations("_rels/.rels", "officeDocument", "xl/workbook.xml"),
		Part{"xl/workbook.xml", head + `<workbook xmlns="` + sheetML + `" xmlns:r="` + officeRels + `"><sheets><sheet name="` + escape(sheet) + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		relations("xl/_rels/workbook.xml.rels", "worksheet", "worksheets/sheet1.xml"),
		Part{"xl/worksheets/sheet1.xml", worksheet})
}

// Slide is one slide of a presentation.
type Slide struct {
	Title string
	Body  []string
	Notes string
}

// PPTX returns a presentation.
func PPTX(t testing.TB, slides ...Slide) []byte {
	t.Helper()
	types := []string{"ppt/presentation.xml", "presentationml.presentation.main+xml"}
	var rels []string
	var ids strings.Builder
	var parts []Part
	for i, s := range slides {
		name := fmt.Sprintf("ppt/slides/slide%d.xml", i+1)
		types = append(types, name, "presentationml.slide+xml")
		rels = append(rels, "slide", fmt.Sprintf("slides/slide%d.xml", i+1))
		fmt.Fprintf(&ids, `<p:sldId id="%d" r:id="rId%d"/>`, 256+i, i+1)
		parts = append(parts, Part{name, s.xml()})
		if s.Notes != "" {
			notes := fmt.Sprintf("ppt/notesSlides/notesSlide%d.xml", i+1)
			types = append(types, notes, "presentationml.notesSlide+xml")
			parts = append(parts, Part{notes, shapeTree("notes", shape("body", s.Notes))},
				relations(fmt.Sprintf("ppt/slides/_rels/slide%d.xml.rels", i+1), "notesSlide", fmt.Sprintf("../notesSlides/notesSlide%d.xml", i+1)))
		}
	}
	presentation := head + `<p:presentation xmlns:p="` + slideML + `" xmlns:r="` + officeRels + `"><p:sldIdLst>` + ids.String() + "</p:sldIdLst></p:presentation>"
	return Package(t, append([]Part{
		contentTypes(types...),
		relations("_rels/.rels", "officeDocument", "ppt/presentation.xml"),
		{"ppt/presentation.xml", presentation},
		relations("ppt/_rels/presentation.xml.rels", rels...),
	}, parts...)...)
}

func (s Slide) xml() string {
	var shapes string
	if s.Title != "" {
		shapes = shape("title", s.Title)
	}
	if len(s.Body) > 0 {
		shapes += shape("body", s.Body...)
	}
	return shapeTree("sld", shapes)
}

func shapeTree(root, shapes string) string {
	return head + fmt.Sprintf(`<p:%s xmlns:p="%s" xmlns:a="%s"><p:cSld><p:spTree>%s</p:spTree></p:cSld></p:%s>`, root, slideML, drawingML, shapes, root)
}

func shape(role string, paragraphs ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<p:sp><p:nvSpPr><p:nvPr><p:ph type="%s"/></p:nvPr></p:nvSpPr><p:txBody>`, role)
	for _, p := range paragraphs {
		b.WriteString("<a:p><a:r><a:t>" + escape(p) + "</a:t></a:r></a:p>")
	}
	return b.String() + "</p:txBody></p:sp>"
}
