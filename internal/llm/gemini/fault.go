package gemini

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

// fault is google.rpc.Status as the API writes it, with the details that say
// more than the status (https://google.aip.dev/193).
type fault struct {
	Error struct {
		Code    int
		Message string
		Status  string
		Details []struct {
			Reason     string // ErrorInfo
			Delay      string `json:"retryDelay"` // RetryInfo: "34.4s", "900ms"
			Violations []struct {
				Quota string `json:"quotaId"`
			} // QuotaFailure
		}
	}
}

// readFault reads an error, of a response or (with status 200 or 0) of a stream.
func readFault(status int, body []byte) llm.Error {
	var f fault
	if json.Unmarshal(body, &f) != nil || f.Error.Status == "" && f.Error.Code == 0 {
		return llm.Error{Kind: wire.KindOfStatus(status), Msg: http.StatusText(status)}
	}
	if status == 0 || status == http.StatusOK {
		status = f.Error.Code
	}
	e := llm.Error{Kind: kindOf(status, f), Status: status, Code: f.Error.Status, Msg: f.Error.Message}
	for _, d := range f.Error.Details {
		if delay, err := time.ParseDuration(d.Delay); err == nil && e.Kind != llm.ErrBilling {
			e.RetryAfter = max(delay, 0)
		}
	}
	return e
}

// kindOf maps https://ai.google.dev/gemini-api/docs/troubleshooting. One status
// has several meanings, told apart by details, and by words where there are none.
func kindOf(status int, f fault) llm.ErrorKind {
	for _, d := range f.Error.Details {
		if strings.HasPrefix(d.Reason, "API_KEY_") {
			return llm.ErrAuth
		}
		for _, v := range d.Violations {
			if strings.Contains(v.Quota, "PerDay") {
				return llm.ErrBilling
			}
		}
	}
	low := strings.ToLower(f.Error.Message)
	switch f.Error.Status {
	case "INVALID_ARGUMENT":
		if strings.Contains(low, "token count") && strings.Contains(low, "exceeds") {
			return llm.ErrContext
		}
		return llm.ErrRequest
	case "UNAUTHENTICATED", "PERMISSION_DENIED", "FAILED_PRECONDITION": // the last: not in this country without billing
		return llm.ErrAuth
	case "NOT_FOUND":
		return llm.ErrModel
	case "RESOURCE_EXHAUSTED":
		if strings.Contains(low, "spend") {
			return llm.ErrBilling
		}
		return llm.ErrRateLimit
	case "INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "CANCELLED", "UNKNOWN":
		return llm.ErrOverloaded
	}
	return wire.KindOfStatus(status)
}
