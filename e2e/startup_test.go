package e2e

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAStartThatCannotWorkSaysWhatToDo(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // after the parallel cases
	taken := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	notDirectory := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notDirectory, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ready := append(production("https://ba.example.com", "http://127.0.0.1:1", "sqlite:///"+t.TempDir()+"/ba.db"), "PORT=0")
	for name, test := range map[string]struct {
		vars []string
		code int
		says []string
	}{
		"an address in use":                 {[]string{"PORT=" + taken, "DATA_DIR=" + t.TempDir()}, 1, []string{taken, "in use", "PORT="}},
		"a data directory that is a file":   {[]string{"PORT=0", "DATA_DIR=" + notDirectory}, 1, []string{"cannot be written", "DATA_DIR"}},
		"a production without anything":     {[]string{"ENVIRONMENT=production"}, 2, []string{"PUBLIC_URL", "SECRET_KEY", "MASTER_KEY", "GOOGLE_CLIENT_ID", "openssl rand"}},
		"a published secret":                {append(ready[:len(ready):len(ready)], "SECRET_KEY=dev-secret-key-change-in-production"), 2, []string{"SECRET_KEY", "everybody knows"}},
		"a near miss":                       {append(ready[:len(ready):len(ready)], "MAX_UPLOD_MB=10"), 2, []string{"MAX_UPLOD_MB", "Did you mean MAX_UPLOAD_MB"}},
		"a platform without a volume":       {append(ready[:len(ready):len(ready)], "RAILWAY_PROJECT_ID=x", "DATA_DIR="+t.TempDir()), 2, []string{"DATA_DIR", "volume", "deploy"}},
		"development on a hosting platform": {[]string{"RENDER=true", "ENVIRONMENT=development"}, 2, []string{"ENVIRONMENT=production"}},
		"a database that does not answer":   {[]string{"PORT=0", "DATA_DIR=" + t.TempDir(), "DATABASE_URL=postgres://ba:hidden@127.0.0.1:1/ba"}, 1, []string{"PostgreSQL", "DATABASE_URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, said := refusal(t, []string{"serve"}, test.vars...)
			if code != test.code {
				t.Errorf("exit code %d, want %d:\n%s", code, test.code, said)
			}
			for _, part := range test.says {
				if !strings.Contains(said, part) {
					t.Errorf("it does not say %q:\n%s", part, said)
				}
			}
			for _, secret := range []string{"hidden", strings.Repeat("fedcba9876543210", 4), "goroutine "} {
				if strings.Contains(said, secret) {
					t.Errorf("it shows %q:\n%s", secret, said)
				}
			}
		})
	}
}

func TestTheSameDataIsForOneInstanceAndOneKey(t *testing.T) {
	t.Parallel()
	s := start(t)
	if code, said := refusal(t, []string{"serve"}, "PORT=0", "DATA_DIR="+s.dir); code != 1 || !strings.Contains(said, "Another instance is running") {
		t.Errorf("a second instance: %d %s", code, said)
	}
	s.kill()
	if code, said := refusal(t, []string{"serve"}, "PORT=0", "DATA_DIR="+s.dir, "MASTER_KEY="+strings.Repeat("0123456789abcdef", 4)); code != 1 || !strings.Contains(said, "not the one that this data was sealed with") {
		t.Errorf("another master key: %d %s", code, said)
	}
	if err := os.Remove(filepath.Join(s.dir, "ba.db")); err != nil {
		t.Fatal(err)
	}
	if code, said := refusal(t, []string{"serve"}, "PORT=0", "DATA_DIR="+s.dir); code != 1 || !strings.Contains(said, "lost or moved") {
		t.Errorf("an empty database beside a keyring in use: %d %s", code, said)
	}
}

