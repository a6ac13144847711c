package export

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// poppler runs one of poppler's programs on a PDF and returns what it prints.
func poppler(t *testing.T, program string, data []byte, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "FILE", path)
	}
	out, err := exec.CommandContext(t.Context(), testenv.Program(t, program), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	if strings.Contains(string(out), "Syntax") {
		t.Errorf("%s complains:\n%s", program, out)
	}
	return string(out)
}

// latinPDF is the sample in letters that the built-in font has.
func latinPDF() Input {
	in := latinSample()
	in.Sections = append(in.Sections, Section{Title: "Языки", Markdown: cyrillic + "\n\nĐây là tiếng Việt: ệ ữ ợ. Ελληνικά. Zażółć gęślą jaźń."}, Section{Title: "A long table", Requirements: longTable()})
	return in
}

func TestTextOfAPDFComesBackFromPoppler(t *testing.T) {
	text := poppler(t, "pdftotext", written(t, PDF, latinPDF(), Options{}), "-layout", "FILE", "-")
	flat := strings.Join(strings.Fields(text), " ")
	for _, want := range []string{cyrillic, "Đây là tiếng Việt: ệ ữ ợ. Ελληνικά. Zażółć gęślą jaźń.", "Hotel booking: refunds & vouchers", "Approved by Tomás Ruiz on 28 November 2026",
		"1. Guests ask for a refund on the web page. 2. The clerk decides: – within one day, – with a reason. A refused request can be appealed. 3. The bank pays. Then the numbering begins again: 1. First of another list.",
		"Days until the money arrives 9 5", "if amount < 50 { approve() }", "Gift cards * and <b>loyalty</b> points.", "refund-policy.pdf, page 3: “Refunds are paid within five working days.”", "REQ-0060", "Page 3 of 1"} {
		if !strings.Contains(flat, want) {
			t.Errorf("%q is not in the text", want)
		}
	}
	if n := len(regexp.MustCompile(`\brefund\. `).FindAllString(flat, -1)); n < 120 {
		t.Errorf("of 120 sentences of a cell that is longer than a page %d came back", n)
	}
}

func TestPDFHasBookmarksLinksAndEmbeddedFonts(t *testing.T) {
	data := written(t, PDF, latinPDF(), Options{})
	outline := poppler(t, "pdftohtml", data, "-xml", "-i", "-stdout", "FILE")
	items := regexp.MustCompile(`<item page="(\d+)">([^<]*)</item>`).FindAllStringSubmatch(outline, -1)
	var names []string
	for _, item := range items {
		names = append(names, item[2])
	}
	if want := []string{"Executive summary", "What changes", "Objectives", "Not in scope", "Requirements", "Acceptance criteria", "Языки", "A long table", notesHeading}; !slices.Equal(names, want) {
		t.Errorf("bookmarks: %q", names)
	}
	contents := poppler(t, "pdftotext", data, "-layout", "-f", "2", "-l", "2", "FILE", "-")
	for _, item := range items {
		if !regexp.MustCompile(regexp.QuoteMeta(item[2]) + `[ .]+` + item[1] + `\n`).MatchString(contents) {
			t.Errorf("%q is on page %s; the contents say\n%s", item[2], item[1], contents)
		}
	}
	if !strings.Contains(outline, `href="https://intranet.example/handbook?a=1&amp;b=2"`) {
		t.Error("the link is gone")
	}
	fonts := strings.Split(strings.TrimSpace(poppler(t, "pdffonts", data, "FILE")), "\n")[2:]
	for _, font := range fonts {
		if !regexp.MustCompile(`Identity-H +yes .*yes +\d+ +0$`).MatchString(strings.TrimSpace(font)) {
			t.Errorf("not embedded with its characters: %s", font)
		}
	}
	if len(data) > 200_000 {
		t.Errorf("%d bytes: the fonts are embedded whole", len(data))
	}
	if info := poppler(t, "pdfinfo", data, "-isodates", "FILE"); !strings.Contains(info, "Author:          Nadia Őri") || !strings.Contains(info, "2026-11-28T09:30:00Z") {
		t.Errorf("properties:\n%s", info)
	}
}

