package secrets_test

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

func kindsOf(list []secrets.Secret) string {
	var ids []string
	for _, s := range list {
		ids = append(ids, s.Kind.ID)
	}
	return strings.Join(ids, " ")
}

func TestProviderFormatsInSourceAreFound(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ path, text, kind string }{
		"google":               {"app/auth.py", "CLIENT_SECRET = \"" + googleSecret + "\"\n", "google-oauth"},
		"github":               {"deploy.sh", "curl -H \"Authorization: token " + githubToken + "\"\n", "github"},
		"openai in a template": {".env.example", "OPENAI_API_KEY=" + openaiKey + "\n", "openai"},
		"openai":               {"src/ai.ts", "const key = '" + openaiKey + "';\n", "openai"},
		"anthropic":            {"main.go", "var key = \"" + anthropicKey + "\"\n", "anthropic"},
		"stripe":               {"pay.js", "stripe('" + stripeLive + "')\n", "stripe"},
		"aws pair":             {"conf.py", "AWS_ACCESS_KEY_ID = '" + awsID + "'\nAWS_SECRET_ACCESS_KEY = '" + awsSecret + "'\n", "aws"},
		"slack":                {"notify.rb", "token: \"" + slackToken + "\"\n", "slack"},
		"postgres url":         {"db.py", "URL = \"" + databaseURL + "\"\n", "database"},
		"redis url":            {"cache.js", "connect('rediss" + "://default:" + urlPassword_ + "@eu1-redis.upstash.io:6379')\n", "database"},
		"mongo url":            {"db.js", "mongoose.connect('mongodb" + "+srv://app:" + urlPassword_ + "@c0.ab1cd.mongodb.net/app')\n", "database"},
		"private key":          {"deploy/id_rsa", privateKey(), "private-key"},
		"service role":         {"admin.ts", "createClient(url, '" + serviceRole + "')\n", "supabase"},
		"in a README":          {"README.md", "use " + githubToken + " to log in\n", "github"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			s.commit(c.path, c.text)
			got := s.tree().Secrets
			if kindsOf(got) != c.kind || !got[0].Proven || got[0].Places[0].Path != c.path {
				t.Fatalf("tree: %+v", got)
			}
			if h := s.history(); kindsOf(h.Secrets) != c.kind || len(h.Incomplete) > 0 {
				t.Fatalf("history: %+v %v", h.Secrets, h.Incomplete)
			}
		})
	}
}

func TestWhatOnlyLooksLikeASecretIsNot(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"documented fakes":       {"pay.py", "key = 'sk_" + "test_4eC39HqLyjWDarjtT1zdp7dc'\nid = 'AKIA" + "IOSFODNN7EXAMPLE'\n"},
		"placeholder formats":    {"conf.py", "A = 'ghp_" + strings.Repeat("x", 36) + "'\nB = 'GOCSPX-your-client-secret-goes-here'\n"},
		"test fixtures":          {"tests/test_auth.py", "TOKEN = '" + githubToken + "'\n", "src/auth.spec.ts", "const t = '" + openaiKey + "'\n"},
		"lock files":             {"package-lock.json", `{"integrity":"sha512-` + noise + noise[:26] + `=="}`, "poetry.lock", `hash = "` + hexKey + "\"\n"},
		"local databases":        {"docker-compose.yml", "DATABASE_URL: postgres" + "://app:" + urlPassword_ + "@db:5432/app\n", "alembic.ini", "url = postgres" + "ql://postgres:postgres@localhost/app\n"},
		"documentation urls":     {"README.md", "postgres" + "://user:password@host:5432/db and redis" + "://user:secret@redis.example.com\n"},
		"interpolated urls":      {"db.py", "u = f\"postgres" + "ql://{user}:{password}@{host}.prod.net/x\"\nv = 'postgres://app:%s@db.prod.net/x' % p\n", "db.js", "`postgres" + "://${user}:${pass}@${host}/x`\n"},
		"publishable keys":       {"lib/firebase_options.dart", "apiKey: 'AIza" + noise[:35] + "',\n", "src/supabase.ts", "createClient(u, '" + anonToken + "')\n"},
		"local supabase":         {"scripts/seed.ts", "const k = '" + demoRole + "'\n"},
		"public keys":            {"keys/app.pub", "ssh-rsa AAAAB3NzaC1yc2E" + noise + noise + " me@host\n", "cert.pem", "-----BEGIN CERTIFICATE-----\n" + noise + "\n-----END CERTIFICATE-----\n"},
		"identifiers":            {"app.py", "token_url = 'https://oauth2.googleapis.com/token'\nsecret_name = 'projects/x/secrets/db'\nAPI_KEY_HEADER = 'X-Internal-Api-Key-Header-1'\n"},
		"checksums":              {"build.gradle.kts", "distributionSha256Sum=" + hexKey + "\n", "Formula/x.rb", "sha256 \"" + hexKey + "\"\n"},
		"uuids":                  {"app.ts", "const tokenId = '3f2b8c1a-9d4e-4f6a-8b7c-1e5d9a0c2f3b'\n"},
		"env templates":          {".env.example", "SECRET_KEY=" + hexKey + "\n", ".env.sample", "OPENAI_API_KEY=sk-proj-" + noise[:20] + "\n"},
		"env placeholders":       {".env", "SECRET_KEY=changeme\nDATABASE_URL=postgres://postgres:postgres@localhost/app\nAPI_KEY=your-api-key\nDEBUG=true\n"},
		"public front-end env":   {"web/.env.production", "VITE_API_URL=https://api.prod.net\nVITE_FIREBASE_API_KEY=AIza" + noise[:35] + "\nREACT_APP_STRIPE=pk_live_" + noise[:24] + "\n"},
		"self-signed dev keys":   {"certs/localhost-key.pem", privateKey()},
		"vendored code":          {"node_modules/x/index.js", "var k='" + githubToken + "'\n", "backend/.venv/lib/y.py", "K='" + openaiKey + "'\n"},
		"allowed by its comment": {"a.py", "K = '" + githubToken + "'  # gitleaks:allow\n"},
	}
	for name, files := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			s.commit(files...)
			if got := s.tree().Secrets; len(got) > 0 {
				t.Errorf("tree: %s %s %+v", got[0].Kind.ID, got[0].Masked, got[0].Places)
			}
			if got := s.history().Secrets; len(got) > 0 {
				t.Errorf("history: %s %s %+v", got[0].Kind.ID, got[0].Masked, got[0].Places)
			}
		})
	}
}

