package testenv

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// Redis is a Redis server of the tests, on loopback. It keeps nothing on disk.
type Redis struct {
	program string
	port    int
	args    []string
	alive   io.WriteCloser // the server ends when this does, also by a crash of the tests
	cmd     *exec.Cmd
}

// watchRedis runs the server until our end of the pipe closes.
const watchRedis = `"$@" >/dev/null 2>&1 &
pid=$!
cat >/dev/null
kill -KILL "$pid"
wait "$pid"`

var sharedRedis struct {
	once   sync.Once
	server *Redis
	err    error
}

// RedisURL returns the address of the one server of this test program. Its
// users keep apart by the names of their keys. Without Redis the test is
// skipped, or fails in CI.
func RedisURL(t testing.TB) string {
	t.Helper()
	program := Program(t, "redis-server")
	s := &sharedRedis
	s.once.Do(func() {
		s.server = &Redis{program: program}
		s.err = s.server.start() // ends with this process
	})
	if s.err != nil {
		t.Fatalf("start Redis: %v", s.err)
	}
	return s.server.URL()
}

// StartRedis starts a server for one test, which may stop it and start it
// again. args are further options of redis-server.
func StartRedis(t testing.TB, args ...string) *Redis {
	t.Helper()
	s := &Redis{program: Program(t, "redis-server"), args: args}
	if err := s.start(); err != nil {
		t.Fatalf("start Redis: %v", err)
	}
	t.Cleanup(s.Stop)
	return s
}

// URL returns the address of the server.
func (s *Redis) URL() string { return fmt.Sprintf("redis://127.0.0.1:%d/0", s.port) }

// Stop ends the server at once, as a power cut does. Stopped twice is stopped.
func (s *Redis) Stop() {
	if s.alive == nil {
		return
	}
	_ = s.alive.Close() // the watcher kills the server
	_ = s.cmd.Wait()
	s.alive = nil
}

// Start starts the server again, on the same port and with nothing in it.
func (s *Redis) Start(t testing.TB) {
	t.Helper()
	if err := s.start(); err != nil {
		t.Fatalf("start Redis again: %v", err)
	}
}

func (s *Redis) start() error {
	if s.port == 0 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		s.port = l.Addr().(*net.TCPAddr).Port
		if err := l.Close(); err != nil {
			return err
		}
	}
	args := append([]string{"-c", watchRedis, "sh", s.program, "--port", fmt.Sprint(s.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", os.TempDir()}, s.args...)
	cmd := exec.Command("sh", args...)
	alive, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd, s.alive = cmd, alive
	return s.ready()
}

// ready asks until the server answers, or says that it wants a password.
func (s *Redis) ready() error {
	end := time.Now().Add(20 * time.Second)
	for {
		said, err := s.ping()
		if err == nil && (strings.HasPrefix(said, "+PONG") || strings.HasPrefix(said, "-NOAUTH")) {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("it does not answer: %q, %w", said, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (s *Redis) ping() (string, error) {
	c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", s.port), time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return "", err
	}
	if _, err := c.Write([]byte("PING\r\n")); err != nil {
		return "", err
	}
	buf := make([]byte, 64)
	n, err := c.Read(buf)
	return string(buf[:n]), err
}
