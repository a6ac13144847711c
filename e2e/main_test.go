package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// binary is the program under test: built once, or the one that BA_BINARY names.
var binary string

// cache is where all servers of a run keep the compiled PDF engine, so that
// only one of them has to compile it.
var cache string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ba-e2e-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	defer postgres.stop()
	if binary = os.Getenv("BA_BINARY"); binary == "" {
		binary = filepath.Join(dir, "ba")
		build := exec.Command("go", "build", "-o", binary, "./cmd/ba")
		build.Dir = ".."
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build the program under test: %v\n%s", err, out)
			return 1
		}
	}
	if cache, err = warmCache(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// warmCache runs a server until it has compiled the PDF engine. BA_CACHE names
// a directory where that was done before.
func warmCache(dir string) (string, error) {
	if warm := os.Getenv("BA_CACHE"); warm != "" {
		return warm, nil
	}
	data := filepath.Join(dir, "warm")
	log := new(transcript)
	cmd := exec.Command(binary, "serve")
	cmd.Env = environment("PORT=0", "DATA_DIR="+data)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return "", err
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	end := time.Now().Add(2 * time.Minute)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !strings.Contains(log.String(), "PDF engine is ready") {
		if time.Now().After(end) {
			return "", fmt.Errorf("the PDF engine is not ready after two minutes:\n%s", log)
		}
		<-tick.C
	}
	return filepath.Join(data, "cache"), nil
}

// inCI reports whether a missing program is a failure.
func inCI() bool { return os.Getenv("CI") == "true" }

// soaking reports whether the long variants were asked for (make soak).
func soaking() bool { return os.Getenv("BA_SOAK") == "1" }

// program returns the path of an external program; without it the test is
// skipped, or fails in CI.
func program(t testing.TB, name string, patterns ...string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, p := range patterns {
		if found, err := filepath.Glob(p); err == nil && len(found) > 0 {
			return found[len(found)-1]
		}
	}
	missing(t, name+" is not installed: run scripts/install-test-tools.sh")
	return ""
}

func missing(t testing.TB, what string) {
	t.Helper()
	if inCI() {
		t.Fatal(what)
	}
	t.Skip(what)
}

// output returns a directory for what people look at after a run.
func output(t testing.TB) string {
	t.Helper()
	dir := "output"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
