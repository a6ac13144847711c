package app

import (
	"context"
	"io"
	"log/slog"

	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
)

// NewLogger returns the log of an instance: text for people in development,
// JSON in production, unless LOG_FORMAT says otherwise; secrets are redacted,
// and what a request does carries its id.
func NewLogger(c *config.Config, out io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo // config.Load lets no other word pass
	}
	options := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewJSONHandler(out, options)
	if c.LogFormat == "text" || c.LogFormat == "" && !c.Production() {
		h = slog.NewTextHandler(out, options)
	}
	return slog.New(httpx.Redact(withRequest{h}))
}

// withRequest adds the id of the request on whose behalf something is logged.
type withRequest struct{ slog.Handler }

const requestKey = "request_id"

// Handle implements slog.Handler.
func (h withRequest) Handle(ctx context.Context, r slog.Record) error {
	id := httpx.RequestID(ctx)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == requestKey {
			id = ""
		}
		return id != ""
	})
	if id != "" {
		r.AddAttrs(slog.String(requestKey, id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h withRequest) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withRequest{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h withRequest) WithGroup(name string) slog.Handler {
	return withRequest{h.Handler.WithGroup(name)}
}
