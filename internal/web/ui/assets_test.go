package ui

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/andybalholm/brotli"
)

func get(assets *Assets, url, accept string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, url, nil)
	r.Header.Set("Accept-Encoding", accept)
	w := httptest.NewRecorder()
	assets.ServeHTTP(w, r)
	return w.Result()
}

func TestAssetsComeInTheSmallestFormThatIsAccepted(t *testing.T) {
	assets, _ := build(t)
	url, ok := assets.URL("app.css")
	if !ok {
		t.Fatal("no style sheet")
	}
	plain := assets.byName["app.css"].plain
	for _, c := range []struct {
		accept, encoding string
		decode           func(io.Reader) io.Reader
	}{
		{"gzip, deflate, br, zstd", "br", func(r io.Reader) io.Reader { return brotli.NewReader(r) }},
		{"gzip;q=1.0, br;q=0", "gzip", func(r io.Reader) io.Reader { z, _ := gzip.NewReader(r); return z }},
		{"identity", "", func(r io.Reader) io.Reader { return r }},
	} {
		res := get(assets, url, c.accept)
		body, err := io.ReadAll(c.decode(res.Body))
		if err != nil || !bytes.Equal(body, plain) {
			t.Errorf("%s: the content differs (%v)", c.accept, err)
		}
		if got := res.Header.Get("Content-Encoding"); got != c.encoding {
			t.Errorf("%s: encoding %q, want %q", c.accept, got, c.encoding)
		}
		if res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %v", c.accept, res.Header)
		}
	}
}

func TestAnotherHashOrAnUnknownNameIsNotFoundAndNotKept(t *testing.T) {
	assets, _ := build(t)
	for _, url := range []string{"/static/000000000000/app.css", assets.prefix + "nothing.js", assets.prefix + "../templates/home.html", assets.prefix} {
		res := get(assets, url, "br")
		if res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %q", url, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
}

func BenchmarkReadingTemplatesAndAssetsAtStart(b *testing.B) {
	for b.Loop() {
		build(b)
	}
}
