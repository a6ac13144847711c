package ui

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// Templates are all pages and their parts. It is safe for concurrent use.
type Templates struct{ set *template.Template }

// NewTemplates parses the embedded templates; now is the clock of relative times.
func NewTemplates(assets *Assets, now func() time.Time) (*Templates, error) {
	set, err := template.New("").Funcs(funcs(assets, now)).ParseFS(files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	return &Templates{set}, nil
}

// Write renders the named page or part with the given status. It writes
// nothing where the template fails.
func (t *Templates) Write(w http.ResponseWriter, status int, name string, data any) error {
	var buf bytes.Buffer
	if err := t.set.ExecuteTemplate(&buf, name, data); err != nil {
		return fmt.Errorf("rendering page %q: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes()) // a client that left cannot be told
	return nil
}

func funcs(assets *Assets, now func() time.Time) template.FuncMap {
	return template.FuncMap{
		"asset": func(name string) (string, error) {
			url, ok := assets.URL(name)
			if !ok {
				return "", fmt.Errorf("no asset %q", name)
			}
			return url, nil
		},
		"ago":        func(m page.Moment) string { return m.Ago(now()) },
		"count":      page.Count,
		"initials":   page.Initials,
		"noteIn":     func(from string, n page.Note) page.NoteItem { return page.NoteItem{From: from, Note: n} },
		"modes":      func() []page.ModeChoice { return page.Modes },
		"newSection": func() page.ArtifactSection { return page.ArtifactSection{Key: "own-new", Title: "New section"} },
		"blankMine":  func() page.Message { return page.Message{Mine: true, CanWrite: true, Own: true} },
		"blankAnswer": func(model string) page.Message {
			return page.Message{State: ba.TurnQueued, Model: model, CanWrite: true}
		},
	}
}
