package gemini

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
)

// ID is the provider's name.
const ID = "gemini"

// What is used where the configuration says nothing.
const (
	DefaultModel   = "gemini-3.8-flash"
	DefaultBaseURL = "https://generativelanguage.googleapis.com"
)

// limits: the API sends no pings and nothing while a model thinks.
var limits = wire.Limits{Connect: 10 * time.Second, Headers: 5 * time.Minute, Silence: 5 * time.Minute, Progress: 11 * time.Minute}

// maxContinuations bounds an answer that is continued: each part may have
// 65,536 tokens.
const maxContinuations = 16

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
	base := or(strings.TrimSpace(c.BaseURL), DefaultBaseURL)
	client, err := wire.New(wire.Config{
		Provider: ID,
		BaseURL:  strings.TrimSuffix(strings.TrimRight(base, "/"), "/v1beta"),
		Key:      key,
		KeyIn:    "X-Goog-Api-Key", // never in the URL, which ends up in logs
		Limits:   limits,
		Fault:    readFault,
		HTTP:     c.HTTP,
		Clock:    c.Clock,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ID, err)
	}
	return &Provider{client, or(c.Model, DefaultModel)}, nil
}

// ID returns "gemini".
func (p *Provider) ID() string { return ID }

// Model returns the model of a request that names none.
func (p *Provider) Model() string { return p.model }

// Stream implements llm.Provider.
func (p *Provider) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	model := strings.TrimPrefix(or(req.Model, p.model), "models/")
	return func(yield func(llm.Delta, error) bool) {
		a := &answer{model: model}
		for part := range maxContinuations {
			body, err := encode(model, req, a.token)
			if err != nil {
				yield(llm.Delta{}, &llm.Error{Provider: ID, Kind: llm.ErrRequest, Msg: "the request cannot be written", Err: err})
				return
			}
			call := wire.Call{Path: path(model), Body: body, Request: req, Continues: part > 0,
				Decoder: func() wire.Decoder { return a.decoder(part > 0) }}
			if !a.pass(p.client.Stream(ctx, call), yield) {
				return
			}
			if req.Again != nil && req.Again(ctx, nil) != nil {
				yield(llm.Delta{Kind: llm.DeltaStop, Stop: llm.StopLength, StopReason: "CONTINUATION"}, nil)
				return
			}
		}
		yield(llm.Delta{}, &llm.Error{Provider: ID, Kind: llm.ErrProtocol, Started: true, Msg: "the answer was continued too often"})
	}
}

// path: without alt=sse the same method answers with one JSON array.
func path(model string) string {
	return "/v1beta/models/" + url.PathEscape(model) + ":streamGenerateContent?alt=sse"
}

// answer is what the parts of a continued answer have in common.
type answer struct {
	model  string
	parts  parts
	spent  ba.Usage // of the parts before this one
	token  string   // asks for the next part; empty at the end
	latest ba.Usage
}

// decoder returns what reads the next part. A first part that is sent again
// begins anew.
func (a *answer) decoder(continues bool) wire.Decoder {
	if !continues {
		a.parts = parts{}
	}
	a.token = ""
	return &decoder{answer: a}
}

// pass yields the deltas of one part. It reports whether another must follow.
func (a *answer) pass(stream iter.Seq2[llm.Delta, error], yield func(llm.Delta, error) bool) bool {
	for d, err := range stream {
		if err == nil && d.Kind == llm.DeltaStop && a.token != "" {
			a.spent, a.latest = add(a.spent, a.latest), ba.Usage{}
			return true
		}
		if d.Kind == llm.DeltaUsage {
			a.latest = d.Usage
			d.Usage = add(a.spent, d.Usage)
		}
		if !yield(d, err) {
			return false
		}
	}
	return false
}

func add(x, y ba.Usage) ba.Usage {
	return ba.Usage{InputTokens: x.InputTokens + y.InputTokens, CachedTokens: x.CachedTokens + y.CachedTokens, WrittenTokens: x.WrittenTokens + y.WrittenTokens, OutputTokens: x.OutputTokens + y.OutputTokens}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
