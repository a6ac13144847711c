package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ba-assistant/ba-assistant/internal/httpx"
)

var (
	//go:embed docs.html
	docsPage string
	//go:embed docs.css
	docsStyle []byte
)

// docs puts the description of the API on mux, for programs and for people.
// Both are made when first asked for, since a start must not pay for them.
// The page has no script.
func docs(mux *http.ServeMux, o *huma.OpenAPI) {
	spec := sync.OnceValues(func() ([]byte, error) { return describe(o) })
	page := sync.OnceValues(func() ([]byte, error) {
		text, err := spec()
		if err != nil {
			return nil, err
		}
		return renderDocs(text)
	})
	for path, asset := range map[string]struct {
		contentType string
		body        func() ([]byte, error)
	}{
		"GET /api/openapi.json": {"application/vnd.oai.openapi+json;version=3.1", spec},
		"GET /api/docs":         {"text/html; charset=utf-8", page},
		"GET /api/docs.css":     {"text/css; charset=utf-8", func() ([]byte, error) { return docsStyle, nil }},
	} {
		mux.Handle(path, httpx.JSON(func(w http.ResponseWriter, _ *http.Request) error {
			body, err := asset.body()
			if err != nil {
				return fmt.Errorf("describe the API: %w", err)
			}
			w.Header().Set("Content-Type", asset.contentType)
			w.Header().Set("Cache-Control", "public, max-age=300")
			_, _ = w.Write(body) // a client that left cannot be told
			return nil
		}))
	}
}

// docOperation is one operation as the page shows it.
type docOperation struct {
	Tag, Method, Path, ID, Summary, Authority string
	Parameters                                []docParameter
	Body, Answer                              string // JSON schemas
}

type docParameter struct {
	Name, In, Description string
	Required              bool
}

// renderDocs makes the page from the description itself, so that both agree.
func renderDocs(spec []byte) ([]byte, error) {
	var o struct {
		Paths      map[string]map[string]specOperation `json:"paths"`
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
		Info struct {
			Title, Description string
		} `json:"info"`
	}
	if err := json.Unmarshal(spec, &o); err != nil {
		return nil, err
	}
	var all []docOperation
	for path, methods := range o.Paths {
		for method, op := range methods {
			all = append(all, op.page(method, path))
		}
	}
	slices.SortFunc(all, func(a, b docOperation) int {
		return cmp.Or(cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	t, err := template.New("docs").Parse(docsPage)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, map[string]any{"Title": o.Info.Title, "Description": o.Info.Description, "Operations": all, "Schemas": indented(o.Components.Schemas)})
	return out.Bytes(), err
}

// specOperation is the part of an OpenAPI operation that the page shows.
type specOperation struct {
	Tags       []string `json:"tags"`
	ID         string   `json:"operationId"`
	Summary    string   `json:"summary"`
	Authority  string   `json:"x-authority"`
	Parameters []struct {
		Name        string `json:"name"`
		In          string `json:"in"`
		Description string `json:"description"`
		Required    bool   `json:"required"`
	} `json:"parameters"`
	RequestBody struct {
		Content map[string]specContent `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]specContent `json:"content"`
	} `json:"responses"`
}

type specContent struct {
	Schema json.RawMessage `json:"schema"`
}

func (op specOperation) page(method, path string) docOperation {
	d := docOperation{Method: method, Path: path, ID: op.ID, Summary: op.Summary, Authority: op.Authority}
	if len(op.Tags) > 0 {
		d.Tag = op.Tags[0]
	}
	for _, p := range op.Parameters {
		d.Parameters = append(d.Parameters, docParameter(p))
	}
	d.Body = firstSchema(op.RequestBody.Content)
	for status, r := range op.Responses {
		if status[0] == '2' && d.Answer == "" {
			d.Answer = firstSchema(r.Content)
		}
	}
	return d
}

func firstSchema(content map[string]specContent) string {
	for _, c := range content {
		return pretty(c.Schema)
	}
	return ""
}

func indented(schemas map[string]json.RawMessage) map[string]string {
	out := map[string]string{}
	for name, s := range schemas {
		out[name] = pretty(s)
	}
	return out
}

func pretty(raw json.RawMessage) string {
	var out bytes.Buffer
	if json.Indent(&out, raw, "", "  ") != nil {
		return ""
	}
	return out.String()
}
