package live

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Arrival is one event of a stream as it came in.
type Arrival struct {
	After time.Duration // since the request was sent
	Sent  time.Time     // the server's own clock, if the event says it; else zero
	Bytes int
}

// Stream is the course of a stream.
type Stream struct {
	Headers  time.Duration // until the response headers came
	Arrivals []Arrival
	Ended    error // nil: the server ended it; else how it was cut, or that our own time was up
	Encoding string
}

// StreamVerdict is what the arrival times say.
type StreamVerdict int

// The verdicts.
const (
	TooShort StreamVerdict = iota // nothing can be said
	InTime
	Late // streaming, each event later than it need be
	Buffered
	CutOff
)

// Judge tells a buffered stream from one that flows. Where events carry the
// server's send time, gaps are compared with the gaps in which they were sent;
// the clocks need not agree.
func (s Stream) Judge() StreamVerdict {
	n := len(s.Arrivals)
	if s.Ended != nil && !timedOut(s.Ended) && !errors.Is(s.Ended, context.Canceled) && n > 0 {
		return CutOff
	}
	if n < 5 {
		return TooShort
	}
	first, last := s.Arrivals[0], s.Arrivals[n-1]
	took := last.After - first.After
	if sent, ok := s.sentSpread(); ok {
		switch {
		case sent < time.Second:
			return TooShort
		case took*10 < sent*3 || s.bunched():
			return Buffered
		case s.worstLag() > 500*time.Millisecond:
			return Late
		}
		return InTime
	}
	// Without send times: nearly all bytes at once after a long wait.
	if first.After > 2*time.Second && s.within(300*time.Millisecond) {
		return Buffered
	}
	if took >= time.Second && !s.within(300*time.Millisecond) {
		return InTime
	}
	return TooShort
}

// sentSpread is the time between the first and the last event by the server's clock.
func (s Stream) sentSpread() (time.Duration, bool) {
	for _, a := range s.Arrivals {
		if a.Sent.IsZero() {
			return 0, false
		}
	}
	return s.Arrivals[len(s.Arrivals)-1].Sent.Sub(s.Arrivals[0].Sent), true
}

// bunched reports streams that come in bursts: most events arrive within 20 ms
// of the one before, although they were sent at least 100 ms apart.
func (s Stream) bunched() bool {
	together, apart := 0, 0
	for i := 1; i < len(s.Arrivals); i++ {
		if s.Arrivals[i].Sent.Sub(s.Arrivals[i-1].Sent) < 100*time.Millisecond {
			continue
		}
		apart++
		if s.Arrivals[i].After-s.Arrivals[i-1].After < 20*time.Millisecond {
			together++
		}
	}
	return apart >= 4 && together*2 >= apart
}

// worstLag is how much later than the promptest event the slowest one came.
func (s Stream) worstLag() time.Duration {
	var least, most time.Duration
	for i, a := range s.Arrivals {
		lag := a.After - a.Sent.Sub(s.Arrivals[0].Sent)
		if i == 0 || lag < least {
			least = lag
		}
		if i == 0 || lag > most {
			most = lag
		}
	}
	return most - least
}

// within reports whether nine tenths of the bytes came in one window.
func (s Stream) within(window time.Duration) bool {
	total := 0
	for _, a := range s.Arrivals {
		total += a.Bytes
	}
	for i := range s.Arrivals {
		sum := 0
		for j := i; j < len(s.Arrivals) && s.Arrivals[j].After-s.Arrivals[i].After <= window; j++ {
			sum += s.Arrivals[j].Bytes
		}
		if sum*10 >= total*9 {
			return true
		}
	}
	return false
}

const (
	maxStreamTime   = 25 * time.Second
	maxStreamEvents = 400
	maxEventBytes   = 1 << 20
)

