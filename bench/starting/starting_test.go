// Package starting measures how long the program takes from its start to its
// first healthy answer, and how much memory it holds while nothing happens.
package starting

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

const (
	mostStart  = 80 // milliseconds
	mostMemory = 50 // megabytes
	patience   = 60 * time.Second
)

func TestTheProgramAnswersSoonAndHoldsLittleMemory(t *testing.T) {
	if !yardstick.Full() {
		t.Skip("it builds the release; without BA_BENCH=1 the end-to-end tests are what starts the program")
	}
	ba, bare := build(t, "./cmd/ba"), build(t, "./bench/starting/bare")
	data := t.TempDir()
	first := launch(t, program{path: ba, args: []string{"serve"}, data: data})
	yardstick.Note("the very first start, which makes keys and database", yardstick.Milliseconds(first.answered), "ms")
	var own, theirs []time.Duration
	var ownMemory, theirMemory []float64
	for range 15 {
		b := launch(t, program{path: bare})
		o := launch(t, program{path: ba, args: []string{"serve"}, data: data})
		own, theirs = append(own, o.answered), append(theirs, b.answered)
		ownMemory, theirMemory = append(ownMemory, o.memory), append(theirMemory, b.memory)
	}
	// The lower quartiles: what others do on the machine only adds.
	soon, baseline := yardstick.Percentile(own, 0.25), yardstick.Percentile(theirs, 0.25)
	yardstick.Result{What: "start to the first healthy answer", Ours: yardstick.Milliseconds(soon), Baseline: yardstick.Milliseconds(baseline),
		Unit: "ms", Against: "bare net/http server"}.Report(t)
	yardstick.Result{What: "memory at rest", Ours: yardstick.Median(ownMemory), Baseline: yardstick.Median(theirMemory), Unit: "MB", Against: "bare net/http server"}.Report(t)
	yardstick.Limit(t, "start to the first healthy answer, in itself", yardstick.Milliseconds(soon), mostStart, "ms")
	yardstick.Limit(t, "memory at rest, in itself", yardstick.Median(ownMemory), mostMemory, "MB")
}

// TestTheStartIsAsSoonAfterWhatOperatorsDo starts the program after a backup, a
// rotation of all keys, and on what a restore has made.
func TestTheStartIsAsSoonAfterWhatOperatorsDo(t *testing.T) {
	if !yardstick.Full() {
		t.Skip("it builds the release; without BA_BENCH=1 the end-to-end tests are what starts the program")
	}
	ba, data, kept := build(t, "./cmd/ba"), t.TempDir(), filepath.Join(t.TempDir(), "kept.babackup")
	launch(t, program{path: ba, args: []string{"serve"}, data: data})
	usual := starts(t, ba, data)
	for _, after := range []struct {
		name string
		args []string
	}{
		{"a backup", []string{"backup", kept}},
		{"a rotation of all keys", []string{"keys", "rotate", "--data"}},
		{"a restore", []string{"restore", kept, "--replace"}},
	} {
		if after.name == "a restore" { // of a backup that the present keys open
			kept = filepath.Join(t.TempDir(), "kept.babackup")
			operate(t, ba, data, "backup", kept)
			after.args[1] = kept
		}
		operate(t, ba, data, after.args...)
		yardstick.Result{What: "start after " + after.name, Ours: starts(t, ba, data), Baseline: usual, Unit: "ms", Against: "a start as usual"}.Report(t)
	}
}

// starts returns how many milliseconds a start takes, the lower quartile of some.
func starts(t *testing.T, path, data string) float64 {
	t.Helper()
	var all []time.Duration
	for range 8 {
		all = append(all, launch(t, program{path: path, args: []string{"serve"}, data: data}).answered)
	}
	return yardstick.Milliseconds(yardstick.Percentile(all, 0.25))
}

// operate runs one command on the data, as somebody does while no server runs.
func operate(t *testing.T, path, data string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "ENVIRONMENT=development", "DATA_DIR=" + data}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ba %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// build compiles a program as a release is.
func build(t *testing.T, pkg string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.Base(pkg))
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, pkg)
	cmd.Dir, cmd.Env = testenv.Root(t), append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return path
}

type program struct {
	path string
	args []string
	data string
}

// launched is what was seen of one run.
type launched struct {
	answered time.Duration // from the start of the process to the first healthy answer
	memory   float64       // megabytes that are resident two seconds later
}

func launch(t *testing.T, p program) launched {
	t.Helper()
	port := freePort(t)
	cmd := exec.Command(p.path, p.args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "ENVIRONMENT=development", "PORT=" + strconv.Itoa(port), "DATA_DIR=" + p.data}
	cmd.Dir = t.TempDir()
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := launched{}
	err := healthy(port)
	if seen.answered = time.Since(begun); err == nil {
		time.Sleep(2 * time.Second) // at rest: nothing is waited for
		seen.memory, err = resident(cmd.Process.Pid)
	}
	stop := errors.Join(cmd.Process.Signal(syscall.SIGTERM), ended(cmd))
	if err = errors.Join(err, stop); err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(p.path), err, said.String())
	}
	return seen
}

// ended waits for the program; that a signal ended it is in order.
func ended(cmd *exec.Cmd) error {
	err := cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGTERM {
		return nil
	}
	return err
}

// healthy asks until the answer is 200.
func healthy(port int) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	url := fmt.Sprintf("http://127.0.0.1:%d/health", port)
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		res, err := client.Get(url)
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		if time.Now().After(end) {
			return errors.Join(errors.New("no healthy answer"), err)
		}
	}
}

// resident returns the memory of a process in megabytes, as the system counts it.
func resident(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("no VmRSS")
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
