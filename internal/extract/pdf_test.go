package extract_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/extract/extracttest"
)

// onePage returns a PDF with one page of the given content stream and extra
// objects, which begin at number 6. More is put into the page's dictionary.
func onePage(content, more string, objects ...string) []byte {
	return extracttest.RawPDF(append([]string{
		"<</Type/Catalog/Pages 2 0 R" + catalogue(objects) + ">>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>" + more + ">>",
		extracttest.Stream("", content),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	}, objects...)...)
}

// catalogue names the form of a document that has fields.
func catalogue(objects []string) string {
	if len(objects) > 0 && strings.Contains(objects[0], "/Widget") {
		return "/AcroForm<</Fields[6 0 R 7 0 R]>>"
	}
	return ""
}

// at writes lines of text, each at its own place: x, y, size, text.
func at(lines ...any) string {
	var b strings.Builder
	b.WriteString("BT ")
	for i := 0; i < len(lines); i += 4 {
		fmt.Fprintf(&b, "/F %v Tf 1 0 0 1 %v %v Tm (%v) Tj ", lines[i+2], lines[i], lines[i+1], lines[i+3])
	}
	return b.String() + "ET"
}

func TestLinesOfAParagraphAreJoined(t *testing.T) {
	same(t, inProcess(t, "a.pdf", onePage(at(
		72, 700, 18, "Scope of the kiosk",
		72, 670, 11, "The kiosk prints a receipt for every payment that is made with a",
		72, 656, 11, "card or in coins, and keeps a copy of it for as long as the law asks.",
		72, 642, 11, "Short.",
		72, 628, 11, "A new paragraph begins after a line that had room for its first word.",
		72, 600, 11, "1. Numbers begin a block",
		72, 586, 11, "2. of their own.",
		72, 572, 11, "FR-12 Labels do, too.",
	), "")),
		"heading1: Scope of the kiosk @ page 1",
		"paragraph: The kiosk prints a receipt for every payment that is made with a card or in coins, and keeps a copy of it for as long as the law asks. Short. @ page 1",
		"paragraph: A new paragraph begins after a line that had room for its first word. @ page 1",
		"list_item: 1. Numbers begin a block @ page 1", "list_item: 2. of their own. @ page 1",
		"paragraph: FR-12 Labels do, too. @ page 1")
}

func TestWordsCutAtTheEndOfALineAreWholeAgain(t *testing.T) {
	got := inProcess(t, "a.pdf", onePage(at(
		72, 700, 11, "The kiosk handles pay-",
		72, 686, 11, "ments and is user-",
		72, 672, 11, "friendly, as user-friendly as the X-",
		72, 658, 11, "200 was.",
	), ""))
	same(t, got, "paragraph: The kiosk handles payments and is user-friendly, as user-friendly as the X-200 was. @ page 1")
}

func TestColumnsOfATableAreKept(t *testing.T) {
	same(t, inProcess(t, "a.pdf", onePage(at(
		72, 700, 11, "Fee", 200, 700, 11, "Amount", 330, 700, 11, "Owner",
		72, 686, 11, "Receipt", 200, 686, 11, "0.50", 330, 686, 11, "Finance",
		72, 672, 11, "Refund", 330, 672, 11, "Legal",
		72, 658, 11, "Copy", 200, 658, 11, "1.00", 330, 658, 11, "Finance",
	), "")),
		"header: Fee | Amount | Owner @ page 1", "row: Receipt | 0.50 | Finance @ page 1", "row: Refund | Legal @ page 1", "row: Copy | 1.00 | Finance @ page 1")
}

func TestPageHeadsAndNumbersAreMargins(t *testing.T) {
	var pages []string
	for i := range 3 {
		pages = append(pages, fmt.Sprintf("Payments kiosk, draft %d\nThis is what page %d says about %s.", i+1, i+1, []string{"coins", "cards", "refunds"}[i]))
	}
	got := inProcess(t, "a.pdf", extracttest.PDF(t, pages...))
	same(t, got,
		"paragraph: Payments kiosk, draft 1 @ page 1", "paragraph: This is what page 1 says about coins. @ page 1",
		"paragraph: This is what page 2 says about cards. @ page 2", "margin: Payments kiosk, draft 2 @ page 2",
		"paragraph: This is what page 3 says about refunds. @ page 3", "margin: Payments kiosk, draft 3 @ page 3")
}