func TestTheVerbsExplainThemselves(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{nil, 0, "ba serve"},
		{[]string{"serv"}, 2, `did you mean "serve"`},
		{[]string{"version", "now"}, 2, "takes no arguments"},
		{[]string{"serve", "--port"}, 2, "--help"},
		{[]string{"config", "--example"}, 0, "#PUBLIC_URL="},
		{[]string{"users", "role", "bob@example.com"}, 2, "USER member|admin"},
		{[]string{"users", "budget", "bob@example.com", "lots"}, 2, "none or reset"},
		{[]string{"openapi"}, 0, `"openapi": "3.1`},
	} {
		code, said := refusal(t, test.args)
		if code != test.code || !strings.Contains(said, test.says) {
			t.Errorf("ba %v: %d %s", test.args, code, said)
		}
		if lines := strings.Count(said, "\n"); len(test.args) == 0 && lines > 24 {
			t.Errorf("ba alone takes %d lines, more than a screen", lines)
		}
	}
	s := start(t)
	at := "PORT=" + s.url[strings.LastIndexByte(s.url, ':')+1:]
	for _, test := range []struct {
		args []string
		vars []string
		code int
		says string
	}{
		{[]string{"health"}, []string{at}, 0, "ready"},
		{[]string{"health", "--live"}, []string{at}, 0, "live"},
		{[]string{"health"}, []string{"PORT=1"}, 1, "no instance answers"},
		{[]string{"doctor"}, []string{at, "DATA_DIR=" + s.dir}, 0, "All of its own checks are good"},
		{[]string{"doctor", "--json"}, []string{at, "DATA_DIR=" + s.dir}, 0, `"id": "OWN-19"`},
		{[]string{"doctor"}, []string{"ENVIRONMENT=production"}, 1, "SECRET_KEY is not set"},
	} {
		if code, said := refusal(t, test.args, test.vars...); code != test.code || !strings.Contains(said, test.says) {
			t.Errorf("ba %v: %d %s", test.args, code, said)
		}
	}
	secret := strings.Repeat("fedcba9876543210", 4)
	if code, said := refusal(t, []string{"config"}, "SECRET_KEY="+secret); code != 0 || strings.Contains(said, secret) || !strings.Contains(said, "(set, not shown)") {
		t.Errorf("ba config: %d %s", code, said)
	}
}

func TestMigrateWorksWithoutServingAndNotBesideAServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 2 {
		if code, said := refusal(t, []string{"migrate"}, "DATA_DIR="+dir); code != 0 || !strings.Contains(said, "schema") {
			t.Fatalf("%d %s", code, said)
		}
	}
	s := start(t)
	if code, said := refusal(t, []string{"migrate"}, "DATA_DIR="+s.dir); code != 1 || !strings.Contains(said, "Another instance") {
		t.Errorf("beside a server: %d %s", code, said)
	}
}

func TestAStopDuringAnAnswerKeepsWhatCame(t *testing.T) {
	t.Parallel()
	for limit, want := range map[string]string{"15s": "complete", "800ms": "interrupted"} {
		t.Run("within "+limit, func(t *testing.T) {
			t.Parallel()
			stopDuringAnAnswer(t, limit, want)
		})
	}
}

