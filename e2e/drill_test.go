package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// status returns the HTTP status of a failure; 0 where it is none.
func status(err error) int {
	var f *failure
	if errors.As(err, &f) {
		return f.Status
	}
	return 0
}

// work makes a project and returns its id, or what the server answered.
func (p *person) work(t testing.TB, name string) (string, error) {
	t.Helper()
	var made object
	err := p.call(t.Context(), "POST", "/api/projects", map[string]string{"name": name}, &made)
	return made.ID, err
}

// refusedClearly fails the test unless the answer is a 503 that says why.
func refusedClearly(t testing.TB, err error, says string) {
	t.Helper()
	if status(err) != http.StatusServiceUnavailable || !strings.Contains(err.(*failure).Body, says) { //nolint:errorlint // call returns it unwrapped
		t.Errorf("it answers %v, want 503 with %q", err, says)
	}
}

// unhealthy waits until /health is 503.
func (s *instance) unhealthy(t testing.TB) {
	t.Helper()
	eventually(t, 10*time.Second, "the server says that it is not healthy", func() bool {
		res, err := http.Get(s.url + "/health")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusServiceUnavailable
	})
}

func TestDrillTheDataDirectoryIsDeleted(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	kept := ana.project(t, "Kept")
	away := s.dir + ".away"
	if err := os.Rename(s.dir, away); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(away) })
	_, err := ana.work(t, "Lost")
	refusedClearly(t, err, "removed or replaced")
	s.unhealthy(t)
	s.kill()

	// A start on nothing, where the installation record says that there was something.
	installation := "01a224ee-993c-720b-9216-14005f0145b6"
	if code, said := refusal(t, []string{"serve"}, "PORT=0", "DATA_DIR="+s.dir, "INSTALLATION_ID="+installation); code != 1 || !strings.Contains(said, "INSTALLATION_ID") || !strings.Contains(said, "restore") {
		t.Errorf("a start on an empty directory: %d %s", code, said)
	}
	if err := errors.Join(os.RemoveAll(s.dir), os.Rename(away, s.dir)); err != nil {
		t.Fatal(err)
	}
	s.launch(t)
	ana.base = s.url
	var p object
	ana.must(t, "GET", "/api/projects/"+kept, nil, &p)
}

// tmpfs mounts a small disk, which needs root. Elsewhere the drill is left out.
func tmpfs(t testing.TB, size string) string {
	t.Helper()
	dir := t.TempDir()
	mountSmall(t, dir, size)
	return dir
}

func mountSmall(t testing.TB, dir, size string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size+",mode=0700"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
}

func TestDrillTheDiskIsFull(t *testing.T) {
	t.Parallel()
	s := &instance{dir: tmpfs(t, "12m")}
	if err := os.Symlink(cache, filepath.Join(s.dir, "cache")); err != nil {
		t.Fatal(err)
	}
	s.launch(t)
	ana := signIn(t, s.url, "ana")
	project := ana.project(t, "Full")
	thread := ana.thread(t, project)
	ballast := filepath.Join(s.dir, "ballast")
	fillDisk(t, ballast)

	var acknowledged []document
	var err error
	for n := range 50 {
		var d document
		if d, err = ana.upload(t.Context(), project, fmt.Sprintf("%d.txt", n), bytes.Repeat([]byte("An invoice is due. "), 30_000)); err != nil {
			break
		}
		acknowledged = append(acknowledged, d)
	}
	refusedClearly(t, err, "disk of the server is full")
	s.unhealthy(t)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "there is room and the server works again", func() bool {
		_, err := ana.work(t, "After")
		return err == nil
	})
	ana.answered(t, thread, "Is an invoice due?")
	s.restart(t)
	ana.base = s.url
	for _, d := range acknowledged {
		ana.must(t, "GET", "/api/documents/"+d.ID, nil, &d)
	}
	t.Logf("%d documents were acknowledged before the disk was full", len(acknowledged))
}

