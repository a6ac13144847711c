package tracing

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	tracesPath   = "/v1/traces" // below the endpoint, by the specification of OTLP/HTTP
	sendTimeout  = 5 * time.Second
	closeTimeout = 2 * time.Second // a stop does not wait longer for a collector
	maxAnswer    = 4 << 10
)

// Collector is where spans are sent, and what they say of this instance.
type Collector struct {
	Endpoint string            // such as http://127.0.0.1:4318
	Headers  map[string]string // sent with every request, such as a key
	Service  string            // service.name
	Version  string            // service.version
	Instance string            // service.instance.id
	Share    float64           // of the traces that are recorded, 0 to 1
	Log      *slog.Logger
}

// Tracer sends spans in the background. One that cannot be sent in time is
// dropped: neither requests nor memory wait for a collector.
type Tracer struct {
	provider *sdk.TracerProvider
}

// Open returns a tracer that sends to c, without asking whether it is there.
func Open(c Collector) *Tracer {
	about := resource.NewSchemaless(attribute.String("service.name", c.Service),
		attribute.String("service.version", c.Version), attribute.String("service.instance.id", c.Instance))
	return &Tracer{sdk.NewTracerProvider(
		sdk.WithBatcher(&exporter{Collector: c, url: strings.TrimSuffix(c.Endpoint, "/") + tracesPath, client: &http.Client{Timeout: sendTimeout, CheckRedirect: stay}}),
		sdk.WithResource(about),
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(c.Share))),
	)}
}

// stay does not follow a redirect: the headers may hold a key.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Provider returns what makes spans, for With.
func (t *Tracer) Provider() trace.TracerProvider { return t.provider }

// Flush sends what is waiting.
func (t *Tracer) Flush(ctx context.Context) error { return t.provider.ForceFlush(ctx) }

// Close sends what is waiting, for two seconds at most.
func (t *Tracer) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // what could not be sent was logged
}

// exporter sends batches, and says once when that begins and ceases to fail.
type exporter struct {
	Collector
	url    string
	client *http.Client
	away   atomic.Bool
}

// ExportSpans is called for one batch at a time. It tries once: the next batch
// comes soon, and spans are not worth a queue.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := e.send(ctx, spans)
	switch {
	case err != nil && !e.away.Swap(true):
		e.Log.WarnContext(ctx, "traces cannot be sent and are dropped until the collector answers (OTEL_EXPORTER_OTLP_ENDPOINT)", "error", err)
	case err == nil && e.away.Swap(false):
		e.Log.InfoContext(ctx, "traces are sent again")
	}
	return nil // told already, in our own words
}

func (e *exporter) send(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	body, err := packed(encode(spans))
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, body)
	if err != nil {
		return errors.New("the address is not one")
	}
	for name, value := range e.Headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Content-Encoding", "gzip")
	res, err := e.client.Do(req)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // so that the connection is used again
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("the collector answered %d", res.StatusCode)
	}
	return nil
}

func packed(r request) (*bytes.Buffer, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(r); err != nil {
		return nil, err
	}
	return &b, z.Close()
}

// Shutdown has nothing to end: every batch was sent when it came.
func (e *exporter) Shutdown(context.Context) error { return nil }
