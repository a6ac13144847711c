package secret_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/checks/secret"
	"github.com/ba-assistant/ba-assistant/preflight/scan"
)

// Fixture secrets are made up and put together here, so that no scanner, ours
// included, takes this file for a leak.
var (
	noise     = "q7Vw2LmZ9tKxB4nRf8cYpD3s" + "HgJ6eUaT1iOoXbWzNvMk5uQyEr0C"
	noise2    = "Zt5Rk8Wq1Ln4Vx7Cb0Md3Gh6" + "Fj9SpAoYiUeTlKwBzXvNmQrJc2D"
	github    = "gh" + "p_" + noise[:36]
	anthropic = "sk-ant" + "-api03-" + noise + noise[:41] + "AA"
	mail      = "SG" + "." + noise[:22] + "." + noise[5:48]
	database  = "postgres" + "ql://app:" + noise[:20] + "@db.prod-host.net:5432/app"
)

// sandbox is a repository in a temporary folder.
type sandbox struct {
	t   *testing.T
	dir string
}

func newSandbox(t *testing.T) *sandbox {
	t.Helper()
	testenv.Program(t, "git")
	s := &sandbox{t, t.TempDir()}
	s.git("init", "-q", "-b", "main")
	return s
}

func (s *sandbox) git(args ...string) {
	s.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// write writes files given as path, content pairs.
func (s *sandbox) write(files ...string) *sandbox {
	s.t.Helper()
	for i := 0; i < len(files); i += 2 {
		at := filepath.Join(s.dir, filepath.FromSlash(files[i]))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(files[i+1]), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	return s
}

func (s *sandbox) commit(files ...string) *sandbox {
	s.t.Helper()
	s.write(files...)
	s.git("add", "-A", "-f")
	s.git("commit", "-q", "--allow-empty", "-m", "work")
	return s
}

func (s *sandbox) remove(file string) *sandbox {
	s.t.Helper()
	s.git("rm", "-q", file)
	s.git("commit", "-q", "-m", "remove")
	return s
}

func (s *sandbox) report() *preflight.Report {
	s.t.Helper()
	r, err := scan.Run(context.Background(), scan.Options{Path: s.dir, Now: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// app is a program that reads variables, so that questions about env files apply.
const app = "import os\nfrom fastapi import FastAPI\nA = os.getenv('LEVEL', 'info')\napp = FastAPI()\n"

// secretCase is one repository and what a check must say of it.
type secretCase struct {
	name  string
	build func(*sandbox)
	level preflight.Level // of the worst finding; for a fine case: the highest that it may have
	at    string          // a file that evidence names
}

type suite struct {
	id     string
	faulty []secretCase
	fine   []secretCase
}

func suites() []suite {
	env := func(file, text string) func(*sandbox) {
		return func(s *sandbox) { s.commit("main.py", app, file, text) }
	}
	return []suite{
		{"SEC-01",
			[]secretCase{
				{"an env file of the root", env(".env", "LEVEL=info\nJWT_SECRET="+noise+"\n"), preflight.Fail, ".env"},
				{"a production file in a folder, with a connection string", env("backend/.env.production", "DATABASE_URL="+database+"\n"), preflight.Fail, "backend/.env.production"},
				{"a name of its own", env("deploy/prod.env", "ANTHROPIC_API_KEY="+anthropic+"\n"), preflight.Fail, "deploy/prod.env"},
			},
			[]secretCase{
				{"placeholders", env(".env", "JWT_SECRET=change-me-in-production\nANTHROPIC_API_KEY=sk-ant-...\n"), 0, ""},
				{"a template with real-looking text", env(".env.example", "JWT_SECRET="+noise+"\n"), 0, ""},
				{"an ignored file on this machine", func(s *sandbox) {
					s.commit("main.py", app, ".gitignore", ".env\n").write(".env", "JWT_SECRET="+noise+"\n")
				}, 0, ""},
				{"public values of a front end", env("web/.env", "VITE_API_URL=https://api.acme.net\nVITE_GOOGLE_CLIENT_ID=77-abc.apps.googleusercontent.com\n"), 0, ""},
			}},
		{"SEC-02",
			[]secretCase{
				{"a token in source", env("tool.py", "TOKEN = '"+github+"'\n"), preflight.Fail, "tool.py"},
				{"a key in a document", env("docs/setup.md", "export SENDGRID_API_KEY="+mail+"\n"), preflight.Fail, "docs/setup.md"},
				{"a guess by its name", env("settings.py", "app_secret = \""+noise[:40]+"\"\n"), preflight.Warn, "settings.py"},
			},
			[]secretCase{
				{"a lock file and a checksum", env("package-lock.json", "{\"integrity\": \"sha512-"+noise+noise2+"\"}\n"), 0, ""},
				{"a fixture of a test", env("tests/test_tool.py", "TOKEN = '"+github+"'\n"), 0, ""},
				{"a name that only mentions a secret", env("keys.py", "SECRET_NAME = \"projects/acme/secrets/stripe-api-key\"\n"), 0, ""},
			}},
		{"SEC-03",
			[]secretCase{
				{"an env file that was deleted", func(s *sandbox) {
					s.commit(".env", "JWT_SECRET="+noise+"\n").remove(".env")
				}, preflight.Fail, ".env"},
				{"a token on another branch", func(s *sandbox) {
					s.commit("a.py", "print(1)\n")
					s.git("checkout", "-q", "-b", "old")
					s.commit("b.py", "T = '"+github+"'\n")
					s.git("checkout", "-q", "main")
				}, preflight.Fail, "b.py"},
			},
			[]secretCase{
				{"placeholders in the history", func(s *sandbox) {
					s.commit(".env", "JWT_SECRET=changeme\n").remove(".env")
				}, 0, ""},
				{"a secret that is still in the files", env(".env", "JWT_SECRET="+noise+"\n"), 0, ""},
			}},
		{"SEC-04",
			[]secretCase{
				{"no ignore file", func(s *sandbox) { s.commit("main.py", app) }, preflight.Warn, ""},
				{"rules for other things", func(s *sandbox) { s.commit("main.py", app, ".gitignore", "node_modules\n__pycache__\n") }, preflight.Warn, ".gitignore"},
				{"a rule for .env alone", func(s *sandbox) { s.commit("main.py", app, ".gitignore", ".env\n") }, preflight.Info, ".gitignore"},
			},
			[]secretCase{
				{"a pattern with an exception", func(s *sandbox) { s.commit("main.py", app, ".gitignore", ".env*\n!.env.example\n") }, 0, ""},
				{"a repository without variables", func(s *sandbox) { s.commit("a.md", "text\n") }, 0, ""},
			}},
		{"SEC-05",
			[]secretCase{
				{"a new production file", func(s *sandbox) {
					s.commit("main.py", app).write(".env.production", "JWT_SECRET="+noise+"\n")
				}, preflight.Warn, ".env.production"},
				{"a file in a folder", func(s *sandbox) {
					s.commit("main.py", app, ".gitignore", "/.env\n").write("api/.env", "DATABASE_URL="+database+"\n")
				}, preflight.Warn, "api/.env"},
			},
			[]secretCase{
				{"an ignored file", func(s *sandbox) {
					s.commit("main.py", app, ".gitignore", ".env*\n").write(".env", "JWT_SECRET="+noise+"\n")
				}, 0, ""},
				{"placeholders", func(s *sandbox) { s.commit("main.py", app).write(".env", "JWT_SECRET=your-secret-here\n") }, 0, ""},
			}},
		{"SEC-11", nil, nil},
		{"SEC-12",
			[]secretCase{
				{"no hook and no workflow", func(s *sandbox) { s.commit("a.md", "text\n") }, preflight.Info, ""},
				{"a workflow that only tests", env(".github/workflows/ci.yml", "jobs:\n  t:\n    steps:\n      - run: pytest\n"), preflight.Info, ""},
			},
			[]secretCase{
				{"pre-commit", env(".pre-commit-config.yaml", "repos:\n  - repo: https://github.com/gitleaks/gitleaks\n"), 0, ""},
				{"a workflow with a scanner", env(".github/workflows/s.yml", "jobs:\n  t:\n    steps:\n      - uses: trufflesecurity/trufflehog@main\n"), 0, ""},
			}},
		{"SEC-13",
			[]secretCase{
				{"Fernet", env("main.py", app+"K = os.environ['FERNET_KEY']\n"), preflight.Info, "main.py"},
				{"an encryption key of Node", func(s *sandbox) {
					s.commit("server.js", "const app = require('express')()\nconst k = process.env.DATA_ENCRYPTION_KEY\napp.listen(3000)\n")
				}, preflight.Info, "server.js"},
			},
			[]secretCase{
				{"a signing key", env("main.py", app+"K = os.environ['SECRET_KEY']\n"), 0, ""},
				{"no key", env("main.py", app), 0, ""},
			}},
		{"AUTH-12", nil, nil},
	}
}

func TestEveryCheckFindsTheFaultAndNotItsLookAlike(t *testing.T) {
	for _, s := range allSuites() {
		for _, c := range s.faulty {
			t.Run(s.id+" finds "+c.name, func(t *testing.T) {
				box := newSandbox(t)
				c.build(box)
				findings := of(box.report(), s.id)
				if len(findings) == 0 || findings[0].Level != c.level {
					t.Fatalf("found %+v, want level %s", findings, c.level)
				}
				if c.at != "" && !names(findings, c.at) {
					t.Errorf("no evidence names %s: %+v", c.at, findings)
				}
			})
		}
		for _, c := range s.fine {
			t.Run(s.id+" accepts "+c.name, func(t *testing.T) {
				box := newSandbox(t)
				c.build(box)
				for _, f := range of(box.report(), s.id) {
					if f.Level > max(c.level, preflight.Info) {
						t.Errorf("found %+v", f)
					}
				}
			})
		}
	}
}

// allSuites completes the suites of checks that compare two environments.
func allSuites() []suite {
	out := suites()
	both := func(name, dev, prod string) func(*sandbox) {
		return func(s *sandbox) {
			s.commit("main.py", app, ".gitignore", ".env*\n").write(".env", name+"="+dev+"\n", ".env.production", name+"="+prod+"\n")
		}
	}
	for i := range out {
		switch out[i].id {
		case "SEC-11":
			out[i].faulty = []secretCase{
				{"one key for both", both("OPENAI_API_KEY", noise, noise), preflight.Warn, ".env.production"},
				{"one signing key for both", both("JWT_SECRET", noise2, noise2), preflight.Warn, ".env"},
			}
			out[i].fine = []secretCase{
				{"a key of its own", both("OPENAI_API_KEY", noise, noise2), 0, ""},
				{"the same placeholder", both("JWT_SECRET", "changeme", "changeme"), 0, ""},
			}
		case "AUTH-12":
			out[i].faulty = []secretCase{
				{"one client for both", both("GOOGLE_CLIENT_ID", "7712-abc.apps.googleusercontent.com", "7712-abc.apps.googleusercontent.com"), preflight.Warn, ".env.production"},
				{"the client of a manifest", func(s *sandbox) {
					s.commit("main.py", app, "fly.toml", "app = 'x'\n[env]\n  MICROSOFT_CLIENT_ID = '11111111-2222-4333-8444-555555555555'\n", ".gitignore", ".env\n").write(".env", "MICROSOFT_CLIENT_ID=11111111-2222-4333-8444-555555555555\n")
				}, preflight.Warn, "fly.toml"},
			}
			out[i].fine = []secretCase{
				{"a client of its own", both("GOOGLE_CLIENT_ID", "7712-abc.apps.googleusercontent.com", "9912-abc.apps.googleusercontent.com"), 0, ""},
				{"placeholders", both("GOOGLE_CLIENT_ID", "your-client-id-here", "your-client-id-here"), 0, ""},
			}
		}
	}
	return out
}

func of(r *preflight.Report, id string) []preflight.Finding {
	var out []preflight.Finding
	for _, f := range r.Findings {
		if f.ID == id {
			out = append(out, f)
		}
	}
	return out
}

func names(findings []preflight.Finding, file string) bool {
	for _, f := range findings {
		for _, e := range f.Evidence {
			if e.File == file {
				return true
			}
		}
	}
	return false
}

func TestEveryCheckExplainsItselfAndShowsBothOutcomes(t *testing.T) {
	byID := map[string]suite{}
	for _, s := range allSuites() {
		byID[s.id] = s
	}
	for _, c := range secret.Checks() {
		for _, missing := range preflight.Incomplete(&c.Rule) {
			t.Errorf("%s: %s", c.ID, missing)
		}
		if s := byID[c.ID]; len(s.faulty) < 2 || len(s.fine) < 2 {
			t.Errorf("%s has %d faulty and %d fine cases, want 2 of each", c.ID, len(s.faulty), len(s.fine))
		}
	}
}

// The whole report, in every form, is searched for the values.
func TestNoFormOfTheReportShowsASecret(t *testing.T) {
	box := newSandbox(t)
	box.commit("main.py", app+"T = '"+github+"'\n", ".env", "JWT_SECRET="+noise+"\nDATABASE_URL="+database+"\n", "fly.toml", "app = 'x'\n[env]\n  MAIL_TOKEN = '"+mail+"'\n", "old.py", "K = '"+anthropic+"'\n").remove("old.py")
	r := box.report()
	var b strings.Builder
	for _, write := range []func() error{
		func() error { return r.WriteJSON(&b) },
		func() error { return r.WriteHuman(&b, preflight.HumanOptions{All: true}) },
		func() error { return r.WriteSARIF(&b, false) },
		func() error { return r.WriteJUnit(&b, false) },
		func() error { return r.WriteMarkdown(&b) },
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	for _, value := range []string{github, noise, noise[:20], mail, anthropic, mail[3:25]} {
		if strings.Contains(b.String(), value) {
			t.Errorf("the report shows a secret that begins with %q", value[:6])
		}
	}
	if len(of(r, "SEC-01")) == 0 || len(of(r, "SEC-02")) == 0 || len(of(r, "SEC-03")) == 0 {
		t.Error("the secrets were not found in the first place")
	}
}

func TestEachSecretComesWithTheStepsOfItsKind(t *testing.T) {
	box := newSandbox(t)
	box.commit(".env", "ANTHROPIC_API_KEY="+anthropic+"\nJWT_SECRET="+noise+"\n")
	f := of(box.report(), "SEC-01")
	if len(f) != 1 {
		t.Fatalf("found %d, want 1", len(f))
	}
	for _, want := range []string{"console.anthropic.com", "openssl rand -hex 32", "git rm --cached .env"} {
		if !strings.Contains(f[0].Fix, want) {
			t.Errorf("the fix lacks %q:\n%s", want, f[0].Fix)
		}
	}
}

func TestAFolderWithoutGitIsSaidToHaveNoHistory(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte("JWT_SECRET="+noise+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := scan.Run(context.Background(), scan.Options{Path: dir})
	if err != nil {
		t.Fatal(err)
	}
	if f := of(r, "SEC-01"); len(f) != 1 || f[0].Level != preflight.Warn {
		t.Errorf("found %+v, want one warning", f)
	}
	for _, c := range r.Checks {
		if c.ID == "SEC-03" && c.State != preflight.StateNotChecked {
			t.Errorf("SEC-03 is %s, want not checked", c.State)
		}
	}
	if b, err := json.Marshal(r); err != nil || !strings.Contains(string(b), "not a git repository") {
		t.Errorf("the report does not say that there is no repository (%v)", err)
	}
}