// The database lies on a small disk; the rest of PostgreSQL, its log included,
// does not, since PostgreSQL itself stops where its log finds no room.
func TestDrillTheDiskOfPostgreSQLIsFull(t *testing.T) {
	t.Parallel()
	pg := startOwnPostgres(t)
	small := filepath.Join(pg.dir, "small")
	mountSmall(t, small, "32m")
	if _, err := unprivileged(small); err != nil {
		t.Fatal(err)
	}
	here := &database{bin: pg.bin, port: pg.port}
	for _, statement := range []string{"CREATE TABLESPACE small LOCATION '" + small + "'", "CREATE DATABASE full_disk TABLESPACE small"} {
		if out, err := here.client("psql", "-c", statement, "postgres").CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", statement, err, out)
		}
	}
	s := start(t, "DATABASE_URL="+strings.Replace(pg.url(), "/postgres?", "/full_disk?", 1))
	ana := signIn(t, s.url, "ana")
	project := ana.project(t, "Full")
	ballast := filepath.Join(small, "ballast")
	fillDisk(t, ballast)

	var acknowledged []document
	var err error
	for n := range 50 {
		var d document
		if d, err = ana.upload(t.Context(), project, fmt.Sprintf("%d.txt", n), bytes.Repeat([]byte("An invoice is due. "), 30_000)); err != nil {
			break
		}
		acknowledged = append(acknowledged, d)
	}
	refusedClearly(t, err, "disk of the server is full")
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "there is room and the server works again", func() bool {
		_, err := ana.work(t, "After")
		return err == nil
	})
	s.restart(t)
	ana.base = s.url
	for _, d := range acknowledged {
		ana.must(t, "GET", "/api/documents/"+d.ID, nil, &d)
	}
	t.Logf("%d documents were acknowledged before the disk was full", len(acknowledged))
}

