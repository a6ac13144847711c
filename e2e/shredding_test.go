package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A copy of the database from before a project was deleted, together with the
// keyring of now and the master key, opens nothing of it.
func TestADeletedProjectStaysDeletedInOlderCopies(t *testing.T) {
	onBoth(t, func(t *testing.T, s *instance, database string) {
		ana := signIn(t, s.url, "ana")
		gone, kept := ana.archive(t, "Refunds"), ana.archive(t, "Returns")
		question := ana.answered(t, ana.thread(t, gone.project), "How long does a Heliotrope take?")
		copied := copyDatabase(t, s, database)

		ana.must(t, "DELETE", "/api/projects/"+gone.project, nil, nil)
		n := s.keys(t).Keys
		eventually(t, 40*time.Second, "the project's key is destroyed", func() bool { return s.keys(t).Keys == n-1 })
		if database == "" {
			noTrace(t, s, gone)
		}
		ana.whole(t, kept)
		s.kill()

		old := copied(t)
		old.launch(t)
		ana.base = old.url
		ana.whole(t, kept) // the copy is whole, and its sessions too
		for _, path := range []string{"/api/projects/" + gone.project, "/api/projects/" + gone.project + "/search?q=Heliotrope", "/api/documents/" + gone.document,
			"/api/documents/" + gone.document + "/file", "/api/projects/" + gone.project + "/documents", "/api/projects/" + gone.project + "/threads", "/projects/" + gone.project} {
			shredded(t, ana, path, gone, question.Text)
		}
		var all list[object]
		ana.must(t, "GET", "/api/projects", nil, &all)
		if len(all.Items) != 1 || all.Items[0].ID != kept.project {
			t.Errorf("the projects are %+v", all.Items)
		}
	})
}

// shredded asks for something of the project that is gone: it may be refused
// in any way, and nothing of the content may be in the answer.
func shredded(t *testing.T, p *person, path string, a archive, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", p.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil && res.StatusCode == http.StatusOK {
		t.Logf("%s was cut: %v", path, err)
	}
	for _, word := range []string{a.name, "ten days", "rules.md", answer} {
		if strings.Contains(body.String(), word) {
			t.Errorf("%s: %d, and it shows %q", path, res.StatusCode, word)
		}
	}
}

// copyDatabase copies the database without its keyring. What it returns puts
// the copy beside the keyring of that later moment, under the same master key.
func copyDatabase(t *testing.T, s *instance, database string) func(*testing.T) *instance {
	t.Helper()
	if database != "" {
		return copyPostgres(t, s, database)
	}
	dir := t.TempDir()
	for _, name := range []string{"ba.db", "ba.db-wal"} {
		move(t, filepath.Join(s.dir, name), filepath.Join(dir, name))
	}
	return func(t *testing.T) *instance {
		move(t, filepath.Join(s.dir, "keyring.db"), filepath.Join(dir, "keyring.db"))
		move(t, filepath.Join(s.dir, "keys", "master.key"), filepath.Join(dir, "keys", "master.key"))
		move(t, filepath.Join(s.dir, "keys", "secret.key"), filepath.Join(dir, "keys", "secret.key"))
		return &instance{dir: dir, env: s.env}
	}
}

func copyPostgres(t *testing.T, s *instance, database string) func(*testing.T) *instance {
	t.Helper()
	dump := pgDump(t, database, "--exclude-table-data=data_keys")
	return func(t *testing.T) *instance {
		restored := postgres.url(t)
		pgRestore(t, restored, dump)
		pgRestore(t, restored, pgDump(t, database, "--data-only", "--table=data_keys"))
		return &instance{dir: s.dir, env: append(s.env[:len(s.env):len(s.env)], "DATABASE_URL="+restored)}
	}
}

func pgDump(t *testing.T, database string, args ...string) []byte {
	t.Helper()
	out, err := postgres.client("pg_dump", append(args, nameOf(t, database))...).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	return out
}

func pgRestore(t *testing.T, database string, dump []byte) {
	t.Helper()
	psql := postgres.client("psql", "-q", "-v", "ON_ERROR_STOP=1", nameOf(t, database))
	psql.Stdin = bytes.NewReader(dump)
	if out, err := psql.CombinedOutput(); err != nil {
		t.Fatalf("psql: %v: %s", err, out)
	}
}

func nameOf(t *testing.T, database string) string {
	t.Helper()
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(at.Path, "/")
}

func move(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// noTrace looks for the scope of a destroyed key in the keyring's files: where
// its row was overwritten, the name is gone with the key.
func noTrace(t *testing.T, s *instance, a archive) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, "keyring.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no keyring: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, fmt.Appendf(nil, "project:%s", a.project)) {
			t.Errorf("%s holds something of the destroyed key", filepath.Base(name))
		}
	}
}
