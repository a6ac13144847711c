package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// keyStatus is what "ba keys status --json" says.
type keyStatus struct {
	Master     string   `json:"master"`
	Keys       int      `json:"data_keys"`
	Pending    int      `json:"pending"`
	Replaced   int      `json:"replaced"`
	Unfinished []string `json:"unfinished"`
	Next       []string `json:"next"`
}

// verb runs the program in the environment of the instance.
func (s *instance) verb(t testing.TB, args ...string) (code int, said string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Env = environment(append([]string{"DATA_DIR=" + s.dir}, s.env...)...)
	out, _ := cmd.CombinedOutput() // the exit code is what counts
	return cmd.ProcessState.ExitCode(), string(out)
}

// operate is verb for what has to succeed.
func (s *instance) operate(t testing.TB, args ...string) string {
	t.Helper()
	code, said := s.verb(t, args...)
	if code != 0 {
		t.Fatalf("ba %s ended with %d:\n%s", strings.Join(args, " "), code, said)
	}
	return said
}

func (s *instance) keys(t testing.TB) keyStatus {
	t.Helper()
	var k keyStatus
	said := s.operate(t, "keys", "status", "--json")
	if err := json.Unmarshal([]byte(said), &k); err != nil {
		t.Fatalf("%v:\n%s", err, said)
	}
	return k
}

// keyFile returns the lines of the generated master key's file.
func (s *instance) keyFile(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "keys", "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(text))
}

// onBoth runs the test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, s *instance, database string)) {
	t.Helper()
	t.Parallel()
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var vars []string
			database := ""
			if name == "PostgreSQL" {
				database = postgres.url(t)
				vars = append(vars, "DATABASE_URL="+database)
			}
			test(t, start(t, append(vars, "LOG_LEVEL=debug")...), database)
		})
	}
}

// archive is a project with a document, and what must be found in it.
type archive struct{ project, name, document, word string }

func (p *person) archive(t testing.TB, name string) archive {
	t.Helper()
	a := archive{project: p.project(t, name), name: name, word: "Heliotrope"}
	a.document = p.read(t, a.project, "rules.md", []byte("# Rules\n\nA refund of a Heliotrope takes ten days.\n")).ID
	return a
}

// whole fails the test unless the project reads as it was written.
func (p *person) whole(t testing.TB, a archive) {
	t.Helper()
	var got struct{ Name string }
	p.must(t, "GET", "/api/projects/"+a.project, nil, &got)
	var hits list[struct{ Text string }]
	p.must(t, "GET", "/api/projects/"+a.project+"/search?q="+a.word, nil, &hits)
	var d document
	p.must(t, "GET", "/api/documents/"+a.document, nil, &d)
	if got.Name != a.name || len(hits.Items) == 0 || d.Filename != "rules.md" {
		t.Errorf("the project reads %q, its document %q, and %d passages are found", got.Name, d.Filename, len(hits.Items))
	}
}

// The commands of docs/recovery/leaked-key.md, as they stand there.
func TestALeakedMasterKeyIsReplacedWhileTheServerRuns(t *testing.T) {
	onBoth(t, func(t *testing.T, s *instance, _ string) {
		ana, bob := signIn(t, s.url, "ana"), signIn(t, s.url, "bob")
		before := ana.archive(t, "Refunds")
		old := s.keyFile(t)[0]
		first := s.keys(t)

		s.operate(t, "keys", "rotate")
		during := ana.archive(t, "Returns") // the server makes a data key with the new master key
		status := s.keys(t)
		if status.Master == first.Master || status.Pending != 0 || status.Keys <= first.Keys || len(s.keyFile(t)) != 2 {
			t.Errorf("after the rotation: %+v, before: %+v, %d lines", status, first, len(s.keyFile(t)))
		}
		if len(status.Next) != 1 || !strings.Contains(status.Next[0], "ba keys retire") {
			t.Errorf("it does not say what is next: %v", status.Next)
		}
		s.operate(t, "keys", "rotate") // run again, it changes nothing
		s.operate(t, "keys", "retire")
		if lines := s.keyFile(t); len(lines) != 1 || lines[0] == old {
			t.Fatalf("%d keys are left", len(lines))
		}
		ana.whole(t, before)
		s.restart(t)
		ana.base, bob.base = s.url, s.url
		ana.whole(t, before)
		ana.whole(t, during)

		if said := s.operate(t, "keys", "revoke-sessions", "--user", "Bob@example.com"); !strings.Contains(said, "1 sessions") {
			t.Errorf("it says %q", said)
		}
		if err := bob.call(t.Context(), "GET", "/api/me", nil, nil); !hasStatus(err, http.StatusUnauthorized) {
			t.Errorf("bob: %v", err)
		}
		ana.whole(t, during)
		s.operate(t, "keys", "revoke-sessions", "--tokens")
		if err := ana.call(t.Context(), "GET", "/api/me", nil, nil); !hasStatus(err, http.StatusUnauthorized) {
			t.Errorf("ana: %v", err)
		}
		now := s.keyFile(t)[0]
		s.kill()
		if code, said := refusal(t, []string{"serve"}, append(s.env, "PORT=0", "DATA_DIR="+s.dir, "MASTER_KEY="+old)...); code != 1 || !strings.Contains(said, "not the one that this data was sealed with") {
			t.Errorf("the old key alone: %d\n%s", code, said)
		}
		for _, key := range []string{old, now} {
			hidden(t, s, key)
		}
	})
}

