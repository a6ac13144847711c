package script

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// TestCountsAgreeWithTypeScript compares calls, functions, classes and elements with those that the TypeScript compiler
// counted: PREFLIGHT_TS_COUNTS names a file of lines "path, calls, functions, classes, elements" separated by tabs,
// its paths relative to PREFLIGHT_TS_DIR.
func TestCountsAgreeWithTypeScript(t *testing.T) {
	list, dir := os.Getenv("PREFLIGHT_TS_COUNTS"), os.Getenv("PREFLIGHT_TS_DIR")
	if list == "" {
		t.Skip("PREFLIGHT_TS_COUNTS is not set; nothing to compare with")
	}
	f, err := os.Open(list)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	files, wrong := 0, 0
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, want, _ := strings.Cut(lines.Text(), "\t")
		src, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files++
		if got := counted(Parse(src, DialectOf(name))); got != want {
			wrong++
			if wrong <= 25 {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
	t.Logf("%d files compared, %d differ", files, wrong)
}

func counted(file *syntax.Node) string {
	var calls, functions, classes, elements int
	syntax.Walk(file, func(n *syntax.Node) bool {
		switch n.Kind {
		case syntax.Call:
			calls++
		case syntax.Func:
			if n.End > 0 {
				functions++
			}
		case syntax.Class:
			classes++
		case syntax.JSX:
			elements++
		}
		return true
	})
	return fmt.Sprintf("%d\t%d\t%d\t%d", calls, functions, classes, elements)
}
