package ba

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what went wrong in a way that every surface can map: an HTTP
// status, an exit code, a page. The zero Kind is Internal.
type Kind int

// The kinds of error.
const (
	Internal        Kind = iota // a fault of ours; the message is generic
	Invalid                     // the request is wrong; Fields says where
	Unauthenticated             // nobody is signed in, or the token has expired
	Forbidden                   // signed in, but the role does not allow it
	NotFound                    // absent, or somebody else's
	Conflict                    // it contradicts what is stored
	TooLarge                    // over a stated limit
	Unsupported                 // a format or type that is not accepted
	RateLimited                 // too many requests; RetryAfter says when
	BudgetExhausted             // the monthly budget is used up
	Unavailable                 // something we depend on does not answer
	Canceled                    // the caller went away
)

var kindCodes = [...]string{
	"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict",
	"too_large", "unsupported", "rate_limited", "budget_exhausted", "unavailable", "canceled",
}

// String returns the kind's stable code, such as "not_found".
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindCodes) {
		return kindCodes[Internal]
	}
	return kindCodes[k]
}

// Field is one invalid part of a request. Message never repeats the value.
type Field struct {
	Location string // such as "body.name" or "query.limit"
	Message  string
}

// Error is the one error type of the project. Msg is for the person and safe
// to show; Err is for the log and is never shown.
type Error struct {
	Kind       Kind
	Code       string // a stable, finer code such as "document_encrypted"; empty means Kind's
	Msg        string // a sentence: what happened and what to do next
	Fields     []Field
	RetryAfter time.Duration // when a retry helps; zero where it does not or is not known
	Err        error
}

// E returns an error of the given kind with a sentence for the person.
func E(kind Kind, msg string) *Error { return &Error{Kind: kind, Msg: msg} }

// Wrap returns an error of the given kind with a sentence for the person and a
// cause for the log.
func Wrap(kind Kind, msg string, cause error) *Error {
	return &Error{Kind: kind, Msg: msg, Err: cause}
}

// Error returns the text for the log: kind, sentence and cause.
func (e *Error) Error() string {
	s := e.Kind.String() + ": " + e.Msg
	if e.Err != nil {
		s = fmt.Sprintf("%s: %v", s, e.Err)
	}
	return s
}

// Unwrap returns the cause, which may be nil.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first *Error in err's chain, and Internal
// where there is none. KindOf(nil) is Internal too; check for nil first.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the stable code of err: the finer one where it has one, else
// its kind's.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Code != "" {
		return e.Code
	}
	return KindOf(err).String()
}

// Explain returns the sentence for the person, and a generic one where err is
// no *Error or has none.
func Explain(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Msg != "" {
		return e.Msg
	}
	return "Something failed on our side. Nothing of yours was lost. Try again; if it stays, give the request id to your administrator."
}
