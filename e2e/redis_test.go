package e2e

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// redisServer is a Redis that a test may kill and start again. It keeps
// nothing on disk.
type redisServer struct {
	program string
	port    int
	alive   io.WriteCloser // the server ends when this does, also by a crash of the tests
	cmd     *exec.Cmd
}

// watchRedis runs the server until our end of the pipe closes.
const watchRedis = `"$1" --port "$2" --bind 127.0.0.1 --save "" --appendonly no --dir "$3" --requirepass "$4" >/dev/null 2>&1 &
pid=$!
cat >/dev/null
kill -KILL "$pid"
wait "$pid"`

// redisPassword must appear in no log.
const redisPassword = "fixture-redis-password-of-the-tests"

func startRedis(t testing.TB) *redisServer {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	s := &redisServer{program: program(t, "redis-server"), port: port}
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

func (s *redisServer) url() string {
	return fmt.Sprintf("redis://:%s@127.0.0.1:%d/0", redisPassword, s.port)
}

func (s *redisServer) start(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command("sh", "-c", watchRedis, "sh", s.program, strconv.Itoa(s.port), os.TempDir(), redisPassword)
	var err error
	if s.alive, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "Redis listens", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(s.port))
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
}

// kill ends the server at once. Killed twice is killed.
func (s *redisServer) kill() {
	if s.alive == nil {
		return
	}
	_ = s.alive.Close()
	_ = s.cmd.Wait()
	s.alive = nil
}
