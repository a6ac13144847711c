package extract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/extract/extracttest"
)

// show writes a block as a test expects it: its kind, the text, and where it
// stands.
func show(b extract.Block) string {
	kind := string(b.Kind)
	switch {
	case b.Kind == extract.Heading:
		kind = fmt.Sprint("heading", b.Level)
	case b.Header:
		kind = "header"
	}
	s := kind + ": " + b.Text
	if at := b.Locator.String(); at != "" {
		s += " @ " + at
	}
	return s
}

func shown(blocks []extract.Block) []string {
	var out []string
	for _, b := range blocks {
		out = append(out, show(b))
	}
	return out
}

func same(t *testing.T, got reading, want ...string) {
	t.Helper()
	if got.err != nil {
		t.Fatal(got.err)
	}
	if s := shown(got.blocks); !slices.Equal(s, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(s, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestTextFilesBecomeParagraphsWithLines(t *testing.T) {
	same(t, inProcess(t, "notes.txt", []byte("First line\ngoes on.\n\n\nThird.\r\n")),
		"paragraph: First line\ngoes on. @ line 1", "paragraph: Third. @ line 5")
	got := inProcess(t, "latin1.txt", []byte("Die Gr\xf6\xdfe der Stra\xdfe ist f\xfcr \xfcbliche M\xfcllautos zu klein, sagt die Beh\xf6rde."))
	if got.err != nil || len(got.blocks) != 1 || !strings.Contains(got.blocks[0].Text, "Größe der Straße") || len(got.res.Warnings) != 1 {
		t.Errorf("%v %q %q", got.err, shown(got.blocks), got.res.Warnings)
	}
	same(t, inProcess(t, "utf16.txt", []byte("\xff\xfeH\x00\xe4\x00n\x00d\x00e\x00 \x00w\x00e\x00g\x00")), "paragraph: Hände weg @ line 1")
}

func TestCSVFilesBecomeRows(t *testing.T) {
	same(t, inProcess(t, "items.csv", []byte("Id;Text\n1;\"The kiosk; it prints\"\n2;\"two\nlines\"\n")),
		"header: Id | Text @ row 1", "row: 1 | The kiosk; it prints @ row 2", "row: 2 | two\nlines @ row 3")
	got := inProcess(t, "items.tsv", []byte("Id\tText\n007\tzero stays\n"))
	same(t, got, "header: Id | Text @ row 1", "row: 007 | zero stays @ row 2")
	if got.res.Delimiter != "\t" || got.res.Rows != 2 || got.res.Columns != 2 {
		t.Errorf("%+v", got.res)
	}
}

func TestMarkdownKeepsItsStructure(t *testing.T) {
	same(t, inProcess(t, "plan.md", []byte("# Scope\n\nThe kiosk *prints*.\n\n- one\n- two\n\n| Id | Text |\n|----|------|\n| 1  | x    |\n\n```\ncode  here\n```\n")),
		"heading1: Scope @ Scope", "paragraph: The kiosk prints. @ Scope", "list_item: one @ Scope", "list_item: two @ Scope",
		"header: Id | Text @ Scope", "row: 1 | x @ Scope", "code: code  here @ Scope")
}

func TestWebPagesLoseWhatIsNotShown(t *testing.T) {
	same(t, inProcess(t, "page.html", []byte(`<!doctype html><html><head><title>T</title><style>p{}</style></head><body>
		<h2>Scope</h2><p>The kiosk <b>prints</b>.<script>alert(1)</script><p hidden>hidden<p style="display:none">gone
		<ul><li>one<li>two</ul><table><tr><th>Id<th>Text<tr><td>1<td>x</table></body></html>`)),
		"heading1: T @ T", "heading2: Scope @ Scope", "paragraph: The kiosk prints. @ Scope", "list_item: one @ Scope", "list_item: two @ Scope",
		"header: Id | Text @ Scope", "row: 1 | x @ Scope")
}

func TestWordFilesKeepHeadingsTablesAndNoDeletedText(t *testing.T) {
	same(t, inProcess(t, "brief.docx", extracttest.DOCX(t, "# Scope", "The kiosk prints.", "Id | Text", "1 | x", "After.")),
		"heading1: Scope @ Scope", "paragraph: The kiosk prints. @ Scope", "header: Id | Text @ Scope", "row: 1 | x @ Scope", "paragraph: After. @ Scope")
	same(t, inProcess(t, "changes.docx", extracttest.DOCXBody(t, `<w:p><w:r><w:t>Kept </w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:ins><w:r><w:t>added</w:t></w:r></w:ins></w:p>`)),
		"paragraph: Kept added")
}

func TestWorkbooksKeepSheetsAndRows(t *testing.T) {
	same(t, inProcess(t, "prices.xlsx", extracttest.XLSX(t, "Prices", []string{"Item", "Fee"}, nil, []string{"Receipt", "", "0,50"})),
		"heading1: Prices @ sheet Prices", "header: Item | Fee @ sheet Prices, row 1", "row: Receipt | 0,50 @ sheet Prices, row 3")
}

func TestPresentationsKeepSlidesAndNotes(t *testing.T) {
	got := inProcess(t, "deck.pptx", extracttest.PPTX(t,
		extracttest.Slide{Title: "Scope", Body: []string{"The kiosk prints."}, Notes: "Say it slowly."}, extracttest.Slide{}, extracttest.Slide{Body: []string{"End."}}))
	same(t, got, "heading1: Scope @ page 1", "list_item: The kiosk prints. @ page 1", "note: Say it slowly. @ page 1", "list_item: End. @ page 3")
	if notes := got.res.Notes(); len(notes) != 1 || notes[0] != "1 of 3 slides has no text (slide 2)." {
		t.Errorf("%q", notes)
	}
}

func TestFaultyFilesAreRefusedWithTheirReason(t *testing.T) {
	docx := extracttest.DOCX(t, "The kiosk prints a receipt.")
	xlsx := extracttest.XLSX(t, "S", []string{"a", "b"})
	entity := func(declaration string) []byte {
		return extracttest.DOCXPart(t, `<?xml version="1.0"?><!DOCTYPE d [`+declaration+`]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>`)
	}
	bomb := extracttest.Part{Name: "word/media/x.bin", Content: strings.Repeat("0", 40<<20)}
	for name, c := range map[string]struct {
		data []byte
		want extract.Reason
	}{
		"empty.pdf":        {nil, extract.Empty},
		"locked.pdf":       {extracttest.LockedPDF(t, "orange", "x"), extract.Encrypted},
		"nothing.pdf":      {[]byte("%PDF-1.7\nnothing follows"), extract.Damaged},
		"loop.pdf":         {extracttest.RawPDF("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"), extract.Damaged},
		"many.pdf":         {manyPages(t, extract.MaxPages+1), extract.TooManyPages},
		"bomb.pdf":         {flateBomb(t), extract.ExpandsTooFar},
		"cut.docx":         {docx[:len(docx)/2], extract.Damaged},
		"external.docx":    {entity(`<!ENTITY e SYSTEM "file:///etc/passwd">`), extract.ExternalEntity},
		"laughs.docx":      {entity(`<!ENTITY e "lol">`), extract.EntityExpansion},
		"climbs.docx":      {extracttest.Package(t, extracttest.Part{Name: "../../word/document.xml", Content: "x"}, extracttest.Part{Name: "[Content_Types].xml", Content: "x"}), extract.UnsafePartNames},
		"bomb.docx":        {extracttest.Package(t, extracttest.Part{Name: "[Content_Types].xml", Content: "<Types/>"}, extracttest.Part{Name: "word/document.xml", Content: "<w/>"}, bomb), extract.ExpandsTooFar},
		"deep.docx":        {extracttest.DOCXBody(t, strings.Repeat("<w:tbl>", 5000)), extract.TooDeep},
		"wrong.xlsx":       {docx, extract.Mismatch},
		"cut.xlsx":         {xlsx[:len(xlsx)-30], extract.Damaged},
		"old.xls":          {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600) + "W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00"), extract.LegacyFormat},
		"locked.docx":      {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + utf16("EncryptedPackage")), extract.Encrypted},
		"picture.png":      {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00"), extract.UnknownType},
		"picture.pdf":      {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00"), extract.Mismatch},
		"wide.csv":         {[]byte(strings.Repeat("x,", extract.MaxColumns+1)), extract.TooLarge},
		"slides-as.docx":   {extracttest.PPTX(t, extracttest.Slide{Title: "x"}), extract.Mismatch},
		"page.docx":        {[]byte("<!doctype html><p>x"), extract.Mismatch},
		"rich.rtf":         {[]byte(`{\rtf1 x}`), extract.UnknownType},
		"archive.zip":      {extracttest.Package(t, extracttest.Part{Name: "a.txt", Content: "x"}), extract.UnknownType},
		"giant-sheet.xlsx": {extracttest.XLSXSheet(t, "S", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+strings.Repeat(`<row><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>`, 400)+`</sheetData></worksheet>`), extract.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			got := supervised(t, supervisor(t), name, c.data)
			if reason := extract.ReasonOf(got.err); reason != c.want {
				t.Fatalf("%q (%v), want %q", reason, got.err, c.want)
			}
			if got.res.PeakMemory > extract.DefaultMemory {
				t.Errorf("%d MB", got.res.PeakMemory>>20)
			}
		})
	}
}

func utf16(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

func TestFilesWithoutTextSaySo(t *testing.T) {
	for name, data := range map[string][]byte{
		"scan.pdf": extracttest.PDF(t, "", ""), "blank.txt": []byte(" \n\n\t"), "blank.docx": extracttest.DOCX(t),
		"blank.xlsx": extracttest.XLSX(t, "S"), "blank.pptx": extracttest.PPTX(t, extracttest.Slide{}), "blank.csv": []byte(",,\n,,\n"), "blank.html": []byte("<!doctype html><body><script>x</script>"), "blank.md": []byte("\n\n"),
	} {
		got := inProcess(t, name, data)
		if msg, none := got.res.NoText(); got.err != nil || !none || len(msg) < 20 {
			t.Errorf("%s: %v, %q, %q", name, got.err, msg, shown(got.blocks))
		}
	}
}
