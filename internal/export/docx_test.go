package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// converted returns what LibreOffice makes of a file.
func converted(t *testing.T, data []byte, from, to string) []byte {
	t.Helper()
	program := testenv.Program(t, "soffice")
	dir := t.TempDir()
	in := filepath.Join(dir, "in."+from)
	if err := os.WriteFile(in, data, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	out, err := exec.CommandContext(ctx, program, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", to, "--outdir", dir, in).CombinedOutput()
	if err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	ending, _, _ := strings.Cut(to, ":")
	got, err := os.ReadFile(filepath.Join(dir, "in."+ending))
	if err != nil {
		t.Fatalf("soffice wrote nothing: %v\n%s", err, out)
	}
	return got
}

func TestWordDocumentComesBackWholeFromLibreOffice(t *testing.T) {
	flat := string(converted(t, written(t, DOCX, sample(), Options{}), "docx", "fodt"))
	for _, want := range []string{cyrillic, arabic, chinese, "Release party 🎉 with the team 👩\u200d💻."} {
		if !strings.Contains(wordsOf(flat), want) {
			t.Errorf("%q is not in the document", want)
		}
	}
	for heading, level := range map[string]string{"Executive summary": "1", "What changes": "2", "Objectives": "1", "Not in scope": "2", "Requirements": "1", "Acceptance criteria": "2", "Languages": "1"} {
		if !regexp.MustCompile(`<text:h [^>]*text:outline-level="` + level + `"[^>]*>(<[^>]*>)*` + heading + `<`).MatchString(flat) {
			t.Errorf("%q is no heading of level %s", heading, level)
		}
	}
	for what, want := range map[string]int{"<text:note ": 5, "<table:table-header-rows>": 3, "<text:table-of-content ": 1, "<text:page-number": 1, "<text:page-count": 1, `xlink:href="https://intranet.example/handbook?a=1&amp;b=2"`: 1} {
		if got := strings.Count(flat, what); got != want {
			t.Errorf("%d times %s, want %d", got, what, want)
		}
	}
	for what, pattern := range map[string]string{"a paragraph from right to left": `style:writing-mode="rl-tb"`, "Chinese": `style:language-asian="zh"`, "Russian": `fo:language="ru"`, "Arabic": `style:language-complex="ar"`} {
		if !strings.Contains(flat, pattern) {
			t.Errorf("nothing says %s", what)
		}
	}
}

var xmlTag = regexp.MustCompile(`<text:s/>|<[^>]*>`)

// wordsOf drops the tags; runs that are cut by script or style join again.
func wordsOf(flat string) string {
	return xmlTag.ReplaceAllStringFunc(flat, func(tag string) string {
		if tag == "<text:s/>" {
			return " "
		}
		return ""
	})
}

func TestNumbersOfAWordDocumentBeginAnewInEachList(t *testing.T) {
	text := string(converted(t, written(t, DOCX, latinSample(), Options{}), "docx", "txt:Text (encoded):UTF8"))
	for _, want := range []string{"1. Guests ask for a refund on the web page.", "2. The clerk decides:", "3. The bank pays.", "1. First of another list.", "REQ-0001", "the money is on the guest's account"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text:\n%s", want, text)
		}
	}
}

func TestWordDocumentHoldsEveryBlockForOurOwnReader(t *testing.T) {
	var got []string
	_, err := extract.Extract(t.Context(), extract.Source{Name: "a.docx", Data: written(t, DOCX, sample(), Options{})}, func(b extract.Block) error {
		got = append(got, string(b.Kind)+": "+b.Text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "sample.docx.txt", []byte(strings.Join(got, "\n")+"\n"))
}

func TestEveryPartOfAnOfficeFileIsWellFormed(t *testing.T) {
	in := sample()
	in.Title = "control \x00\x0b and \uFFFE & <tags> \"quoted\""
	in.Project, in.Author = in.Title, in.Title
	in.Sections[0].Markdown += "\n\n[odd](https://x.example/\"><w:p>)\n\n```\n\ttab\x01\n```"
	in.Sections[2].Requirements[0].Statement = in.Title
	for _, f := range Formats {
		if f != DOCX && f.Extension() != ".xlsx" {
			continue
		}
		data := written(t, f, in, Options{})
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range z.File {
			wellFormed(t, file)
		}
	}
}

func wellFormed(t *testing.T, file *zip.File) {
	t.Helper()
	r, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	dec := xml.NewDecoder(r)
	for {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}
	}
}
