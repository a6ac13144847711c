package metric

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func text(t *testing.T, r *Registry) string {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMetricsAreWrittenAsPrometheusReadsThem(t *testing.T) {
	r := &Registry{}
	c := r.Counter("ba_calls_total", "Calls.", "provider", "outcome")
	h := r.Histogram("ba_wait_seconds", "Waiting.", []float64{0.1, 1}, "route")
	r.Gauge("ba_open", "Open things.", nil, func(set func(float64, ...string)) { set(3) })
	c.Add(2, "openai", "ok")
	c.Add(1, "anthropic", "odd\"\\\n\té")
	for _, v := range []float64{0.05, 0.1, 0.5, 7} {
		h.Observe(v, "/a")
	}
	want := `# HELP ba_calls_total Calls.
# TYPE ba_calls_total counter
ba_calls_total{provider="anthropic",outcome="odd\"\\\n` + "\té" + `"} 1
ba_calls_total{provider="openai",outcome="ok"} 2
# HELP ba_wait_seconds Waiting.
# TYPE ba_wait_seconds histogram
ba_wait_seconds_bucket{route="/a",le="0.1"} 2
ba_wait_seconds_bucket{route="/a",le="1"} 3
ba_wait_seconds_bucket{route="/a",le="+Inf"} 4
ba_wait_seconds_sum{route="/a"} 7.65
ba_wait_seconds_count{route="/a"} 4
# HELP ba_open Open things.
# TYPE ba_open gauge
ba_open 3
`
	if got := text(t, r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAFamilyDoesNotGrowWithoutBound(t *testing.T) {
	r := &Registry{}
	c := r.Counter("ba_x_total", "X.", "id")
	var all sync.WaitGroup
	for i := range 4 * maxSeries {
		all.Go(func() { c.Add(1, fmt.Sprint(i)) })
	}
	all.Wait()
	got := text(t, r)
	if n := strings.Count(got, "ba_x_total{"); n != maxSeries+1 || !strings.Contains(got, fmt.Sprintf(`ba_x_total{id="other"} %d`, 3*maxSeries)) {
		t.Errorf("%d series", n)
	}
}
