package anthropic

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

// ID is the provider's name.
const ID = "anthropic"

// What is used where the configuration says nothing.
const (
	DefaultModel   = "claude-sonnet-5-5"
	DefaultBaseURL = "https://api.anthropic.com"
)

const (
	apiVersion = "2023-06-01"
	// defaultOutput is what every current model allows (64K or more), and room
	// for a long document after the reasoning. The API demands a number.
	defaultOutput = 32_000
)

// limits: the API begins its response at once and sends pings.
var limits = wire.Limits{Connect: 10 * time.Second, Headers: 2 * time.Minute, Silence: 2 * time.Minute, Progress: 11 * time.Minute}

// Config says how to reach the API. Only Key is needed.
type Config struct {
	Key     string
	BaseURL string           // another address, such as a gateway's
	Model   string           // what a request without a model asks
	HTTP    *http.Client     // nil is a client of its own
	Clock   func() time.Time // nil is time.Now
}

// Provider is an llm.Provider.
type Provider struct {
	client *wire.Client
	model  string
}

// New returns a provider. The error is a sentence for the operator, without the key.
func New(c Config) (*Provider, error) {
	key := wire.TrimKey(c.Key)
	if key == "" {
		return nil, fmt.Errorf("%s: the key is empty", ID)
	}
	clock := c.Clock
	if clock == nil {
		clock = time.Now
	}
	base := or(strings.TrimSpace(c.BaseURL), DefaultBaseURL)
	client, err := wire.New(wire.Config{
		Provider: ID,
		BaseURL:  strings.TrimSuffix(strings.TrimRight(base, "/"), "/v1"),
		Key:      key,
		KeyIn:    "X-Api-Key",
		Header:   http.Header{"Anthropic-Version": {apiVersion}},
		Limits:   limits,
		Fault:    func(status int, body []byte) llm.Error { return readFault(status, body, clock()) },
		HTTP:     c.HTTP,
		Clock:    clock,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ID, err)
	}
	return &Provider{client, or(c.Model, DefaultModel)}, nil
}

// ID returns "anthropic".
func (p *Provider) ID() string { return ID }

// Model returns the model of a request that names none.
func (p *Provider) Model() string { return p.model }

// Stream implements llm.Provider.
func (p *Provider) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	model := or(req.Model, p.model)
	body, err := encode(model, req)
	if err != nil {
		return wire.Fail(&llm.Error{Provider: ID, Kind: llm.ErrRequest, Msg: "the request cannot be written", Err: err})
	}
	return p.client.Stream(ctx, wire.Call{Path: "/v1/messages", Body: body, Request: req,
		Decoder: func() wire.Decoder { return newDecoder(model) }})
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
