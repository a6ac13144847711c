// Package testenv tells tests what the machine offers: the shared data beside
// the repository and the external programs that some tests need. A laptop
// without them skips those tests with one clear line; CI fails without the
// programs. Only tests import it.
package testenv

import (
	"crypto/sha256"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// CI reports whether the tests run in continuous integration, where a missing
// program is a failure and not a reason to skip.
func CI() bool { return os.Getenv("CI") == "true" }

// Soak reports whether the long variants of the tests were asked for (make soak).
func Soak() bool { return os.Getenv("BA_SOAK") == "1" }

// Root returns the directory of the repository: the nearest one above the
// working directory that holds the .gitignore beside cmd/ba and go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "internal", "testenv", "testenv.go")); err == nil {
			return dir
		}
	}
	t.Fatal("the root of the repository is not above the working directory")
	return ""
}

// Shared returns the path of a file or folder of the shared test data, which
// lies in a folder "shared" beside the repository. Where it is absent, as for
// somebody who cloned only the project, the test is skipped.
func Shared(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{filepath.Dir(Root(t)), "shared"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("shared test data not found: %s (it lies beside the repository where the maintainers build)", filepath.Join(elem...))
	}
	return path
}

// Program returns the path of an external program, looked for in PATH and in
// the given extra directories. Without it the test is skipped, or fails in CI.
func Program(t testing.TB, name string, extraDirs ...string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, dir := range extraDirs {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode()&0o111 != 0 {
			return path
		}
	}
	if CI() {
		t.Fatalf("%s is not installed, and CI must not skip: see scripts/install-test-tools.sh", name)
	}
	t.Skipf("%s is not installed: run scripts/install-test-tools.sh", name)
	return ""
}

// Slowdown returns how many times longer work takes now than it would if this
// process had a processor for itself: 1 on a quiet machine. A test with a
// bound on time multiplies it, so that others on the machine don't fail it.
func Slowdown() float64 {
	const lasts = 200 * time.Millisecond
	var took []time.Duration
	var digest [sha256.Size]byte
	for begun := time.Now(); time.Since(begun) < lasts; {
		slice := time.Now()
		for range 200 {
			digest = sha256.Sum256(digest[:])
		}
		took = append(took, time.Since(slice))
	}
	var all time.Duration
	for _, d := range took {
		all += d
	}
	slices.Sort(took)
	undisturbed := took[len(took)/4]
	return max(1, float64(all)/float64(len(took))/float64(undisturbed))
}