func TestRealValuesOfATrackedEnvFileAreFoundByName(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit("backend/.env", "# settings\nexport SECRET_KEY=\""+hexKey+"\"\nDEBUG=1\nSMTP_PASSWORD='wkzq bhty rnvc pdlm'\nDATABASE_URL="+databaseURL+"\n")
	got := s.tree().Secrets
	if kindsOf(got) != "signing mail database" {
		t.Fatalf("kinds %q in %+v", kindsOf(got), got)
	}
	for i, line := range []int{2, 4, 5} {
		if p := got[i].Places[0]; !p.Env || p.Line != line {
			t.Errorf("place of %s = %+v, want line %d", got[i].Name, p, line)
		}
	}
}

func TestALiteralGivenToASecretNameIsAGuess(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit("app/settings.py", "PAYMENT_API_KEY = \""+noise[:40]+"\"\n", "config.json", "{\n  \"client_secret\": \""+noise[5:45]+"\"\n}\n")
	got := s.tree().Secrets
	if len(got) != 2 || got[0].Proven || got[1].Proven || got[0].Name != "PAYMENT_API_KEY" || got[1].Name != "client_secret" {
		t.Fatalf("%+v", got)
	}
	if h := s.history().Secrets; len(h) != 0 {
		t.Errorf("history reports guesses: %+v", h)
	}
}

func TestHistoryNamesFirstAndLastCommitAndWhetherItWasPushed(t *testing.T) {
	t.Parallel()
	origin, s := newSandbox(t), newSandbox(t)
	origin.git("config", "receive.denyCurrentBranch", "ignore")
	s.commit("README.md", "hello\n")
	first := s.commit("a.py", "x = 1\nK = '"+githubToken+"'\n")
	s.commit("a.py", "x = 1\n")
	last := s.commit("a.py", "x = 1\nK = '"+githubToken+"'\n")
	s.git("remote", "add", "origin", origin.dir)
	s.git("push", "-q", "origin", "HEAD:refs/heads/main")
	s.git("fetch", "-q", "origin")
	unpushed := s.commit("a.py", "x = 1\n", "b.py", "K = '"+openaiKey+"'\n")
	h := s.history()
	if kindsOf(h.Secrets) != "github openai" || len(h.Incomplete) > 0 {
		t.Fatalf("%+v %v", h.Secrets, h.Incomplete)
	}
	p := h.Secrets[0].Places[0]
	if p.First != first || p.Commit != last || p.Line != 2 || !h.Pushed(p.First) {
		t.Errorf("place %+v, want first %s last %s", p, first, last)
	}
	if q := h.Secrets[1].Places[0]; q.Commit != unpushed || h.Pushed(q.Commit) {
		t.Errorf("unpushed place %+v", q)
	}
	if len(s.tree().Secrets) != 1 {
		t.Error("the removed secret is still in the tree")
	}
}

