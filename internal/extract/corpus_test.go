package extract_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// expectation is what the manifest of the corpus says of one file.
type expectation struct {
	Kind         string     `json:"kind"`
	AlsoOK       string     `json:"also_ok"`
	Reason       string     `json:"reason"`
	Contain      []string   `json:"must_contain"`
	ContainAny   [][]string `json:"must_contain_any"`
	NotContain   []string   `json:"must_not_contain"`
	ShouldNot    []string   `json:"should_not_contain"`
	SpeakerNotes []string   `json:"speaker_notes_must_contain"`
	InOrder      []string   `json:"must_appear_in_order"`
	SameRow      [][]string `json:"same_row"`
	Pages        int        `json:"pages"`
	Slides       int        `json:"slides"`
	SlidesNotes  *int       `json:"slides_with_notes"`
	Tables       *int       `json:"tables"`
	Rows         int        `json:"rows"`
	Columns      int        `json:"columns"`
	Encoding     string     `json:"encoding"`
	Delimiter    string     `json:"delimiter"`
	TruthText    string     `json:"truth_text"`
	Sheets       []struct {
		Name   string `json:"name"`
		Rows   int    `json:"rows_with_content"`
		Hidden bool   `json:"hidden"`
	} `json:"sheets"`
	Limits struct {
		Seconds  float64 `json:"seconds"`
		MemoryMB int64   `json:"memory_mb"`
	} `json:"limits"`
}

type corpusFile struct {
	File   string      `json:"file"`
	Format string      `json:"format"`
	Expect expectation `json:"expect"`
}

// reading is what came out of one file.
type reading struct {
	res    extract.Result
	blocks []extract.Block
	err    error
	took   time.Duration // of the processor
}

func corpus(t *testing.T) (string, []corpusFile) {
	path := testenv.Shared(t, "corpus", "manifest.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m struct{ Files []corpusFile }
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Files) < 100 {
		t.Fatalf("the manifest lists %d files only", len(m.Files))
	}
	return filepath.Dir(path), m.Files
}

func TestEveryExpectationOfTheCorpusHolds(t *testing.T) {
	dir, files := corpus(t)
	s := supervisor(t)
	for _, f := range files {
		t.Run(f.File, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, f.File))
			if err != nil {
				t.Fatal(err)
			}
			got := supervised(t, s, filepath.Base(f.File), data)
			checkKind(t, f.Expect, got)
			checkLimits(t, f.Expect, got)
			checkText(t, f.Expect, got)
			if got.err == nil {
				checkStructure(t, f.Expect, got)
				checkRecall(t, dir, f, got)
			}
		})
	}
}

// checkKind compares the outcome: text, no-text or reject.
func checkKind(t *testing.T, want expectation, got reading) {
	outcome := "text"
	if got.err != nil {
		outcome = "reject"
		if extract.ReasonOf(got.err) == "" {
			t.Fatalf("not a rejection with a reason: %v", got.err)
		}
	} else if msg, none := got.res.NoText(); none {
		outcome = "no-text"
		if len(msg) < 20 {
			t.Errorf("no clear sentence about the missing text: %q", msg)
		}
	}
	if outcome != want.Kind && outcome != want.AlsoOK {
		t.Errorf("outcome %s (%v), want %s or %q", outcome, got.err, want.Kind, want.AlsoOK)
	}
	if got.err != nil {
		t.Logf("%v", got.err)
		checkReason(t, want.Reason, extract.ReasonOf(got.err))
	}
}

// reasons are the codes that say what the manifest's sentence says.
var reasons = map[string][]extract.Reason{
	"encrypted: a password is needed":   {extract.Encrypted},
	"damaged PDF":                       {extract.Damaged},
	"damaged file":                      {extract.Damaged},
	"empty file":                        {extract.Empty},
	"external entity":                   {extract.ExternalEntity},
	"entity expansion":                  {extract.EntityExpansion},
	"legacy format not supported":       {extract.LegacyFormat},
	"content does not match the ending": {extract.Mismatch},
	"the package expands too far":       {extract.ExpandsTooFar},
	"the content expands too far":       {extract.ExpandsTooFar, extract.TooMuchMemory},
	"damaged or too large package":      {extract.Damaged, extract.ExpandsTooFar, extract.TooLarge},
	"unsafe part names":                 {extract.UnsafePartNames},
	"damaged PDF or too many pages":     {extract.Damaged, extract.TooManyPages},
	"not a PDF":                         {extract.Mismatch},
}

