package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The root file system that the Dockerfile makes, run without an engine: a
// static file, no shell, read-only but for /data, as user 10001.
func TestTheImageRunsReadOnlyAsAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("a mount namespace needs root")
	}
	unshare := program(t, "unshare")
	root, data := imageRoot(t)
	inside := `set -e
mount --bind "$1" "$1"
mount --bind "$2" "$1/data"
mount -t tmpfs tmpfs "$1/tmp"
mount -t proc proc "$1/proc"
mount -o remount,ro,bind "$1"
exec chroot --userspec=10001:10001 --groups= "$1" /ba serve`
	if out, err := exec.CommandContext(t.Context(), unshare, "--mount", "true").CombinedOutput(); err != nil {
		t.Skipf("this machine has no mount namespaces: %s", out)
	}
	said := new(transcript)
	cmd := exec.Command(unshare, "--mount", "--pid", "--fork", "sh", "-c", inside, "sh", root, data)
	cmd.Env = with(whole("/data"), []string{"PATH=" + os.Getenv("PATH")})
	cmd.Stdout, cmd.Stderr = said, said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the whole group: the user's process is not ours by name
		_ = cmd.Wait()
	})
	eventually(t, 30*time.Second, "the image has started", func() bool {
		if cmd.ProcessState != nil {
			t.Fatalf("it ended:\n%s", said)
		}
		return strings.Contains(said.String(), "Started") || strings.Contains(said.String(), "ba:")
	})
	if !strings.Contains(said.String(), "Setup code") {
		t.Fatalf("it did not start:\n%s", said)
	}
	if _, err := os.Stat(filepath.Join(data, "ba.db")); err != nil {
		t.Errorf("the data is not on the volume: %v", err)
	}
	if info, err := os.Stat(binary); err == nil {
		t.Logf("the program, which is nearly all of the image, has %.1f MB (with symbols)", float64(info.Size())/1e6)
	}
}

// imageRoot lays out what the Dockerfile copies, and a volume for /data.
func imageRoot(t *testing.T) (root, data string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "ba-image-*") // every element must be open to the user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	root, data = filepath.Join(dir, "root"), filepath.Join(dir, "data")
	for _, d := range []string{data, root, filepath.Join(root, "data"), filepath.Join(root, "etc"), filepath.Join(root, "tmp"), filepath.Join(root, "proc")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]struct {
		text []byte
		mode os.FileMode
	}{"ba": {text, 0o755}, "etc/passwd": {[]byte("ba:x:10001:10001::/:/none\n"), 0o644}} {
		if err := os.WriteFile(filepath.Join(root, name), file.text, file.mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{os.Chmod(dir, 0o755), os.Chmod(data, 0o700), os.Chown(data, 10001, 10001)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return root, data
}
