package anthropic

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

// readFault reads an error response. The edge in front of the API may answer
// with HTML; then only the status is known.
func readFault(status int, body []byte, now time.Time) llm.Error {
	e := faultOf(body)
	if e.Code == "" {
		e.Kind, e.Msg = wire.KindOfStatus(status), http.StatusText(status)
		return e
	}
	if e.Kind == llm.ErrUnknown {
		e.Kind = wire.KindOfStatus(status)
	}
	if e.Kind == llm.ErrBilling {
		e.RetryAfter = untilDate(e.Msg, now)
	}
	return e
}

// faultOf reads an error object, of a response or of a stream.
func faultOf(body []byte) llm.Error {
	var b struct {
		Error struct {
			Type, Message string
			Details       struct {
				Code string `json:"error_code"`
			}
		}
		RequestID string `json:"request_id"`
	}
	if json.Unmarshal(body, &b) != nil || b.Error.Type == "" {
		return llm.Error{Kind: llm.ErrUnknown, Msg: "an error without a type"}
	}
	e := llm.Error{Kind: kinds[b.Error.Type], Code: b.Error.Type, Msg: b.Error.Message, RequestID: b.RequestID}
	low := strings.ToLower(b.Error.Message)
	switch {
	case b.Error.Details.Code == "enforced_spend_limit_reached":
		e.Kind, e.Code = llm.ErrBilling, b.Error.Details.Code
	case e.Kind != llm.ErrRequest: // only this type has several meanings, told apart by words alone
	case strings.Contains(low, "prompt is too long"):
		e.Kind = llm.ErrContext
	case strings.Contains(low, "usage limits"), strings.Contains(low, "credit balance"):
		e.Kind = llm.ErrBilling
	}
	return e
}

// kinds maps https://platform.claude.com/docs/en/api/errors.
var kinds = map[string]llm.ErrorKind{
	"invalid_request_error": llm.ErrRequest,
	"authentication_error":  llm.ErrAuth,
	"permission_error":      llm.ErrAuth,
	"billing_error":         llm.ErrBilling,
	"not_found_error":       llm.ErrModel,
	"request_too_large":     llm.ErrContext,
	"rate_limit_error":      llm.ErrRateLimit,
	"overloaded_error":      llm.ErrOverloaded,
	"api_error":             llm.ErrOverloaded,
	"timeout_error":         llm.ErrOverloaded,
}

var regained = regexp.MustCompile(`on (\d{4}-\d{2}-\d{2}) at (\d{2}:\d{2}) UTC`)

// untilDate returns how long it is until the date at which a spending limit
// ends, which stands only in the message; zero where it does not.
func untilDate(msg string, now time.Time) time.Duration {
	m := regained.FindStringSubmatch(msg)
	if m == nil {
		return 0
	}
	at, err := time.Parse("2006-01-02 15:04", m[1]+" "+m[2])
	if err != nil {
		return 0
	}
	return max(at.Sub(now), 0)
}
