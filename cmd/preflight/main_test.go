package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// outcome is what one command line came to.
type outcome struct {
	code     int
	out, err string
}

func try(t *testing.T, in string, args ...string) outcome {
	t.Helper()
	var out, errs strings.Builder
	code := run(context.Background(), args, streams{strings.NewReader(in), &out, &errs})
	return outcome{code, out.String(), errs.String()}
}

// folder writes files given as path, content pairs into a new folder.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
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

const (
	faulty   = "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'], allow_credentials=True)\n@app.get('/')\ndef home():\n    return {}\n"
	clean    = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n"
	procOK   = "web: uvicorn main:app --host 0.0.0.0 --port $PORT\n"
	reqs     = "fastapi\nuvicorn\n"
	renderOK = "services:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0 --port $PORT\n    envVars:\n      - key: OTHER\n        value: x\n"
	unset    = "import os\nfrom fastapi import FastAPI\nKEY = os.getenv('SEARCH_API_KEY', '')\napp = FastAPI()\n@app.get('/')\ndef home():\n    search(KEY)\n    return {}\n"
	fallback = "import os\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=os.getenv('CORS_ORIGINS', 'http://localhost:3000').split(','))\n@app.get('/')\ndef home():\n    return {}\n"
)

func TestExitCodesAreThoseOfTheHelp(t *testing.T) {
	bad := folder(t, "main.py", faulty, "Procfile", procOK, "requirements.txt", reqs)
	good := folder(t, "main.py", clean, "Procfile", procOK, "requirements.txt", reqs)
	warns := folder(t, "main.py", fallback, "render.yaml", renderOK, "requirements.txt", reqs)
	for _, c := range []struct {
		name string
		args []string
		code int
	}{
		{"a clean folder", []string{good}, 0},
		{"a blocker", []string{bad}, 1},
		{"a warning", []string{warns}, 0},
		{"a warning with --strict", []string{warns, "--strict"}, 1},
		{"a folder that is not there", []string{filepath.Join(good, "nope")}, 2},
		{"a file", []string{filepath.Join(good, "main.py")}, 2},
		{"an empty folder", []string{t.TempDir()}, 2},
		{"an unknown flag", []string{"--nope"}, 2},
		{"an unknown format", []string{good, "--format", "yaml"}, 2},
		{"two folders", []string{good, bad}, 2},
		{"--api without a site", []string{good, "--api", "https://a.b"}, 2},
		{"a baseline that is not there", []string{good, "--baseline", "nope.json"}, 2},
		{"a list of names that is not there", []string{good, "--names", "nope.txt"}, 2},
		{"an address of nothing", []string{"https://"}, 2},
		{"explain of nothing", []string{"explain", "NOPE-01"}, 2},
		{"a canary that was never written", []string{"--canary", "check", "--canary-file", filepath.Join(good, "none")}, 2},
		{"--diff without git", []string{good, "--diff", "HEAD"}, 3},
		{"the help", []string{"--help"}, 0},
		{"the version", []string{"version"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := try(t, "", c.args...); got.code != c.code {
				t.Errorf("exit %d, want %d\n%s%s", got.code, c.code, got.out, got.err)
			} else if c.code == 2 && (strings.Count(got.err, "\n") != 1 || !strings.HasPrefix(got.err, "preflight: ")) {
				t.Errorf("not one clear line: %q", got.err)
			}
		})
	}
}

func TestTheHelpFitsOneScreen(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(try(t, "", "--help").out, "\n"), "\n")
	if len(lines) > 24 {
		t.Errorf("%d lines, want 24 at most", len(lines))
	}
	for _, l := range lines {
		if len(l) > 80 {
			t.Errorf("longer than 80 columns: %q", l)
		}
	}
	root := rootCommand(streams{})
	for _, flag := range []string{"format", "output", "baseline", "diff", "strict", "names", "api", "allow-private", "active", "canary", "login", "stream", "health", "all", "token-stdin", "contact-provider", "canary-record", "canary-field"} {
		if root.Flags().Lookup(flag) == nil {
			t.Errorf("there is no flag --%s", flag)
		}
		if !strings.Contains(help, "--"+flag) {
			t.Errorf("the help does not name --%s", flag)
		}
	}
}

