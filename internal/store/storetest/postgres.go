package storetest

import (
	"context"
	"database/sql"
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
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// Postgres returns a store on a fresh database of a PostgreSQL server that is
// started for this test program alone. Without PostgreSQL the test is skipped,
// or fails in CI.
func Postgres(t testing.TB, change ...func(*store.Options)) *store.DB {
	t.Helper()
	o := store.Options{URL: PostgresURL(t)}
	for _, c := range change {
		c(&o)
	}
	return Open(t, o)
}

// PostgresURL makes an empty database on the server and returns its address.
func PostgresURL(t testing.TB) string {
	t.Helper()
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	initdb := testenv.Program(t, "initdb", bins...)
	s, err := server(filepath.Dir(initdb))
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	name, err := s.create(t.Context())
	if err != nil {
		t.Fatalf("make a database: %v", err)
	}
	return s.url(name)
}

// server starts the one server of this test program.
func server(bin string) (*postgres, error) {
	startOnce.Do(func() { started, errStart = startPostgres(bin) })
	return started, errStart
}

var (
	startOnce sync.Once
	started   *postgres
	errStart  error
)

// postgres is a running server.
type postgres struct {
	port      int
	alive     io.WriteCloser // the server ends when this does, also by a crash of the tests
	databases atomic.Int64
}

// watch runs the server until the test program's end of the pipe closes, then
// removes its files: nothing is left behind, whatever ends the tests.
const watch = `"$1/postgres" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
	-c max_connections=300 -c shared_buffers=64MB -c logging_collector=off >"$2/log" 2>&1 &
pid=$!
cat >/dev/null
kill -QUIT "$pid"
wait "$pid"
cd / && rm -rf "$2"`

func startPostgres(bin string) (*postgres, error) {
	dir, err := os.MkdirTemp("", "ba-postgres-*")
	if err != nil {
		return nil, err
	}
	as, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	init := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "ba", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	init.SysProcAttr, init.Dir = as, dir
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("sh", "-c", watch, "sh", bin, dir, strconv.Itoa(port))
	cmd.SysProcAttr, cmd.Dir = as, dir
	s := &postgres{port: port}
	if s.alive, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := s.ready(); err != nil {
		text, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, errors.Join(err, errors.New(string(text)), s.alive.Close(), cmd.Wait())
	}
	return s, nil
}

// unprivileged gives the folder to a user who is not root, as whom PostgreSQL
// insists to run.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(who.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, uid, gid)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func (s *postgres) url(database string) string {
	return fmt.Sprintf("postgres://ba@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

// ready asks until the server answers, for half a minute.
func (s *postgres) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.exec(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w", err)
		case <-tick.C:
		}
	}
}

func (s *postgres) create(ctx context.Context) (string, error) {
	name := fmt.Sprintf("test_%d", s.databases.Add(1))
	return name, s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0")
}

func (s *postgres) exec(ctx context.Context, text string) error {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, text)
	return errors.Join(err, db.Close())
}
