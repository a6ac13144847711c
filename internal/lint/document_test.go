package lint

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// documentLines are the lines of documents by their names.
type documentLines map[string][]string

// of returns the lines of the true text of a document of shared/corpus, which
// is called by its format and its name: pdf/hats-gui-srs.
func (d documentLines) of(t *testing.T, name string) []string {
	t.Helper()
	if lines, read := d[name]; read {
		return lines
	}
	format, _, _ := strings.Cut(name, "/")
	f, err := os.Open(filepath.Join(documentFolder(t), filepath.FromSlash(name)+"."+format+".txt.gz"))
	if err != nil {
		t.Fatalf("no document is called %s: %v", name, err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	d[name] = strings.Split(string(text), "\n")
	return d[name]
}

// documentFolder skips on a machine without the documents, and fails in CI.
func documentFolder(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(filepath.Dir(testenv.Root(t)), "shared", "corpus")
	if _, err := os.Stat(folder); err != nil && testenv.CI() {
		t.Fatalf("the documents are not there, and CI must not skip: %v", err)
	}
	return testenv.Shared(t, "corpus", "truth")
}

// cut returns words of a document with one space between them. "120.3+18" are 18
// words from the third of line 120 on, over the ends of lines; parts with a
// comma between them make one sentence, as a page may end within it.
func (d documentLines) cut(t *testing.T, name, parts string) string {
	t.Helper()
	var all []string
	for part := range strings.SplitSeq(parts, ",") {
		place, count, _ := strings.Cut(part, "+")
		line, word, _ := strings.Cut(place, ".")
		var at [3]int
		for i, digits := range []string{line, word, count} {
			n, err := strconv.Atoi(digits)
			if err != nil || n < 1 {
				t.Fatalf("%s#%s is no place in a document", name, parts)
			}
			at[i] = n
		}
		all = append(all, wordsFrom(d.of(t, name), at[0]-1, at[1]-1, at[2])...)
	}
	return strings.Join(all, " ")
}

// wordsFrom returns as many words as there are, at most count.
func wordsFrom(lines []string, line, first, count int) []string {
	var list []string
	for ; line < len(lines) && len(list) < count; line++ {
		fields := strings.Fields(lines[line])
		list = append(list, fields[min(first, len(fields)):]...)
		first = 0
	}
	return list[:min(count, len(list))]
}
