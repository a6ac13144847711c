// Package tracing owns what an instance tells a collector of OpenTelemetry of
// the course of its work: which request, turn, document or backup took how long,
// and in which of its steps. Nothing is told until an operator names a collector.
//
// It refuses content: a span has a name that stands in the program, and
// attributes that are numbers, states and names of providers and models; of an
// error it tells its kind and never its text. Ids of people, projects and
// conversations are not among them.
//
// The provider of spans travels in the context, so that no package needs a
// global one and a service that is not traced does nothing.
package tracing

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/ba-assistant/ba-assistant/ba"
)

const scope = "github.com/ba-assistant/ba-assistant"

type providerKey struct{}

// With returns a context whose work is traced by p.
func With(ctx context.Context, p trace.TracerProvider) context.Context {
	return context.WithValue(ctx, providerKey{}, p)
}

// Begin starts a span below the one of ctx, or a first one where ctx has none
// and its work is traced. The span that it returns is never nil; End ends it.
func Begin(ctx context.Context, name string, attrs ...attribute.KeyValue) (context.Context, trace.Span) {
	if span := trace.SpanFromContext(ctx); span.SpanContext().IsValid() {
		return within(ctx, span, name, attrs)
	}
	p, traced := ctx.Value(providerKey{}).(trace.TracerProvider)
	if !traced {
		return ctx, trace.SpanFromContext(ctx)
	}
	return p.Tracer(scope).Start(ctx, name, trace.WithAttributes(attrs...))
}

// Step starts a span below the one of ctx. Where there is none, or nobody will
// see it, it starts none: steps of what nobody asked for, such as looking for
// work every second, would bury the others.
func Step(ctx context.Context, name string, attrs ...attribute.KeyValue) (context.Context, trace.Span) {
	return within(ctx, trace.SpanFromContext(ctx), name, attrs)
}

func within(ctx context.Context, parent trace.Span, name string, attrs []attribute.KeyValue) (context.Context, trace.Span) {
	if !parent.IsRecording() {
		return ctx, unseen
	}
	return parent.TracerProvider().Tracer(scope).Start(ctx, name, trace.WithAttributes(attrs...), trace.WithSpanKind(trace.SpanKindInternal))
}

// unseen is a span that records nothing, for who must not end that of ctx.
var unseen = trace.SpanFromContext(context.Background())

// Recorded reports whether a step of ctx would be seen: for callers to whom the
// name of one costs time.
func Recorded(ctx context.Context) bool { return trace.SpanFromContext(ctx).IsRecording() }

// End ends a span, with the kind of the error where there is one.
func End(span trace.Span, err error) {
	if err != nil && span.IsRecording() {
		span.SetStatus(codes.Error, kindOf(err))
	}
	span.End()
}

// kindOf returns what may be told of an error.
func kindOf(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	return ba.CodeOf(err)
}
