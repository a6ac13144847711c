package app

import (
	"net/netip"
	"net/url"

	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/identity"
)

// signIn returns how people come in, as the operator decided.
func signIn(c *config.Config, public *url.URL) (identity.Config, error) {
	in := identity.Config{PublicURL: public, Development: !c.Production(), Providers: providers(c),
		AllowedDomains: c.AllowedDomains, AllowedTenants: c.AllowedTenants}
	if c.FrontendURL == "" {
		return in, nil
	}
	front, err := url.Parse(c.FrontendURL)
	in.FrontendURL = front
	return in, err
}

func providers(c *config.Config) []identity.ProviderConfig {
	var all []identity.ProviderConfig
	if c.GoogleClientID != "" {
		all = append(all, identity.Google(c.GoogleClientID, c.GoogleClientSecret))
	}
	if c.MicrosoftClientID != "" {
		all = append(all, identity.Microsoft(c.MicrosoftTenant, c.MicrosoftClientID, c.MicrosoftClientSecret))
	}
	if c.OIDCIssuer != "" {
		all = append(all, identity.OIDC(c.OIDCName, c.OIDCIssuer, c.OIDCClientID, c.OIDCClientSecret))
	}
	return all
}

// origins returns the other origins that may call the API from a browser.
func origins(c *config.Config) []string {
	if c.FrontendURL == "" {
		return c.CORSOrigins
	}
	for _, o := range c.CORSOrigins {
		if o == c.FrontendURL {
			return c.CORSOrigins
		}
	}
	return append([]string{c.FrontendURL}, c.CORSOrigins...)
}

// trusted returns the proxies whose forwarded headers count. config.Load has
// checked every entry.
func trusted(c *config.Config) []netip.Prefix {
	var all []netip.Prefix
	for _, s := range c.TrustedProxies {
		if p, err := netip.ParsePrefix(s); err == nil {
			all = append(all, p.Masked())
		} else if addr, err := netip.ParseAddr(s); err == nil {
			all = append(all, netip.PrefixFrom(addr, addr.BitLen()))
		}
	}
	return all
}

// edge returns the proxy of the hosting platform, or nil.
func edge(c *config.Config) *httpx.Edge {
	e, known := c.Edge()
	if !known {
		return nil
	}
	return (*httpx.Edge)(&e)
}
