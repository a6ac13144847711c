package python

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// counter prints, for each file named on its input, how many definitions, imports and calls CPython sees in it.
const counter = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
for path in sys.stdin.read().splitlines():
    try:
        with open(path, "rb") as f:
            tree = ast.parse(f.read())
    except Exception:
        continue
    n = {"path": path, "def": 0, "class": 0, "import": 0, "call": 0}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)): n["def"] += 1
        elif isinstance(node, ast.ClassDef): n["class"] += 1
        elif isinstance(node, (ast.Import, ast.ImportFrom)): n["import"] += 1
        elif isinstance(node, ast.Call): n["call"] += 1
    print(json.dumps(n))
`

type counts struct {
	Path   string `json:"path"`
	Def    int    `json:"def"`
	Class  int    `json:"class"`
	Import int    `json:"import"`
	Call   int    `json:"call"`
}

func count(file *syntax.Node) counts {
	var c counts
	syntax.Walk(file, func(n *syntax.Node) bool {
		switch {
		case n.Kind == syntax.Func && !n.Has(syntax.Lambda):
			c.Def++
		case n.Kind == syntax.Class:
			c.Class++
		case n.Kind == syntax.Import:
			c.Import++
		case n.Kind == syntax.Call:
			c.Call++
		}
		return true
	})
	return c
}

// TestCountsAgreeWithCPython compares the tree of every file of the installed standard library with CPython's own.
func TestCountsAgreeWithCPython(t *testing.T) {
	py, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed; nothing to compare with")
	}
	dir := os.Getenv("PREFLIGHT_PYTHON_DIR")
	if dir == "" {
		out, err := exec.Command(py, "-c", "import ast, os; print(os.path.dirname(ast.__file__))").Output()
		if err != nil {
			t.Fatal(err)
		}
		dir = strings.TrimSpace(string(out))
	}
	cmd := exec.Command(py, "-c", counter)
	cmd.Stdin = strings.NewReader(strings.Join(pythonFiles(t, dir), "\n"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	files, wrong := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		var want counts
		if err := json.Unmarshal([]byte(line), &want); err != nil {
			t.Fatal(err)
		}
		src, err := os.ReadFile(want.Path)
		if err != nil {
			t.Fatal(err)
		}
		got := count(Parse(src))
		got.Path = want.Path
		files++
		if got != want {
			wrong++
			if wrong <= 20 {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
	}
	t.Logf("%d files compared, %d differ", files, wrong)
}

func pythonFiles(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != dir && (d.Name() == "site-packages" || d.Name() == "test" || d.Name() == "tests") {
			return fs.SkipDir // thousands of files that add no syntax
		}
		if !d.IsDir() && strings.HasSuffix(path, ".py") {
			list = append(list, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
