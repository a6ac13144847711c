package tracing

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ba-assistant/ba-assistant/ba"
)

// receiver is a collector that keeps what it gets.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []span
	about  []keyValue
	header http.Header
}

func collect(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusOK}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.status != http.StatusOK {
			w.WriteHeader(r.status)
			return
		}
		z, err := gzip.NewReader(q.Body)
		if err != nil || q.URL.Path != "/v1/traces" || q.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %v", q.URL.Path, q.Header.Get("Content-Type"), err)
			return
		}
		var body request
		if err := json.NewDecoder(z).Decode(&body); err != nil {
			t.Error(err)
		}
		r.header = q.Header
		for _, rs := range body.ResourceSpans {
			r.about = rs.Resource.Attributes
			for _, ss := range rs.ScopeSpans {
				r.got = append(r.got, ss.Spans...)
			}
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

func open(t *testing.T, r *receiver, log io.Writer) (*Tracer, context.Context) {
	t.Helper()
	tr := Open(Collector{Endpoint: r.URL + "/", Headers: map[string]string{"x-api-key": "of the tests"}, Service: "ba-test", Version: "1", Instance: "i",
		Share: 1, Log: slog.New(slog.NewTextHandler(log, nil))})
	t.Cleanup(tr.Close)
	return tr, With(t.Context(), tr.Provider())
}

func TestStepsAreSentBelowWhatTheyBelongTo(t *testing.T) {
	r := collect(t)
	tr, ctx := open(t, r, io.Discard)
	ctx, turn := Begin(ctx, "turn", attribute.String("s", "x"), attribute.Int64("n", 1<<60), attribute.Bool("b", true), attribute.Float64("f", .5))
	within, step := Step(ctx, "step")
	End(step, ba.E(ba.Invalid, "The word canary is not allowed."))
	_, below := Begin(within, "below") // the one above has ended: nobody would find it

	below.End()
	End(turn, nil)
	if err := tr.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(r.got) != 2 {
		t.Fatalf("%d spans: %+v", len(r.got), r.got)
	}
	s, p := r.got[0], r.got[1]
	if s.Name != "step" || p.Name != "turn" || s.ParentSpanID != p.SpanID || s.TraceID != p.TraceID || p.ParentSpanID != "" || len(p.TraceID) != 32 || len(p.SpanID) != 16 {
		t.Errorf("%+v\n%+v", s, p)
	}
	if s.Status.Code != 2 || s.Status.Message != "invalid" || p.Status.Code != 0 || s.Kind != 1 {
		t.Errorf("status %+v, %+v, kind %d", s.Status, p.Status, s.Kind)
	}
	attrs, err := json.Marshal(p.Attributes)
	if err != nil || string(attrs) != `[{"key":"s","value":{"stringValue":"x"}},{"key":"n","value":{"intValue":"1152921504606846976"}},{"key":"b","value":{"boolValue":true}},{"key":"f","value":{"doubleValue":0.5}}]` {
		t.Errorf("%s %v", attrs, err)
	}
	if len(s.Start) != 19 || s.End < s.Start || r.header.Get("X-Api-Key") != "of the tests" {
		t.Errorf("from %s to %s, headers %v", s.Start, s.End, r.header)
	}
	about, err := json.Marshal(r.about)
	if err != nil || !strings.Contains(string(about), `"service.name","value":{"stringValue":"ba-test"}`) {
		t.Errorf("%s %v", about, err)
	}
}

func TestWithoutATraceNothingIsMade(t *testing.T) {
	ctx := t.Context()
	for _, start := range []func(context.Context, string, ...attribute.KeyValue) (context.Context, trace.Span){Begin, Step} {
		after, span := start(ctx, "x")
		if after != ctx || span.IsRecording() || Recorded(after) {
			t.Error("something is recorded")
		}
		End(span, errors.New("x"))
	}
	r := collect(t)
	tr, ctx := open(t, r, io.Discard)
	_, span := Step(ctx, "of nobody")
	End(span, nil)
	if err := tr.Flush(t.Context()); err != nil || len(r.got) != 0 {
		t.Errorf("%v %v", r.got, err)
	}
}

func TestACollectorThatIsAwayIsSaidOnceAndWhenItIsBack(t *testing.T) {
	r := collect(t)
	var log strings.Builder
	tr, ctx := open(t, r, &log)
	send := func() {
		_, s := Begin(ctx, "x")
		s.End()
		if err := tr.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for _, status := range []int{503, 302, 200, 200} {
		r.answer(status)
		send()
	}
	if said := log.String(); strings.Count(said, "are dropped") != 1 || strings.Count(said, "sent again") != 1 || strings.Contains(said, "of the tests") {
		t.Error(said)
	}
	if len(r.got) != 2 {
		t.Errorf("%d spans", len(r.got))
	}
}
