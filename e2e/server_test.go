package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// instance is one running server.
type instance struct {
	url string // where it listens, on loopback
	dir string // DATA_DIR
	env []string

	cmd    *exec.Cmd
	stdout *transcript
	stderr *transcript
	exited chan struct{} // closed when the process is gone
}

// transcript keeps what a process writes. It is safe for concurrent use.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *transcript) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// environment is what the program needs of ours, and nothing that would
// configure it by chance.
func environment(extra ...string) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG"} {
		if v := os.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return append(env, extra...)
}

// start runs a server in development on a free port and a directory of its
// own, unless the variables say otherwise. The test's end stops it.
func start(t testing.TB, vars ...string) *instance {
	t.Helper()
	s := &instance{dir: t.TempDir(), env: vars}
	if err := os.Symlink(cache, filepath.Join(s.dir, "cache")); err != nil {
		t.Fatal(err)
	}
	s.launch(t)
	return s
}

// begin starts the process and returns where its address comes.
func (s *instance) begin(t testing.TB) <-chan string {
	t.Helper()
	s.cmd = exec.Command(binary, "serve")
	s.cmd.Env = environment(append([]string{"PORT=0", "DATA_DIR=" + s.dir}, s.env...)...)
	s.stdout, s.stderr, s.exited = new(transcript), new(transcript), make(chan struct{})
	pipe, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stderr = s.stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	address := make(chan string, 1)
	go func() {
		s.read(pipe, address)
		_ = s.cmd.Wait() // how it ended is in ProcessState
		close(s.exited)
	}()
	return address
}

// launch starts the process and waits until it has printed where it listens.
func (s *instance) launch(t testing.TB) {
	t.Helper()
	address := s.begin(t)
	select {
	case s.url = <-address:
	case <-s.exited:
		t.Fatalf("the server ended at its start:\n%s%s", s.stdout, s.stderr)
	case <-time.After(30 * time.Second):
		t.Fatalf("the server did not say where it listens:\n%s%s", s.stdout, s.stderr)
	}
}

var printedAddress = regexp.MustCompile(`^\s+(?:Open\s+http://localhost|Listens\s+on (?:127\.0\.0\.1|\[::\])):(\d+)`)

// read copies the output and tells the address that is in it, once the last
// line of the greeting has come.
func (s *instance) read(pipe io.Reader, address chan<- string) {
	scan := bufio.NewScanner(pipe)
	found := ""
	for scan.Scan() {
		fmt.Fprintln(s.stdout, scan.Text())
		if m := printedAddress.FindStringSubmatch(scan.Text()); m != nil {
			found = "http://127.0.0.1:" + m[1]
		}
		if found != "" && strings.HasPrefix(strings.TrimSpace(scan.Text()), "Started") {
			address <- found
			found = ""
		}
	}
}

// kill ends the process without warning and waits for its end.
func (s *instance) kill() {
	_ = s.cmd.Process.Kill() // it may be gone
	<-s.exited
}

// stop asks the process to end and returns its exit code and how long it took.
func (s *instance) stop(t testing.TB, patience time.Duration) (code int, took time.Duration) {
	t.Helper()
	began := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.exited:
	case <-time.After(patience):
		t.Fatalf("still running %s after SIGTERM:\n%s", patience, s.stderr)
	}
	return s.cmd.ProcessState.ExitCode(), time.Since(began)
}

// restart starts the server again on the same data.
func (s *instance) restart(t testing.TB) {
	t.Helper()
	s.kill()
	s.launch(t)
}

// refusal runs the program, expects that it ends by itself, and returns its
// exit code and what it said.
func refusal(t testing.TB, args []string, vars ...string) (code int, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = environment(vars...)
	out, _ := cmd.CombinedOutput() // the exit code is what counts
	if ctx.Err() != nil {
		t.Fatalf("ba %s did not end by itself:\n%s", strings.Join(args, " "), out)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// ready waits until the instance says that it is healthy.
func (s *instance) ready(t testing.TB) {
	t.Helper()
	eventually(t, 10*time.Second, "the server is healthy", func() bool {
		res, err := http.Get(s.url + "/health")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// asking is the pause between two questions: what asks the API stays within
// its limit of ten requests a second.
const asking = 150 * time.Millisecond

// eventually asks again and again until the condition holds.
func eventually(t testing.TB, patience time.Duration, what string, holds func() bool) {
	t.Helper()
	end := time.Now().Add(patience)
	tick := time.NewTicker(asking)
	defer tick.Stop()
	for !holds() {
		if time.Now().After(end) {
			t.Fatalf("after %s it is still not so: %s", patience, what)
		}
		<-tick.C
	}
}
