package export

import (
	_ "embed"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"
)

//go:embed docx_styles.xml
var docxStyles string

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	docxSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relsSpace = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	relsBase  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	wordMain  = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// writeDOCX writes a Word document (ECMA-376 part 1, 17): headings, lists and
// captions are real styles, the sources footnotes.
func writeDOCX(w io.Writer, in Input, _ Options) error {
	d := &docxWriter{doc: compose(&in)}
	d.body()
	p := newPackage(w)
	p.part("[Content_Types].xml", docxTypes)
	p.part("_rels/.rels", packageRels("word/document.xml"))
	p.part("docProps/core.xml", coreProperties(&in))
	p.part("docProps/app.xml", appProperties)
	p.part("word/document.xml", xmlHead+`<w:document `+docxSpace+`><w:body>`+d.out.String()+docxSection+`</w:body></w:document>`)
	p.part("word/_rels/document.xml.rels", d.relations())
	p.part("word/styles.xml", strings.Replace(docxStyles, "{{language}}", attrText(wordLanguage(in.language())), 1))
	p.part("word/numbering.xml", d.numberingPart())
	p.part("word/footnotes.xml", d.footnotesPart())
	p.part("word/settings.xml", docxSettings)
	p.part("word/header1.xml", docxHeader(&in))
	p.part("word/footer1.xml", docxFooter(&in))
	return p.close()
}

// docxWriter writes the body and keeps what the other parts need.
type docxWriter struct {
	doc   *document
	out   strings.Builder
	notes []string   // paragraphs of the footnotes
	links []string   // addresses, by relationship
	lists []docxList // ordered lists
	num   map[int]int
	marks int // bookmarks
}

type docxList struct{ level, start int }

func (d *docxWriter) put(parts ...string) {
	for _, p := range parts {
		d.out.WriteString(p)
	}
}

func (d *docxWriter) body() {
	d.num = map[int]int{}
	d.titlePage()
	d.contents()
	d.put(`<w:p><w:pPr><w:pStyle w:val="AfterTable"/><w:pageBreakBefore/></w:pPr></w:p>`)
	for _, b := range d.doc.blocks {
		d.block(b)
	}
}

// titlePage is the title, the project and a table of facts.
func (d *docxWriter) titlePage() {
	in := d.doc.in
	if in.Project != "" {
		d.paragraph("Project", in.Project)
	}
	d.paragraph("Title", in.Title)
	d.put(`<w:tbl><w:tblPr><w:tblW w:w="9638" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="1900"/><w:gridCol w:w="7738"/></w:tblGrid>`)
	for _, f := range in.facts() {
		d.put(`<w:tr><w:tc><w:tcPr><w:tcW w:w="1900" w:type="dxa"/></w:tcPr>`)
		d.paragraph("FactName", f.name)
		d.put(`</w:tc><w:tc><w:tcPr><w:tcW w:w="7738" w:type="dxa"/></w:tcPr>`)
		d.paragraph("Fact", f.value)
		d.put(`</w:tc></w:tr>`)
	}
	d.put(`</w:tbl>`)
}

// contents is a field that Word fills with page numbers when it is updated;
// until then it shows the headings as links.
func (d *docxWriter) contents() {
	list := d.doc.headings(3)
	if len(list) < 2 {
		return
	}
	d.put(`<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr><w:r><w:t>Contents</w:t></w:r></w:p>`)
	for i, b := range list {
		d.put(`<w:p><w:pPr><w:pStyle w:val="TOC`, strconv.Itoa(b.level), `"/>`, docxBidi(plain(b.runs)), `</w:pPr>`)
		if i == 0 {
			d.put(`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-3" \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`)
		}
		d.put(`<w:hyperlink w:anchor="`, bookmark(b), `" w:history="1">`)
		d.runs(withoutNotes(b.runs))
		d.put(`</w:hyperlink>`)
		if i == len(list)-1 {
			d.put(`<w:r><w:fldChar w:fldCharType="end"/></w:r>`)
		}
		d.put(`</w:p>`)
	}
}

