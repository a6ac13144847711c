package streaming

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/bench/process"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
)

const mostAdded = 2.0 // times the latency of the relay

func TestEventsReachAThousandStreamsNearlyAsSoonAsThroughABareRelay(t *testing.T) {
	streams := yardstick.Pick(1000, 30)
	pace := time.Duration(2 * float64(time.Second) / saturation(t, streams)) // half of what the relay can do
	lasts := time.Duration(yardstick.Pick(4000, 200)) * time.Millisecond
	n := max(int(lasts/pace), 2)
	yardstick.Note(fmt.Sprintf("event streams: half of the relay's most, to %d streams", streams), float64(streams)*float64(time.Second)/float64(pace), "events/s")
	results := map[string]*measured{"relay": {}, "ours": {}}
	for range yardstick.Pick(5, 1) {
		for _, role := range []string{"relay", "ours"} {
			results[role].add(t, role, streams, n, pace)
		}
	}
	own, theirs := results["ours"], results["relay"]
	report := func(what string, a, b []time.Duration, most float64) {
		yardstick.Result{What: fmt.Sprintf("event streams, %d: %s", streams, what), Ours: yardstick.Milliseconds(yardstick.Median(a)), Baseline: yardstick.Milliseconds(yardstick.Median(b)),
			Unit: "ms", Against: "bare net/http relay", Most: most}.Report(t)
	}
	report("latency, middle", own.middle, theirs.middle, mostAdded)
	report("latency, 99 %", own.high, theirs.high, mostAdded)
	yardstick.Result{What: fmt.Sprintf("event streams, %d: memory of each", streams), Ours: yardstick.Median(own.memory) / 1024, Baseline: yardstick.Median(theirs.memory) / 1024,
		Unit: "kB", Against: "bare net/http relay"}.Report(t)
}

// saturation returns how many events a second the relay hands to all streams
// when its publisher waits for each of them.
func saturation(t *testing.T, streams int) float64 {
	t.Helper()
	n := yardstick.Pick(150, 20)
	var rates []float64
	for range yardstick.Pick(3, 1) {
		s := start(t, "relay")
		c := s.watch(t, streams)
		s.publish(t, n, 0)
		got := c.summary(t, streams*n)
		c.Stop()
		s.Stop()
		rates = append(rates, float64(n)/time.Duration(got.Last-got.First).Seconds())
	}
	return yardstick.Median(rates)
}

// measured collects the rounds of one server.
type measured struct {
	middle, high []time.Duration
	memory       []float64
}

func (m *measured) add(t *testing.T, role string, streams, n int, pace time.Duration) {
	t.Helper()
	s := start(t, role)
	defer s.Stop()
	before := s.memory(t)
	c := s.watch(t, streams)
	defer c.Stop()
	m.memory = append(m.memory, float64(s.memory(t)-before)/float64(streams))
	s.publish(t, n, pace)
	got := c.summary(t, streams*n)
	m.middle, m.high = append(m.middle, got.Middle), append(m.high, got.High)
}

// server is a server process.
type server struct {
	*process.Process
	base, stream string
}

func start(t *testing.T, role string) *server {
	t.Helper()
	s := &server{Process: process.Run(t, role)}
	path := "/stream"
	if role == "ours" {
		path = "/api/threads/" + s.Line(t) + "/chat"
	}
	s.base = s.Line(t)
	s.stream = s.base + path
	return s
}

func (s *server) call(t *testing.T, method, path string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s (%v)", path, res.Status, body, err)
	}
	return string(body)
}

func (s *server) publish(t *testing.T, n int, pace time.Duration) {
	t.Helper()
	s.call(t, http.MethodPost, "/bench/publish?"+url.Values{"n": {strconv.Itoa(n)}, "pace": {pace.String()}}.Encode())
}

func (s *server) memory(t *testing.T) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s.call(t, http.MethodGet, "/bench/memory"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// watchers is the process of the clients.
type watchers struct{ *process.Process }

// watch returns once all streams are open.
func (s *server) watch(t *testing.T, streams int) *watchers {
	t.Helper()
	c := &watchers{process.Run(t, "clients", s.stream, strconv.Itoa(streams))}
	if got := c.Line(t); got != "connected" {
		t.Fatalf("the clients say %q", got)
	}
	return c
}

// summary waits for the end of the run. No event may be missing.
func (c *watchers) summary(t *testing.T, want int) summary {
	t.Helper()
	var s summary
	if err := json.Unmarshal([]byte(c.Line(t)), &s); err != nil {
		t.Fatal(err)
	}
	if s.Events != want {
		t.Errorf("%d events were received, want %d", s.Events, want)
	}
	return s
}