func TestEveryFormatIsWrittenToTheOutputAndToFiles(t *testing.T) {
	bad := folder(t, "main.py", faulty, "Procfile", procOK, "requirements.txt", reqs)
	for format, begins := range map[string]string{"human": "Not ready: ", "json": "{\n  \"schema\": 1", "sarif": "{\n  \"$schema\"", "junit": "<?xml", "markdown": "# preflight"} {
		got := try(t, "", bad, "--format", format)
		if got.code != 1 || !strings.HasPrefix(got.out, begins) {
			t.Errorf("%s: exit %d, begins %q", format, got.code, got.out[:min(len(got.out), 40)])
		}
		file := filepath.Join(t.TempDir(), "report")
		got = try(t, "", bad, "--format", format, "--output", file)
		b, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(b), begins) || got.out != "" || !strings.Contains(got.err, "Not ready: ") {
			t.Errorf("%s to a file: %v, %q, %q", format, err, got.out, got.err)
		}
	}
}

func TestAReportIsTheBaselineOfTheNextRun(t *testing.T) {
	bad := folder(t, "main.py", faulty, "Procfile", procOK, "requirements.txt", reqs)
	file := filepath.Join(t.TempDir(), "old.json")
	if got := try(t, "", bad, "--format", "json", "--output", file); got.code != 1 {
		t.Fatalf("exit %d", got.code)
	}
	if got := try(t, "", bad, "--baseline", file); got.code != 0 || !strings.Contains(got.out, "known from before") {
		t.Errorf("exit %d with the baseline\n%s", got.code, got.out)
	}
	if err := os.WriteFile(filepath.Join(bad, "Procfile"), []byte("web: uvicorn missing:app --host 0.0.0.0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := try(t, "", bad, "--baseline", file); got.code != 1 || !strings.Contains(got.out, "MAN-03") {
		t.Errorf("a new blocker: exit %d\n%s", got.code, got.out)
	}
}

func TestTheConfigurationFileAcceptsAndAnswers(t *testing.T) {
	bad := folder(t, "main.py", faulty, "Procfile", procOK, "requirements.txt", reqs,
		".preflight.yaml", "suppress:\n  - id: CORS-01\n    reason: the front end is served from here\nanswers:\n  OPS-04:\n    answer: one instance, see the runbook\n    date: 2026-11-01\n")
	var got struct {
		Findings []struct{ ID, Suppressed string }
		Checks   []struct{ ID, State, Reason string }
	}
	o := try(t, "", bad, "--format", "json")
	if err := json.Unmarshal([]byte(o.out), &got); err != nil || o.code != 0 {
		t.Fatalf("exit %d, %v", o.code, err)
	}
	accepted := false
	for _, f := range got.Findings {
		accepted = accepted || f.ID == "CORS-01" && f.Suppressed == "the front end is served from here"
	}
	if !accepted {
		t.Errorf("CORS-01 is not accepted: %+v", got.Findings)
	}
	for _, c := range got.Checks {
		if c.ID == "OPS-04" && !strings.Contains(c.Reason, "see the runbook") {
			t.Errorf("OPS-04 is %s: %s", c.State, c.Reason)
		}
	}
}

func TestEveryCheckIsExplained(t *testing.T) {
	list := try(t, "", "explain")
	ids := strings.Split(strings.TrimSpace(list.out), "\n")
	if list.code != 0 || len(ids) < 100 {
		t.Fatalf("exit %d, %d checks", list.code, len(ids))
	}
	for _, line := range ids {
		id := strings.Fields(line)[0]
		got := try(t, "", "explain", strings.ToLower(id))
		if got.code != 0 || !strings.HasPrefix(got.out, id) || !strings.Contains(got.out, "Why it matters") {
			t.Errorf("%s: exit %d\n%s", id, got.code, got.out)
		}
	}
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	testenv.Program(t, "git")
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func TestOnlyWhatTheChangeTouchedStopsIt(t *testing.T) {
	dir := folder(t, "main.py", faulty, "Procfile", procOK, "requirements.txt", reqs, ".gitignore", ".env*\n!.env.example\n")
	git(t, dir, "init", "-q", "-b", "main")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "a")
	if got := try(t, "", dir); got.code != 1 {
		t.Fatalf("the whole repository: exit %d", got.code)
	}
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte("# x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := try(t, "", dir, "--diff", "HEAD"); got.code != 0 {
		t.Errorf("a change elsewhere: exit %d\n%s", got.code, got.out)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.py"), []byte("# touched\n"+faulty), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := try(t, "", dir, "--diff", "HEAD"); got.code != 1 {
		t.Errorf("a change of the file: exit %d\n%s", got.code, got.out)
	}
	if got := try(t, "", dir, "--diff", "no-such-branch"); got.code != 3 || !strings.Contains(got.out, "no-such-branch") {
		t.Errorf("an unknown commit: exit %d\n%s", got.code, got.out)
	}
}

func TestTheHookIsInstalledOnceAndNeverOverOthers(t *testing.T) {
	dir := folder(t, "a", "x")
	t.Chdir(dir)
	if got := try(t, "", "hook", "install"); got.code != 2 {
		t.Errorf("without git: exit %d", got.code)
	}
	git(t, dir, "init", "-q", "-b", "main")
	if got := try(t, "", "hook", "install"); got.code != 0 {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	file := filepath.Join(dir, ".git", "hooks", "pre-commit")
	if info, err := os.Stat(file); err != nil || info.Mode()&0o100 == 0 {
		t.Errorf("the hook is not executable: %v", err)
	}
	if got := try(t, "", "hook", "install"); got.code != 0 {
		t.Errorf("a second time: exit %d", got.code)
	}
	if err := os.WriteFile(file, []byte("#!/bin/sh\nmine\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := try(t, "", "hook", "install"); got.code != 2 {
		t.Errorf("over somebody's hook: exit %d", got.code)
	}
	if b, err := os.ReadFile(file); err != nil || !strings.Contains(string(b), "mine") {
		t.Error("somebody's hook was overwritten")
	}
}

func TestASiteThatDoesNotAnswerIsOneClearLine(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	l.Close()
	got := try(t, "", address, "--allow-private")
	if got.code != 3 || !strings.Contains(got.out, "gave no answer") {
		t.Errorf("exit %d\n%s", got.code, got.out)
	}
	got = try(t, "", address)
	if got.code != 3 || !strings.Contains(got.out, "--allow-private") {
		t.Errorf("a private address: exit %d\n%s", got.code, got.out)
	}
}

func TestACanaryIsWrittenAndChecked(t *testing.T) {
	note, started := `{"text": "hello"}`, "1"
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/api/notes/1":
			if note == "" {
				http.Error(w, `{}`, http.StatusNotFound)
				return
			}
			_, _ = w.Write([]byte(note))
		case "/health":
			_, _ = w.Write([]byte(`{"status": "ok", "started_at": "` + started + `"}`))
		default:
			http.NotFound(w, r)
		}
	}))
	defer site.Close()
	file := filepath.Join(t.TempDir(), "canary.json")
	got := try(t, "", site.URL, "--allow-private", "--canary", "write", "--canary-record", "/api/notes/1", "--canary-file", file)
	if got.code != 0 || !strings.Contains(got.out, "Redeploy now") {
		t.Fatalf("write: exit %d %s %s", got.code, got.out, got.err)
	}
	if b, err := os.ReadFile(file); err != nil || strings.Contains(string(b), "hello") {
		t.Errorf("the canary holds the content, or is not there (%v)", err)
	}
	note, started = "", "2"
	got = try(t, "", site.URL, "--allow-private", "--canary", "check", "--canary-file", file)
	if got.code != 1 || !strings.Contains(got.out, "DATA-18") {
		t.Errorf("the record is gone: exit %d\n%s", got.code, got.out)
	}
}

func TestNamesOfThePlatformAreComparedAndValuesDropped(t *testing.T) {
	dir := folder(t, "main.py", unset, "Procfile", procOK, "requirements.txt", reqs)
	secret := "value" + "-that-nobody-may-see"
	got := try(t, "SEARCH_APIKEY="+secret+"\nLEVEL\n", dir, "--names", "-")
	if got.code != 1 || !strings.Contains(got.out, "ENV-12") || !strings.Contains(got.err, "dropped unread") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	if strings.Contains(got.out+got.err, secret) {
		t.Error("a value is shown")
	}
}