// fillDisk leaves about a megabyte.
func fillDisk(t testing.TB, path string) {
	t.Helper()
	var at syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &at); err != nil {
		t.Fatal(err)
	}
	room := int64(at.Bavail) * at.Bsize //nolint:unconvert // its type differs between systems
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(make([]byte, max(room-1<<20, 0)))
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestDrillTheDatabaseFileIsDamaged(t *testing.T) {
	t.Parallel()
	s, ana, project, thread := filled(t)
	file := filepath.Join(s.dir, "ba.db")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func() error{
		"truncated": func() error { return os.Truncate(file, int64(len(whole))/3) },
		"no header": func() error { return overwrite(file, 0, bytes.Repeat([]byte{0xa5}, 4096)) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if code, said := refusal(t, []string{"serve"}, "PORT=0", "DATA_DIR="+s.dir); code != 1 || !strings.Contains(said, "damaged") || !strings.Contains(said, "restore a backup") {
			t.Errorf("%s: %d %s", name, code, said)
		}
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Flipped bytes of the content: what is read is right, or refused.
	want := ana.seen(t, s, project, thread)
	s.stop(t, 20*time.Second)
	if whole, err = os.ReadFile(file); err != nil {
		t.Fatal(err)
	}
	served, refusals := 0, 0
	for part := range 8 {
		at := len(whole) * (part + 1) / 10
		if err := overwrite(file, int64(at), flipped(whole[at:min(at+2000, len(whole))])); err != nil {
			t.Fatal(err)
		}
		if got, err := ana.looks(t, s, project, thread); err != nil {
			refusals++
		} else if served++; got != want {
			t.Errorf("after damage at %d it shows\n%s\nwas\n%s", at, got, want)
		}
		// As after the stop in order: what a killed server leaves beside the file
		// would be refused for itself, and the damage never looked at.
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, left := range []string{"-wal", "-shm", "-running"} {
			if err := os.Remove(file + left); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	if served == 0 {
		t.Error("no damaged file was served, so that nothing was compared")
	}
	t.Logf("damaged in 8 places: %d times all was right, %d times refused", served, refusals)
}

func flipped(b []byte) []byte {
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= 0x55
	}
	return out
}

func overwrite(path string, at int64, with []byte) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(with, at)
	return errors.Join(err, f.Close())
}

// looks starts the server on a file that may be damaged and returns the
// messages of the thread, or that the server refuses.
func (p *person) looks(t *testing.T, s *instance, project, thread string) (string, error) {
	t.Helper()
	s.attempt(t)
	defer s.kill()
	if s.url == "" {
		return "", errors.New(s.stderr.String())
	}
	p.base = s.url
	return p.shown(t, project, thread)
}

// attempt is launch for a start that may be refused; then there is no url.
func (s *instance) attempt(t *testing.T) {
	t.Helper()
	s.url = ""
	select {
	case s.url = <-s.begin(t):
	case <-s.exited:
	case <-time.After(30 * time.Second):
		t.Fatalf("the server neither listens nor ends:\n%s%s", s.stdout, s.stderr)
	}
}

func TestDrillTheLogOfTheDatabaseIsLost(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	project := ana.project(t, "Last")
	s.kill()
	log := filepath.Join(s.dir, "ba.db-wal")
	content, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	if code, said := refusal(t, []string{"serve"}, "PORT=0", "DATA_DIR="+s.dir); code != 1 || !strings.Contains(said, "ba.db-wal, is gone") || !strings.Contains(said, "ba.db-running") {
		t.Errorf("without the log: %d %s", code, said)
	}
	if err := os.WriteFile(log, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s.launch(t)
	ana.base = s.url
	var p object
	ana.must(t, "GET", "/api/projects/"+project, nil, &p)
}

func TestDrillADamagedFileKeepsItsLogAndTheWholeOneStarts(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	file, kept := filepath.Join(s.dir, "ba.db"), filepath.Join(t.TempDir(), "kept.babackup")
	backed := ana.project(t, "In the backup")
	if code, said := refusal(t, []string{"backup", kept}, "DATA_DIR="+s.dir); code != 0 {
		t.Fatalf("%d %s", code, said)
	}
	s.restart(t)
	ana.base = s.url
	last := ana.project(t, "In the log alone")
	s.kill()
	whole, log := content(t, file), content(t, file+"-wal")
	damaged := func() {
		if err := os.Truncate(file, 9000); err != nil {
			t.Fatal(err)
		}
		if code, said := refusal(t, []string{"serve"}, "PORT=0", "DATA_DIR="+s.dir); code != 1 || !strings.Contains(said, "damaged") {
			t.Fatalf("a damaged file: %d %s", code, said)
		}
		if !bytes.Equal(content(t, file+"-wal"), log) || len(content(t, file)) != 9000 {
			t.Error("the refused start changed the file or its log")
		}
	}
	damaged()
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	s.launch(t)
	ana.base = s.url
	var p object
	ana.must(t, "GET", "/api/projects/"+last, nil, &p)
	s.kill()

	if err := errors.Join(os.WriteFile(file, whole, 0o600), os.WriteFile(file+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	damaged()
	if code, said := refusal(t, []string{"restore", kept, "--replace"}, "DATA_DIR="+s.dir); code != 0 {
		t.Fatalf("a restore over the damaged file: %d %s", code, said)
	}
	s.launch(t)
	ana = signIn(t, s.url, "ana")
	ana.must(t, "GET", "/api/projects/"+backed, nil, &p)
}

func content(t testing.TB, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestDrillAKillDuringTheMigrationsOfTheSchema kills first starts at moments that
// are spread over them; each is followed by one that succeeds.
func TestDrillAKillDuringTheMigrationsOfTheSchema(t *testing.T) {
	t.Parallel()
	for _, vars := range [][]string{nil, {"DATABASE_URL=" + postgres.url(t)}} {
		for after := 5 * time.Millisecond; after < 250*time.Millisecond; after += after / 2 {
			dir := t.TempDir()
			if len(vars) > 0 {
				vars = []string{"DATABASE_URL=" + postgres.url(t)}
			}
			for range 2 {
				cmd := exec.Command(binary, "migrate")
				cmd.Env = environment(append([]string{"DATA_DIR=" + dir}, vars...)...)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				<-time.After(after)
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}
			if code, said := refusal(t, []string{"migrate"}, append([]string{"DATA_DIR=" + dir}, vars...)...); code != 0 {
				t.Errorf("after kills at %s: %d %s", after, code, said)
			}
		}
	}
}
