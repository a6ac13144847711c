package scan_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/catalogue"
	"github.com/ba-assistant/ba-assistant/preflight/live"
	"github.com/ba-assistant/ba-assistant/preflight/scan"
)

// faulty is a program whose fault every run must still find.
const faulty = "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'], allow_credentials=True)\n@app.get('/')\ndef home():\n    return {}\n"

func write(t testing.TB, dir string, files ...string) string {
	t.Helper()
	for i := 0; i < len(files); i += 2 {
		at := filepath.Join(dir, filepath.FromSlash(files[i]))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func git(t testing.TB, dir string, args ...string) {
	t.Helper()
	testenv.Program(t, "git")
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func repository(t testing.TB, files ...string) string {
	t.Helper()
	dir := write(t, t.TempDir(), append([]string{"main.py", faulty}, files...)...)
	git(t, dir, "init", "-q", "-b", "main")
	git(t, dir, "add", "-A", "-f")
	git(t, dir, "commit", "-q", "-m", "a")
	return dir
}

func run(t testing.TB, o scan.Options) *preflight.Report {
	t.Helper()
	r, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Checks) != distinct() {
		t.Errorf("%d checks in the report, want %d", len(r.Checks), distinct())
	}
	return r
}

func distinct() int {
	ids := map[string]bool{}
	for _, r := range catalogue.Rules() {
		ids[r.ID] = true
	}
	return len(ids)
}

func text(t testing.TB, r *preflight.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteHuman(&b, preflight.HumanOptions{Width: 1000, All: true}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func state(r *preflight.Report, id string) preflight.State {
	for _, c := range r.Checks {
		if c.ID == id {
			return c.State
		}
	}
	return ""
}

func TestWhatCannotBeReadIsOneClearLineAndTheOthersGoOn(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(t *testing.T) string
		says  string
	}{
		{"a folder that is no repository", func(t *testing.T) string { return write(t, t.TempDir(), "main.py", faulty) }, "not a git repository"},
		{"a shallow clone", func(t *testing.T) string {
			from := repository(t)
			write(t, from, "a.txt", "b")
			git(t, from, "commit", "-qam", "b", "--allow-empty")
			to := filepath.Join(t.TempDir(), "clone")
			git(t, from, "clone", "-q", "--depth", "1", "file://"+from, to)
			return to
		}, "shallow"},
		{"a repository with a missing object", func(t *testing.T) string {
			dir := repository(t, "old.txt", "some text that is gone\n")
			git(t, dir, "rm", "-q", "old.txt")
			git(t, dir, "commit", "-q", "-m", "b")
			out, err := exec.Command("git", "-C", dir, "rev-parse", "HEAD~1:old.txt").Output()
			if err != nil {
				t.Fatal(err)
			}
			id := strings.TrimSpace(string(out))
			if err := os.Remove(filepath.Join(dir, ".git", "objects", id[:2], id[2:])); err != nil {
				t.Fatal(err)
			}
			return dir
		}, "not read"},
		{"a .git file that leads nowhere", func(t *testing.T) string {
			return write(t, t.TempDir(), "main.py", faulty, ".git", "gitdir: /nowhere/at/all\n")
		}, "history"},
		{"a huge file", func(t *testing.T) string {
			return repository(t, "dump.txt", strings.Repeat("x", 5<<20))
		}, "dump.txt"},
		{"bytes that are no UTF-8", func(t *testing.T) string {
			return repository(t, "latin.py", "# caf\xe9 \xff\xfe\nx = '\xe9'\n", "notes.env", "A=\xff\xfe\n")
		}, ""},
		{"a syntax error", func(t *testing.T) string {
			return repository(t, "broken.py", "def f(:\n    ((((\n'''", "broken.ts", "const x = {{{ <", "broken.dart", "class {", "broken.go", "package (")
		}, ""},
		{"broken manifests", func(t *testing.T) string {
			return repository(t, "render.yaml", "services:\n  - type: web\n   name: x\n", "fly.toml", "[[[", "railway.json", "{", "docker-compose.yml", "services: {a: &a [*a, *b]}\n", "Dockerfile", "FRUM x\n")
		}, "could not be parsed"},
		{"a loop of symbolic links", func(t *testing.T) string {
			dir := repository(t)
			if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("b", filepath.Join(dir, "a")); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("a", filepath.Join(dir, "b")); err != nil {
				t.Fatal(err)
			}
			return dir
		}, "a symbolic link, not followed"},
		{"an index that is damaged", func(t *testing.T) string {
			dir := repository(t)
			if err := os.WriteFile(filepath.Join(dir, ".git", "index"), []byte("no index"), 0o644); err != nil {
				t.Fatal(err)
			}
			return dir
		}, "the repository is damaged"},
		{"a pipe that nobody writes into", func(t *testing.T) string {
			dir := repository(t)
			if err := exec.Command("mkfifo", filepath.Join(dir, ".env"), filepath.Join(dir, "app.py")).Run(); err != nil {
				t.Fatal(err)
			}
			return dir
		}, "a pipe, socket or device"},
		{"brackets that never close", func(t *testing.T) string {
			return repository(t, "deep.py", "x = "+strings.Repeat("[", 200_000), "deep.ts", "x = "+strings.Repeat("(", 200_000), "compose.yaml", "a: "+strings.Repeat("[", 20_000))
		}, "could not be parsed"},
		{"escape sequences in file names", func(t *testing.T) string {
			dir := repository(t)
			name := filepath.Join(dir, "a\x1b]0;owned\x07\x1b[2J.env")
			if err := os.WriteFile(name, []byte("JWT_SECRET="+"q7Vw2LmZ9tKxB4nRf8cY"+"pD3sHgJ6eUaT1iOoXb\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			git(t, dir, "add", "-A", "-f")
			git(t, dir, "commit", "-q", "-m", "b")
			return dir
		}, `\x1b]0;owned\x07`},
		{"a configuration file that is broken", func(t *testing.T) string {
			return repository(t, ".preflight.yaml", "suppress: [\n")
		}, "could not be parsed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, scan.Options{Path: c.build(t)})
			all := text(t, r)
			if !strings.Contains(all, c.says) {
				t.Errorf("nothing says %q:\n%s", c.says, all)
			}
			if strings.ContainsAny(all, "\x1b\x07") {
				t.Error("control characters are printed")
			}
			if state(r, "CORS-01") != preflight.StateFail {
				t.Errorf("CORS-01 is %s: the fault beside it is no longer found", state(r, "CORS-01"))
			}
			if got := r.ExitCode(false); got != 1 && got != 3 {
				t.Errorf("exit %d", got)
			}
			if strings.Contains(c.says, "damaged") && r.ExitCode(false) != 3 {
				t.Errorf("exit %d for a source that could not be read", r.ExitCode(false))
			}
		})
	}
}

func TestAnIncompleteHistoryIsNeverClean(t *testing.T) {
	from := repository(t)
	git(t, from, "commit", "-q", "--allow-empty", "-m", "b")
	to := filepath.Join(t.TempDir(), "clone")
	git(t, from, "clone", "-q", "--depth", "1", "file://"+from, to)
	r := run(t, scan.Options{Path: to})
	if state(r, "SEC-03") == preflight.StatePass {
		t.Error("SEC-03 passes on a shallow clone")
	}
	for _, row := range r.Rows {
		if (row.ID == "P2" || row.ID == "V2") && row.State == preflight.StatePass {
			t.Errorf("%s passes on a shallow clone", row.ID)
		}
	}
}

func TestManyFilesAreReadUpToALimitAndTheRestIsTold(t *testing.T) {
	if testing.Short() && !testenv.CI() {
		t.Skip("writes many files")
	}
	n := 5_000
	if testenv.Soak() {
		n = 100_000
	}
	dir := t.TempDir()
	for i := range n {
		sub := filepath.Join(dir, fmt.Sprintf("d%d", i/1000))
		if i%1000 == 0 {
			if err := os.MkdirAll(sub, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("f%d.py", i)), []byte("x = 1\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "main.py", faulty)
	if r := run(t, scan.Options{Path: dir}); state(r, "CORS-01") != preflight.StateFail {
		t.Errorf("CORS-01 is %s", state(r, "CORS-01"))
	}
}

// site runs the live part against a host of the test's own network.
func site(t *testing.T, url string, handler http.Handler) *preflight.Report {
	t.Helper()
	to := "127.0.0.1:1" // refuses
	if handler != nil {
		s := httptest.NewServer(handler)
		t.Cleanup(s.Close)
		to = s.Listener.Addr().String()
	}
	return run(t, scan.Options{Site: scan.Site{URL: url, AllowPrivate: true}, Network: live.Network{
		Lookup: func(_ context.Context, host string) ([]netip.Addr, error) {
			if strings.HasPrefix(host, "nowhere.") {
				return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
			}
			return []netip.Addr{netip.MustParseAddr("127.80.0.1")}, nil
		},
		Dial: func(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", to)
		},
	}, Live: func(o *live.Options) { o.RequestTimeout, o.Total = 500*time.Millisecond, 20*time.Second }})
}

func TestHostsThatMisbehaveAreOneClearLine(t *testing.T) {
	ended := make(chan struct{})
	t.Cleanup(func() { close(ended) })
	for _, c := range []struct {
		name, url string
		handler   http.Handler
		says      string
		code      int
	}{
		{"a name that does not resolve", "https://nowhere.lab.test", nil, "does not resolve", 3},
		{"a host that refuses", "http://app.lab.test", nil, "refuses connections", 3},
		{"a host that is silent", "http://app.lab.test", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-ended:
			}
		}), "did not answer in time", 3},
		{"redirects without end", "http://app.lab.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}), "redirects without end", 1},
		{"no TLS behind https", "https://app.lab.test", http.NotFoundHandler(), "speaks no TLS", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := site(t, c.url, c.handler)
			if all := text(t, r); !strings.Contains(all, c.says) {
				t.Errorf("nothing says %q:\n%s", c.says, all)
			}
			if got := r.ExitCode(false); got != c.code {
				t.Errorf("exit %d, want %d: %v", got, c.code, r.Errors)
			}
			for _, f := range r.Findings {
				if f.Level == preflight.Fail && c.code == 3 {
					t.Errorf("a host that gave no answer is called faulty: %+v", f)
				}
			}
		})
	}
}

func TestAMeasurementTakesThePlaceOfTheGuess(t *testing.T) {
	dir := write(t, t.TempDir(), "main.py", "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)\n@app.get('/api/items')\ndef items():\n    return []\n")
	if r := run(t, scan.Options{Path: dir}); state(r, "CORS-03") != preflight.StateFail {
		t.Fatalf("the guess is %s", state(r, "CORS-03"))
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status": "ok"}`))
	}))
	defer s.Close()
	r := run(t, scan.Options{Path: dir, Site: scan.Site{URL: s.URL, AllowPrivate: true}})
	if got := state(r, "CORS-03"); got != preflight.StatePass {
		t.Errorf("CORS-03 is %s although the site lets no stranger in", got)
	}
}

func TestRequestsThatMakeNoSenseAreRefused(t *testing.T) {
	for name, o := range map[string]scan.Options{
		"nothing at all":       {},
		"a folder of nowhere":  {Path: filepath.Join(t.TempDir(), "nope")},
		"an empty folder":      {Path: t.TempDir()},
		"an address of no web": {Site: scan.Site{URL: "ftp://a.b"}},
		"a password in it":     {Site: scan.Site{URL: "https://a:b@c.d"}},
	} {
		_, err := scan.Run(context.Background(), o)
		var e *ba.Error
		if !errors.As(err, &e) || e.Kind != ba.Invalid || e.Msg == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARunThatIsStoppedSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := scan.Run(ctx, scan.Options{Path: repository(t)})
	if err != nil {
		t.Fatal(err)
	}
	if state(r, "CORS-01") != preflight.StateNotChecked || r.ExitCode(false) != 3 {
		t.Errorf("CORS-01 is %s, exit %d, errors %v", state(r, "CORS-01"), r.ExitCode(false), r.Errors)
	}
}