// watch opens a stream and notes when each event comes.
func (p *prober) watch(ctx context.Context, at string, header map[string]string) (*answer, Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, maxStreamTime)
	defer cancel()
	req, err := p.request(ctx, ask{url: at, accept: "text/event-stream", header: header})
	if err != nil {
		return nil, Stream{}, err
	}
	// What a browser sends, but for what needs a library to unpack as it comes.
	req.Header.Set("Accept-Encoding", "gzip")
	if err := p.spend(req.URL); err != nil {
		return nil, Stream{}, err
	}
	transport := p.transport.Clone()
	transport.ResponseHeaderTimeout = maxStreamTime
	defer transport.CloseIdleConnections()
	start := time.Now()
	res, err := transport.RoundTrip(req)
	if err != nil {
		p.note(req.URL, err)
		return nil, Stream{}, err
	}
	defer res.Body.Close()
	a := &answer{URL: req.URL, Method: http.MethodGet, Status: res.StatusCode, Header: res.Header, Proto: res.Proto, Took: time.Since(start)}
	s := Stream{Headers: a.Took, Encoding: res.Header.Get("Content-Encoding")}
	if a.Status != 200 || a.mediaType() != "text/event-stream" {
		a.read(res.Body, 64<<10)
		return a, s, nil
	}
	s.read(res.Body, start)
	return a, s, nil
}

func (s *Stream) read(body io.Reader, start time.Time) {
	if s.Encoding == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			s.Ended = fmt.Errorf("the stream says gzip and is not: %w", err)
			return
		}
		body = z
	}
	r := bufio.NewReaderSize(body, 4096)
	var event Arrival
	var data []byte
	for len(s.Arrivals) < maxStreamEvents {
		line, err := r.ReadSlice('\n')
		event.Bytes += len(line)
		switch {
		case len(bytes.TrimSpace(line)) == 0 && err == nil:
			if len(data) > 0 {
				event.After, event.Sent = time.Since(start), sendTime(data)
				s.Arrivals = append(s.Arrivals, event)
			}
			event, data = Arrival{}, data[:0]
		case bytes.HasPrefix(line, []byte("data:")) && len(data) < maxEventBytes:
			data = append(data, bytes.TrimSpace(line[5:])...)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				s.Ended = err
			}
			return
		}
	}
}

// sendTime finds the server's own time in an event's data: a field whose name
// says so, as RFC 3339 or in seconds or milliseconds of Unix time.
func sendTime(data []byte) time.Time {
	var fields map[string]any
	if json.Unmarshal(data, &fields) != nil {
		return time.Time{}
	}
	for _, name := range []string{"sent_at", "sent", "time", "ts", "timestamp", "server_time", "at"} {
		switch v := fields[name].(type) {
		case string:
			if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
				return t
			}
		case float64:
			switch {
			case v > 1e17:
				return time.Unix(0, int64(v))
			case v > 1e14:
				return time.UnixMicro(int64(v))
			case v > 1e11:
				return time.UnixMilli(int64(v))
			case v > 1e8:
				return time.UnixMicro(int64(v * 1e6))
			}
		}
	}
	return time.Time{}
}

// streams checks SSE-07 and CORS-10.
func (s *session) streams(ctx context.Context) []Outcome {
	if !s.api.up {
		return []Outcome{outcome("SSE-07", NotDetermined, s.api.name()+" gave no answer").at(s.api.base.String())}
	}
	paths := []string{"/health/stream", "/api/health/stream"}
	if s.opts.StreamPath != "" {
		paths = []string{s.opts.StreamPath}
	}
	header := map[string]string{"Origin": s.site.origin()}
	if s.opts.Bearer != "" && s.opts.StreamPath != "" && s.api.trusted {
		header["Authorization"] = "Bearer " + s.opts.Bearer
	}
	for _, path := range paths {
		a, stream, err := s.prober.watch(ctx, s.api.url(path), header)
		switch {
		case err != nil:
			return []Outcome{outcome("SSE-07", NotDetermined, "the stream: "+Explain(s.api.name(), err)).at(s.api.url(path))}
		case a.Status == 200 && a.mediaType() == "text/event-stream":
			return append([]Outcome{judgeStream(a, stream)}, s.streamCORS(a)...)
		case s.opts.StreamPath != "":
			return []Outcome{outcome("SSE-07", NotDetermined, fmt.Sprintf("%s answers %d (%s), not an event stream; a stream behind a login needs a test token", path, a.Status, clean(a.mediaType(), 40))).at(a.URL.String())}
		}
	}
	return []Outcome{outcome("SSE-07", NotDetermined, "not checked: there is no /health/stream, and no --stream was named; open one that needs no login, such as a demonstration stream").at(s.api.base.String()),
		outcome("CORS-10", NotDetermined, "not checked: no stream is known").at(s.api.base.String())}
}

