package llm

import (
	"errors"
	"fmt"
	"time"
)

// ErrorKind is what went wrong at a provider, the same for all of them.
type ErrorKind int

// The kinds of fault.
const (
	ErrUnknown    ErrorKind = iota
	ErrAuth                 // the key is missing, wrong or not allowed
	ErrBilling              // no credit, or a spending limit at the provider
	ErrRequest              // we sent what the provider does not accept
	ErrModel                // the model does not exist, or not for this key
	ErrContext              // the conversation is too long for the model
	ErrRefused              // the provider's policy
	ErrRateLimit            // too many requests; RetryAfter says when
	ErrOverloaded           // the provider has trouble
	ErrNetwork              // it could not be reached
	ErrTimeout              // it fell silent
	ErrCut                  // the stream ended before its end marker
	ErrProtocol             // it sent what its protocol does not allow
)

// String returns the kind in a word, for the audit log and for programs.
func (k ErrorKind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[ErrUnknown]
	}
	return kindNames[k]
}

var kindNames = [...]string{"unknown", "auth", "billing", "request", "model", "context", "refused", "rate_limit", "overloaded", "network", "timeout", "cut", "protocol"}

// Error is a fault of a provider's call. Msg is the provider's own text, for
// the log; what a person reads is made from Kind.
type Error struct {
	Provider   string
	Kind       ErrorKind
	Status     int           // HTTP status, zero where there was none
	Code       string        // the provider's own code
	RequestID  string        // the provider's id of the request
	RetryAfter time.Duration // zero where it said nothing
	Unsent     bool          // no connection was made: the provider has nothing of the request
	Started    bool          // a piece of the answer (text, reasoning, a call) had been yielded before
	Msg        string
	Err        error
}

// Error returns the text for the log.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s (kind %d, status %d, code %q, request %q)", e.Provider, e.Msg, e.Kind, e.Status, e.Code, e.RequestID)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause, which may be nil.
func (e *Error) Unwrap() error { return e.Err }

// Retryable reports whether the same request may succeed later without anybody
// changing anything.
func (e *Error) Retryable() bool {
	switch e.Kind {
	case ErrRateLimit, ErrOverloaded, ErrNetwork, ErrTimeout, ErrCut, ErrProtocol:
		return true
	}
	return false
}

// KindOf returns the kind of the first *Error in err's chain, ErrUnknown else.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ErrUnknown
}
