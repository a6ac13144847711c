package tracing

import (
	"encoding/hex"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// What follows is ExportTraceServiceRequest of OTLP 1.x in its JSON form: ids in
// hexadecimal digits, 64-bit numbers as text, enumerations as numbers.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
type (
	request struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   attributes   `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	scopeSpans struct {
		Scope struct {
			Name string `json:"name"`
		} `json:"scope"`
		Spans []span `json:"spans"`
	}
	attributes struct {
		Attributes []keyValue `json:"attributes,omitempty"`
	}
	span struct {
		TraceID      string     `json:"traceId"`
		SpanID       string     `json:"spanId"`
		ParentSpanID string     `json:"parentSpanId,omitempty"`
		Name         string     `json:"name"`
		Kind         int        `json:"kind"`
		Start        string     `json:"startTimeUnixNano"`
		End          string     `json:"endTimeUnixNano"`
		Attributes   []keyValue `json:"attributes,omitempty"`
		Dropped      int        `json:"droppedAttributesCount,omitempty"`
		Links        []link     `json:"links,omitempty"`
		Status       status     `json:"status"`
	}
	link struct {
		TraceID string `json:"traceId"`
		SpanID  string `json:"spanId"`
	}
	status struct {
		Code    int    `json:"code,omitempty"`
		Message string `json:"message,omitempty"`
	}
	keyValue struct {
		Key   string         `json:"key"`
		Value map[string]any `json:"value"`
	}
)

// encode returns the spans as one request. All are of the same resource.
func encode(spans []sdk.ReadOnlySpan) request {
	if len(spans) == 0 {
		return request{}
	}
	var in scopeSpans
	in.Scope.Name = scope
	for _, s := range spans {
		in.Spans = append(in.Spans, encodeSpan(s))
	}
	about := attributes{encodeAll(spans[0].Resource().Attributes())}
	return request{[]resourceSpans{{Resource: about, ScopeSpans: []scopeSpans{in}}}}
}

func encodeSpan(s sdk.ReadOnlySpan) span {
	out := span{
		TraceID: s.SpanContext().TraceID().String(), SpanID: s.SpanContext().SpanID().String(),
		Name: s.Name(), Kind: int(s.SpanKind()), // the SDK counts the kinds as the protocol does
		Start: strconv.FormatInt(s.StartTime().UnixNano(), 10), End: strconv.FormatInt(s.EndTime().UnixNano(), 10),
		Attributes: encodeAll(s.Attributes()), Dropped: s.DroppedAttributes(),
		Status: status{Message: s.Status().Description},
	}
	switch s.Status().Code {
	case codes.Ok:
		out.Status.Code = 1
	case codes.Error:
		out.Status.Code = 2
	}
	if parent := s.Parent(); parent.SpanID().IsValid() {
		id := parent.SpanID()
		out.ParentSpanID = hex.EncodeToString(id[:])
	}
	for _, l := range s.Links() {
		out.Links = append(out.Links, link{l.SpanContext.TraceID().String(), l.SpanContext.SpanID().String()})
	}
	return out
}

func encodeAll(attrs []attribute.KeyValue) []keyValue {
	out := make([]keyValue, 0, len(attrs))
	for _, a := range attrs {
		out = append(out, keyValue{string(a.Key), encodeValue(a.Value)})
	}
	return out
}

func encodeValue(v attribute.Value) map[string]any {
	switch v.Type() {
	case attribute.BOOL:
		return map[string]any{"boolValue": v.AsBool()}
	case attribute.INT64:
		return map[string]any{"intValue": strconv.FormatInt(v.AsInt64(), 10)}
	case attribute.FLOAT64:
		return map[string]any{"doubleValue": v.AsFloat64()}
	}
	return map[string]any{"stringValue": v.Emit()}
}