func (s *session) streamCORS(a *answer) []Outcome {
	if s.site.origin() == s.api.origin() {
		return nil
	}
	if fault := corsFault(a, s.site.origin(), "GET", false); fault != "" {
		return []Outcome{outcome("CORS-10", Fail, "browsers refuse the stream: "+fault).at(a.URL.String()).proof(a.line(), a.headerLine("Access-Control-Allow-Origin")).
			fix("Let the CORS layer cover the stream's route too; hand-written responses often leave it out.")}
	}
	return []Outcome{outcome("CORS-10", Pass, "the stream carries CORS headers").at(a.URL.String())}
}

func judgeStream(a *answer, s Stream) Outcome {
	at := a.URL.String()
	facts := []string{a.line(), fmt.Sprintf("headers after %d ms", s.Headers.Milliseconds())}
	if n := len(s.Arrivals); n > 0 {
		facts = append(facts, fmt.Sprintf("%d events, the first after %d ms, the last after %d ms", n, s.Arrivals[0].After.Milliseconds(), s.Arrivals[n-1].After.Milliseconds()))
		if sent, ok := s.sentSpread(); ok {
			facts = append(facts, fmt.Sprintf("the server sent them over %d ms", sent.Milliseconds()))
		}
	}
	if s.Encoding != "" {
		facts = append(facts, "Content-Encoding: "+s.Encoding)
	}
	curl := "curl -sN -H 'Accept: text/event-stream' " + at + " | while read -r l; do date +%T.%3N; done"
	return streamOutcome(s).at(at).proof(facts...).verify(curl)
}

func streamOutcome(s Stream) Outcome {
	compressed := s.Encoding != "" && s.Encoding != "identity"
	switch s.Judge() {
	case Buffered:
		fix := "Send X-Accel-Buffering: no and Cache-Control: no-cache, no-transform on the stream; behind your own nginx set proxy_buffering off; then look for a compression layer."
		if compressed {
			fix = "The stream is compressed, and the compressor waits for more: exclude text/event-stream from compression (Cache-Control: no-transform stops Caddy and HAProxy, Content-Encoding: identity stops nginx), and send X-Accel-Buffering: no."
		}
		return outcome("SSE-07", Fail, "the stream is held back on the way: people see nothing, and then everything at once").fix(fix)
	case CutOff:
		return outcome("SSE-07", Fail, "the stream is cut before its end").
			fix("Raise the timeout of whatever closes it (nginx proxy_read_timeout, HAProxy timeout server, gunicorn --timeout) above the longest silence, and send a comment line every 15 s.")
	case Late:
		return outcome("SSE-07", Warn, "the stream flows, but some events come more than half a second late").
			fix("HAProxy: option http-no-delay. A compressor or a small buffer on the way is the other usual reason.")
	case InTime:
		if compressed {
			return outcome("SSE-07", Info, "events arrive in time, though compressed ("+clean(s.Encoding, 20)+"): exclude text/event-stream from compression to stay safe")
		}
		return outcome("SSE-07", Pass, "events arrive as they are sent")
	}
	return outcome("SSE-07", NotDetermined, fmt.Sprintf("the stream is too short to measure (%d events)", len(s.Arrivals)))
}

// sameHost is for addresses found in pages: only those of the named hosts are asked.
func (s *session) sameHost(u *url.URL) bool {
	return u != nil && s.named(u) && strings.EqualFold(u.Port(), s.site.base.Port())
}
