package extract_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// cacheDir is the PDF engine's cache of the tests, which stays from run to run
// as it does in a data directory.
func cacheDir(t testing.TB) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "ba-assistant-test", "pdf")
}

func supervisor(t testing.TB) *extract.Supervisor {
	t.Helper()
	return &extract.Supervisor{Args: []string{childVerb}, CacheDir: cacheDir(t)}
}

// input is a document whose blocks are collected in r.
func input(name string, data []byte, r *reading) extract.Input {
	return extract.Input{
		Name: name, Size: int64(len(data)),
		Pieces: func(yield func([]byte, error) bool) { yield(data, nil) },
		Block: func(b extract.Block) error {
			r.blocks = append(r.blocks, b)
			return nil
		},
	}
}

// supervised reads a document as the workspace does.
func supervised(t testing.TB, s *extract.Supervisor, name string, data []byte) reading {
	t.Helper()
	var r reading
	r.res, r.err = s.Extract(t.Context(), input(name, data, &r))
	r.took = r.res.Processor // the clock says more of the machine than of the document
	return r
}

// inProcess reads a document without a child.
func inProcess(t testing.TB, name string, data []byte) reading {
	t.Helper()
	var r reading
	begun := time.Now()
	src := extract.Source{Name: name, Data: data, CacheDir: cacheDir(t)}
	r.res, r.err = extract.Extract(t.Context(), src, func(b extract.Block) error {
		r.blocks = append(r.blocks, b)
		return nil
	})
	r.took = time.Since(begun)
	return r
}
