package code

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// FuzzCode runs every check of code on broken pieces of real-looking programs in all languages: none may panic, and
// none may take long.
func FuzzCode(f *testing.F) {
	for _, s := range suites() {
		for _, c := range s.Faulty {
			f.Add(c.Files)
		}
	}
	f.Fuzz(func(t *testing.T, archive string) {
		if len(archive) > 16<<10 {
			t.Skip("larger than what is worth the time")
		}
		files := fstest.MapFS{}
		for name, text := range checktest.Files(archive) {
			if fs.ValidPath(name) && name != "." {
				files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
			}
		}
		tr, err := tree.From(files)
		if err != nil {
			t.Skip("names that exclude each other")
		}
		in, err := check.Load(tr, checktest.Now)
		if err != nil {
			t.Skip("no tree")
		}
		start := time.Now()
		for _, r := range preflight.Run(context.Background(), Checks(), in, preflight.Options{}) {
			if r.Panicked != "" {
				t.Fatal(r.Panicked)
			}
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Fatalf("%d bytes took %v", len(archive), took)
		}
	})
}
