package e2e

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// database is the one PostgreSQL server of this run.
type database struct {
	once  sync.Once
	err   error
	bin   string
	port  int
	alive io.WriteCloser // the server ends when this does, also by a crash of the tests
	cmd   *exec.Cmd

	mu    sync.Mutex
	count int
}

var postgres database

// watch runs the server until our end of the pipe closes, then removes its files.
const watch = `"$1/postgres" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
	-c max_connections=200 -c shared_buffers=64MB -c logging_collector=off >"$2/log" 2>&1 &
pid=$!
cat >/dev/null
kill -QUIT "$pid"
wait "$pid"
cd / && rm -rf "$2"`

// url returns the address of an empty database.
func (d *database) url(t testing.TB) string {
	t.Helper()
	initdb := program(t, "initdb", "/usr/lib/postgresql/*/bin/initdb")
	d.once.Do(func() { d.err = d.start(filepath.Dir(initdb)) })
	if d.err != nil {
		t.Fatalf("start PostgreSQL: %v", d.err)
	}
	d.mu.Lock()
	d.count++
	name := fmt.Sprintf("e2e_%d", d.count)
	d.mu.Unlock()
	if out, err := d.client("createdb", name).CombinedOutput(); err != nil {
		t.Fatalf("make a database: %v: %s", err, out)
	}
	return fmt.Sprintf("postgres://ba@127.0.0.1:%d/%s?sslmode=disable", d.port, name)
}

// client returns one of PostgreSQL's own programs, pointed at this server.
func (d *database) client(name string, args ...string) *exec.Cmd {
	if beside := filepath.Join(d.bin, name); exists(beside) {
		name = beside
	}
	cmd := exec.Command(name, append([]string{"-h", "127.0.0.1", "-p", strconv.Itoa(d.port), "-U", "ba"}, args...)...)
	cmd.Env = environment()
	return cmd
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (d *database) start(bin string) error {
	d.bin = bin
	dir, err := os.MkdirTemp("", "ba-e2e-postgres-*")
	if err != nil {
		return err
	}
	as, err := unprivileged(dir)
	if err != nil {
		return err
	}
	init := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "ba", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	init.SysProcAttr, init.Dir = as, dir
	if out, err := init.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	if d.port, err = freePort(); err != nil {
		return err
	}
	d.cmd = exec.Command("sh", "-c", watch, "sh", bin, dir, strconv.Itoa(d.port))
	d.cmd.SysProcAttr, d.cmd.Dir = as, dir
	if d.alive, err = d.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := d.cmd.Start(); err != nil {
		return err
	}
	return d.ready()
}

// unprivileged gives the folder to a user who is not root, as whom PostgreSQL
// insists to run.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.ParseUint(who.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(who.Gid, 10, 32)
	if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func (d *database) ready() error {
	end := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		out, err := d.client("psql", "-c", "SELECT 1", "postgres").CombinedOutput()
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("it does not answer within 30 s: %w: %s", err, out)
		}
		<-tick.C
	}
}

func (d *database) stop() {
	if d.alive != nil {
		_ = d.alive.Close() // the watcher ends the server
		_ = d.cmd.Wait()
	}
}

// freePort returns a port that was free a moment ago.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}
