package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// filled starts a server, lets somebody work, and stops it.
func filled(t *testing.T) (s *instance, ana *person, project, thread string) {
	t.Helper()
	s = start(t)
	ana = signIn(t, s.url, "ana")
	project = ana.project(t, "Warranty")
	for _, f := range ownFiles(t) {
		ana.read(t, project, f.name, f.content)
	}
	thread = ana.thread(t, project)
	ana.answered(t, thread, "When do loyalty points expire?")
	s.stop(t, 20*time.Second)
	return s, ana, project, thread
}

// migrate runs the copy; after a positive time it is killed.
func (s *instance) migrate(t *testing.T, to string, after time.Duration) (code int, said string) {
	t.Helper()
	out := new(transcript)
	cmd := exec.Command(binary, "migrate", "--to", to)
	cmd.Env = environment(append([]string{"DATA_DIR=" + s.dir}, s.env...)...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		<-time.After(after)
		_ = cmd.Process.Kill() // it may have ended
	}
	_ = cmd.Wait() // the exit code is what counts
	return cmd.ProcessState.ExitCode(), out.String()
}

// checksum is what ba.db and the keyring hold, byte for byte.
func checksum(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	for _, name := range []string{"ba.db", "keyring.db"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	return all
}

func TestAnInstallationMovesToPostgreSQLAndBackThroughKills(t *testing.T) {
	t.Parallel()
	s, ana, project, thread := filled(t)
	want := ana.seen(t, s, project, thread)
	s.stop(t, 20*time.Second)
	before := checksum(t, s.dir)

	url := postgres.url(t)
	s.moveThroughKills(t, url)
	if !bytes.Equal(checksum(t, s.dir), before) {
		t.Error("the old database was changed")
	}
	if code, said := s.migrate(t, url, 0); code != 0 || !strings.Contains(said, "It was there already") {
		t.Errorf("once more to the same database: %d %s", code, said)
	}
	if code, said := s.migrate(t, filepath.Join(t.TempDir(), "ba.db"), 0); code != 1 || !strings.Contains(said, "was moved on") {
		t.Errorf("once more to another one: %d %s", code, said)
	}
	if code, said := refusal(t, []string{"serve"}, "PORT=0", "DATA_DIR="+s.dir); code != 1 || !strings.Contains(said, "was moved on") || !strings.Contains(said, "DATABASE_URL") {
		t.Errorf("a start on the old file: %d %s", code, said)
	}
	s.env = []string{"DATABASE_URL=" + url}
	if got := ana.seen(t, s, project, thread); got != want {
		t.Errorf("on PostgreSQL there is\n%s\nwas\n%s", got, want)
	}
	if code, said := s.migrate(t, filepath.Join(t.TempDir(), "ba.db"), 0); code != 1 || !strings.Contains(said, "Stop all of them first") {
		t.Errorf("beside a server: %d %s", code, said)
	}
	s.stop(t, 20*time.Second)

	home := t.TempDir()
	s.moveThroughKills(t, filepath.Join(home, "ba.db"))
	s.env = []string{"DATABASE_URL=sqlite://" + filepath.Join(home, "ba.db")}
	if got := ana.seen(t, s, project, thread); got != want {
		t.Errorf("back on SQLite there is\n%s\nwas\n%s", got, want)
	}
}

// moveThroughKills kills the copy at moments that are spread over it, each a
// little later, until one run comes to its end.
func (s *instance) moveThroughKills(t *testing.T, to string) {
	t.Helper()
	killed := 0
	for after := 20 * time.Millisecond; after < 800*time.Millisecond; after += after / 3 {
		code, said := s.migrate(t, to, after)
		if code == 0 {
			break
		}
		if strings.Contains(said, "ba:") {
			t.Fatalf("after %d kills: %s", killed, said)
		}
		killed++
	}
	code, said := s.migrate(t, to, 0) // also where the last of the killed ones had all but ended
	if code != 0 || !strings.Contains(said, "Compared by hash") || !strings.Contains(said, "messages") {
		t.Fatalf("after %d kills: %d %s", killed, code, said)
	}
	t.Logf("killed %d times", killed)
}

// seen launches the server and returns what the person finds there: the same
// session, documents, answers, and hits of a search.
func (p *person) seen(t *testing.T, s *instance, project, thread string) string {
	t.Helper()
	s.launch(t)
	p.base = s.url
	shown, err := p.shown(t, project, thread)
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

func (p *person) shown(t *testing.T, project, thread string) (string, error) {
	t.Helper()
	var documents, hits list[struct {
		ID       string `json:"id"`
		Filename string `json:"filename"`
		Snippet  string `json:"snippet"`
	}]
	var messages list[message]
	err := errors.Join(p.call(t.Context(), "GET", "/api/projects/"+project+"/documents", nil, &documents),
		p.call(t.Context(), "GET", "/api/projects/"+project+"/search?q=warranty+compressor+points", nil, &hits),
		p.call(t.Context(), "GET", "/api/threads/"+thread+"/messages?limit=200", nil, &messages))
	if err != nil {
		return "", err
	}
	found := map[string]bool{}
	for _, h := range hits.Items {
		found[h.ID+h.Snippet] = true
	}
	if len(found) == 0 {
		return "", errors.New("the search finds nothing")
	}
	messages.Cursor = ""
	text, err := json.Marshal([]any{documents.Items, messages.Items, found})
	return string(text), err
}