func TestDeletedBranchesTagsAndOriginAreReadAndPullRequestsAreNot(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit("a.txt", "a\n")
	s.git("checkout", "-q", "-b", "side")
	s.commit("side.py", "K = '"+githubToken+"'\n")
	s.git("tag", "-a", "v1", "-m", "v1")
	s.git("checkout", "-q", "main")
	s.git("branch", "-q", "-D", "side")
	s.git("checkout", "-q", "-b", "pr")
	s.commit("pr.py", "K = '"+openaiKey+"'\n")
	s.git("update-ref", "refs/pull/1/head", "HEAD")
	s.git("checkout", "-q", "main")
	s.git("branch", "-q", "-D", "pr")
	blob := s.git("hash-object", "-w", "a.txt")
	s.git("tag", "file", blob)
	h := s.history()
	if kindsOf(h.Secrets) != "github" || len(h.Incomplete) > 0 {
		t.Fatalf("%s %v", kindsOf(h.Secrets), h.Incomplete)
	}
}

func TestAnIncompleteHistoryIsNeverClean(t *testing.T) {
	t.Parallel()
	full := newSandbox(t)
	full.commit("one.py", "K = '"+githubToken+"'\n")
	full.commit("two.txt", "two\n", "one.py", "x\n")
	full.commit("three.py", "K = '"+openaiKey+"'\n")
	t.Run("shallow clone", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "c")
		gitIn(t, full.dir, "clone", "-q", "--depth=1", "file://"+full.dir, dir)
		h := (&sandbox{t, dir}).history()
		if len(h.Incomplete) == 0 || !strings.Contains(h.Incomplete[0], "shallow") {
			t.Fatalf("incomplete = %v", h.Incomplete)
		}
	})
	t.Run("missing blob", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "c")
		gitIn(t, full.dir, "clone", "-q", "--no-local", full.dir, dir)
		c := &sandbox{t, dir}
		unpack(t, c)
		blob := c.git("rev-parse", "HEAD~1:two.txt")
		if err := os.Remove(filepath.Join(dir, ".git", "objects", blob[:2], blob[2:])); err != nil {
			t.Fatal(err)
		}
		h := c.history()
		if len(h.Incomplete) == 0 {
			t.Fatal("a missing blob went unnoticed")
		}
		if kindsOf(h.Secrets) != "github openai" {
			t.Errorf("the rest was not read: %s (%v)", kindsOf(h.Secrets), h.Incomplete)
		}
	})
	t.Run("partial clone does not fetch", func(t *testing.T) {
		full.git("config", "uploadpack.allowFilter", "true")
		dir := filepath.Join(t.TempDir(), "c")
		gitIn(t, full.dir, "clone", "-q", "--no-checkout", "--filter=blob:none", "file://"+full.dir, dir)
		c := &sandbox{t, dir}
		before := c.git("count-objects", "-v")
		h := c.history()
		if len(h.Incomplete) == 0 {
			t.Fatal("a partial clone went unnoticed")
		}
		if after := c.git("count-objects", "-v"); after != before {
			t.Errorf("objects were fetched: %s then %s", before, after)
		}
	})
	t.Run("alternates", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "c")
		gitIn(t, full.dir, "clone", "-q", "--shared", full.dir, dir)
		if h := (&sandbox{t, dir}).history(); len(h.Incomplete) == 0 {
			t.Fatal("borrowed objects went unnoticed")
		}
	})
}

// unpack turns packs into loose objects, so that a test can remove one.
func unpack(t *testing.T, c *sandbox) {
	t.Helper()
	packs, err := filepath.Glob(filepath.Join(c.dir, ".git", "objects", "pack", "*.pack"))
	if err != nil || len(packs) == 0 {
		t.Fatalf("no packs: %v", err)
	}
	for _, p := range packs {
		moved := filepath.Join(t.TempDir(), "x.pack")
		if err := os.Rename(p, moved); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(strings.TrimSuffix(p, ".pack") + ".idx")
		f, err := os.Open(moved)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("git", "unpack-objects", "-q")
		cmd.Dir, cmd.Stdin = c.dir, f
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("unpack: %v %s", err, out)
		}
		f.Close()
	}
}

