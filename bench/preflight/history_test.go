// Package preflightbench measures preflight against the tools that it builds on.
package preflightbench

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/betterleaks/betterleaks/config"
	"github.com/betterleaks/betterleaks/detect"
	"github.com/betterleaks/betterleaks/sources"

	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
	"github.com/ba-assistant/ba-assistant/preflight/secrets/formats"
)

// history makes a repository whose commits add, change and move real source
// text (Go's own), with a secret planted in every hundredth commit.
func history(tb testing.TB, commits int) string {
	tb.Helper()
	testenv.Program(tb, "git")
	if dir := os.Getenv("BENCH_REPO"); dir != "" {
		return dir
	}
	texts := sourceTexts(tb, 400)
	rng := rand.New(rand.NewPCG(1, 2))
	files := make(map[string][]string)
	var names []string
	var out bytes.Buffer
	blob := func(path string) {
		text := strings.Join(files[path], "")
		fmt.Fprintf(&out, "M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
	}
	for n := range commits {
		fmt.Fprintf(&out, "commit refs/heads/main\nmark :%d\ncommitter a <a@example.org> %d +0000\ndata 4\nwork\n", n+1, 1700000000+n*60)
		if n > 0 {
			fmt.Fprintf(&out, "from :%d\n", n)
		}
		for range 1 + rng.IntN(4) {
			if len(names) < 200 || rng.IntN(5) == 0 {
				path := fmt.Sprintf("pkg%d/file%d.go", rng.IntN(40), n)
				files[path] = slices.Clone(texts[rng.IntN(len(texts))])
				if len(names) == 0 || names[len(names)-1] != path {
					names = append(names, path)
				}
				blob(path)
				continue
			}
			path := names[rng.IntN(len(names))]
			files[path] = edit(rng, files[path], texts)
			if n%100 == 99 {
				files[path] = append(files[path], fmt.Sprintf("var key%d = %q\n", n, "gh"+"p_"+token(rng, 36)))
			}
			blob(path)
		}
		out.WriteByte('\n')
	}
	dir := tb.TempDir()
	run(tb, dir, nil, "init", "-q", "-b", "main")
	run(tb, dir, &out, "fast-import", "--quiet")
	run(tb, dir, nil, "-c", "gc.auto=0", "repack", "-q", "-a", "-d")
	return dir
}

func run(tb testing.TB, dir string, stdin *bytes.Buffer, args ...string) {
	tb.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	if stdin != nil {
		cmd.Stdin = stdin
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("git %v: %v %s", args, err, out)
	}
}

func token(rng *rand.Rand, n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[rng.IntN(len(letters))]
	}
	return string(b)
}

// edit replaces some stretches of a file.
func edit(rng *rand.Rand, lines []string, texts [][]string) []string {
	for range 1 + rng.IntN(6) {
		from := texts[rng.IntN(len(texts))]
		a := rng.IntN(len(from))
		piece := from[a:min(a+1+rng.IntN(15), len(from))]
		at := rng.IntN(len(lines) + 1)
		end := min(at+rng.IntN(8), len(lines))
		lines = slices.Concat(lines[:at], piece, lines[end:])
	}
	return lines
}

func sourceTexts(tb testing.TB, n int) [][]string {
	tb.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Skip("go is not in PATH: there is no source text to build a history from")
	}
	var texts [][]string
	err = filepath.WalkDir(filepath.Join(strings.TrimSpace(string(out)), "src", "net"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || len(texts) >= n {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && len(b) < 100_000 {
			texts = append(texts, strings.SplitAfter(string(b), "\n"))
		}
		return err
	})
	if err != nil || len(texts) == 0 {
		tb.Skipf("no source text to build a history from: %v", err)
	}
	return texts
}

// library does what the secret library's own `git` command does, with our
// rules, and returns the number of distinct secrets.
func library(tb testing.TB, dir string) int {
	ctx := context.Background()
	cfg, err := config.ParseTOMLString(formats.RulesTOML(), "")
	if err != nil {
		tb.Fatal(err)
	}
	d := detect.NewDetectorContext(ctx, cfg, detect.ValidationOptions{})
	d.SkipFindingAppend = true
	cmd, err := sources.NewGitLogCmdContext(ctx, dir, "")
	if err != nil {
		tb.Fatal(err)
	}
	found := make(map[string]bool)
	for r := range d.Run(ctx, &sources.Git{Cmd: cmd, ShouldSkip: d.SkipFunc(), Sema: d.Sema}) {
		if r.Err != nil {
			tb.Fatal(r.Err)
		}
		found[r.Finding.Secret] = true
	}
	return len(found)
}

func ours(tb testing.TB, dir string) int {
	ctx := context.Background()
	m, err := formats.New(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	s, err := secrets.New(m)
	if err != nil {
		tb.Fatal(err)
	}
	repo, err := secrets.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	h, err := s.History(ctx, repo)
	if err != nil || len(h.Incomplete) > 0 {
		tb.Fatal(err, h)
	}
	return len(h.Secrets)
}

func BenchmarkHistoryByTheLibrary(b *testing.B) {
	dir := history(b, 2000)
	for b.Loop() {
		library(b, dir)
	}
}

func BenchmarkHistoryByPreflight(b *testing.B) {
	dir := history(b, 2000)
	for b.Loop() {
		ours(b, dir)
	}
}

// TestHistoryScanIsNoSlowerThanTheLibrary alternates the two on one repository
// and compares the medians; the target allows a tenth for noise.
func TestHistoryScanIsNoSlowerThanTheLibrary(t *testing.T) {
	commits, rounds := yardstick.Pick(6000, 300), yardstick.Pick(7, 1)
	dir := history(t, commits)
	if n, m := library(t, dir), ours(t, dir); os.Getenv("BENCH_REPO") == "" && (n == 0 || m*100 < n*95) {
		t.Fatalf("the library finds %d secrets, preflight %d", n, m)
	}
	var lib, own []float64
	for range rounds {
		lib = append(lib, yardstick.Milliseconds(yardstick.Timed(func() { library(t, dir) })))
		own = append(own, yardstick.Milliseconds(yardstick.Timed(func() { ours(t, dir) })))
	}
	yardstick.Result{What: fmt.Sprintf("secrets in a history of %d commits", commits), Ours: yardstick.Median(own), Baseline: yardstick.Median(lib),
		Unit: "ms", Against: "the secret library itself, same rules", Most: 1.1}.Report(t)
}
