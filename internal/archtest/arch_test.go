// Package archtest holds the arrows between packages: which may import which.
package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

const module = "github.com/ba-assistant/ba-assistant/"

// order is the plan of the house: a package imports only what stands in an
// earlier line. An entry covers the packages below it.
var order = []string{
	"ba",
	"internal/sse",
	"internal/vault",
	"internal/event",
	"internal/term",
	"internal/metric",
	"internal/tracing",
	"internal/trust",
	"internal/quote",
	"internal/llm",
	"internal/prompt",
	"internal/llm/analyst",
	"internal/llm/replay",
	"internal/markdown",
	"internal/extract",
	"internal/requirement/statement",
	"internal/lint",
	"internal/export",
	"internal/store",
	"internal/backup",
	"internal/move",
	"internal/httpx",
	"internal/config",
	"internal/volume",
	"internal/cert",
	"internal/logfile",
	"internal/reach",
	"internal/identity",
	"internal/budget",
	"internal/provider",
	"internal/project",
	"internal/library",
	"internal/chat",
	"internal/requirement",
	"internal/artifact",
	"internal/audit",
	"internal/api",
	"internal/web",
	"preflight",
	"internal/doctor",
	"internal/app",
	".",
	"internal/kit",
	"cmd",
}

// services know neither the store nor the surfaces nor one another.
var services = []string{"internal/identity", "internal/budget", "internal/project", "internal/library",
	"internal/chat", "internal/requirement", "internal/artifact", "internal/audit", "internal/provider"}

var hiddenFromServices = append([]string{"internal/store", "internal/api", "internal/web", "internal/app"}, services...)

// stdOnly import nothing but the standard library (and what is listed above them).
var stdOnly = []string{"ba", "preflight"}

func TestAPackageImportsOnlyWhatStandsAboveIt(t *testing.T) {
	imports := readImports(t)
	if len(imports) < 5 {
		t.Fatalf("only %d packages found; is the root right?", len(imports))
	}
	for pkg, list := range imports {
		at := rank(pkg)
		if at < 0 {
			if !exempt(pkg) {
				t.Errorf("%s is not in the plan: give it a place in order", pkg)
			}
			continue
		}
		for _, imp := range list {
			if to := rank(imp); to > at {
				t.Errorf("%s imports %s, which stands below it", pkg, imp)
			}
		}
	}
}

func TestServicesKnowNeitherStoreNorSurfacesNorOneAnother(t *testing.T) {
	for pkg, list := range readImports(t) {
		own := entry(pkg, services)
		if own == "" {
			continue
		}
		for _, imp := range list {
			if hidden := entry(imp, hiddenFromServices); hidden != "" && hidden != own {
				t.Errorf("%s imports %s; take a small interface instead", pkg, imp)
			}
		}
	}
}

func TestTheWorkspaceDoesNotLinkTheSecretScanner(t *testing.T) {
	for pkg, list := range readImports(t) {
		if strings.HasPrefix(pkg, "preflight") || pkg == "cmd/preflight" {
			continue
		}
		for _, imp := range list {
			if strings.HasPrefix(imp, "preflight/") || strings.Contains(imp, "betterleaks") {
				t.Errorf("%s imports %s; only the core of preflight is for the workspace", pkg, imp)
			}
		}
	}
}

func TestTheNounsImportTheStandardLibraryOnly(t *testing.T) {
	imports := readImports(t)
	for _, pkg := range stdOnly {
		for _, imp := range imports[pkg] {
			if strings.Contains(imp, ".") && !strings.HasPrefix(imp, "ba") {
				t.Errorf("%s imports %s", pkg, imp)
			}
		}
	}
}

// exempt packages hold tests or tools of the build, not parts of a program.
func exempt(pkg string) bool {
	return pkg == "internal/testenv" || strings.HasPrefix(pkg, "bench") || strings.HasPrefix(pkg, "scripts") ||
		strings.HasSuffix(pkg, "test")
}

// rank returns the line of order that covers pkg: the longest match.
func rank(pkg string) int {
	e := entry(pkg, order)
	if e == "" {
		return -1
	}
	return slices.Index(order, e)
}

func entry(pkg string, list []string) string {
	best := ""
	for _, e := range list {
		if (pkg == e || strings.HasPrefix(pkg, e+"/")) && len(e) > len(best) {
			best = e
		}
	}
	return best
}

// readImports returns, for each package directory, the imports of its non-test
// files; those of the module without its path.
func readImports(t *testing.T) map[string][]string {
	t.Helper()
	root := testenv.Root(t)
	imports := make(map[string][]string)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") || slices.Contains([]string{"testdata", "node_modules", "e2e", "data"}, d.Name())) && path != root:
			return filepath.SkipDir
		case d.IsDir(), !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[pkg] = append(imports[pkg], strings.TrimPrefix(imp, module))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}
