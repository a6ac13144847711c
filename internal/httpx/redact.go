package httpx

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"
)

const redacted = "[redacted]"

// secretKeys are the attribute names whose values never reach a log, compared
// in lower case without '_' and '-'.
var secretKeys = []string{
	"password", "passwd", "secret", "token", "apikey", "authorization", "cookie", "credential",
	"privatekey", "masterkey", "datakey", "verifier", "nonce", "setupcode", "authcode", "logincode", "idtoken",
}

// secretValues match what is a secret wherever it stands in a text.
var secretValues = regexp.MustCompile(strings.Join([]string{
	`\bbas?_[A-Za-z0-9_-]{16,}`,                         // our own tokens
	`\bsk-[A-Za-z0-9_-]{12,}`,                           // Anthropic, OpenAI, DeepSeek
	`\bAIza[A-Za-z0-9_-]{20,}`,                          // Google API keys
	`\bGOCSPX-[A-Za-z0-9_-]{10,}`,                       // Google client secrets
	`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,                     // AWS
	`\bgh[pousr]_[A-Za-z0-9]{20,}`,                      // GitHub
	`\bya29\.[A-Za-z0-9_-]{10,}`,                        // Google access tokens
	`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}[^\s"']*`, // JWT
	`(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`,   // Authorization values
	`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END|$)`,
}, "|"))

// secretParts match a secret after something that stays readable, which is
// the first group: the user part of a URL, or the name of a parameter.
var secretParts = regexp.MustCompile(`(?i)(://[^\s/:@]*:)[^\s/@]+(@)` +
	`|([?&\s"'](?:code|state|nonce|token|access_token|id_token|refresh_token|client_secret|code_verifier|password|api_key|key)=)[^&\s"']+`)

// Redact wraps a log handler so that no secret reaches it: values are replaced
// by the name of their attribute and by their look, in messages, groups, errors
// and anything that has a text form.
func Redact(next slog.Handler) slog.Handler { return &redactor{next} }

type redactor struct{ next slog.Handler }

func (h *redactor) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h *redactor) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, redactText(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(redactAttr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

func (h *redactor) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &redactor{h.next.WithAttrs(redactAttrs(attrs))}
}

func (h *redactor) WithGroup(name string) slog.Handler { return &redactor{h.next.WithGroup(name)} }

func redactAttrs(attrs []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		out[i] = redactAttr(a)
	}
	return out
}

func redactAttr(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(redactAttrs(v.Group())...)}
	}
	if isSecretKey(a.Key) {
		return slog.String(a.Key, redacted)
	}
	switch v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, redactText(v.String()))
	case slog.KindAny:
		return slog.String(a.Key, redactText(textOf(v.Any())))
	}
	return slog.Attr{Key: a.Key, Value: v}
}

func textOf(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

// isSecretKey reports whether an attribute of this name holds a secret. Counts
// such as input_tokens end in an s and are none.
func isSecretKey(key string) bool {
	k := strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "").Replace(key))
	if strings.HasSuffix(k, "tokens") || strings.HasSuffix(k, "id") {
		return false
	}
	for _, s := range secretKeys {
		if strings.Contains(k, s) {
			return true
		}
	}
	return false
}

func redactText(s string) string {
	s = secretValues.ReplaceAllString(s, redacted)
	return secretParts.ReplaceAllString(s, "${1}${3}"+redacted+"${2}")
}
