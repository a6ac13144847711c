package export

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSamplesCanBeLookedAt leaves a file of each format in the folder that
// EXPORT_SAMPLES names, for people to open.
func TestSamplesCanBeLookedAt(t *testing.T) {
	dir := os.Getenv("EXPORT_SAMPLES")
	if dir == "" {
		t.Skip("EXPORT_SAMPLES names no folder")
	}
	for _, f := range Formats {
		in := sample()
		if f == PDF {
			in = latinSample()
			in.Sections = append(in.Sections, Section{Title: "A long table", Requirements: longTable()}, Section{Title: "Cyrillic", Markdown: cyrillic})
		}
		if err := os.WriteFile(filepath.Join(dir, "sample"+f.Extension()), written(t, f, in, Options{}), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
