package wiretest

import (
	"bufio"
	"bytes"
	"embed"
	"encoding/json"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"
)

//go:embed testdata
var files embed.FS

// Recording is an exchange with what must come of it.
type Recording struct {
	ID       string
	Kind     string // empty for a stream, else "unary", "models", "count"
	Request  string // file
	Response list   // files; several answer consecutive requests
	Expect   Expect
}

// Expect is what a client must make of a recording. Stop, Usage, Error.Type and
// Error.Code are the provider's own.
type Expect struct {
	Text, Thinking, Refusal string
	Stop                    string
	BlockReason             string `json:"block_reason"`
	ToolCalls               []struct {
		ID, Name  string
		Arguments json.RawMessage
	} `json:"tool_calls"`
	Usage *Usage
	Error *struct {
		Status     int
		Type, Code string
		RequestID  string `json:"request_id"`
		Retry      bool
		RetryAfter float64 `json:"retry_after"` // seconds
	}
	StreamError *struct {
		Type   string
		Status int
	} `json:"stream_error"`
	TransportError bool `json:"transport_error"`
	Incomplete     bool
	IdleTimeout    bool `json:"idle_timeout"`
}

// Usage is what a provider counts, in its own meaning.
type Usage struct {
	Input, Output, Reasoning int64
	CacheRead                int64 `json:"cache_read"`
	CacheWrite               int64 `json:"cache_write"`
}

// list is a JSON string or an array of strings.
type list []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *list) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, (*[]string)(l))
	}
	*l = make(list, 1)
	return json.Unmarshal(b, &(*l)[0])
}

// Ends reports whether the answer has an end: it is neither an error nor cut.
func (e Expect) Ends() bool {
	return e.Error == nil && e.StreamError == nil && !e.TransportError && !e.Incomplete && !e.IdleTimeout
}

// Recordings returns the recordings whose ID begins with one of the prefixes.
func Recordings(t testing.TB, prefixes ...string) []Recording {
	t.Helper()
	var index struct{ Cases []Recording }
	if err := json.Unmarshal(read(t, "index.json"), &index); err != nil {
		t.Fatal(err)
	}
	var out []Recording
	for _, r := range index.Cases {
		for _, p := range prefixes {
			if strings.HasPrefix(r.ID, p) {
				out = append(out, r)
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no recording begins with %q", prefixes)
	}
	return out
}

// Named returns one recording.
func Named(t testing.TB, id string) Recording {
	t.Helper()
	return Recordings(t, id)[0]
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := files.ReadFile(path.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Response is a recorded response, with how it is to be sent.
type Response struct {
	Status      int
	Header      http.Header
	Body        []byte
	End         string        // "abort", "hang" or empty
	Pace        time.Duration // after each event
	HeaderDelay time.Duration
}

// Responses returns the responses of a recording.
func (r Recording) Responses(t testing.TB) []Response {
	t.Helper()
	var out []Response
	for _, name := range r.Response {
		res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(read(t, name))), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		one := Response{Status: res.StatusCode, Header: res.Header, Body: body, End: res.Header.Get("X-Replay-End"),
			Pace: millis(res.Header, "X-Replay-Pace-Ms"), HeaderDelay: millis(res.Header, "X-Replay-Header-Delay-Ms")}
		for name := range res.Header {
			if strings.HasPrefix(name, "X-Replay-") {
				delete(res.Header, name)
			}
		}
		out = append(out, one)
	}
	return out
}

func millis(h http.Header, name string) time.Duration {
	n, err := strconv.Atoi(h.Get(name))
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Millisecond
}

// Boundaries returns the offsets at which an event of the body ends.
func Boundaries(body []byte) []int {
	var out []int
	for i := range body {
		if rest := body[i:]; bytes.HasPrefix(rest, []byte("\n\n")) {
			out = append(out, i+2)
		} else if bytes.HasPrefix(rest, []byte("\r\n\r\n")) {
			out = append(out, i+4)
		}
	}
	return out
}

// RequestBody returns the recorded request's line and its JSON body.
func (r Recording) RequestBody(t testing.TB, file string) (target string, body []byte) {
	t.Helper()
	if file == "" {
		file = r.Request
	}
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(read(t, file))))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	body, err = io.ReadAll(req.Body)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return req.Method + " " + req.RequestURI, body
}
