package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// file is a document of the tests, with something that stands in it alone.
type file struct {
	name     string
	content  []byte
	question string
	answer   string // a part of the passage that answers it
}

// ownFiles returns small documents of each format, made here, so that the
// tests know what stands in them.
func ownFiles(t testing.TB) []file {
	t.Helper()
	return []file{
		{"Loyalty rules.docx", docx(t, "Loyalty programme", "Members collect one point for each euro.", "Points expire after eighteen months without a purchase."),
			"When do loyalty points expire?", "eighteen months"},
		{"Courier prices.xlsx", xlsx(t, [][]string{{"Courier", "Zone", "Price"}, {"Kestrel", "inland", "4.90"}, {"Osprey", "overseas", "23.50"}}),
			"What does the courier Osprey cost overseas?", "23.50"},
		{"Rollout plan.pptx", pptx(t, "Rollout plan", "The pilot begins in Bergen with forty shops."),
			"Where does the pilot rollout begin?", "Bergen"},
		{"Warranty terms.pdf", pdf("Warranty terms", "The warranty covers the compressor for seven years."),
			"How long does the warranty cover the compressor?", "seven years"},
	}
}

// refundRules is a document that contradicts itself in many places, so that
// the answer to its question is long: more than a second of writing.
func refundRules() file {
	var b strings.Builder
	b.WriteString("# Refund rules\n\n")
	for i := range 14 {
		fmt.Fprintf(&b, "## Case %d\n\nA refund of kind %d is paid within %d days after the customer has returned the parcel with the receipt number and the clerk of branch %d has checked that nothing is missing from it.\n\n", i+1, i+1, i+3, i+20)
	}
	return file{"Refund rules.md", []byte(b.String()), "When is a refund paid?", "refund"}
}

// corpusFiles returns real documents from the shared test data beside the
// repository, where it is there.
func corpusFiles(t testing.TB) []file {
	t.Helper()
	var all []file
	for _, name := range []string{"docx/cfe-requirements.docx", "csv/cfe-functional-requirements.csv"} {
		content, err := os.ReadFile(filepath.Join("..", "..", "shared", "corpus", name))
		if err == nil {
			all = append(all, file{name: filepath.Base(name), content: content})
		}
	}
	for _, format := range []string{"pdf", "xlsx", "pptx"} {
		found, _ := filepath.Glob(filepath.Join("..", "..", "shared", "corpus", format, "*."+format))
		for _, path := range found {
			content, err := os.ReadFile(path)
			if err == nil && len(content) < 1<<20 {
				all = append(all, file{name: filepath.Base(path), content: content})
				break
			}
		}
	}
	return all
}

// pack makes an OOXML package.
func pack(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range parts {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func escape(s string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(s)) // a bytes.Buffer does not fail
	return out.String()
}

const (
	relationships = `http://schemas.openxmlformats.org/package/2006/relationships`
	officeRel     = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	contentTypes  = `http://schemas.openxmlformats.org/package/2006/content-types`
	officeType    = `application/vnd.openxmlformats-officedocument.`
)

func types(overrides ...string) string {
	var b strings.Builder
	b.WriteString(`<Types xmlns="` + contentTypes + `"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`)
	for i := 0; i < len(overrides); i += 2 {
		fmt.Fprintf(&b, `<Override PartName="%s" ContentType="%s%s"/>`, overrides[i], officeType, overrides[i+1])
	}
	return b.String() + `</Types>`
}

func rels(pairs ...string) string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="` + relationships + `">`)
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, i/2+1, officeRel, pairs[i], pairs[i+1])
	}
	return b.String() + `</Relationships>`
}

func docx(t testing.TB, heading string, paragraphs ...string) []byte {
	const w = `http://schemas.openxmlformats.org/wordprocessingml/2006/main`
	var body strings.Builder
	fmt.Fprintf(&body, `<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`, escape(heading))
	for _, p := range paragraphs {
		fmt.Fprintf(&body, `<w:p><w:r><w:t>%s</w:t></w:r></w:p>`, escape(p))
	}
	return pack(t, map[string]string{
		"[Content_Types].xml":          types("/word/document.xml", "wordprocessingml.document.main+xml", "/word/styles.xml", "wordprocessingml.styles+xml"),
		"_rels/.rels":                  rels("officeDocument", "word/document.xml"),
		"word/_rels/document.xml.rels": rels("styles", "styles.xml"),
		"word/styles.xml":              `<w:styles xmlns:w="` + w + `"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
		"word/document.xml":            `<w:document xmlns:w="` + w + `"><w:body>` + body.String() + `</w:body></w:document>`,
	})
}

func xlsx(t testing.TB, rows [][]string) []byte {
	const ns = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	var data strings.Builder
	for y, row := range rows {
		fmt.Fprintf(&data, `<row r="%d">`, y+1)
		for x, cell := range row {
			fmt.Fprintf(&data, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+x, y+1, escape(cell))
		}
		data.WriteString(`</row>`)
	}
	return pack(t, map[string]string{
		"[Content_Types].xml":        types("/xl/workbook.xml", "spreadsheetml.sheet.main+xml", "/xl/worksheets/sheet1.xml", "spreadsheetml.worksheet+xml"),
		"_rels/.rels":                rels("officeDocument", "xl/workbook.xml"),
		"xl/_rels/workbook.xml.rels": rels("worksheet", "worksheets/sheet1.xml"),
		"xl/workbook.xml":            `<workbook xmlns="` + ns + `" xmlns:r="` + officeRel + `"><sheets><sheet name="Prices" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml":   `<worksheet xmlns="` + ns + `"><sheetData>` + data.String() + `</sheetData></worksheet>`,
	})
}

func pptx(t testing.TB, title, text string) []byte {
	const p = `http://schemas.openxmlformats.org/presentationml/2006/main`
	const a = `http://schemas.openxmlformats.org/drawingml/2006/main`
	shape := func(id int, kind, text string) string {
		return fmt.Sprintf(`<p:sp><p:nvSpPr><p:cNvPr id="%d" name="%s"/><p:cNvSpPr/><p:nvPr><p:ph type="%s"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>%s</a:t></a:r></a:p></p:txBody></p:sp>`, id, kind, kind, escape(text))
	}
	return pack(t, map[string]string{
		"[Content_Types].xml":             types("/ppt/presentation.xml", "presentationml.presentation.main+xml", "/ppt/slides/slide1.xml", "presentationml.slide+xml"),
		"_rels/.rels":                     rels("officeDocument", "ppt/presentation.xml"),
		"ppt/_rels/presentation.xml.rels": rels("slide", "slides/slide1.xml"),
		"ppt/presentation.xml":            `<p:presentation xmlns:p="` + p + `" xmlns:r="` + officeRel + `"><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>`,
		"ppt/slides/slide1.xml": `<p:sld xmlns:p="` + p + `" xmlns:a="` + a + `"><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>` +
			shape(2, "title", title) + shape(3, "body", text) + `</p:spTree></p:cSld></p:sld>`,
	})
}

// pdf makes one page of lines in a standard font.
func pdf(lines ...string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 14 Tf 72 720 Td 20 TL\n")
	for _, l := range lines {
		fmt.Fprintf(&text, "(%s) Tj T*\n", strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`).Replace(l))
	}
	text.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return out.Bytes()
}
