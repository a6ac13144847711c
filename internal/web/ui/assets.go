package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed css js img templates
var files embed.FS

const workerSource = "js/worker.js"

// sheets are joined to app.css in this order.
var sheets = []string{"css/tokens.css", "css/base.css", "css/components.css", "css/pages.css", "css/requirements.css", "css/artifacts.css"}

// layers fixes the order of the cascade before any sheet speaks.
const layers = "@layer tokens, base, components, pages;\n"

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",

	".webmanifest": "application/manifest+json",
}

// Assets are the files under /static/. It is safe for concurrent use.
type Assets struct {
	prefix string
	byName map[string]*asset
}

// asset is one file with its compressed forms, each made when first asked for
// and kept: a start must not pay for them.
type asset struct {
	contentType string
	plain       []byte
	gzip        func() []byte
	brotli      func() []byte
}

// NewAssets reads the embedded files.
func NewAssets() (*Assets, error) {
	a := &Assets{byName: map[string]*asset{}}
	sum := sha256.New()
	add := func(name string, content []byte) {
		sum.Write([]byte(name + "\x00"))
		sum.Write(content)
		a.byName[name] = newAsset(name, content)
	}
	css, err := joinSheets()
	if err != nil {
		return nil, err
	}
	add("app.css", css)
	for _, dir := range []string{"img", "js"} {
		err := fs.WalkDir(files, dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := files.ReadFile(name)
			if err == nil {
				add(name, content)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	a.prefix = "/static/" + hex.EncodeToString(sum.Sum(nil))[:12] + "/"
	return a, nil
}

func joinSheets() ([]byte, error) {
	css := []byte(layers)
	for _, name := range sheets {
		content, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		css = append(css, content...)
	}
	return css, nil
}

func newAsset(name string, plain []byte) *asset {
	return &asset{
		contentType: contentTypes[path.Ext(name)],
		plain:       plain,
		gzip: sync.OnceValue(func() []byte {
			var buf bytes.Buffer
			w := gzip.NewWriter(&buf)
			_, _ = w.Write(plain) // a bytes.Buffer does not fail
			_ = w.Close()
			return buf.Bytes()
		}),
		brotli: sync.OnceValue(func() []byte {
			var buf bytes.Buffer
			w := brotli.NewWriterLevel(&buf, 9)
			_, _ = w.Write(plain)
			_ = w.Close()
			return buf.Bytes()
		}),
	}
}

// URL returns the address of a file, and false where there is no such file.
func (a *Assets) URL(name string) (string, bool) {
	_, ok := a.byName[name]
	return a.prefix + name, ok
}

// Worker returns the service worker, with the list of what it keeps: the files
// of this version, and the pages named.
func (a *Assets) Worker(pages ...string) string {
	shell := pages
	for name := range a.byName {
		if name != workerSource {
			shell = append(shell, a.prefix+name)
		}
	}
	slices.Sort(shell)
	list, _ := json.Marshal(shell) // strings don't fail
	version := strings.Trim(strings.TrimPrefix(a.prefix, "/static/"), "/")
	return "const version = \"" + version + "\";\nconst shell = " + string(list) + ";\n" + string(a.byName[workerSource].plain)
}

// ServeHTTP answers /static/HASH/NAME. An address with another hash is not
// found: what an old page asks for may no longer be what it expects.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, a.prefix)
	file := a.byName[name]
	if !ok || file == nil {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "There is no such file in this version. Reload the page.", http.StatusNotFound)
		return
	}
	body, encoding := file.encoded(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Content-Type", file.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that left cannot be told
	}
}

// encoded returns the smallest form that the client accepts.
func (f *asset) encoded(accept string) (body []byte, encoding string) {
	switch {
	case accepts(accept, "br"):
		return f.brotli(), "br"
	case accepts(accept, "gzip"):
		return f.gzip(), "gzip"
	}
	return f.plain, ""
}

// accepts reports whether the header names the coding without refusing it
// (RFC 9110, section 12.5.3).
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.ReplaceAll(params, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