func checkReason(t *testing.T, want string, got extract.Reason) {
	if want == "" {
		return
	}
	codes, known := reasons[want]
	if !known {
		t.Errorf("the manifest's reason %q has no code here", want)
	}
	for _, c := range codes {
		if c == got {
			return
		}
	}
	t.Errorf("rejected as %s, want %v", got, codes)
}

func checkLimits(t *testing.T, want expectation, got reading) {
	seconds, memory := want.Limits.Seconds, want.Limits.MemoryMB<<20
	if seconds == 0 {
		seconds, memory = extract.DefaultTimeout.Seconds(), extract.DefaultMemory
	}
	if got.took.Seconds() > seconds {
		t.Errorf("took %s, limit %.0f s", got.took, seconds)
	}
	if got.res.PeakMemory > memory {
		t.Errorf("used %d MB, limit %d MB", got.res.PeakMemory>>20, memory>>20)
	}
}

func checkText(t *testing.T, want expectation, got reading) {
	all := comparable(wholeText(got.blocks))
	if got.err == nil {
		for _, s := range want.Contain {
			if !strings.Contains(all, comparable(s)) {
				t.Errorf("missing %q", s)
			}
		}
		for _, group := range want.ContainAny {
			if !containsAny(all, group) {
				t.Errorf("none of %q", group)
			}
		}
	}
	for _, s := range append(want.NotContain, want.ShouldNot...) {
		if strings.Contains(wholeText(got.blocks), s) || comparable(s) != "" && strings.Contains(all, comparable(s)) {
			t.Errorf("holds %q, which it must not", s)
		}
	}
	at := 0
	for _, s := range want.InOrder {
		i := strings.Index(all[at:], comparable(s))
		if i < 0 {
			t.Errorf("%q does not come after what stands before it (anywhere: %v)", s, strings.Contains(all, comparable(s)))
			continue
		}
		at += i
	}
}

func containsAny(all string, group []string) bool {
	for _, s := range group {
		if strings.Contains(all, comparable(s)) {
			return true
		}
	}
	return false
}

func checkStructure(t *testing.T, want expectation, got reading) {
	if n := want.Pages + want.Slides + len(want.Sheets); n > 0 && got.res.Pages != n {
		t.Errorf("%d pages, slides or sheets, want %d", got.res.Pages, n)
	}
	if want.Tables != nil && got.res.Tables != *want.Tables {
		t.Errorf("%d tables, want %d", got.res.Tables, *want.Tables)
	}
	if want.Rows != 0 && got.res.Rows != want.Rows || want.Columns != 0 && got.res.Columns != want.Columns {
		t.Errorf("%d rows of %d columns, want %d of %d", got.res.Rows, got.res.Columns, want.Rows, want.Columns)
	}
	if want.Delimiter != "" && got.res.Delimiter != want.Delimiter {
		t.Errorf("delimiter %q, want %q", got.res.Delimiter, want.Delimiter)
	}
	if want.Encoding != "" && !sameEncoding(got.res.Encoding, want.Encoding) {
		t.Errorf("encoding %q, want %q", got.res.Encoding, want.Encoding)
	}
	for i, s := range want.Sheets {
		if i < len(got.res.Sheets) && got.res.Sheets[i] != (extract.Sheet{Name: comparable(s.Name), Hidden: s.Hidden, Rows: s.Rows}) {
			t.Errorf("sheet %+v, want %+v", got.res.Sheets[i], s)
		}
	}
	for _, cells := range want.SameRow {
		if !inOneRow(got.blocks, cells) {
			t.Errorf("no row holds all of %q", cells)
		}
	}
	checkSpeakerNotes(t, want, got)
}

