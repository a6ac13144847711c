package e2e

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// choose puts a file with the name and content into a field.
func (b *tab) choose(t *testing.T, selector, name string, content []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.SetUploadFiles(chromedp.CSS(selector), []string{path}))
}

// exported returns a file of a project's requirements.
func (p *person) exported(t *testing.T, project, format string) []byte {
	t.Helper()
	res, err := p.http.Get(p.base + "/api/projects/" + project + "/requirements/export?format=" + format)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the export as %s: %d %v", format, res.StatusCode, err)
	}
	return content
}

// rewritten returns an Excel file in which words are others, as somebody
// changes cells.
func rewritten(t *testing.T, book []byte, changes ...string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		out, err := w.Create(f.Name)
		if err == nil {
			_, err = out.Write([]byte(strings.NewReplacer(changes...).Replace(string(content))))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A list goes out as Excel, cells are changed, and it comes back: each change
// is accepted or left, and nobody's later change is overwritten.
func TestAListGoesOutIsChangedAndComesBack(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	s := start(t)
	b := browse(t, s.url)
	b.use(screens[0])
	ana := signIn(t, s.url, "ana")
	b.become(ana)
	project := ana.project(t, "Booking")
	ids := map[string]string{}
	for _, statement := range []string{"The system shall print a receipt.", "The system shall send a reminder.", "The system shall keep records for ten years."} {
		var made object
		ana.must(t, http.MethodPost, "/api/projects/"+project+"/requirements", map[string]string{"statement": statement, "priority": "should"}, &made)
		ids[statement] = made.ID
	}
	back := "/projects/" + project + "/requirements/import"
	book := ana.exported(t, project, "xlsx")
	look(b, axe, []shown{{name: "import", path: back}, {name: "requirements-export", path: "/projects/" + project + "/requirements", prepare: func(b *tab) {
		b.bound("opener")
		b.click("[data-opens=export]")
		b.wait("the dialog", `document.querySelector("#export[open]")`)
	}}})
	b.use(screens[0])

	b.open(back)
	b.choose(t, "#import-file", "Booking.xlsx", book)
	b.click(".card button.primary")
	b.shows("Nothing differs")

	changed := rewritten(t, book, "print a receipt", "print a receipt in two colours", "send a reminder", "send two reminders")
	propose := func(b *tab) {
		b.open(back)
		b.choose(t, "#import-file", "Booking.xlsx", changed)
		b.click(".card button.primary")
		b.wait("two proposals", `document.querySelectorAll(".proposal").length === 2 && document.querySelector(".proposal ins").innerText.includes("in two colours")`)
		b.bound("proposals")
	}
	for _, on := range screens {
		b.use(on)
		propose(b)
		b.shoot("import-proposals-" + on.name)
		b.narrow("import-proposals-" + on.name)
		b.axe("import-proposals-"+on.name, axe)
	}
	b.use(screens[0])
	propose(b)
	ana.must(t, http.MethodPatch, "/api/requirements/"+ids["The system shall print a receipt."], map[string]string{"statement": "The system shall mail a receipt."}, nil)
	b.click(".savebar button.primary")
	b.shows("so nothing was stored")
	b.wait("the difference from how it is now", `document.querySelector(".proposal del")?.innerText.includes("mail")`)
	b.shoot("import-conflict-desktop")
	b.click("#p-1")
	b.wait("one of them is left", `document.querySelector(".savebar button.primary").innerText === "Apply 1 change"`)
	b.click(".savebar button.primary")
	b.shows("1 requirement changed.")
	b.shows("The system shall mail a receipt.")
	b.shows("The system shall send two reminders.")
}

func TestHostileFilesAreNoImport(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	project := ana.project(t, "Booking")
	for name, content := range map[string][]byte{
		"entities.reqif": []byte(`<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><REQ-IF>&b;</REQ-IF>`),
		"deep.reqif":     []byte("<REQ-IF>" + strings.Repeat("<a>", 100_000)),
		"bomb.xlsx":      bomb(t),
		"cut.docx":       []byte("PK\x03\x04\x14\x00"),
		"program.csv":    []byte("\x7fELF\x02\x01\x01"),
	} {
		_, err := ana.send(t.Context(), "/api/projects/"+project+"/requirements/import", name, content)
		var refused *failure
		if !errors.As(err, &refused) || refused.Status < 400 || refused.Status >= 500 || refused.Detail == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	var alive object
	ana.must(t, http.MethodGet, "/api/projects/"+project, nil, &alive)
}

// bomb is a workbook that unpacks to far more than it is.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"xl/workbook.xml":     `<workbook>` + strings.Repeat(" ", 40<<20) + `</workbook>`,
	} {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
