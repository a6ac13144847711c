package app

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

func TestWhatEndsIsCounted(t *testing.T) {
	s := newSite(t, "METRICS_TOKEN="+metricsToken)
	ana := s.signIn("canaryname")
	project := storetest.Project(t, s.db, ana.actor, "canaryproject")
	d := storetest.Upload(t, s.db, ana.actor, project, "canaryfile.txt", []byte("canaryword"))
	job := storetest.Claim(t, s.db, d.ID)
	c := s.counted()
	if err := c.FinishJob(t.Context(), job, ba.Extraction{Format: "txt", Status: ba.DocumentRejected, ReasonCode: "given_up", Reason: "canaryreason"}); err != nil {
		t.Fatal(err)
	}
	if err := c.FinishJob(t.Context(), job, ba.Extraction{Format: "txt", Status: ba.DocumentReady}); err == nil {
		t.Error("a job can be finished twice")
	}
	thread := storetest.Thread(t, s.db, ana.actor, project, "canarytitle")
	start := storetest.Ask(t, s.db, ana.actor, thread.ID, "canaryquestion")
	turn, err := c.ClaimTurn(t.Context(), start.Turn.ID, ba.TurnOwner{Instance: "one", Until: time.Now().Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	part := ba.AnswerPart{Turn: turn.ID, Thread: turn.Thread, Answer: turn.Answer, Epoch: turn.Epoch, Text: "canaryanswer"}
	if err := c.EndTurn(t.Context(), ba.TurnEnd{AnswerPart: part, State: ba.TurnStopped}, nil); err != nil {
		t.Fatal(err)
	}
	b := ba.Backup{ID: ba.NewID[ba.BackupID](), Origin: ba.BackupCommand, State: ba.BackupDone, Place: "canaryplace", Owner: "one", StartedAt: time.Unix(1000, 0), FinishedAt: time.Unix(1234, 0)}
	if _, err := s.db.BeginBackup(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := s.db.EndBackup(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	_, text := s.scrape(metricsToken)
	for _, line := range []string{`ba_documents_read_total{format="txt",status="rejected",reason="given_up"} 1`, `ba_turns_ended_total{state="stopped"} 1`,
		"ba_backup_last_success_timestamp_seconds 1234", `ba_turns{state="running"} 0`, "ba_disk_free_bytes "} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
	if strings.Contains(text, "canary") || strings.Contains(text, `status="ready"`) {
		t.Errorf("what people wrote, or what failed, is counted:\n%s", text)
	}
}

// redisOnly are the metrics that only an instance with Redis serves.
var redisOnly = []string{"ba_redis_shared", "ba_redis_events_total", "ba_redis_lost_total"}

var (
	metricName = regexp.MustCompile(`\b(?:ba|go)_[a-z_]+`)
	askedName  = regexp.MustCompile(`\b(ba|go)_[a-z_]+\{`)
	ofSeries   = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// served returns the families that an instance serves, with Redis or without.
func (s *site) served() map[string]bool {
	s.t.Helper()
	status, text := s.scrape(metricsToken)
	if status != http.StatusOK {
		s.t.Fatalf("%d", status)
	}
	all := make(map[string]bool)
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) == 4 && f[1] == "TYPE" {
			all[f[2]] = true
		}
	}
	for _, name := range redisOnly {
		all[name] = true
	}
	return all
}

func repositoryFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testenv.Root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryMetricOfAlertsDashboardAndManualIsServed(t *testing.T) {
	s := newSite(t, "METRICS_TOKEN="+metricsToken)
	served := s.served()
	for _, name := range []string{"deploy/prometheus/alerts.yaml", "deploy/grafana/ba-assistant.json", "docs/observability.md"} {
		named := metricName.FindAllString(repositoryFile(t, name), -1)
		if len(named) < 8 {
			t.Errorf("%s names %d metrics only", name, len(named))
		}
		for _, m := range slices.Compact(slices.Sorted(slices.Values(named))) {
			if !served[m] && !served[ofSeries.ReplaceAllString(m, "")] {
				t.Errorf("%s names %s, which is not served", name, m)
			}
		}
	}
	manual := repositoryFile(t, "docs/observability.md")
	for _, m := range slices.Sorted(maps.Keys(served)) {
		if !strings.Contains(manual, "`"+m+"`") {
			t.Errorf("the manual does not explain %s", m)
		}
	}
}

// dashboard is what the test reads of the file for Grafana.
type dashboard struct {
	Panels []struct {
		ID      int
		Type    string
		Title   string
		GridPos struct{ X, Y, W, H int }
		Targets []struct{ Expr, RefID string }
	}
}

func TestEachPanelOfTheDashboardAsksForAMetricAndHasAPlaceOfItsOwn(t *testing.T) {
	var d dashboard
	if err := json.Unmarshal([]byte(repositoryFile(t, "deploy/grafana/ba-assistant.json")), &d); err != nil {
		t.Fatal(err)
	}
	ids, taken := make(map[int]bool), make(map[[2]int]string)
	for _, p := range d.Panels {
		if ids[p.ID] || p.Title == "" {
			t.Errorf("the panel %d (%s) has an id that is taken, or no title", p.ID, p.Title)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if at := [2]int{x, y}; taken[at] != "" || x >= 24 {
					t.Fatalf("%s lies on %q, or outside", p.Title, taken[at])
				} else {
					taken[at] = p.Title
				}
			}
		}
		if (len(p.Targets) == 0) != (p.Type == "row") {
			t.Errorf("%s asks %d questions", p.Title, len(p.Targets))
		}
		for _, q := range p.Targets {
			if !askedName.MatchString(q.Expr) || strings.Count(q.Expr, "(") != strings.Count(q.Expr, ")") || !strings.Contains(q.Expr, `job=~"$job"`) {
				t.Errorf("%s asks %s", p.Title, q.Expr)
			}
		}
	}
	if len(ids) < 20 {
		t.Errorf("%d panels", len(ids))
	}
}
