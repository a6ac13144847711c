package live

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Limits of one run. They are generous for a deployment in order and end soon
// on one that is not.
const (
	DefaultMaxRequests    = 160
	DefaultRequestTimeout = 10 * time.Second
	DefaultTotal          = 2 * time.Minute
	maxHeaderBytes        = 64 << 10
	maxBody               = 12 << 20 // of what is transferred, and again of what it unpacks to
	maxRedirects          = 10
)

// UserAgent says who asks. The version is the caller's to add.
const UserAgent = "preflight (+https://github.com/ba-assistant/ba-assistant; deployment check run by the owner)"

var errBudget = errors.New("the request limit of this run is used up")

// prober sends requests within a budget. It is safe for concurrent use.
type prober struct {
	network      Network
	allowPrivate bool
	agent        string
	timeout      time.Duration
	transport    *http.Transport

	mu   sync.Mutex
	left int
	down map[string]error // hosts that did not answer: they are not asked again
	seen []setCookie      // every cookie that an answer set
}

// setCookie is a cookie and who set it. Its value is not kept.
type setCookie struct {
	from   *url.URL
	cookie http.Cookie
}

func newProber(o Options) *prober {
	p := &prober{network: o.Network, allowPrivate: o.AllowPrivate, agent: o.UserAgent, timeout: o.RequestTimeout, left: o.MaxRequests, down: make(map[string]error)}
	if p.agent == "" {
		p.agent = UserAgent
	}
	if p.timeout <= 0 {
		p.timeout = DefaultRequestTimeout
	}
	if p.left <= 0 {
		p.left = DefaultMaxRequests
	}
	p.transport = &http.Transport{
		DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(addr)
			if err != nil {
				return nil, err
			}
			return p.network.dial(ctx, host, port, p.allowPrivate)
		},
		// Certificates are judged on their own (TLS-01). The other checks go on
		// behind a bad one, without credentials.
		TLSClientConfig:        &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10},
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // what is transferred is measured
		MaxResponseHeaderBytes: maxHeaderBytes,
		TLSHandshakeTimeout:    p.timeout,
		ResponseHeaderTimeout:  p.timeout,
		IdleConnTimeout:        30 * time.Second,
		MaxIdleConnsPerHost:    4,
	}
	return p
}

func (p *prober) close() { p.transport.CloseIdleConnections() }

// ask is one request to make.
type ask struct {
	method  string // GET by default
	url     string
	header  map[string]string
	cookies []*http.Cookie
	fresh   bool  // on a connection of its own
	limit   int64 // of the body; 0 means maxBody
	accept  string
}

// answer is what came back. Body is unpacked; Wire is what was transferred.
type answer struct {
	URL       *url.URL
	Method    string
	Status    int
	Header    http.Header
	Body      []byte
	Wire      int64
	Truncated bool
	Cut       error // the body ended before its announced end
	Proto     string
	Took      time.Duration // to the headers
}

func (a *answer) get(name string) string { return a.Header.Get(name) }

// mediaType returns the content type without parameters, in lower case.
func (a *answer) mediaType() string {
	mt, _, err := mime.ParseMediaType(a.get("Content-Type"))
	if err != nil {
		mt, _, _ = strings.Cut(a.get("Content-Type"), ";")
	}
	return strings.ToLower(strings.TrimSpace(mt))
}

func (a *answer) line() string { return fmt.Sprintf("%s %s -> %d", a.Method, a.URL, a.Status) }

func (a *answer) headerLine(name string) string {
	if v := a.get(name); v != "" {
		return name + ": " + v
	}
	return name + ": (absent)"
}

// location resolves the Location header, and returns nil where there is none.
func (a *answer) location() *url.URL {
	if a.Status < 300 || a.Status > 399 || a.get("Location") == "" {
		return nil
	}
	u, err := a.URL.Parse(a.get("Location"))
	if err != nil {
		return nil
	}
	return u
}

