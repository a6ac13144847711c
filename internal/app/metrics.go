package app

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/metric"
)

// metrics is what an instance counts of itself. It is nil where nobody is to
// see it, and then nothing is counted.
type metrics struct {
	registry *metric.Registry
	token    string
	inFlight atomic.Int64

	requests *metric.Histogram
	refused  *metric.Counter
	calls    *metric.Counter
	tokens   *metric.Counter
	first    *metric.Histogram
	whole    *metric.Histogram
	work     work
}

var (
	requestBounds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}
	callBounds    = []float64{.25, .5, 1, 2, 4, 8, 15, 30, 60, 120, 300}
)

func newMetrics(a *App) *metrics {
	if a.cfg.MetricsAddr == "" && a.cfg.MetricsToken == "" {
		return nil
	}
	r := &metric.Registry{}
	m := &metrics{registry: r, token: a.cfg.MetricsToken,
		requests: r.Histogram("ba_http_request_duration_seconds", "Requests that have ended, by the pattern of their route; a stream lasts as long as it is open.", requestBounds, "method", "route", "status"),
		refused:  r.Counter("ba_http_refused_total", "Requests over a limit: 402 budget, 413 size, 429 rate.", "code"),
		calls:    r.Counter("ba_ai_calls_total", "Calls of AI providers by how they ended.", "provider", "outcome"),
		tokens:   r.Counter("ba_ai_tokens_total", "Tokens that AI providers counted.", "provider", "kind"),
		first:    r.Histogram("ba_ai_first_word_seconds", "Time from a call of an AI provider to the first word of its answer.", callBounds, "provider"),
		whole:    r.Histogram("ba_ai_call_duration_seconds", "Time that a call of an AI provider took in all.", callBounds, "provider"),
	}
	m.work = newWork(r)
	m.readInstance(a)
	m.readBudget(a)
	m.readWork(a)
	return m
}

type setter = func(v float64, values ...string)

// readInstance adds what is read from the process and its database when
// somebody asks.
func (m *metrics) readInstance(a *App) {
	r := m.registry
	r.Gauge("ba_build_info", "The version that runs.", []string{"version", "go", "database"}, func(set setter) { set(1, a.version, runtime.Version(), a.db.Engine()) })
	r.Gauge("ba_start_time_seconds", "When the instance started, in seconds since 1970.", nil, func(set setter) { set(float64(a.began.Unix())) })
	r.Gauge("ba_http_requests_in_flight", "Requests under way, streams among them.", nil, func(set setter) { set(float64(m.inFlight.Load())) })
	r.Gauge("ba_database_connections", "Connections of the pool.", []string{"state"}, func(set setter) {
		s := a.db.Pool()
		set(float64(s.InUse), "in_use")
		set(float64(s.Idle), "idle")
		set(float64(s.MaxOpenConnections), "limit")
	})
	r.Total("ba_database_wait_seconds_total", "How long was waited in all for a free connection.", nil, func(set setter) { set(a.db.Pool().WaitDuration.Seconds()) })
	r.Gauge("go_goroutines", "Goroutines.", nil, func(set setter) { set(float64(runtime.NumGoroutine())) })
	r.Gauge("go_heap_bytes", "Memory of the Go heap in use.", nil, func(set setter) {
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		set(float64(s.HeapInuse))
	})
}

// scrapeTimeout is for what is read from the database for one answer.
const scrapeTimeout = 2 * time.Second

func (m *metrics) readBudget(a *App) {
	m.registry.Gauge("ba_ai_month_microusd", "What all together spent on AI this month (UTC), and what is set aside, in micro-dollars.", []string{"state"}, func(set setter) {
		ctx, cancel := context.WithTimeout(a.streams, scrapeTimeout)
		defer cancel()
		_, all, err := a.db.Spending(ctx, "", ba.MonthOf(time.Now()))
		if err != nil {
			return // the database is away: no value is better than a wrong one
		}
		set(float64(all.UsedMicroUSD), "used")
		set(float64(all.ReservedMicroUSD), "reserved")
	})
}

// observe counts a request that has ended.
func (m *metrics) observe(o httpx.Observation) {
	m.requests.Observe(o.Took.Seconds(), o.Method, o.Route, strconv.Itoa(o.Status/100)+"xx")
	switch o.Status {
	case http.StatusPaymentRequired, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests:
		m.refused.Add(1, strconv.Itoa(o.Status))
	}
}

// counted counts the requests under way.
func (m *metrics) counted(next http.Handler) http.Handler {
	if m == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.inFlight.Add(1)
		defer m.inFlight.Add(-1)
		next.ServeHTTP(w, r)
	})
}

// ServeHTTP answers with the metrics whoever has the token, where there is one.
func (m *metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if m.token != "" && subtle.ConstantTimeCompare([]byte(given), []byte(m.token)) != 1 {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "Send the value of METRICS_TOKEN as 'Authorization: Bearer'.", http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-store")
	_ = m.registry.Write(w) // a client that left cannot be told
}

// provider returns p with its calls counted.
func (m *metrics) provider(p llm.Provider) llm.Provider {
	if m == nil {
		return p
	}
	return counting{p, m}
}

// counting is a provider whose calls are counted.
type counting struct {
	llm.Provider
	m *metrics
}

// Stream passes the request on.
func (c counting) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		began, id, outcome := time.Now(), c.ID(), "stopped"
		var usage ba.Usage
		spoken := false
		defer func() {
			c.m.calls.Add(1, id, outcome)
			c.m.whole.Observe(time.Since(began).Seconds(), id)
			c.m.tokens.Add(float64(usage.InputTokens), id, "input")
			c.m.tokens.Add(float64(usage.OutputTokens), id, "output")
		}()
		for d, err := range c.Provider.Stream(ctx, req) {
			switch {
			case err != nil:
				outcome = outcomeOf(err)
			case d.Kind == llm.DeltaText && !spoken:
				spoken = true
				c.m.first.Observe(time.Since(began).Seconds(), id)
			case d.Kind == llm.DeltaUsage:
				usage = d.Usage
			case d.Kind == llm.DeltaStop:
				outcome = "complete"
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// outcomeOf returns the kind of a fault, of which there are few.
func outcomeOf(err error) string {
	fault, is := errors.AsType[*llm.Error](err)
	if !is {
		return "stopped"
	}
	if k := int(fault.Kind); k < len(faultNames) {
		return faultNames[k]
	}
	return faultNames[llm.ErrUnknown]
}

// faultNames are the kinds of fault as labels, in their order.
var faultNames = [...]string{
	llm.ErrUnknown: "unknown", llm.ErrAuth: "auth", llm.ErrBilling: "billing", llm.ErrRequest: "request", llm.ErrModel: "model", llm.ErrContext: "context",
	llm.ErrRefused: "refused", llm.ErrRateLimit: "rate_limit", llm.ErrOverloaded: "overloaded", llm.ErrNetwork: "network", llm.ErrTimeout: "timeout",
	llm.ErrCut: "cut", llm.ErrProtocol: "protocol",
}

const metricsHeaderTimeout = 5 * time.Second

// serveMetrics serves them at an address of their own until ctx ends.
func (a *App) serveMetrics(ctx context.Context) error {
	if a.cfg.MetricsAddr == "" {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.MetricsAddr)
	if err != nil {
		return ba.Wrap(ba.Unavailable, "The address of METRICS_ADDR is taken or not of this machine. Choose another one.", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: metricsHeaderTimeout}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	a.log.InfoContext(ctx, "metrics", "address", l.Addr().String())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve metrics: %w", err)
	}
	return nil
}
