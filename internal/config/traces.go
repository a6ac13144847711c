package config

import (
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// TraceHeader returns the headers of OTEL_EXPORTER_OTLP_HEADERS, which has the
// form of W3C baggage without properties, as OpenTelemetry's specification of
// the exporter says. The error names no value.
func (c *Config) TraceHeader() (map[string]string, error) {
	out := make(map[string]string)
	for i, part := range strings.Split(c.TraceHeaders, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, value, is := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		text, err := url.PathUnescape(strings.TrimSpace(value))
		if !is || err != nil || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(text) {
			return nil, fmt.Errorf("part %d", i+1)
		}
		out[name] = text
	}
	return out, nil
}

// checkTraces: what would lose the traces is said at the start.
func (c *Config) checkTraces() []Problem {
	var all []Problem
	if c.TraceShare < 0 || c.TraceShare > 1 {
		all = append(all, problem("OTEL_TRACES_SAMPLER_ARG", "is not a share from 0 to 1.", "Set 1 for every trace, or 0.1 for one in ten.")...)
	}
	if _, err := c.TraceHeader(); err != nil {
		all = append(all, problem("OTEL_EXPORTER_OTLP_HEADERS", "is not a list of name=value: "+err.Error()+" is not.", "Write it like x-api-key=VALUE; a space in a value is %20, a comma %2C.")...)
	}
	if c.TraceEndpoint == "" {
		return all
	}
	u, err := url.Parse(c.TraceEndpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" {
		return append(all, problem("OTEL_EXPORTER_OTLP_ENDPOINT", "is not the http or https address of a collector.", "Set one such as http://127.0.0.1:4318; /v1/traces is added.")...)
	}
	if strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), "/v1/traces") {
		return append(all, problem("OTEL_EXPORTER_OTLP_ENDPOINT", "ends in /v1/traces, which is added to it.", "Set it without that.")...)
	}
	if u.Port() == "4317" {
		return append(all, problem("OTEL_EXPORTER_OTLP_ENDPOINT", "names port 4317, on which collectors speak gRPC.", "Set the port of OTLP over HTTP, which is 4318 by default.")...)
	}
	return all
}