func TestPagesOfAPDFStayInsideTheirMargins(t *testing.T) {
	in := latinPDF()
	in.Title = strings.Repeat("A very long title of a document ", 8)
	in.Sections[0].Markdown += "\n\n" + strings.Repeat("W", 300) + "\n\n| a | b |\n| - | - |\n| " + strings.Repeat("x", 200) + " | y |"
	boxes := poppler(t, "pdftotext", written(t, PDF, in, Options{}), "-bbox", "FILE", "-")
	for _, m := range regexp.MustCompile(`xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<`).FindAllStringSubmatch(boxes, -1) {
		if number(t, m[1]) < pdfLeft-1 || number(t, m[3]) > pdfWidth-pdfLeft+3 || number(t, m[4]) > pdfHeight-25 {
			t.Errorf("%q stands at %v", m[5], m[1:5])
		}
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWhatAPDFCannotShowIsSaidBeforeAndNeverDropped(t *testing.T) {
	problems := Check(sample(), PDF, Options{})
	var said string
	for _, p := range problems {
		if !p.Blocks || p.Offer != DOCX || p.Where != "Languages" {
			t.Errorf("problem: %+v", p)
		}
		said += p.Message + "\n"
	}
	for _, want := range []string{"Arabic script", "系统", "🎉"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %s:\n%s", want, said)
		}
	}
	err := Write(&bytes.Buffer{}, PDF, sample(), Options{})
	if ba.KindOf(err) != ba.Invalid || !strings.Contains(ba.Explain(err), "Word") {
		t.Errorf("Write: %v", err)
	}
	for text, want := range map[string]string{"שלום": "Hebrew", "नमस्ते": "Devanagari", "สวัสดี": "Thai", "x\u0301\u0300": "accents", "é ü ñ": "", "a\u200bb\ufe0f": "", "日本": "日本"} {
		problems := Check(Input{Title: text}, PDF, Options{})
		if got := len(problems) > 0; got != (want != "") || got && !strings.Contains(problems[0].Message, want) {
			t.Errorf("%q: %+v", text, problems)
		}
	}
}

// chineseFont returns a TrueType font with ideographs.
func chineseFont(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")
	switch {
	case err != nil && testenv.CI():
		t.Fatal("fonts-droid-fallback is not installed, and CI must not skip: see scripts/install-test-tools.sh")
	case err != nil:
		t.Skip("fonts-droid-fallback is not installed: run scripts/install-test-tools.sh")
	}
	return data
}

func TestChineseComesBackFromAPDFWithAFontForIt(t *testing.T) {
	fonts, err := NewFonts(nil, []FontFile{{Name: "Droid Sans Fallback", Data: chineseFont(t)}})
	if err != nil {
		t.Fatal(err)
	}
	in := latinPDF()
	in.Sections = append(in.Sections, Section{Title: "中文 标题", Markdown: strings.Repeat(chinese, 20) + " **" + chinese + "**"})
	if problems := Check(in, PDF, Options{Fonts: fonts}); Blocked(problems) {
		t.Fatalf("problems: %+v", problems)
	}
	data := written(t, PDF, in, Options{Fonts: fonts})
	text := strings.Join(strings.Fields(poppler(t, "pdftotext", data, "FILE", "-")), "")
	if n := strings.Count(text, chinese); n != 21 {
		t.Errorf("%d of 21 sentences came back", n)
	}
	for _, l := range strings.Split(poppler(t, "pdftotext", data, "-layout", "FILE", "-"), "\n") {
		if strings.HasPrefix(strings.TrimSpace(l), "。") {
			t.Errorf("a line begins with a full stop: %s", l)
		}
	}
}

func TestAFontThatIsNoneIsRefusedByName(t *testing.T) {
	whole := chineseFont(t)
	for name, data := range map[string][]byte{"empty": nil, "text": []byte("this is no font, whatever it says"), "cut": whole[:3000], "CFF": append([]byte("OTTO"), whole[4:]...), "collection": []byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\xFF\xFF\xFF\xFF")} {
		if _, err := NewFonts([]FontFile{{Name: "Some " + name, Data: data}}, nil); ba.KindOf(err) != ba.Invalid || !strings.Contains(ba.Explain(err), "Some "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFontOfACollectionIsUsed(t *testing.T) {
	fonts, err := NewFonts([]FontFile{{Name: "collection", Data: collection(chineseFont(t))}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Title: chinese}
	if text := poppler(t, "pdftotext", written(t, PDF, in, Options{Fonts: fonts}), "FILE", "-"); !strings.Contains(strings.Join(strings.Fields(text), ""), chinese) {
		t.Errorf("text: %q", text)
	}
}

// collection wraps a font as the only one of a collection.
func collection(font []byte) []byte {
	const head = 16
	out := append([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10"), font...)
	for i := range int(u16(font[4:])) {
		at := head + 12 + 16*i + 8
		v := u32(out[at:]) + head
		out[at], out[at+1], out[at+2], out[at+3] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
	}
	return out
}

func TestPagesAreDrawn(t *testing.T) {
	dir := t.TempDir()
	poppler(t, "pdftoppm", written(t, PDF, latinPDF(), Options{}), "-r", "30", "-gray", "FILE", filepath.Join(dir, "page"))
	pages, err := filepath.Glob(filepath.Join(dir, "page*.pgm"))
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		dark := 0
		for _, c := range data[15:] {
			if c < 128 {
				dark++
			}
		}
		if dark < 200 {
			t.Errorf("%s is nearly empty: %d dark dots", filepath.Base(page), dark)
		}
	}
}
