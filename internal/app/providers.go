package app

import (
	"fmt"
	"net/url"
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
	"github.com/ba-assistant/ba-assistant/internal/provider"
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

// setup is how the operator says where a provider is and what opens it.
type setup struct {
	address, own  string // what is configured, and the provider's own
	key           string // the option of the key
	addressOption string
	modelsOption  string
}

func setupOf(c *config.Config, id string) setup {
	switch id {
	case anthropic.ID:
		return setup{c.AnthropicBaseURL, anthropic.DefaultBaseURL, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_MODEL"}
	case gemini.ID:
		return setup{c.GoogleBaseURL, gemini.DefaultBaseURL, "GOOGLE_API_KEY", "GOOGLE_BASE_URL", "GOOGLE_MODEL"}
	case string(openai.DeepSeek):
		if c.DeepSeekKey != "" {
			return setup{c.DeepSeekBaseURL, openai.DeepSeek.Base(""), "DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL", "DEEPSEEK_MODEL"}
		}
	}
	return setup{c.OpenAIBaseURL, openai.OpenAI.Base(""), "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"}
}

// registered returns the offers as administrators see them. watches are their
// breakers, in the same order.
func registered(c *config.Config, offers []chat.Offer, watches []*breaker.Breaker) []provider.Registered {
	all := make([]provider.Registered, len(offers))
	for i, o := range offers {
		all[i] = provider.Registered{Provider: o.Provider, Name: o.Name, Models: o.Models, BuiltIn: o.Rules, Watch: watches[i]}
		if o.Rules {
			continue
		}
		s := setupOf(c, o.Provider.ID())
		all[i].Host, all[i].KeyVariable = hostOf(s.address, s.own), c.Source(s.key)
		all[i].AddressOption, all[i].ModelsOption = s.addressOption, s.modelsOption
	}
	return all
}

// hostOf returns the host of the first address that is set.
func hostOf(addresses ...string) string {
	for _, address := range addresses {
		if u, err := url.Parse(strings.TrimSpace(address)); err == nil && u.Host != "" {
			return u.Host
		}
	}
	return ""
}

// watched puts what counts and traces calls in front of the offers and returns the
// breakers behind it, nil for one that has none.
func (m *metrics) watched(offers []chat.Offer) []*breaker.Breaker {
	watches := make([]*breaker.Breaker, len(offers))
	for i, o := range offers {
		watches[i], _ = o.Provider.(*breaker.Breaker)
		offers[i].Provider = m.provider(asked{o.Provider})
	}
	return watches
}