func withoutNotes(runs []run) []run { return textRuns(strings.ReplaceAll(plain(runs), "\n", " ")) }

func bookmark(b block) string { return "_Toc" + strings.TrimPrefix(b.anchor, "section-") }

// paragraph writes plain text in a style.
func (d *docxWriter) paragraph(style, text string) {
	d.put(`<w:p><w:pPr><w:pStyle w:val="`, style, `"/>`, docxBidi(text), `</w:pPr>`)
	d.runs(textRuns(text))
	d.put(`</w:p>`)
}

// docxBidi is the property of a paragraph that runs from right to left.
func docxBidi(text string) string {
	if isRTL(text) {
		return `<w:bidi/>`
	}
	return ""
}

// relations names the other parts and the addresses of links.
func (d *docxWriter) relations() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Relationships ` + relsSpace + `>`)
	for i, part := range []string{"styles", "numbering", "footnotes", "settings", "header", "footer"} {
		target := part + ".xml"
		if part == "header" || part == "footer" {
			target = part + "1.xml"
		}
		b.WriteString(`<Relationship Id="rId` + strconv.Itoa(i+1) + `" Type="` + relsBase + part + `" Target="` + target + `"/>`)
	}
	for i, href := range d.links {
		b.WriteString(`<Relationship Id="link` + strconv.Itoa(i+1) + `" Type="` + relsBase + `hyperlink" Target="` + attrText(href) + `" TargetMode="External"/>`)
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

func (d *docxWriter) footnotesPart() string {
	return xmlHead + `<w:footnotes ` + docxSpace + `>` +
		`<w:footnote w:type="separator" w:id="-1"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:separator/></w:r></w:p></w:footnote>` +
		`<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>` +
		strings.Join(d.notes, "") + `</w:footnotes>`
}

func docxHeader(in *Input) string {
	d := &docxWriter{}
	d.put(xmlHead, `<w:hdr `, docxSpace, `><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>`)
	d.runs(textRuns(oneLine(in.Title)))
	d.put(`<w:r><w:tab/></w:r>`)
	d.runs(textRuns(oneLine(in.Project)))
	d.put(`</w:p></w:hdr>`)
	return d.out.String()
}

func docxFooter(in *Input) string {
	d := &docxWriter{}
	d.put(xmlHead, `<w:ftr `, docxSpace, `><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>`)
	d.runs(textRuns(in.edition()))
	d.put(`<w:r><w:tab/></w:r><w:r><w:t xml:space="preserve">Page </w:t></w:r>`, docxField("PAGE"), `<w:r><w:t xml:space="preserve"> of </w:t></w:r>`, docxField("NUMPAGES"), `</w:p></w:ftr>`)
	return d.out.String()
}

func docxField(name string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + name + ` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

// edition is version and date in one line.
func (in *Input) edition() string {
	var parts []string
	if in.Version > 0 {
		parts = append(parts, "Version "+versionText(in.Version))
	}
	if in.date() != "" {
		parts = append(parts, in.date())
	}
	return strings.Join(parts, " · ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// attrText escapes text for XML; characters that XML cannot hold become U+FFFD.
func attrText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}

// coreProperties are title, author and times of a package (ECMA-376 part 2, 11).
func coreProperties(in *Input) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	b.WriteString(`<dc:title>` + attrText(oneLine(in.Title)) + `</dc:title><dc:subject>` + attrText(oneLine(in.Project)) + `</dc:subject><dc:creator>` + attrText(in.Author) + `</dc:creator>`)
	if !in.Date.IsZero() {
		at := in.Date.UTC().Format(time.RFC3339)
		b.WriteString(`<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + at + `</dcterms:modified>`)
	}
	b.WriteString(`</cp:coreProperties>`)
	return b.String()
}
