package secrets_test

import (
	"context"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
	"github.com/ba-assistant/ba-assistant/preflight/secrets/formats"
)

// Fixture secrets are made up and put together here, so that no scanner, ours
// included, takes this file for a leak.
var (
	noise        = "q7Vw2LmZ9tKxB4nRf8cYpD3sHgJ6eUaT1iOoXbWzNvMk5uQyEr0CdFhGlPjS" // 60 characters
	googleSecret = "GOCS" + "PX-" + noise[:28]
	githubToken  = "gh" + "p_" + noise[:36]
	openaiKey    = "sk-" + "proj-" + noise[:20] + "T3Blbk" + "FJ" + noise[20:40]
	anthropicKey = "sk-ant" + "-api03-" + noise + noise[:33] + "AA"
	stripeLive   = "sk_" + "live_" + noise[:32]
	stripeTest   = "sk_" + "test_" + noise[:32]
	awsID        = "AK" + "IA" + "Q4WZLM7XKBNRF2CP"
	awsSecret    = noise[3:43]
	slackToken   = "xo" + "xb-" + "2481632648163-2481632648175-" + noise[:24]
	hexKey       = "9f8b2c7d1e6a4f3b0c5d8e7a2b1f4c6d" + "3e9a7b5c1d8f2e4a6b0c9d7e5f3a1b8c"
	urlPassword_ = noise[5:25]
	databaseURL  = "postgres" + "ql://app:" + urlPassword_ + "@db.prod-host.net:5432/app"
	serviceRole  = jwtOf(`{"iss":"supabase","role":"service_role","ref":"abcdefghijkl"}`)
	anonToken    = jwtOf(`{"iss":"supabase","role":"anon","ref":"abcdefghijkl"}`)
	demoRole     = jwtOf(`{"iss":"supabase-demo","role":"service_role","exp":1983812996}`)
)

func jwtOf(payload string) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc([]byte(payload)) + "." + noise[:43]
}

func privateKey() string {
	return "-----BEGIN " + "RSA PRIVATE KEY-----\n" + noise + noise[10:40] + "\n" + noise[20:] + noise[:50] + "\n-----END RSA " + "PRIVATE KEY-----\n"
}

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

func (s *sandbox) git(args ...string) string {
	s.t.Helper()
	return gitIn(s.t, s.dir, args...)
}

func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (s *sandbox) write(path, content string) {
	s.t.Helper()
	at := filepath.Join(s.dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(content), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// commit writes and commits files given as path, content pairs and returns the
// commit's id.
func (s *sandbox) commit(files ...string) string {
	s.t.Helper()
	for i := 0; i < len(files); i += 2 {
		s.write(files[i], files[i+1])
	}
	s.git("add", "-A", "-f")
	s.git("commit", "-q", "--allow-empty", "-m", "work")
	return s.git("rev-parse", "HEAD")
}

func (s *sandbox) repo() *secrets.Repo {
	s.t.Helper()
	r, err := secrets.Open(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *sandbox) history() *secrets.History {
	s.t.Helper()
	h, err := scanner(s.t).History(context.Background(), s.repo())
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

func (s *sandbox) tree() *secrets.Tree {
	s.t.Helper()
	files, err := s.repo().Tracked(context.Background(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	tree, err := scanner(s.t).Tree(context.Background(), s.dir, files)
	if err != nil {
		s.t.Fatal(err)
	}
	return tree
}

func scanner(t testing.TB) *secrets.Scanner {
	t.Helper()
	m, err := formats.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s, err := secrets.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
