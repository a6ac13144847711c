// Package process lets a benchmark run itself again as the servers and clients
// that it measures, so that none of them shares a scheduler or a collector of
// garbage with another.
package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

const roleVariable = "BA_BENCH_ROLE"

// Role returns the role under which this program was started again; it is
// empty in the test itself.
func Role() string { return os.Getenv(roleVariable) }

// Exit ends the process of a role.
func Exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// UntilParentEnds exits when standard input closes, which it does when the
// test ends, whatever ends it.
func UntilParentEnds() {
	_, _ = os.Stdin.Read(make([]byte, 1))
	os.Exit(0)
}

// ResidentBytes returns the memory of this process as the system counts it; 0
// where it does not say.
func ResidentBytes() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// Process is this program in another role. It ends when its standard input
// closes.
type Process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Run starts this program in a role.
func Run(t *testing.T, role string, args ...string) *Process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &Process{cmd: exec.Command(self, args...)}
	p.cmd.Env = append(os.Environ(), roleVariable+"="+role)
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// Line returns the next line that the process prints.
func (p *Process) Line(t *testing.T) string {
	t.Helper()
	s, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatalf("%v ended early: %v", p.cmd.Args, err)
	}
	return strings.TrimSpace(s)
}

// Stop ends the process and waits for it.
func (p *Process) Stop() {
	_ = p.in.Close()
	_ = p.cmd.Wait() // it was told to end; how it does is of no interest
}
