package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
	"github.com/ba-assistant/ba-assistant/internal/llm/anthropic"
	"github.com/ba-assistant/ba-assistant/internal/llm/breaker"
	"github.com/ba-assistant/ba-assistant/internal/llm/gemini"
	"github.com/ba-assistant/ba-assistant/internal/llm/openai"
)

// offers returns who can answer: each provider that has its variables, in the
// order in which they are the default, and the built-in analyst, always.
func offers(c *config.Config) ([]chat.Offer, error) {
	var all []chat.Offer
	taken := make(map[string]bool)
	for _, create := range []func(*config.Config) (chat.Offer, error){offerAnthropic, offerGemini, offerDeepSeek, offerOpenAI} {
		o, err := create(c)
		if err != nil {
			return nil, fmt.Errorf("set up the AI providers: %w", err)
		}
		if o.Provider == nil {
			continue
		}
		if id := o.Provider.ID(); taken[id] {
			return nil, fmt.Errorf("set up the AI providers: OPENAI_BASE_URL leads to %s, which has variables of its own; remove one of them", o.Name)
		}
		taken[o.Provider.ID()] = true
		all = append(all, o)
	}
	return append(all, chat.Offer{Provider: analyst.New(analyst.DefaultPace, llm.Timer), Name: "Built-in analyst", Rules: true}), nil
}

func offerAnthropic(c *config.Config) (chat.Offer, error) {
	if c.AnthropicKey == "" {
		return chat.Offer{}, nil
	}
	p, err := anthropic.New(anthropic.Config{Key: c.AnthropicKey, BaseURL: c.AnthropicBaseURL, Model: first(c.AnthropicModels), Clock: time.Now})
	if err != nil {
		return chat.Offer{}, err
	}
	return offer(p, "Anthropic", p.Model(), c.AnthropicModels), nil
}

func offerGemini(c *config.Config) (chat.Offer, error) {
	if c.GoogleKey == "" {
		return chat.Offer{}, nil
	}
	p, err := gemini.New(gemini.Config{Key: c.GoogleKey, BaseURL: c.GoogleBaseURL, Model: first(c.GoogleModels), Clock: time.Now})
	if err != nil {
		return chat.Offer{}, err
	}
	return offer(p, "Google Gemini", p.Model(), c.GoogleModels), nil
}

func offerDeepSeek(c *config.Config) (chat.Offer, error) {
	if c.DeepSeekKey == "" {
		return chat.Offer{}, nil
	}
	p, err := openai.New(openai.Config{Dialect: openai.DeepSeek, Key: c.DeepSeekKey, BaseURL: c.DeepSeekBaseURL, Model: first(c.DeepSeekModels), Clock: time.Now})
	if err != nil {
		return chat.Offer{}, err
	}
	return offer(p, dialectNames[openai.DeepSeek], p.Model(), c.DeepSeekModels), nil
}

func offerOpenAI(c *config.Config) (chat.Offer, error) {
	if !c.OpenAIComplete() {
		return chat.Offer{}, nil
	}
	p, err := openai.New(openai.Config{Key: c.OpenAIKey, BaseURL: c.OpenAIBaseURL, Model: first(c.OpenAIModels), Clock: time.Now})
	if err != nil {
		return chat.Offer{}, err
	}
	return offer(p, dialectNames[openai.Dialect(p.ID())], p.Model(), c.OpenAIModels), nil
}

// dialectNames are for people; everybody can read them, so they hold no address.
var dialectNames = map[openai.Dialect]string{
	openai.OpenAI: "OpenAI", openai.DeepSeek: "DeepSeek", openai.Compatible: "Own server",
}

func offer(p llm.Provider, name, model string, models []string) chat.Offer {
	if len(models) == 0 {
		models = []string{model}
	}
	return chat.Offer{Provider: breaker.New(p, time.Now), Name: name, Models: models}
}

// fallback returns who answers where a provider fails.
func fallback(c *config.Config, offers []chat.Offer) ([]chat.Substitute, error) {
	var list []chat.Substitute
	for _, name := range c.AIFallback {
		provider, model, _ := strings.Cut(name, "/")
		if !slices.ContainsFunc(offers, func(o chat.Offer) bool {
			return o.Provider.ID() == provider && (model == "" || slices.Contains(o.Models, model))
		}) {
			return nil, fmt.Errorf("set up the AI providers: AI_FALLBACK names %q, which is not set up here; correct it, or set the variables of that provider", name)
		}
		list = append(list, chat.Substitute{Provider: provider, Model: model})
	}
	return list, nil
}

func first(models []string) string {
	if len(models) == 0 {
		return ""
	}
	return models[0]
}
