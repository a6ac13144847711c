package app

import (
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
	metricName = regexp.MustCompile(`\bba_[a-z_]+`)
	ofSeries   = regexp.MustCompile(`_(bucket|sum|count)$`)
)

func TestEveryMetricOfTheAlertsAndTheManualIsServed(t *testing.T) {
	s := newSite(t, "METRICS_TOKEN="+metricsToken)
	status, text := s.scrape(metricsToken)
	if status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	served := make(map[string]bool)
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) == 4 && f[1] == "TYPE" {
			served[f[2]] = true
		}
	}
	named := make(map[string]string)
	for _, name := range []string{"deploy/prometheus/alerts.yaml", "docs/observability.md"} {
		file, err := os.ReadFile(filepath.Join(testenv.Root(t), name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range metricName.FindAllString(string(file), -1) {
			named[m] = name
		}
	}
	if len(named) < 15 {
		t.Fatalf("only %d metrics are named", len(named))
	}
	for _, m := range slices.Sorted(maps.Keys(named)) {
		if !served[m] && !served[ofSeries.ReplaceAllString(m, "")] && !slices.Contains(redisOnly, m) {
			t.Errorf("%s names %s, which is not served", named[m], m)
		}
	}
}