func TestFormFieldsAndRemarksAreRead(t *testing.T) {
	same(t, inProcess(t, "form.pdf", onePage(at(72, 700, 11, "Application"), "/Annots[6 0 R 7 0 R 8 0 R 9 0 R]",
		"<</Type/Annot/Subtype/Widget/FT/Tx/T(form[0].City[0])/V(Graz)/Rect[72 600 200 620]/P 3 0 R>>",
		"<</Type/Annot/Subtype/Widget/FT/Tx/T(empty)/TU(Left empty)/Rect[72 560 200 580]/P 3 0 R>>",
		"<</Type/Annot/Subtype/Highlight/Contents(Is this the whole form?)/Rect[72 700 200 720]/QuadPoints[72 720 200 720 72 700 200 700]>>",
		"<</Type/Annot/Subtype/Text/F 2/Contents(hidden)/Rect[72 700 200 720]>>")),
		"paragraph: Application @ page 1", "field: City: Graz @ page 1", "comment: Is this the whole form? @ page 1")
}

func TestTurnedTextIsReadInItsDirection(t *testing.T) {
	turned := "BT /F 11 Tf 0 1 -1 0 300 100 Tm (Read me from below, as the axis of a) Tj ET BT /F 11 Tf 0 1 -1 0 314 100 Tm (chart has it.) Tj ET"
	same(t, inProcess(t, "a.pdf", onePage(turned, "")), "paragraph: Read me from below, as the axis of a chart has it. @ page 1")
}

func TestABrokenPageAmongGoodOnesIsNamed(t *testing.T) {
	data := extracttest.RawPDF(
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R 99 0 R 6 0 R]/Count 3>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
		extracttest.Stream("", at(72, 700, 11, "The first page.")),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 7 0 R/Resources<</Font<</F 5 0 R>>>>>>",
		extracttest.Stream("", at(72, 700, 11, "The third page.")))
	got := inProcess(t, "a.pdf", data)
	same(t, got, "paragraph: The first page. @ page 1", "paragraph: The third page. @ page 3")
	if notes := strings.Join(got.res.Notes(), "\n"); !strings.Contains(notes, "Page 2: it is damaged") {
		t.Errorf("%q", notes)
	}
}

func TestLettersWithoutMeaningAreToldOf(t *testing.T) {
	font := `<</Type/Font/Subtype/Type3/FontBBox[0 0 10 10]/FontMatrix[.1 0 0 .1 0 0]/CharProcs<</g0 7 0 R>>/Encoding<</Type/Encoding/Differences[1/g0]>>/FirstChar 1/LastChar 1/Widths[10]>>`
	content := "BT /G 11 Tf 1 0 0 1 72 700 Tm (" + strings.Repeat("\\001", 60) + ") Tj ET"
	got := inProcess(t, "a.pdf", onePage(content, "/Resources<</Font<</G 6 0 R>>>>", font, extracttest.Stream("", "10 0 d0 0 0 8 8 re f")))
	if got.err != nil || !strings.Contains(strings.Join(got.res.Notes(), " "), "without saying which they are") {
		t.Errorf("%v %q %q", got.err, got.res.Notes(), shown(got.blocks))
	}
}

// flateBomb returns a small PDF whose page is hundreds of megabytes of blanks.
func flateBomb(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	blanks := bytes.Repeat([]byte{' '}, 1<<20)
	for range 700 {
		if _, err := z.Write(blanks); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return extracttest.RawPDF(
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
		extracttest.Stream("/Filter/FlateDecode", packed.String()))
}

// manyPages returns a PDF whose n pages are one and the same.
func manyPages(t *testing.T, n int) []byte {
	t.Helper()
	return extracttest.RawPDF(
		"<</Type/Catalog/Pages 2 0 R>>",
		fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", strings.Repeat("3 0 R ", n), n),
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>")
}