// hidden fails the test where a master key stands anywhere but in its file.
func hidden(t testing.TB, s *instance, key string) {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	forms := [][]byte{raw, []byte(key), []byte(strings.TrimRight(key, "=")), []byte(hex.EncodeToString(raw))}
	texts := map[string][]byte{"the log": []byte(s.stderr.String()), "standard output": []byte(s.stdout.String()),
		"ba config": []byte(s.operate(t, "config")), "ba keys status": []byte(s.operate(t, "keys", "status")), "ba doctor": doctorSays(t, s)}
	if err := filepath.WalkDir(s.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Base(path) == "master.key" || strings.Contains(path, "cache") {
			return err
		}
		texts[path], err = os.ReadFile(path)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(texts) < 8 {
		t.Errorf("only %d places were searched", len(texts))
	}
	for place, text := range texts {
		for _, form := range forms {
			if bytes.Contains(text, form) {
				t.Errorf("a master key stands in %s", place)
			}
		}
	}
}

func doctorSays(t testing.TB, s *instance) []byte {
	t.Helper()
	_, said := s.verb(t, "doctor") // it may have found something
	return []byte(said)
}

// kills is how often the rotation is cut short.
func kills() int {
	if soaking() {
		return 100
	}
	return 10
}

func TestARotationThatIsKilledLeavesEverythingReadableAndGoesOn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *instance, _ string) {
		ana := signIn(t, s.url, "ana")
		a := ana.archive(t, "Refunds")
		if _, err := ana.upload(t.Context(), a.project, "long.txt", []byte(strings.Repeat("A line of a long document.\n", 60_000))); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		first := s.keys(t)
		one := time.Since(began) // a command that does nothing but look
		n := kills()
		for i := range n {
			cmd := exec.CommandContext(t.Context(), binary, "keys", "rotate", "--data")
			cmd.Env = environment(append([]string{"DATA_DIR=" + s.dir}, s.env...)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-time.After(one/3 + time.Duration(i)*3*one/time.Duration(n))
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			ana.whole(t, a)
			if i%3 == 2 { // and a start from what the kill left
				s.restart(t)
				ana.base = s.url
				ana.whole(t, a)
			}
		}
		if cut := s.keys(t); cut.Master == first.Master {
			t.Errorf("none of %d kills came after the new master key: %+v", n, cut)
		}
		s.kill() // with no server there is nothing to wait for
		said := s.operate(t, "keys", "rotate", "--data")
		s.operate(t, "keys", "retire")
		if done := s.keys(t); done.Pending+len(done.Unfinished)+len(done.Next) != 0 || len(s.keyFile(t)) != 1 {
			t.Errorf("it is not done: %+v\n%s", done, said)
		}
		s.launch(t)
		ana.base = s.url
		ana.whole(t, a)
	})
}

// The keys are in the memory of the process: a crash may not write it to a disk.
func TestAProductionInstanceLeavesNoImageOfItsMemory(t *testing.T) {
	t.Parallel()
	s := start(t, whole("")[:len(whole(""))-1]...)
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", s.cmd.Process.Pid))
	if err != nil {
		t.Skipf("no /proc: %v", err)
	}
	for line := range strings.Lines(string(limits)) {
		if name, values, is := strings.Cut(line, "Max core file size"); is && name == "" {
			if f := strings.Fields(values); f[0] != "0" || f[1] != "0" {
				t.Errorf("core files: %s", strings.TrimSpace(values))
			}
			return
		}
	}
	t.Errorf("no limit in:\n%s", limits)
}

// The commands stand in the tables of the page, in the order in which they are
// to be run.
func TestThePageForALeakedKeyIsDoneAsItStands(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/recovery/leaked-key.md")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, "BACKUP_TO="+t.TempDir())
	ana := signIn(t, s.url, "ana")
	a := ana.archive(t, "Refunds")
	old := s.keyFile(t)[0]
	s.kill() // so that nothing has to be waited for
	ran := 0
	for line := range strings.Lines(string(page)) {
		if row := strings.Split(line, "|"); len(row) > 3 {
			for _, command := range regexp.MustCompile("`ba ([^`]+)`").FindAllStringSubmatch(row[2], -1) {
				ran++
				s.operate(t, strings.Fields(command[1])...)
			}
		}
	}
	if ran < 5 {
		t.Errorf("only %d commands were found", ran)
	}
	s.launch(t)
	if lines := s.keyFile(t); len(lines) != 1 || lines[0] == old {
		t.Errorf("%d master keys are left", len(lines))
	}
	ana.base = s.url
	if err := ana.call(t.Context(), "GET", "/api/me", nil, nil); !hasStatus(err, http.StatusUnauthorized) {
		t.Errorf("ana is still signed in: %v", err)
	}
	signIn(t, s.url, "ana").whole(t, a)
}
