package extracttest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
)

// PDF returns a document with one page for each text. Lines that begin with
// "# " are set as headings; an empty text makes a page with a drawing only.
func PDF(t testing.TB, pages ...string) []byte {
	t.Helper()
	return write(t, compose(pages))
}

// LockedPDF is PDF behind a password, which is needed to open it.
func LockedPDF(t testing.TB, password string, pages ...string) []byte {
	t.Helper()
	p := compose(pages)
	p.SetProtection(fpdf.CnProtectPrint, password, password+" of the owner")
	return write(t, p)
}

func compose(pages []string) *fpdf.Fpdf {
	p := fpdf.New("P", "mm", "A4", "")
	for _, text := range pages {
		p.AddPage()
		if text == "" {
			p.Rect(20, 20, 100, 60, "F")
		}
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			size := 11.0
			if head, ok := strings.CutPrefix(line, "# "); ok {
				line, size = head, 18
			}
			p.SetFont("Helvetica", "", size)
			p.MultiCell(0, size*0.5, line, "", "L", false)
		}
	}
	return p
}

func write(t testing.TB, p *fpdf.Fpdf) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// RawPDF returns a document of the given objects, numbered from 1, of which the
// first is the catalogue. It does not care whether they make sense.
func RawPDF(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}

// Stream returns a PDF stream object with the content.
func Stream(dict, content string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(content), content)
}
