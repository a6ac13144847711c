package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	names "github.com/prometheus/common/model"
)

// scrape returns what the instance tells Prometheus.
func (s *instance) scrape(t *testing.T, token string) (contentType http.Header, text []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.url+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err = io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the metrics answer %d: %v", res.StatusCode, err)
	}
	return res.Header, text
}

// parsed reads the text as Prometheus does and fails the test where it would
// not take it.
func parsed(t *testing.T, text []byte) map[string]*dto.MetricFamily {
	t.Helper()
	p := expfmt.NewTextParser(names.LegacyValidation)
	families, err := p.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("Prometheus does not take it: %v\n%s", err, text)
	}
	return families
}

// With Redis and after some work, so that every family has something to say.
func TestPrometheusTakesTheMetricsAndItsLinterHasNothingToSay(t *testing.T) {
	t.Parallel()
	const token = "fixture-of-the-metrics"
	s := start(t, "METRICS_TOKEN="+token, "REDIS_URL="+startRedis(t).url())
	ana := signIn(t, s.url, "ana")
	project := ana.project(t, `A "name" with a \ and é`)
	rules := refundRules()
	ana.read(t, project, rules.name, rules.content)
	thread := ana.thread(t, project)
	ana.answered(t, thread, rules.question)
	ana.made(t, thread, "brd")

	header, text := s.scrape(t, token)
	if f := expfmt.ResponseFormat(header); f.FormatType() != expfmt.TypeTextPlain {
		t.Errorf("its type is %q", header.Get("Content-Type"))
	}
	families := parsed(t, text)
	problems, err := promlint.New(bytes.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(string(text)) {
		series := line[:max(strings.LastIndexByte(strings.TrimSpace(line), ' '), 0)]
		if seen[series] && !strings.HasPrefix(line, "#") {
			t.Errorf("%s stands there twice", series)
		}
		seen[series] = true
	}
	for name, f := range families {
		if f.GetHelp() == "" || !strings.HasSuffix(f.GetHelp(), ".") || f.GetType() == dto.MetricType_UNTYPED {
			t.Errorf("%s is a %s, explained by %q", name, f.GetType(), f.GetHelp())
		}
	}
	checkQueries(t, families)
}

var (
	selector = regexp.MustCompile(`\b((?:ba|go)_[a-z_]+?)(?:_bucket|_count|_sum)?\{([^}]*)\}`)
	matcher  = regexp.MustCompile(`([a-z_]+)(?:=~|!~|!=|=)"`)
	grouping = regexp.MustCompile(`by \(([a-z_, ]+)\)`)
	asked    = regexp.MustCompile(`\b(?:ba|go)_[a-z_]+`)
	ofSeries = regexp.MustCompile(`_(bucket|count|sum)$`)
)

// checkQueries holds the queries of alerts and dashboard to the labels that
// the families have.
func checkQueries(t *testing.T, families map[string]*dto.MetricFamily) {
	t.Helper()
	queries := append(alertQueries(t), dashboardQueries(t)...)
	if len(queries) < 40 {
		t.Fatalf("only %d queries were found", len(queries))
	}
	for _, q := range queries {
		var labels []string
		for _, name := range asked.FindAllString(q, -1) {
			labels = append(labels, labelsOf(families, name)...)
		}
		if len(labels) == 0 {
			continue // of a family that has nothing to say here, such as backups
		}
		labels = append(labels, "job", "instance") // Prometheus adds them
		for _, by := range grouping.FindAllStringSubmatch(q, -1) {
			for label := range strings.SplitSeq(by[1], ",") {
				if label = strings.TrimSpace(label); !slices.Contains(labels, label) {
					t.Errorf("nothing has the label %s: %s", label, q)
				}
			}
		}
		for _, s := range selector.FindAllStringSubmatch(q, -1) {
			known := append(labelsOf(families, s[1]), "job", "instance")
			for _, m := range matcher.FindAllStringSubmatch(s[2], -1) {
				if !slices.Contains(known, m[1]) && len(known) > 2 {
					t.Errorf("%s has no label %s: %s", s[1], m[1], q)
				}
			}
		}
	}
}

// labelsOf returns the labels of the series of a family.
func labelsOf(families map[string]*dto.MetricFamily, name string) []string {
	f := families[name]
	if f == nil {
		f = families[ofSeries.ReplaceAllString(name, "")]
	}
	var all []string
	for _, m := range f.GetMetric() {
		for _, l := range m.GetLabel() {
			all = append(all, l.GetName())
		}
	}
	if f.GetType() == dto.MetricType_HISTOGRAM {
		all = append(all, "le")
	}
	return all
}

func alertQueries(t *testing.T) (all []string) {
	t.Helper()
	for line := range strings.Lines(repositoryFile(t, "deploy/prometheus/alerts.yaml")) {
		if expr, is := strings.CutPrefix(strings.TrimSpace(line), "expr: "); is {
			all = append(all, expr)
		}
	}
	return all
}

func dashboardQueries(t *testing.T) (all []string) {
	t.Helper()
	var d struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal([]byte(repositoryFile(t, "deploy/grafana/ba-assistant.json")), &d); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			all = append(all, q.Expr)
		}
	}
	return all
}

func repositoryFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
