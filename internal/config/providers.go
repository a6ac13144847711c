package config

import (
	"net/netip"
	"net/url"
	"strings"
)

// provider is the variables of one AI provider.
type provider struct {
	name                    string // of its variables
	key, base               string
	models                  []string
	needsNoKey, needsModels bool
}

func (c *Config) providers() []provider {
	return []provider{
		{name: "ANTHROPIC", key: c.AnthropicKey, base: c.AnthropicBaseURL, models: c.AnthropicModels},
		{name: "GOOGLE", key: c.GoogleKey, base: c.GoogleBaseURL, models: c.GoogleModels},
		{name: "DEEPSEEK", key: c.DeepSeekKey, base: c.DeepSeekBaseURL, models: c.DeepSeekModels},
		{name: "OPENAI", key: c.OpenAIKey, base: c.OpenAIBaseURL, models: c.OpenAIModels, needsNoKey: c.OpenAIBaseURL != "", needsModels: true},
	}
}

// cleanProviders removes what copying leaves around keys, addresses and names.
func (c *Config) cleanProviders() {
	for _, s := range []*string{&c.AnthropicKey, &c.GoogleKey, &c.DeepSeekKey, &c.OpenAIKey} {
		*s = strings.TrimSpace(*s)
	}
	for _, s := range []*string{&c.AnthropicBaseURL, &c.GoogleBaseURL, &c.DeepSeekBaseURL, &c.OpenAIBaseURL} {
		*s = strings.TrimRight(strings.TrimSpace(*s), "/")
	}
	for _, list := range []*[]string{&c.AnthropicModels, &c.GoogleModels, &c.DeepSeekModels, &c.OpenAIModels} {
		*list = clean(*list)
	}
}

// OpenAIComplete reports whether OpenAI, or another server that speaks its
// API, can be asked: it has a key or an address, and a model.
func (c *Config) OpenAIComplete() bool {
	return (c.OpenAIKey != "" || c.OpenAIBaseURL != "") && len(c.OpenAIModels) > 0
}

func (c *Config) checkProviders() []Problem {
	var all []Problem
	for _, p := range c.providers() {
		all = append(all, p.check()...)
	}
	return all
}

func (p provider) check() []Problem {
	if strings.ContainsFunc(p.key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return problem(p.name+"_API_KEY", "holds a space or another character that no key has.", "Copy the key again.")
	}
	if p.base == "" {
		return nil
	}
	u, err := url.Parse(p.base)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return problem(p.name+"_BASE_URL", "is not an http or https address.", "Write it as the server's documentation gives it, beginning with https://")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return problem(p.name+"_BASE_URL", "must not hold a user name, a query or a fragment.", "Give the key as "+p.name+"_API_KEY, and only the address here.")
	}
	return nil
}

// halfProviders returns the providers of which something is set, but not
// enough to be offered. A shell may hold such variables for other programs.
func (c *Config) halfProviders() []Problem {
	var all []Problem
	for _, p := range c.providers() {
		switch {
		case p.key == "" && !p.needsNoKey && (p.base != "" || len(p.models) > 0):
			all = append(all, Problem{p.name + "_API_KEY", "is not set, but another variable of this provider is; it is not offered.",
				"Set it, or remove the others."})
		case (p.key != "" || p.base != "") && p.needsModels && len(p.models) == 0:
			all = append(all, Problem{p.name + "_MODEL", "is not set, so this provider is not offered.",
				"Set it to a model that the server has, or remove " + p.name + "_API_KEY and " + p.name + "_BASE_URL."})
		}
	}
	return all
}

// plainKeys warns of keys that go over a network unencrypted.
func (c *Config) plainKeys() []string {
	var all []string
	for _, p := range c.providers() {
		u, err := url.Parse(p.base)
		if err != nil || p.key == "" || u.Scheme != "http" || local(u.Hostname()) || private(u.Hostname()) {
			continue
		}
		all = append(all, p.name+"_BASE_URL: is http, so the key and all that is said can be read on the way. Use https.")
	}
	return all
}

// private reports whether a host is a name without a domain, as in a network of
// containers, or an address of a private network.
func private(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsPrivate() || err != nil && !strings.Contains(host, ".")
}
