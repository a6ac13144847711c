package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheLogIsInFilesTooAndAFullDiskStopsNothing(t *testing.T) {
	t.Parallel()
	logs := filepath.Join(t.TempDir(), "logs")
	s := start(t, "LOG_DIR="+logs, "LOG_FORMAT=json")
	ana := signIn(t, s.url, "ana")
	ana.project(t, "Refunds")
	file := filepath.Join(logs, "ba.log")
	eventually(t, 5*time.Second, "the file holds what the log holds", func() bool {
		text, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(text), `"route":"/api/projects"`) && strings.Contains(s.stderr.String(), strings.TrimSpace(string(text)))
	})
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v %v", info, err)
	}
	s.kill()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/full", file); err != nil {
		t.Fatal(err)
	}
	s.launch(t)
	ana = signIn(t, s.url, "ana")
	ana.project(t, "With a full disk")
	res, err := http.Get(s.url + "/health")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if said := s.stderr.String(); res.StatusCode != http.StatusOK || strings.Count(said, "takes no more lines") != 1 || !strings.Contains(said, `"route":"/api/projects"`) {
		t.Errorf("health is %d:\n%s", res.StatusCode, said)
	}
}
