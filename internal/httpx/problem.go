package httpx

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Problem is an error as clients see it (RFC 9457). It never repeats a value
// that the client sent.
type Problem struct {
	Type       string         `json:"type"`
	Title      string         `json:"title"`
	Status     int            `json:"status"`
	Detail     string         `json:"detail"`
	Code       string         `json:"code"`
	RequestID  string         `json:"request_id"`
	RetryAfter int            `json:"retry_after,omitempty"` // seconds; zero where a retry does not help
	Errors     []FieldProblem `json:"errors,omitempty"`
	Actions    []Action       `json:"actions,omitempty"`
}

// Action is what a person can do about a problem: a link with its label.
type Action struct {
	Label string `json:"label"`
	URL   string `json:"url"` // a local path
}

// actionError is an error that offers actions.
type actionError struct {
	error
	actions []Action
}

func (e *actionError) Unwrap() error { return e.error }

// WithActions returns err with links that help the person; pages show them as
// buttons. The kind and the texts stay err's.
func WithActions(err error, actions ...Action) error { return &actionError{err, actions} }

// FieldProblem is one invalid part of a request.
type FieldProblem struct {
	Location string `json:"location"` // such as "body.name"
	Message  string `json:"message"`
}

// statusClientClosed is what the log shows where the client went away first.
const statusClientClosed = 499

var kindStatus = map[ba.Kind]int{
	ba.Internal:        http.StatusInternalServerError,
	ba.Invalid:         http.StatusUnprocessableEntity,
	ba.Unauthenticated: http.StatusUnauthorized,
	ba.Forbidden:       http.StatusForbidden,
	ba.NotFound:        http.StatusNotFound,
	ba.Conflict:        http.StatusConflict,
	ba.TooLarge:        http.StatusRequestEntityTooLarge,
	ba.Unsupported:     http.StatusUnsupportedMediaType,
	ba.RateLimited:     http.StatusTooManyRequests,
	ba.BudgetExhausted: http.StatusPaymentRequired,
	ba.Unavailable:     http.StatusServiceUnavailable,
	ba.Canceled:        statusClientClosed,
}

var kindTitles = map[ba.Kind]string{
	ba.Internal:        "Something failed on our side",
	ba.Invalid:         "The request is not valid",
	ba.Unauthenticated: "Sign in first",
	ba.Forbidden:       "Not allowed",
	ba.NotFound:        "Not found",
	ba.Conflict:        "This contradicts what is stored",
	ba.TooLarge:        "Too large",
	ba.Unsupported:     "Not supported",
	ba.RateLimited:     "Too many requests",
	ba.BudgetExhausted: "The budget is used up",
	ba.Unavailable:     "Not available at the moment",
	ba.Canceled:        "The request was cancelled",
}

// StatusOf returns the HTTP status of a kind of error.
func StatusOf(kind ba.Kind) int {
	if status, ok := kindStatus[kind]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// TitleOf returns the short summary of a kind of error. It is the same in
// every occurrence.
func TitleOf(kind ba.Kind) string {
	if title, ok := kindTitles[kind]; ok {
		return title
	}
	return kindTitles[ba.Internal]
}

// ProblemOf returns what a client may know of err.
func ProblemOf(err error, requestID string) Problem {
	err = fromBody(err)
	kind := ba.KindOf(err)
	p := Problem{
		Type:      "about:blank",
		Title:     TitleOf(kind),
		Status:    StatusOf(kind),
		Detail:    ba.Explain(err),
		Code:      ba.CodeOf(err),
		RequestID: requestID,
	}
	var e *ba.Error
	if errors.As(err, &e) {
		p.RetryAfter = seconds(e.RetryAfter)
		for _, f := range e.Fields {
			p.Errors = append(p.Errors, FieldProblem{Location: f.Location, Message: f.Message})
		}
	}
	var offers *actionError
	if errors.As(err, &offers) {
		p.Actions = offers.actions
	}
	return p
}

// WriteProblem writes p as application/problem+json, with Retry-After and, for
// 401, WWW-Authenticate (RFC 9110, section 11.6.1).
func WriteProblem(w http.ResponseWriter, p Problem) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	ProblemHeaders(h, p)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the status is out; a client that left cannot be told
}

// ProblemHeaders sets the headers that belong to a problem whatever its body's form.
func ProblemHeaders(h http.Header, p Problem) {
	h.Set("Cache-Control", noStore)
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="BA Assistant"`)
	}
}

// fromBody gives the errors of reading a request body their kind.
func fromBody(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return ba.Wrap(ba.TooLarge, "The request is larger than "+SizeText(tooLarge.Limit)+", which is the limit here. Send less, or split it.", err)
	}
	return err
}

// SizeText returns a number of bytes as people write it, such as "25 MB":
// in decimal units, as MAX_UPLOAD_MB is set.
func SizeText(n int64) string {
	switch {
	case n >= 1_000_000:
		return strconv.FormatInt(n/1_000_000, 10) + " MB"
	case n >= 1_000:
		return strconv.FormatInt(n/1_000, 10) + " kB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

func seconds(d time.Duration) int {
	if d <= 0 {
		return 0
	}
	return int(math.Ceil(d.Seconds()))
}