func checkSpeakerNotes(t *testing.T, want expectation, got reading) {
	var notes strings.Builder
	slides := map[int]bool{}
	for _, b := range got.blocks {
		if b.Kind == extract.Note && b.Locator.Page > 0 {
			notes.WriteString(b.Text + "\n")
			slides[b.Locator.Page] = true
		}
	}
	for _, s := range want.SpeakerNotes {
		if !strings.Contains(comparable(notes.String()), comparable(s)) {
			t.Errorf("speaker notes miss %q", s)
		}
	}
	if want.SlidesNotes != nil && len(slides) > *want.SlidesNotes {
		t.Errorf("%d slides with notes, want at most %d", len(slides), *want.SlidesNotes)
	}
}

// sameEncoding compares the manifest's Python names with those of the WHATWG.
func sameEncoding(got, want string) bool {
	names := map[string]string{"cp1252": "windows-1252", "utf-16-le": "utf-16le", "cp866": "ibm866"}
	if n := names[want]; n != "" {
		want = n
	}
	return got == want
}

func inOneRow(blocks []extract.Block, cells []string) bool {
	for _, b := range blocks {
		for _, line := range strings.Split(b.Text, "\n") {
			if b.Kind == extract.Row {
				line = b.Text
			}
			if holdsAll(line, cells) {
				return true
			}
		}
	}
	return false
}

func holdsAll(line string, cells []string) bool {
	for _, c := range cells {
		i := strings.Index(line, c)
		if i < 0 {
			return false
		}
		line = line[i+len(c):]
	}
	return true
}

func wholeText(blocks []extract.Block) string {
	var b strings.Builder
	for _, block := range blocks {
		b.WriteString(block.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// comparable applies the matching rule of the manifest.
func comparable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == 0xAD || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x206F || r == 0xFEFF {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

// recallFloor is the smallest share of the words of an independent extraction
// that must come out; the exceptions are explained in docs/extraction.md.
const recallFloor = 0.97

var recallFloors = map[string]float64{
	"html/invisible-text.html":             0.91, // the truth holds the hidden sort keys
	"docx/textboxes-footnotes-fields.docx": 0.90, // the truth glues text boxes together
	"pdf/arabic-right-to-left.pdf":         0.85, // the truth has lam and alef of the ligature the wrong way round
}

func checkRecall(t *testing.T, dir string, f corpusFile, got reading) {
	if f.Expect.TruthText == "" {
		return
	}
	truth := words(gunzip(t, filepath.Join(dir, f.Expect.TruthText)))
	have := words(wholeText(got.blocks))
	if f.Format == "xlsx" {
		truth, have = withoutNumbers(truth), withoutNumbers(have)
	}
	recall, precision := overlap(truth, have), overlap(have, truth)
	floor := recallFloor
	if exception, ok := recallFloors[f.File]; ok {
		floor = exception
	}
	t.Logf("RECALL %s %.4f precision %.4f %s %d MB", f.File, recall, precision, got.took.Round(time.Millisecond), got.res.PeakMemory>>20)
	if recall < floor {
		t.Errorf("word recall %.4f, floor %.4f: missing %v", recall, floor, sample(truth, have))
	}
}

func gunzip(t *testing.T, path string) string {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// words counts the runs of letters and digits, and the ideographs one by one.
func words(s string) map[string]int {
	counts := map[string]int{}
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			counts[word.String()]++
			word.Reset()
		}
	}
	for _, r := range comparable(s) {
		switch {
		case unicode.Is(unicode.Han, r):
			end()
			counts[string(r)]++
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			word.WriteRune(r)
		default:
			end()
		}
	}
	end()
	return counts
}

// withoutNumbers leaves the words that begin with a letter: a workbook's truth
// holds the stored numbers, we give them as they are shown.
func withoutNumbers(counts map[string]int) map[string]int {
	for w := range counts {
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsLetter(r) {
			delete(counts, w)
		}
	}
	return counts
}

// overlap is the share of a's words, with their counts, that b has too.
func overlap(a, b map[string]int) float64 {
	common, total := 0, 0
	for w, n := range a {
		common += min(n, b[w])
		total += n
	}
	if total == 0 {
		return 1
	}
	return float64(common) / float64(total)
}

func sample(a, b map[string]int) []string {
	var missing []string
	for w, n := range a {
		if b[w] < n && len(missing) < 20 {
			missing = append(missing, w)
		}
	}
	return missing
}
