// Package load measures what the real program bears for a while: people who
// write, on SQLite, and on PostgreSQL with Redis in one instance and in three.
package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

const patience = 60 * time.Second

// TestPeopleWriteForAWhile lets the same people ask the same of a bare server
// first, which is the baseline of each: what it acknowledges, and how soon.
func TestPeopleWriteForAWhile(t *testing.T) {
	bare := measure(t, []string{launch(t, build(t, "./bench/load/bare"), nil)})
	binary := build(t, "./cmd/ba")
	for _, c := range []struct {
		name      string
		instances int
		vars      func(t *testing.T) []string
	}{
		{"SQLite", 1, func(*testing.T) []string { return nil }},
		{"PostgreSQL and Redis", 1, shared},
		{"PostgreSQL and Redis", 3, shared},
	} {
		t.Run(fmt.Sprintf("%s/%d", c.name, c.instances), func(t *testing.T) {
			vars := c.vars(t)
			var at []string
			for range c.instances {
				at = append(at, launch(t, binary, vars))
			}
			got, what := measure(t, at), fmt.Sprintf("questions acknowledged, %s, %d of the program", c.name, c.instances)
			yardstick.Result{What: what, Ours: got.rate, Baseline: bare.rate, Unit: "/s", Against: against}.Report(t)
			yardstick.Result{What: what + ": middle", Ours: got.middle, Baseline: bare.middle, Unit: "ms", Against: against}.Report(t)
			yardstick.Result{What: what + ": 99 of 100 within", Ours: got.most, Baseline: bare.most, Unit: "ms", Against: against}.Report(t)
		})
	}
}

const against = "a bare server that stores the question in SQLite"

func build(t *testing.T, pkg string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "program")
	cmd := exec.Command("go", "build", "-o", binary, pkg)
	cmd.Dir, cmd.Env = testenv.Root(t), append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return binary
}

// load is what people met: questions a second, and milliseconds until one was
// acknowledged.
type load struct{ rate, middle, most float64 }

func measure(t *testing.T, at []string) load {
	t.Helper()
	rate, waits := sustain(t, at)
	return load{rate, yardstick.Median(waits), yardstick.Percentile(waits, 0.99)}
}

func shared(t *testing.T) []string {
	return []string{"DATABASE_URL=" + storetest.PostgresURL(t), "REDIS_URL=" + testenv.RedisURL(t), "MASTER_KEY=" + strings.Repeat("0123456789abcdef", 4)}
}

// launch starts an instance in development and returns its address.
func launch(t *testing.T, binary string, vars []string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "serve")
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "ENVIRONMENT=development", "PORT=" + port, "DATA_DIR=" + t.TempDir()}, vars...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	at := "http://127.0.0.1:" + port
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if res, err := http.Get(at + "/health"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return at
			}
		}
		if time.Now().After(end) {
			t.Fatal("no healthy answer")
		}
	}
}

// sustain lets people ask in conversations of their own, each about eight
// times a second at most, and returns how many questions a second were
// acknowledged and how many milliseconds each took.
func sustain(t *testing.T, at []string) (rate float64, waits []float64) {
	t.Helper()
	people := make([]*person, yardstick.Pick(100, 6))
	for n := range people {
		people[n] = arrive(t, at[n%len(at)], fmt.Sprint("person", n))
	}
	lasts := time.Duration(yardstick.Pick(45, 2)) * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var work sync.WaitGroup
	for _, p := range people {
		work.Go(func() { p.err = p.ask(ctx) })
	}
	work.Wait()
	for _, p := range people {
		if p.err != nil {
			t.Error(p.err)
		}
		waits = append(waits, p.waits...)
	}
	return float64(len(waits)) / lasts.Seconds(), waits
}

type person struct {
	http   *http.Client
	base   string
	thread string
	waits  []float64
	err    error
}

func arrive(t *testing.T, base, name string) *person {
	t.Helper()
	jar, _ := cookiejar.New(nil) // it fails for options only
	p := &person{base: base, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	var thread struct {
		ID string `json:"id"`
	}
	_, err1 := p.post(t.Context(), "/auth/dev", map[string]string{"email": name + "@example.com", "name": name}, nil)
	_, err2 := p.post(t.Context(), "/api/threads", map[string]string{"mode": "free"}, &thread)
	if err := errors.Join(err1, err2); err != nil || thread.ID == "" {
		t.Fatalf("%s cannot begin: %v", name, err)
	}
	p.thread = thread.ID
	return p
}

func (p *person) ask(ctx context.Context) error {
	tick := time.NewTicker(125 * time.Millisecond)
	defer tick.Stop()
	for {
		begun := time.Now()
		status, err := p.post(context.Background(), "/api/threads/"+p.thread+"/chat", map[string]string{"id": ba.NewID[string](), "content": "When is the invoice due?"}, nil)
		switch {
		case err != nil:
			return err
		case status == http.StatusAccepted:
			p.waits = append(p.waits, yardstick.Milliseconds(time.Since(begun)))
		case status != http.StatusTooManyRequests: // five wait in the conversation
			return fmt.Errorf("a question was answered with %d", status)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (p *person) post(ctx context.Context, path string, in, out any) (int, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, "POST", p.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := p.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err == nil && out != nil {
		err = json.Unmarshal(data, out)
	}
	return res.StatusCode, err
}
