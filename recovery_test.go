package kits_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// recoveries are what the study lists under R: where each is explained, the
// command that the page gives, and a test that does what the page says.
var recoveries = map[string]struct{ page, command, test string }{
	"R1":  {"sign-in-redirect.md", "ba config", "TestABrokenConfigurationIsRefusedWithItsVariableAndTheFix"},
	"R2":  {"secret-in-git.md", "preflight .", "TestEachFaultInAKitIsFoundAndNothingElse"},
	"R3":  {"lost-database.md", "ba restore", "TestDrillTheDataDirectoryIsDeleted"},
	"R4":  {"origins.md", "preflight https", "TestEachFaultInAKitIsFoundAndNothingElse"},
	"R5":  {"front-end.md", "preflight https", "TestEachFaultInAKitIsFoundAndNothingElse"},
	"R6":  {"leaked-key.md", "ba keys rotate", "TestALeakedMasterKeyIsReplacedWhileTheServerRuns"},
	"R7":  {"instances.md", "ba migrate --to", "TestAnInstallationMovesToPostgreSQLAndBackThroughKills"},
	"R8":  {"https.md", "preflight https", "TestEachFaultInAKitIsFoundAndNothingElse"},
	"R9":  {"streams.md", "curl -N", "TestTheDiagnosticStreamArrivesEventByEvent"},
	"R10": {"variables.md", "ba config", "TestABrokenConfigurationIsRefusedWithItsVariableAndTheFix"},
}

func TestEveryRecoveryHasAPageACommandAndATest(t *testing.T) {
	dir := filepath.Join(testenv.Root(t), "docs", "recovery")
	index := pageText(t, filepath.Join(dir, "README.md"))
	tests := testNames(t)
	for row, r := range recoveries {
		if !regexp.MustCompile(`(?m)^\| ` + row + ` \|.*\]\(` + regexp.QuoteMeta(r.page) + `\)`).MatchString(index) {
			t.Errorf("%s has no row in the index that leads to %s", row, r.page)
		}
		page := pageText(t, filepath.Join(dir, r.page))
		if !strings.HasPrefix(page, "# "+row+":") {
			t.Errorf("%s does not begin with %s", r.page, row)
		}
		if !strings.Contains(page, r.command) {
			t.Errorf("%s does not give the command %q", r.page, r.command)
		}
		if !tests[r.test] {
			t.Errorf("%s: there is no test %s", row, r.test)
		}
	}
	if rows := len(regexp.MustCompile(`(?m)^\| R\d+ \|`).FindAllString(index, -1)); rows != len(recoveries) {
		t.Errorf("the index has %d rows, %d are tested", rows, len(recoveries))
	}
}

// TestTheCommandsOfTheRecoveryPagesExist compares them with the verbs of ba.
func TestTheCommandsOfTheRecoveryPagesExist(t *testing.T) {
	root := testenv.Root(t)
	verbs := map[string]bool{}
	sources, err := filepath.Glob(filepath.Join(root, "cmd", "ba", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`Use:\s+"([a-z]+)`)
	for _, path := range sources {
		for _, m := range declared.FindAllStringSubmatch(pageText(t, path), -1) {
			verbs[m[1]] = true
		}
	}
	pages, err := filepath.Glob(filepath.Join(root, "docs", "recovery", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	used := regexp.MustCompile("(?m)(?:`|^ *)ba ([a-z]+)")
	n := 0
	for _, path := range append(pages, filepath.Join(root, "docs", "deploy", "move.md")) {
		for _, m := range used.FindAllStringSubmatch(pageText(t, path), -1) {
			if n++; !verbs[m[1]] {
				t.Errorf("%s speaks of ba %s, which does not exist", filepath.Base(path), m[1])
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d commands were found", n)
	}
}

func pageText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// testNames returns the names of all tests of the repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir(testenv.Root(t), func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case strings.HasSuffix(path, "_test.go"):
			for _, m := range declared.FindAllStringSubmatch(pageText(t, path), -1) {
				names[m[1]] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
