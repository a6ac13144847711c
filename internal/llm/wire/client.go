package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Config is what a provider's package says about its server.
type Config struct {
	Provider string      // the ID of the llm.Provider, for errors
	BaseURL  string      // http or https, with a path where the server has one
	Key      Key         // empty where the server wants none
	KeyIn    string      // the header that takes it
	Scheme   string      // what stands before it there, such as "Bearer "
	Header   http.Header // sent with each request besides
	Limits   Limits

	// Fault reads the body of an error, which may be anything, and sets Kind,
	// Code, Msg, RetryAfter and RequestID as far as it can. Status is 200 for an
	// error that comes in place of a stream.
	Fault func(status int, body []byte) llm.Error

	HTTP   *http.Client     // nil is a client of its own
	Clock  func() time.Time // nil is time.Now; only dates of the provider are held against it
	Spread func() float64   // random numbers of [0,1) that spread retries; nil is math/rand
}

// Client calls one server. It is safe for concurrent use.
type Client struct {
	Config
	base string
}

// New checks the configuration. The error is a sentence for the operator and
// repeats neither key nor address.
func New(c Config) (*Client, error) {
	base, err := parseBase(c.BaseURL)
	if err != nil {
		return nil, err
	}
	if !c.Key.printable() {
		return nil, errors.New("the key holds spaces or other characters that no key has")
	}
	c.HTTP = strict(c.HTTP)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Spread == nil {
		c.Spread = rand.Float64
	}
	return &Client{Config: c, base: base}, nil
}

func parseBase(s string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("the base URL is not an http or https address")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("the base URL must not hold a user, a query or a fragment")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// strict returns a copy of h that follows no redirect, keeps no cookies and
// ends no long answer. Proxies are those of the environment.
func strict(h *http.Client) *http.Client {
	var own http.Client
	if h != nil {
		own = *h
	} else {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxResponseHeaderBytes = 256 << 10
		// A dead HTTP/2 connection would else be taken again and again.
		t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second}
		own.Transport = t
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	own.Jar, own.Timeout = nil, 0
	return &own
}

func (c *Client) post(ctx context.Context, call Call) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+call.Path, bytes.NewReader(call.Body))
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	for name, values := range c.Header {
		req.Header[name] = values
	}
	if c.Key != "" {
		req.Header.Set(c.KeyIn, c.Scheme+c.Key.Reveal())
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "identity") // compression would hold events back
	req.Header.Set("User-Agent", "ba-assistant")
	return c.HTTP.Do(req)
}