func stopDuringAnAnswer(t *testing.T, limit, want string) {
	t.Helper()
	s := start(t, "SHUTDOWN_TIMEOUT="+limit)
	ana := signIn(t, s.url, "ana")
	project, rules := ana.project(t, "Refunds"), refundRules()
	ana.read(t, project, rules.name, rules.content)
	whole := ana.answered(t, ana.thread(t, project), rules.question).Text
	thread := ana.thread(t, project)
	cursor := ana.messages(t, thread).Cursor
	asked, err := ana.ask(t.Context(), thread, newID(), rules.question)
	if err != nil {
		t.Fatal(err)
	}
	w := watchAnswer(t.Context(), ana, thread, cursor, asked.Turn.AnswerID)
	eventually(t, 10*time.Second, "the answer has begun", func() bool { return w.holds() > 0 })
	code, took := s.stop(t, 30*time.Second)
	if code != 0 || took > 15*time.Second {
		t.Errorf("exit code %d after %s", code, took)
	}
	<-w.done
	cut := w.err != nil // a busy machine may not end the stream within the fraction of a second
	if cut && want == "complete" {
		t.Errorf("the stream was cut, not ended: %v", w.err)
	}
	if left, err := filepath.Glob(filepath.Join(s.dir, "*-wal")); err != nil || len(left) > 0 {
		t.Errorf("files of an unfinished stop: %v %v", left, err)
	}
	s.launch(t)
	ana.base = s.url
	all := ana.messages(t, thread).Items
	if len(all) != 2 || all[1].ID != asked.Turn.AnswerID || all[1].Turn.State != want || !strings.HasPrefix(whole, all[1].Text) {
		t.Fatalf("after the stop the thread holds %+v, want an answer that is %s", all, want)
	}
	held := string(w.mirror.text)
	if told := w.mirror.state == want && held == all[1].Text; !told && !(cut && strings.HasPrefix(all[1].Text, held)) {
		t.Errorf("the client was told %q (%s), stored is %q (%s)", held, w.mirror.state, all[1].Text, want)
	}
	t.Logf("the stop took %s, %d of %d bytes were written", took.Round(time.Millisecond), len(all[1].Text), len(whole))
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, "SHUTDOWN_TIMEOUT=30s")
	ana := signIn(t, s.url, "ana")
	project, rules := ana.project(t, "Refunds"), refundRules()
	ana.read(t, project, rules.name, rules.content)
	thread := ana.thread(t, project)
	asked, err := ana.ask(t.Context(), thread, newID(), rules.question)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, "the stop has begun", func() bool { return strings.Contains(s.stderr.String(), "stopping") })
	code, took := s.stop(t, 5*time.Second)
	if code != 128+int(syscall.SIGTERM) || took > 4*time.Second { // at once; the grace would be 30 s
		t.Errorf("exit code %d after %s", code, took)
	}
	s.launch(t)
	ana.base = s.url
	eventually(t, 10*time.Second, "the turn is marked", func() bool {
		all := ana.messages(t, thread).Items
		if len(all) != 2 || all[1].ID != asked.Turn.AnswerID {
			t.Fatalf("after it the thread holds %+v", all)
		}
		return all[1].Turn.State == "interrupted"
	})
}

func TestTheDiagnosticStreamArrivesEventByEvent(t *testing.T) {
	t.Parallel()
	s := start(t)
	var events []event
	if err := newPerson(s.url).watch(t.Context(), "/health/stream", "", func(e event) bool {
		events = append(events, e)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	if len(events) != 10 {
		t.Fatalf("%d events, want 10", len(events))
	}
	for i, e := range events {
		var body struct {
			Seq    int       `json:"seq"`
			SentAt time.Time `json:"sent_at"`
		}
		if err := e.into(&body); err != nil || body.Seq != i+1 {
			t.Errorf("event %d: %s (%v)", i+1, e.Data, err)
		}
		if late := e.At.Sub(body.SentAt); late > time.Second { // a buffer would hold the first for 1.8 s
			t.Errorf("event %d came %s late", i+1, late)
		}
	}
	if took := events[9].At.Sub(events[0].At); took < time.Second {
		t.Errorf("ten events arrived within %s: something held them back", took)
	}
}

func TestAnErrorIsAPageForPeopleAndAProblemForPrograms(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	for _, test := range []struct {
		path, accept, kind string
		status             int
	}{
		{"/nothing", "text/html", "text/html", 404},
		{"/api/nothing", "application/json", "application/problem+json", 404},
		{"/projects/" + newID(), "text/html", "text/html", 404},
		{"/api/projects/" + newID(), "*/*", "application/problem+json", 404},
		{"/auth/google/login", "text/html", "text/html", 404},
		{"/auth/google/login", "application/json", "application/problem+json", 404},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.url+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", test.accept)
		res, err := ana.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		id := res.Header.Get("X-Request-ID")
		if err != nil || res.StatusCode != test.status || !strings.HasPrefix(res.Header.Get("Content-Type"), test.kind) || id == "" || !strings.Contains(string(body), id) {
			t.Errorf("%s for %s: %d %s, request id %q in the body: %v", test.path, test.accept, res.StatusCode, res.Header.Get("Content-Type"), id, strings.Contains(string(body), id))
		}
	}
}
