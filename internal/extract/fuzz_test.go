package extract

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/internal/extract/extracttest"
)

// fuzzTime is what no input of the fuzzer may take, on a busy machine too.
const fuzzTime = 20 * time.Second

// promise checks what the package promises for any input: blocks within their
// limits, a reason for every refusal, counts that agree.
func promise(t *testing.T, name string, data []byte, read func(context.Context, Source, func(Block) error) (Result, error)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), fuzzTime)
	defer cancel()
	blocks, chars := 0, 0
	cutter := Cutter{Emit: func(p Passage) error {
		if p.Text == "" || !utf8.ValidString(p.Text) || p.FirstBlock > p.LastBlock || weight(p.Text) > passageMost+MaxBlockChars {
			t.Errorf("passage %+v", p)
		}
		return nil
	}}
	res, err := read(ctx, Source{Name: name, Data: data}, func(b Block) error {
		blocks++
		chars += utf8.RuneCountInString(b.Text)
		checkBlock(t, b)
		return cutter.Add(b)
	})
	if ctx.Err() != nil {
		t.Fatalf("it took longer than %s", fuzzTime)
	}
	if err != nil && (ReasonOf(err) == "" || !strings.Contains(err.Error(), ".")) {
		t.Errorf("an error without a reason: %v", err)
	}
	if res.Blocks != blocks || res.Chars != chars {
		t.Errorf("%d blocks and %d characters, the result says %d and %d", blocks, chars, res.Blocks, res.Chars)
	}
	if msg, none := res.NoText(); err == nil && none && len(msg) < 20 {
		t.Errorf("no sentence about the missing text: %q", msg)
	}
}

func checkBlock(t *testing.T, b Block) {
	t.Helper()
	l := b.Locator
	switch {
	case b.check() != nil:
		t.Errorf("a block that the supervisor refuses: %+v", b)
	case strings.TrimSpace(b.Text) == "" || !utf8.ValidString(b.Text) || utf8.RuneCountInString(b.Text) > MaxBlockChars:
		t.Errorf("text of %d bytes: %.200q", len(b.Text), b.Text)
	case b.Kind != Code && clean(b.Text) != b.Text:
		t.Errorf("text that is not normal: %.200q", b.Text)
	case min(l.Page, l.Row, l.Line) < 0 || !utf8.ValidString(l.Heading+l.Sheet):
		t.Errorf("locator %+v", l)
	case (b.Kind == Row) != (len(b.Cells) > 0):
		t.Errorf("a %s of %d cells", b.Kind, len(b.Cells))
	}
}

// fuzz runs a target on the documents and on halves of them.
func fuzz(f *testing.F, name string, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
		f.Add(s[:len(s)/2])
	}
	f.Fuzz(func(t *testing.T, data []byte) { promise(t, name, data, Extract) })
}

func FuzzTXT(f *testing.F) {
	fuzz(f, "x.txt", []byte("One.\n\nTwo,\r\nthree.\f"), []byte("\xff\xfeH\x00\xe4\x00"), []byte("\xef\xbb\xbfBOM"), []byte("Gr\xf6\xdfe"), []byte("\x1b$B%F%9%H\x1b(B"))
}

func FuzzCSV(f *testing.F) {
	fuzz(f, "x.csv", []byte("Id;Text\n1;\"a;b\"\n"), []byte("sep=|\na|b\n\n\"open"), []byte("a\tb\r\nc\td"), []byte("\"a\"\"b\",c\n,,\n"))
}

func FuzzMarkdown(f *testing.F) {
	fuzz(f, "x.md", []byte("# H\n\ntext *a* `b` [c](d)\n\n- 1\n  - 2\n\n> q\n\n|a|b|\n|-|-|\n|1|2|\n\n```\ncode\n```\n\n~~~\nopen"),
		[]byte("Setext\n===\n\n1. a\n2) b\n\n    code\n***\n<div>x</div>\n[r]: x\n"))
}

func FuzzHTML(f *testing.F) {
	fuzz(f, "x.html", []byte("<!doctype html><title>T</title><h1>H</h1><p>a<br>b<ul><li>1<li>2</ul><table><tr><th>a<td colspan=3>b</table><pre> x\n y</pre>"),
		[]byte(`<html><meta charset=koi8-r><p hidden>x<p style="display:none">y<script>z</script><table><table><td>t</table><select><option>o`))
}

func FuzzDOCX(f *testing.F) {
	fuzz(f, "x.docx", extracttest.DOCX(f, "# Scope", "Text.", "Id | Text", "1 | x"),
		extracttest.DOCXBody(f, `<w:p><w:del><w:r><w:delText>d</w:delText></w:r></w:del><w:r><w:t>a</w:t><w:tab/><w:br/><w:fldChar w:fldCharType="begin"/><w:instrText>x</w:instrText></w:r></w:p>`))
}