// do sends one request and reads its answer; redirects are not followed.
func (p *prober) do(ctx context.Context, q ask) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	req, err := p.request(ctx, q)
	if err != nil {
		return nil, err
	}
	if err := p.spend(req.URL); err != nil {
		return nil, err
	}
	start := time.Now()
	res, err := p.transport.RoundTrip(req)
	if err != nil {
		p.note(req.URL, err)
		return nil, err
	}
	defer res.Body.Close()
	res.Request = req
	a := &answer{URL: req.URL, Method: req.Method, Status: res.StatusCode, Header: res.Header, Proto: res.Proto, Took: time.Since(start)}
	a.read(res.Body, q.limit)
	p.remember(res)
	return a, nil
}

func (p *prober) remember(res *http.Response) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range res.Cookies() {
		if len(p.seen) < 200 && c.MaxAge >= 0 && (c.Expires.IsZero() || c.Expires.Year() > 1980) && c.Value != "" {
			kept := *c
			kept.Value, kept.Raw = "", ""
			p.seen = append(p.seen, setCookie{res.Request.URL, kept})
		}
	}
}

func (p *prober) request(ctx context.Context, q ask) (*http.Request, error) {
	method := q.method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, q.url, nil)
	if err != nil {
		return nil, fmt.Errorf("address %s: %w", clean(q.url, 100), err)
	}
	if req.URL.Scheme != "http" && req.URL.Scheme != "https" || req.URL.Host == "" {
		return nil, fmt.Errorf("address %s is neither http nor https", clean(q.url, 100))
	}
	req.Header.Set("User-Agent", p.agent)
	req.Header.Set("Accept-Encoding", "gzip, br, zstd")
	req.Header.Set("Accept", "*/*")
	if q.accept != "" {
		req.Header.Set("Accept", q.accept)
	}
	for k, v := range q.header {
		req.Header.Set(k, v)
	}
	for _, c := range q.cookies {
		req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	req.Close = q.fresh
	return req, nil
}

// spend takes one request from the budget, and refuses hosts that were found dead.
func (p *prober) spend(u *url.URL) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.down[u.Scheme+u.Host]; err != nil {
		return err
	}
	if p.left == 0 {
		return errBudget
	}
	p.left--
	return nil
}

// note remembers hosts to which no connection can be made.
func (p *prober) note(u *url.URL, err error) {
	var dns *net.DNSError
	var op *net.OpError
	if errors.As(err, &dns) || errors.Is(err, errPrivate) || errors.As(err, &op) && op.Op == "dial" {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.down[u.Scheme+u.Host] = err
	}
}

// read takes the body up to the limit, counts it, and unpacks it.
func (a *answer) read(body io.Reader, limit int64) {
	if limit <= 0 {
		limit = maxBody
	}
	wire, err := io.ReadAll(io.LimitReader(body, limit+1))
	if int64(len(wire)) > limit {
		wire, a.Truncated = wire[:limit], true
	}
	a.Wire, a.Cut = int64(len(wire)), err
	a.Body = unpack(a.get("Content-Encoding"), wire, limit)
}

// unpack undoes a content encoding, at most limit bytes of it. What cannot be
// unpacked is returned as far as it could be.
func unpack(encoding string, wire []byte, limit int64) []byte {
	var r io.Reader
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return wire
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(bytes.NewReader(wire))
		if err != nil {
			return nil
		}
		r = z
	case "br":
		r = brotli.NewReader(bytes.NewReader(wire))
	case "zstd":
		z, err := zstd.NewReader(bytes.NewReader(wire), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
		if err != nil {
			return nil
		}
		defer z.Close()
		r = z
	default:
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(r, limit)) // a cut body unpacks to its beginning
	return out
}

// follow sends a GET and follows redirects for as long as allowed says so. It
// returns every hop; the last one may be a redirect that was not followed.
func (p *prober) follow(ctx context.Context, start string, allowed func(*url.URL) bool) ([]*answer, error) {
	var hops []*answer
	seen := make(map[string]bool)
	for at := start; ; {
		a, err := p.do(ctx, ask{url: at})
		if err != nil {
			return hops, err
		}
		hops = append(hops, a)
		next := a.location()
		if next == nil || !allowed(next) {
			return hops, nil
		}
		next.Fragment = ""
		at = next.String()
		if seen[at] || len(hops) > maxRedirects {
			return hops, errLoop
		}
		seen[at] = true
	}
}

var errLoop = errors.New("redirects without end")
