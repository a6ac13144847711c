package app

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/api"
)

const (
	healthFresh   = 2 * time.Second // an answer is given again for so long
	healthTimeout = 3 * time.Second // of all checks together; platforms wait for 5 s
)

// check finds out whether one thing works. The detail is a sentence without
// secrets or paths, since everybody can read it: what was found, or what is
// wrong and what to do. The error is for the log.
type check struct {
	name string
	run  func(ctx context.Context) (detail string, err error)
}

// health is the api.Health of an instance. It really tries what it reports,
// and does so at most once in healthFresh, however many ask.
type health struct {
	version string
	checks  []check
	clock   func() time.Time
	log     *slog.Logger

	stopping atomic.Bool // said at once: nobody is to send requests here any more

	mu     sync.Mutex
	at     time.Time
	report api.HealthReport
	failed map[string]bool // what was logged as failing
}

// Health implements api.Health.
func (h *health) Health(ctx context.Context) api.HealthReport {
	if h.stopping.Load() {
		return api.HealthReport{Version: h.version, Checks: []api.HealthCheck{{Name: "running", Detail: "This instance is stopping. Another one, or the next one, takes over."}}}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := h.clock(); h.at.IsZero() || now.Sub(h.at) >= healthFresh || now.Before(h.at) {
		h.report, h.at = h.examine(ctx), now
	}
	return h.report
}

// examine runs all checks. A caller who leaves does not spoil the answer that
// the next one gets.
func (h *health) examine(ctx context.Context) api.HealthReport {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healthTimeout)
	defer cancel()
	report := api.HealthReport{Version: h.version}
	for _, c := range h.checks {
		detail, err := c.run(ctx)
		report.Checks = append(report.Checks, api.HealthCheck{Name: c.name, OK: err == nil, Detail: detail})
		h.note(ctx, c.name, err)
	}
	return report
}

// note logs a check that begins to fail, and one that is good again.
func (h *health) note(ctx context.Context, name string, err error) {
	if h.failed == nil {
		h.failed = make(map[string]bool)
	}
	switch {
	case err != nil && !h.failed[name]:
		h.log.ErrorContext(ctx, "a health check fails", "check", name, "error", err)
	case err == nil && h.failed[name]:
		h.log.InfoContext(ctx, "a health check is good again", "check", name)
	}
	h.failed[name] = err != nil
}