// FuzzDOCXBody fuzzes what lies inside of the package, which mutations of the
// package seldom reach.
func FuzzDOCXBody(f *testing.F) {
	f.Add(`<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="2"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>`)
	f.Add(`<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>`)
	f.Add(`<w:p><w:r><w:sym w:char="F0B7"/><w:footnoteReference w:id="1"/></w:r><w:sdt><w:sdtContent><w:r><w:t>x</w:t></w:r></w:sdtContent></w:sdt></w:p>`)
	f.Fuzz(func(t *testing.T, body string) { promise(t, "x.docx", extracttest.DOCXBody(t, body), Extract) })
}

func FuzzXLSX(f *testing.F) {
	fuzz(f, "x.xlsx", extracttest.XLSX(f, "Prices", []string{"Item", "Fee"}, nil, []string{"a", "", "0.5"}))
}

// FuzzXLSXSheet fuzzes the XML of a sheet.
func FuzzXLSXSheet(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2"><f>1+1</f><v>2</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`)
	f.Add(`<worksheet><sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><r><t>x</t></r></is></c></row><row r="1"/></sheetData></worksheet>`)
	f.Fuzz(func(t *testing.T, sheet string) { promise(t, "x.xlsx", extracttest.XLSXSheet(t, "S", sheet), Extract) })
}

func FuzzPPTX(f *testing.F) {
	fuzz(f, "x.pptx", extracttest.PPTX(f, extracttest.Slide{Title: "T", Body: []string{"a", "b"}, Notes: "n"}, extracttest.Slide{}))
}

// FuzzNumberFormat fuzzes the number formats of workbooks.
func FuzzNumberFormat(f *testing.F) {
	for _, format := range []string{"General", "0.00%", `#,##0.00 "EUR";[Red]-#,##0`, "yyyy-mm-dd hh:mm:ss.000 AM/PM", "[h]:mm", "# ??/??", "0.0E+00", `_(* #,##0_)`} {
		f.Add(format, 43831.75)
		f.Add(format, -0.5)
	}
	f.Fuzz(func(t *testing.T, format string, value float64) {
		shown := parseFormat(format).show(strconv.FormatFloat(value, 'g', -1, 64), false)
		if !utf8.ValidString(shown) && utf8.ValidString(format) || len(shown) > 10*len(format)+1000 {
			t.Errorf("%q of %v is %q", format, value, shown)
		}
	})
}

// FuzzPDF reads with an engine that the end of the time limit interrupts, since
// no child process is there to be killed.
func FuzzPDF(f *testing.F) {
	for _, s := range [][]byte{
		extracttest.PDF(f, "# Scope\nThe kiosk prints.", ""),
		extracttest.LockedPDF(f, "orange", "x"),
		extracttest.RawPDF("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
			"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R]>>",
			extracttest.Stream("", "BT /F 11 Tf 72 700 Td (Hello) Tj 0 -14 Td (world-) Tj 0 1 -1 0 9 9 Tm [(a) -2000 (b)] TJ ET"),
			"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", "<</Type/Annot/Subtype/FreeText/Contents(x)/Rect[1 2 3 4]>>"),
		extracttest.RawPDF("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 9>>"),
	} {
		f.Add(s)
		f.Add(s[:len(s)/2])
	}
	engines := &fuzzEngines{}
	f.Cleanup(engines.close)
	f.Fuzz(func(t *testing.T, data []byte) { promise(t, "x.pdf", data, engines.read) })
}

// fuzzEngines holds one engine for many inputs.
type fuzzEngines struct {
	engine *pdfEngine
	cancel context.CancelFunc
}

func (e *fuzzEngines) read(ctx context.Context, src Source, emit func(Block) error) (Result, error) {
	res := &Result{}
	format, err := Detect(src.Data, src.Name)
	if res.Format = format; err != nil || format != PDF {
		return Extract(ctx, src, emit)
	}
	if e.engine == nil {
		engineCtx, cancel := context.WithCancel(context.Background())
		e.cancel = cancel
		if e.engine, err = newPDFEngine(engineCtx, fuzzCache(), true); err != nil {
			return *res, err
		}
	}
	stop := context.AfterFunc(ctx, e.cancel)
	defer stop()
	e.engine.limit.refused.Store(false)
	j := &job{ctx: ctx, src: src, res: res, out: &sink{emit: emit, res: res}}
	return *res, j.readPDFWith(e.engine)
}

func (e *fuzzEngines) close() {
	if e.engine != nil {
		_ = e.engine.close(context.Background())
		e.cancel()
	}
}

func fuzzCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "ba-assistant-test", "pdf")
}
