package openai

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

// Dialect is the kind of server. It is also the provider's ID.
type Dialect string

// The dialects. Compatible is any other server.
const (
	OpenAI     Dialect = "openai"
	DeepSeek   Dialect = "deepseek"
	Compatible Dialect = "compatible"
)

// What is used where the configuration says nothing. Other servers have no
// default: their models differ, and OpenAI's change too often to guess.
const (
	DefaultDeepSeekModel = "deepseek-flash"
	openAIURL            = "https://api.openai.com/v1"
	deepSeekURL          = "https://api.deepseek.com"
)

// limits: DeepSeek queues a request for up to ten minutes, with comments as
// signs of life. A server of one's own may read its model into memory and the
// whole prompt before its first byte; OpenAI's reasoning models think without
// any.
func (d Dialect) limits() wire.Limits {
	l := wire.Limits{Connect: 10 * time.Second, Headers: 11 * time.Minute, Silence: 5 * time.Minute, Progress: 11 * time.Minute}
	if d == DeepSeek {
		l.Silence = 2 * time.Minute
	}
	return l
}

// Config says how to reach a server.
type Config struct {
	Dialect Dialect          // empty is what BaseURL tells
	Key     string           // may be empty for a server without keys
	BaseURL string           // empty is that of the dialect
	Model   string           // what a request without a model asks; needed except for DeepSeek
	HTTP    *http.Client     // nil is a client of its own
	Clock   func() time.Time // nil is time.Now
}

// Provider is an llm.Provider.
type Provider struct {
	client  *wire.Client
	dialect Dialect
	model   string
}

// New returns a provider. The error is a sentence for the operator, without the key.
func New(c Config) (*Provider, error) {
	d := c.Dialect
	if d == "" {
		d = DialectOf(c.BaseURL)
	}
	if d == DeepSeek && c.Model == "" {
		c.Model = DefaultDeepSeekModel
	}
	key := wire.TrimKey(c.Key)
	switch {
	case c.Model == "":
		return nil, fmt.Errorf("%s: no model is chosen", d)
	case key == "" && d != Compatible:
		return nil, fmt.Errorf("%s: the key is empty", d)
	}
	client, err := wire.New(wire.Config{
		Provider: string(d),
		BaseURL:  d.Base(c.BaseURL),
		Key:      key,
		KeyIn:    "Authorization",
		Scheme:   "Bearer ",
		Limits:   d.limits(),
		Fault:    readFault,
		HTTP:     c.HTTP,
		Clock:    c.Clock,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d, err)
	}
	return &Provider{client, d, c.Model}, nil
}

// DialectOf returns the dialect of the server at a base URL; an empty one is
// OpenAI's own.
func DialectOf(base string) Dialect {
	if strings.TrimSpace(base) == "" {
		return OpenAI
	}
	u, err := url.Parse(strings.TrimSpace(base))
	switch {
	case err != nil:
		return Compatible
	case strings.EqualFold(u.Hostname(), "api.openai.com"):
		return OpenAI
	case strings.EqualFold(u.Hostname(), "api.deepseek.com"):
		return DeepSeek
	}
	return Compatible
}

// Base returns the address of the dialect's server: what is configured, or its own.
func (d Dialect) Base(configured string) string {
	switch {
	case strings.TrimSpace(configured) != "":
		return configured
	case d == DeepSeek:
		return deepSeekURL
	}
	return openAIURL
}

// ID returns the dialect.
func (p *Provider) ID() string { return string(p.dialect) }

// Model returns the model of a request that names none.
func (p *Provider) Model() string { return p.model }

// Stream implements llm.Provider.
func (p *Provider) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	model := req.Model
	if model == "" {
		model = p.model
	}
	body, err := encode(p.dialect, model, req)
	if err != nil {
		return wire.Fail(&llm.Error{Provider: p.ID(), Kind: llm.ErrRequest, Msg: "the request cannot be written", Err: err})
	}
	return p.client.Stream(ctx, wire.Call{Path: "/chat/completions", Body: body, Request: req,
		Decoder: func() wire.Decoder { return &decoder{dialect: p.dialect, model: model} }})
}
