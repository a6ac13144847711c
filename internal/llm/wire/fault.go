package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// KindOfStatus returns what an HTTP status means where the body says no more.
func KindOfStatus(status int) llm.ErrorKind {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return llm.ErrAuth
	case status == http.StatusPaymentRequired:
		return llm.ErrBilling
	case status == http.StatusRequestEntityTooLarge:
		return llm.ErrContext
	case status == http.StatusTooManyRequests:
		return llm.ErrRateLimit
	case status == http.StatusRequestTimeout, status == http.StatusConflict, status >= 500:
		return llm.ErrOverloaded
	case status >= 300:
		return llm.ErrRequest
	}
	return llm.ErrUnknown
}

// Broken returns the error of an answer that its protocol does not allow. The
// text is ours, never a piece of the answer.
func Broken(msg string, cause error) error {
	return &llm.Error{Kind: llm.ErrProtocol, Msg: msg, Err: plain(cause)}
}

// plain replaces an error of the JSON decoder by its kind: its text quotes.
func plain(err error) error {
	if err == nil {
		return nil
	}
	return errors.New("invalid JSON")
}

// answered returns the fault of a response that is no event stream, or nil.
func (c *Client) answered(ctx context.Context, resp *http.Response, b *body) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode == http.StatusOK && kind != "application/json" && kind != "text/html":
		return nil
	case resp.StatusCode/100 == 3:
		return &llm.Error{Kind: llm.ErrRequest, Msg: "it redirects elsewhere, which is not followed: check the base URL"}
	}
	text, err := readFault(b)
	if err != nil && resp.StatusCode == http.StatusOK {
		return broken(ctx, err)
	}
	if resp.StatusCode == http.StatusOK && !isObject(text) {
		return &llm.Error{Kind: llm.ErrProtocol, Msg: "it answered with " + kind + " in place of an event stream"}
	}
	e := c.Fault(resp.StatusCode, text)
	if e.Kind == llm.ErrUnknown && resp.StatusCode == http.StatusOK {
		e.Kind, e.Msg = llm.ErrProtocol, "it answered with one JSON object in place of an event stream"
	}
	if e.RetryAfter == 0 && (e.Kind == llm.ErrRateLimit || e.Kind == llm.ErrOverloaded) {
		e.RetryAfter = retryAfter(resp.Header, c.Clock())
	}
	return &e
}

func readFault(b *body) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(b, maxFault))
	return bytes.TrimSpace(append(text, b.fault()...)), err
}

func isObject(text []byte) bool { return len(text) > 0 && text[0] == '{' }

// unreached returns the fault of a request without a response.
func unreached(ctx context.Context, err error, unsent bool) error {
	if s, ok := errors.AsType[silence](context.Cause(ctx)); ok {
		return &llm.Error{Kind: llm.ErrTimeout, Unsent: unsent, Msg: s.Error()}
	}
	return &llm.Error{Kind: llm.ErrNetwork, Unsent: unsent, Msg: "it could not be reached", Err: err}
}

// broken returns the fault of a body that could not be read to its end.
func broken(ctx context.Context, err error) error {
	if s, ok := errors.AsType[silence](context.Cause(ctx)); ok {
		return &llm.Error{Kind: llm.ErrTimeout, Msg: s.Error()}
	}
	switch {
	case errors.Is(err, sse.ErrTooLarge), errors.Is(err, errBody):
		return &llm.Error{Kind: llm.ErrProtocol, Msg: "it sent more than is allowed", Err: err}
	case errors.Is(err, io.EOF):
		return &llm.Error{Kind: llm.ErrCut, Msg: "the answer ended without its end marker"}
	}
	return &llm.Error{Kind: llm.ErrCut, Msg: "the connection was lost", Err: err}
}

// finish completes an error for whoever called Stream.
func (c *Client) finish(err error, call Call, started bool) *llm.Error {
	e, ok := errors.AsType[*llm.Error](err)
	if !ok {
		e = &llm.Error{Kind: llm.ErrUnknown, Err: err}
	}
	e.Provider, e.Started = c.Provider, started
	e.Msg = scrub(e.Msg, c.Key, call.Request)
	e.Code = strings.TrimSpace(scrub(e.Code, c.Key, call.Request))
	return e
}
