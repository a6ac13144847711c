package app

import (
	"context"
	"iter"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/tracing"
)

// openTracer returns nil where no collector is named.
func openTracer(a *App) (*tracing.Tracer, error) {
	c := a.cfg
	if c.TraceEndpoint == "" {
		return nil, nil
	}
	headers, err := c.TraceHeader()
	if err != nil {
		return nil, ba.Wrap(ba.Invalid, "OTEL_EXPORTER_OTLP_HEADERS is not a list of name=value.", err)
	}
	return tracing.Open(tracing.Collector{Endpoint: c.TraceEndpoint, Headers: headers, Service: c.TraceService,
		Version: a.version, Instance: a.storage.instance, Share: c.TraceShare, Log: a.log}), nil
}

// traced returns a context whose work is traced, where traces are made.
func (a *App) traced(ctx context.Context) context.Context {
	if a.tracer == nil {
		return ctx
	}
	return tracing.With(ctx, a.tracer.Provider())
}

// traceRequests makes each request the first span of a trace. What a stranger
// says of a trace of their own is linked, and decides nothing here.
func (a *App) traceRequests(next http.Handler) http.Handler {
	if a.tracer == nil {
		return next
	}
	tracer := a.tracer.Provider().Tracer("http")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer), trace.WithNewRoot()}
		theirs := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		if s := trace.SpanContextFromContext(theirs); s.IsValid() {
			options = append(options, trace.WithLinks(trace.Link{SpanContext: s}))
		}
		ctx, span := tracer.Start(a.traced(r.Context()), "request", options...)
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// traceRequest names the span of a request that has ended by its route.
func traceRequest(o httpx.Observation) {
	span := trace.SpanFromContext(o.Context)
	if !span.IsRecording() {
		return
	}
	span.SetName(o.Method + " " + o.Route)
	span.SetAttributes(attribute.String("http.request.method", o.Method), attribute.String("http.route", o.Route), attribute.Int("http.response.status_code", o.Status))
	if o.Status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
}

// asked is a provider whose calls are steps of the trace, named as the
// conventions for generative AI of OpenTelemetry ask.
type asked struct{ llm.Provider }

// Stream passes the request on.
func (p asked) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	if !tracing.Recorded(ctx) {
		return p.Provider.Stream(ctx, req)
	}
	return func(yield func(llm.Delta, error) bool) {
		ctx, span := tracing.Step(ctx, "chat "+p.ID(), attribute.String("gen_ai.operation.name", "chat"),
			attribute.String("gen_ai.provider.name", p.ID()), attribute.String("gen_ai.request.model", req.Model), attribute.Int("ba.messages", len(req.Messages)))
		var failed error
		defer func() { endCall(span, failed) }()
		began, spoken := time.Now(), false
		for d, err := range p.Provider.Stream(ctx, req) {
			switch {
			case err != nil:
				failed = err
			case d.Kind == llm.DeltaText && !spoken:
				spoken = true
				span.SetAttributes(attribute.Float64("gen_ai.response.time_to_first_chunk", time.Since(began).Seconds()))
			case d.Kind == llm.DeltaUsage:
				span.SetAttributes(usage(d.Usage)...)
			case d.Kind == llm.DeltaStop:
				span.SetAttributes(attribute.String("ba.outcome", "complete"))
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

func usage(u ba.Usage) []attribute.KeyValue {
	return []attribute.KeyValue{attribute.Int64("gen_ai.usage.input_tokens", int64(u.InputTokens)), attribute.Int64("gen_ai.usage.output_tokens", int64(u.OutputTokens))}
}

func endCall(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, outcomeOf(err))
	}
	span.End()
}
