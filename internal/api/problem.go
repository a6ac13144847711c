package api

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
)

// problem is an httpx.Problem as the framework wants its errors.
type problem struct {
	httpx.Problem
	headers http.Header
}

// Error implements huma.StatusError.
func (p *problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *problem) GetHeaders() http.Header { return p.headers }

// ContentType implements huma.ContentTypeFilter.
func (p *problem) ContentType(string) string { return "application/problem+json" }

// problemFor maps a handler's error and keeps it for the log.
func problemFor(ctx context.Context, err error) *problem {
	httpx.Note(ctx, err)
	p := &problem{Problem: httpx.ProblemOf(err, httpx.RequestID(ctx)), headers: http.Header{}}
	httpx.ProblemHeaders(p.headers, p.Problem)
	p.headers.Del("Cache-Control") // the stack has set it; the framework would add a second
	return p
}

var once sync.Once

// takeOver replaces the framework's error constructors, which repeat rejected
// values, and makes arrays never null. These are globals of that package; this
// one sets them once, before the first registration.
func takeOver() {
	once.Do(func() {
		huma.DefaultArrayNullable = false
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			return problemFor(context.Background(), refusal(status, msg, errs)) // no request yet: only the description asks
		}
		huma.NewErrorWithContext = func(c huma.Context, status int, msg string, errs ...error) huma.StatusError {
			return problemFor(c.Context(), refusal(status, msg, errs))
		}
	})
}

// refusal turns what the framework found wrong with a request into our error.
func refusal(status int, msg string, errs []error) error {
	joined := errors.Join(errs...)
	var known *ba.Error
	var tooLarge *http.MaxBytesError
	if errors.As(joined, &known) || errors.As(joined, &tooLarge) {
		return joined
	}
	switch status {
	case http.StatusRequestEntityTooLarge:
		return ba.E(ba.TooLarge, "The request is larger than "+httpx.SizeText(httpx.DefaultMaxBody)+", which is the limit here. Send less, or split it.")
	case http.StatusUnsupportedMediaType:
		return ba.E(ba.Unsupported, "Send the body as JSON, with the header 'Content-Type: application/json'.")
	case http.StatusRequestTimeout:
		return ba.E(ba.Invalid, "The body of the request did not arrive in time. Send it again.")
	case http.StatusInternalServerError:
		return joined
	}
	fields := make([]ba.Field, 0, len(errs))
	for _, err := range errs {
		if err != nil {
			fields = append(fields, fieldOf(err))
		}
	}
	if len(fields) == 0 {
		fields = append(fields, ba.Field{Location: "body", Message: "is required"})
	}
	return &ba.Error{Kind: ba.Invalid, Msg: "Some fields are not valid. Correct them and send the request again.", Fields: fields, Err: errors.New(msg)}
}

const maxLocation = 100

// fieldOf takes the place and the message of an error of the framework, never
// its value.
func fieldOf(err error) ba.Field {
	detail, ok := err.(huma.ErrorDetailer) //nolint:errorlint // the framework passes it unwrapped
	if !ok {
		return ba.Field{Location: "body", Message: "is not valid"}
	}
	d := detail.ErrorDetail()
	location := d.Location
	if len(location) > maxLocation {
		location = strings.ToValidUTF8(location[:maxLocation], "") + "..."
	}
	return ba.Field{Location: location, Message: plainMessage(d.Message)}
}

// phrases says the framework's messages in words that say what to do. A
// message that is not among them is not passed on, as it may repeat a value.
var phrases = []struct {
	pattern *regexp.Regexp
	text    string
}{
	{regexp.MustCompile(`^unexpected property$`), "is not known here; remove it"},
	{regexp.MustCompile(`^expected required property (\S+) to be present$`), "lacks the field $1"},
	{regexp.MustCompile(`^required (?:path|query|header|cookie) parameter is missing$`), "is required"},
	{regexp.MustCompile(`^expected string$`), "must be text"},
	{regexp.MustCompile(`^expected (?:integer|number)$|^invalid integer$`), "must be a whole number"},
	{regexp.MustCompile(`^expected boolean$|^invalid boolean$`), "must be true or false"},
	{regexp.MustCompile(`^expected array$`), "must be a list"},
	{regexp.MustCompile(`^expected object$`), "must be an object"},
	{regexp.MustCompile(`^expected length >= 1$`), "must not be empty"},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "must have $1 characters at least"},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "may have $1 characters at most"},
	{regexp.MustCompile(`^expected number >= (\d+)$`), "must be $1 or more"},
	{regexp.MustCompile(`^expected number <= (\d+)$`), "must be $1 or less"},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "may have $1 entries at most"},
	{regexp.MustCompile(`^expected array length >= (\d+)$`), "must have $1 entries at least"},
	{regexp.MustCompile(`^expected value to be one of "([a-z_, ]+)"$`), "must be one of: $1"},
	{regexp.MustCompile(`^expected array items to be unique$`), "must not repeat an entry"},
	{regexp.MustCompile(`^(must be valid UTF-8|must hold one JSON value and nothing after it|is nested too deeply|names a field twice|is not valid JSON)$`), "$1"},
}

func plainMessage(msg string) string {
	for _, p := range phrases {
		if p.pattern.MatchString(msg) {
			return p.pattern.ReplaceAllString(msg, p.text)
		}
	}
	return "is not valid"
}
