package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// cluster of its own: a PostgreSQL server that a test stops and starts.
type ownPostgres struct {
	bin, dir string
	port     int
	as       *syscall.SysProcAttr
	cmd      *exec.Cmd
	settings []string // more of them than the drill needs, as -c name=value
}

func startOwnPostgres(t *testing.T) *ownPostgres {
	t.Helper()
	p := &ownPostgres{bin: filepath.Dir(program(t, "initdb", "/usr/lib/postgresql/*/bin/initdb"))}
	var err error
	if p.dir, err = os.MkdirTemp("", "ba-e2e-outage-*"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(p.dir) })
	if p.as, err = unprivileged(p.dir); err != nil {
		t.Fatal(err)
	}
	p.as.Pdeathsig = syscall.SIGQUIT
	init := exec.Command(filepath.Join(p.bin, "initdb"), "-D", filepath.Join(p.dir, "data"), "-U", "ba", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	init.SysProcAttr, init.Dir = p.as, p.dir
	if out, err := init.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v: %s", err, out)
	}
	if p.port, err = freePort(); err != nil {
		t.Fatal(err)
	}
	p.start(t)
	t.Cleanup(p.stop)
	return p
}

func (p *ownPostgres) url() string {
	return fmt.Sprintf("postgres://ba@127.0.0.1:%d/postgres?sslmode=disable", p.port)
}

func (p *ownPostgres) start(t *testing.T) {
	t.Helper()
	p.cmd = exec.Command(filepath.Join(p.bin, "postgres"), "-D", filepath.Join(p.dir, "data"), "-p", itoa(p.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "shared_buffers=32MB")
	for _, value := range p.settings {
		p.cmd.Args = append(p.cmd.Args, "-c", value)
	}
	p.cmd.SysProcAttr, p.cmd.Dir = p.as, p.dir
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 30*time.Second, "PostgreSQL answers", func() bool {
		return (&database{bin: p.bin, port: p.port}).client("psql", "-c", "SELECT 1", "postgres").Run() == nil
	})
}

// stop ends the server at once, as a crash of its machine does.
func (p *ownPostgres) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGQUIT) // it may be gone
	_ = p.cmd.Wait()
}

// outage is how long PostgreSQL is away; in a soak longer than a lease.
func outage() time.Duration {
	if soaking() {
		return 70 * time.Second
	}
	return 4 * time.Second
}

func TestDrillPostgreSQLIsAwayWhileAnAnswerIsWritten(t *testing.T) {
	t.Parallel()
	pg := startOwnPostgres(t)
	m := startModel(t, max(40*time.Millisecond, outage()/150))
	s := start(t, append(m.vars(), "DATABASE_URL="+pg.url())...)
	ana := signIn(t, s.url, "ana")
	thread := ana.thread(t, "")
	const question = "What is kept while the database is away?"
	asked, err := ana.ask(t.Context(), thread, newID(), question)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "the answer has begun", func() bool { return m.before(question, time.Now()) > 100 })
	pg.stop()
	began := time.Now()
	_, err = ana.work(t, "Now")
	refusedClearly(t, err, "database does not answer")
	var me object
	refusedClearly(t, ana.call(t.Context(), "GET", "/api/me", nil, &me), "database does not answer")
	res, err := ana.http.Get(s.url + "/projects")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a page answers %d at %s", res.StatusCode, res.Request.URL)
	}
	s.unhealthy(t)
	<-time.After(time.Until(began.Add(outage())))
	pg.start(t)

	var answer message
	eventually(t, 90*time.Second, "the answer has ended", func() bool {
		var all list[message]
		if err := ana.call(t.Context(), "GET", "/api/threads/"+thread+"/messages?limit=200", nil, &all); err != nil {
			return false
		}
		for _, g := range all.Items {
			if g.ID == asked.Turn.AnswerID {
				answer = g
			}
		}
		return answer.Turn != nil && final(answer.Turn.State)
	})
	if answer.Turn.State != "complete" || answer.Text != m.says(question) {
		t.Errorf("the answer is %s: %q", answer.Turn.State, answer.Text)
	}
	s.ready(t)
	if _, err := ana.work(t, "Afterwards"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	select {
	case <-s.exited:
		t.Errorf("the server ended:\n%s", s.stderr)
	default:
	}
}