func TestNothingOfTheRepositoryIsExecuted(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit("a.py", "x\n", ".gitattributes", "* diff=evil filter=evil\n*.py -diff\n", ".gitignore", ".env\n")
	s.commit("a.py", "K = '"+githubToken+"'\n")
	mark := filepath.Join(t.TempDir(), "executed")
	script := filepath.Join(t.TempDir(), "evil.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho \"$0 $*\" >> "+mark+"\ncat 2>/dev/null\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"core.fsmonitor", "core.pager", "core.sshCommand", "core.alternateRefsCommand", "core.askPass", "core.editor", "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "gpg.program", "credential.helper", "pager.log", "uploadpack.packObjectsHook", "interactive.diffFilter"} {
		s.git("config", key, script)
	}
	s.git("config", "alias.log", "!"+script)
	s.git("config", "log.showSignature", "true")
	s.git("config", "core.hooksPath", filepath.Dir(script))
	for _, hook := range []string{"post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout"} {
		if err := os.WriteFile(filepath.Join(s.dir, ".git", "hooks", hook), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	h := s.history()
	r := s.repo()
	if _, err := r.Untracked(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	if ignored, err := r.Ignored(context.Background(), []string{".env", ".env.production"}); err != nil || !ignored[".env"] || ignored[".env.production"] {
		t.Errorf("ignored = %v, %v", ignored, err)
	}
	if kindsOf(s.tree().Secrets) != "github" {
		t.Error("the tree's secret was not found")
	}
	if out, err := os.ReadFile(mark); err == nil {
		t.Fatalf("the repository's configuration ran a program:\n%s", out)
	}
	if kindsOf(h.Secrets) != "github" {
		t.Errorf("a hostile .gitattributes hid the secret: %s %v", kindsOf(h.Secrets), h.Incomplete)
	}
}

func TestAnEnvFileInUTF16IsRead(t *testing.T) {
	t.Parallel()
	units := utf16.Encode([]rune("SECRET_KEY=" + hexKey + "\r\n"))
	raw := []byte{0xff, 0xfe}
	for _, u := range units {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	s := newSandbox(t)
	s.commit(".env", string(raw))
	if got := s.tree().Secrets; kindsOf(got) != "signing" {
		t.Errorf("tree: %+v", got)
	}
	s.git("rm", "-q", ".env")
	s.commit("x", "y\n")
	if h := s.history(); kindsOf(h.Secrets) != "signing" {
		t.Errorf("history: %+v %v", h.Secrets, h.Incomplete)
	}
}

func TestASecretIsReportedOnceWithAllItsPlaces(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit("a.py", "K='"+githubToken+"'\n", "dir with space/ü\t\"q\".py", "K='"+githubToken+"'\n", ".env", "GITHUB_TOKEN="+githubToken+"\n")
	for name, got := range map[string][]secrets.Secret{"tree": s.tree().Secrets, "history": s.history().Secrets} {
		if len(got) != 1 || len(got[0].Places) != 3 || got[0].Kind.ID != "github" {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		paths := got[0].Places[0].Path + "|" + got[0].Places[1].Path + "|" + got[0].Places[2].Path
		if !strings.Contains(paths, "dir with space/ü\t\"q\".py") {
			t.Errorf("%s: paths %q", name, paths)
		}
		if strings.Contains(got[0].Masked, noise[:8]) {
			t.Errorf("%s: the value is printed: %s", name, got[0].Masked)
		}
	}
}

func TestAFolderWithoutGitIsNoRepository(t *testing.T) {
	t.Parallel()
	if _, err := secrets.Open(t.TempDir()); !errors.Is(err, secrets.ErrNotRepository) {
		t.Fatalf("err = %v", err)
	}
	s := newSandbox(t)
	h := s.history() // no commit yet
	if h.Commits != 0 || len(h.Secrets) != 0 || len(h.Incomplete) != 0 {
		t.Errorf("empty repository: %+v", h)
	}
}

func TestAWorktreeAndABareRepositoryAreRead(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit("a.py", "K='"+githubToken+"'\n")
	linked := filepath.Join(t.TempDir(), "w")
	s.git("worktree", "add", "-q", linked, "-b", "w")
	bare := filepath.Join(t.TempDir(), "b.git")
	gitIn(t, s.dir, "clone", "-q", "--bare", "--no-local", s.dir, bare)
	for _, dir := range []string{linked, bare} {
		if h := (&sandbox{t, dir}).history(); kindsOf(h.Secrets) != "github" || len(h.Incomplete) > 0 {
			t.Errorf("%s: %s %v", filepath.Base(dir), kindsOf(h.Secrets), h.Incomplete)
		}
	}
}

func TestALinkOutOfTheTreeIsNotFollowed(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	outside := filepath.Join(t.TempDir(), "outside.py")
	if err := os.WriteFile(outside, []byte("K='"+githubToken+"'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(s.dir, "link.py")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(".", filepath.Join(s.dir, "loop")); err != nil {
		t.Fatal(err)
	}
	s.commit("a.py", "x\n")
	tree := s.tree()
	if len(tree.Secrets) != 0 || len(tree.Incomplete) != 0 {
		t.Errorf("%+v", tree)
	}
	files, truncated, err := secrets.Files(s.dir, 10)
	if err != nil || truncated || len(files) != 1 {
		t.Errorf("Files = %v %v %v", files, truncated, err)
	}
}
