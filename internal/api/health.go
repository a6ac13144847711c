package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// HealthReport says whether the instance can do its work, and what it checked.
// It holds no secret.
type HealthReport struct {
	Version string
	Checks  []HealthCheck
}

// HealthCheck is one thing that was checked.
type HealthCheck struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail" doc:"What is wrong and what to do, or what was found"`
}

// Ready reports whether all checks are good.
func (r HealthReport) Ready() bool {
	for _, c := range r.Checks {
		if !c.OK {
			return false
		}
	}
	return true
}

type wireHealth struct {
	Status  string        `json:"status" enum:"ready,not_ready"`
	Version string        `json:"version"`
	Checks  []HealthCheck `json:"checks"`
}

type healthOutput struct {
	Status int
	Body   wireHealth
}

func (s *server) health(ctx context.Context, _ ba.Actor, _ *struct{}) (*healthOutput, error) {
	report := s.Health.Health(ctx)
	o := &healthOutput{Status: http.StatusOK, Body: wireHealth{Status: "ready", Version: report.Version, Checks: report.Checks}}
	if o.Body.Checks == nil {
		o.Body.Checks = []HealthCheck{}
	}
	if !report.Ready() {
		o.Status, o.Body.Status = http.StatusServiceUnavailable, "not_ready"
	}
	return o, nil
}

type wireLive struct {
	Status string `json:"status" enum:"live"`
}

func (s *server) live(context.Context, ba.Actor, *struct{}) (*out[wireLive], error) {
	return answer(wireLive{Status: "live"}), nil
}

const (
	probeEvents = 10
	probeGap    = 200 * time.Millisecond
)

// probe is one event of the diagnostic stream.
type probe struct {
	Seq    int       `json:"seq"`
	SentAt time.Time `json:"sent_at" doc:"The server's clock"`
}

// healthStream sends ten events, 200 ms apart: whoever sees them arrive all at
// once has a buffer in between.
//
// The events have no name, so that EventSource's onmessage gets them.
func (s *server) healthStream(w http.ResponseWriter, r *http.Request, _ ba.Actor, _ *struct{}) error {
	stream, err := sse.NewWriter(w)
	if err != nil {
		return err
	}
	tick := time.NewTicker(probeGap)
	defer tick.Stop()
	for seq := 1; ; seq++ {
		data, err := json.Marshal(probe{Seq: seq, SentAt: s.Clock().UTC()})
		if err != nil {
			return err
		}
		if err := stream.Event(strconv.Itoa(seq), "", data); err != nil || seq == probeEvents {
			return nil // all sent, or the client left
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-tick.C:
		}
	}
}

// atTheDoor counts a request of an address that asks for a session or a token,
// where there is a limiter, and is RateLimited where it is one too many.
func (s *server) atTheDoor(ctx context.Context) error {
	if s.SignInLimiter == nil {
		return nil
	}
	return s.SignInLimiter.AllowClient(ctx)
}

// limited counts the requests of each address, where there is a limiter.
func limited(l *httpx.Limiter, h httpx.HandlerFunc) httpx.HandlerFunc {
	if l == nil {
		return h
	}
	return httpx.Limited(l, h)
}
