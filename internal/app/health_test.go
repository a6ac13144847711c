package app

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/api"
)

func TestHealthIsTriedAgainOnlyAfterAMoment(t *testing.T) {
	s := newSite(t)
	at := time.Now()
	h := s.services.health
	h.clock = func() time.Time { return at }
	if r := h.Health(t.Context()); !r.Ready() || len(r.Checks) != 5 {
		t.Fatalf("a fresh workspace: %+v", r)
	}
	s.takeDatabase()
	if r := h.Health(t.Context()); !r.Ready() {
		t.Errorf("at once the answer is given again: %+v", r)
	}
	at = at.Add(healthFresh)
	if r := h.Health(t.Context()); r.Ready() {
		t.Error("after a moment it is tried again, and the database is gone")
	}
}

func TestHealthIsNotReadyWhileTheDatabaseIsGone(t *testing.T) {
	s := newSite(t)
	s.takeDatabase()
	res := s.do(someone{}, "GET", "/health", body{})
	var report struct {
		Status string            `json:"status"`
		Checks []api.HealthCheck `json:"checks"`
	}
	if err := json.NewDecoder(res.Body).Decode(&report); err != nil || res.StatusCode != http.StatusServiceUnavailable || report.Status != "not_ready" {
		t.Fatalf("%d %+v %v", res.StatusCode, report, err)
	}
	for _, c := range report.Checks {
		if c.Name == "database" && (c.OK || !strings.Contains(c.Detail, "Check")) {
			t.Errorf("the database check: %+v", c)
		}
		if strings.Contains(c.Detail, s.cfg.DataDir) {
			t.Errorf("%s shows a path: %s", c.Name, c.Detail)
		}
	}
	if live := s.do(someone{}, "GET", "/health/live", body{}); live.StatusCode != http.StatusOK {
		t.Errorf("liveness: %d", live.StatusCode)
	}
}

func TestAnOddCallerDoesNotSpoilTheHealthOfOthers(t *testing.T) {
	s := newSite(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	if r := s.services.health.Health(gone); !r.Ready() {
		t.Errorf("asked by somebody who left: %+v", r)
	}
}

func TestWhatDevelopmentGeneratesIsForItsOwnerAlone(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"keys/master.key", "keys/secret.key", "ba.db", "keyring.db"} {
		info, err := os.Stat(filepath.Join(s.cfg.DataDir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}
