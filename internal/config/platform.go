package config

import (
	"net/netip"
	"strconv"
	"strings"
)

// platform names the hosting platform by the variables that it sets in every
// running service, or returns the empty string.
func platform(vars map[string]string) string {
	switch {
	case vars["RAILWAY_ENVIRONMENT_ID"] != "" || vars["RAILWAY_PROJECT_ID"] != "" || vars["RAILWAY_ENVIRONMENT"] != "":
		return "Railway"
	case vars["RENDER"] == "true" || vars["RENDER_SERVICE_ID"] != "":
		return "Render"
	case vars["FLY_APP_NAME"] != "" && vars["FLY_MACHINE_ID"] != "" || vars["FLY_ALLOC_ID"] != "":
		return "Fly"
	case vars["KUBERNETES_SERVICE_HOST"] != "":
		return "Kubernetes"
	case vars["DYNO"] != "":
		return "Heroku"
	case vars["K_SERVICE"] != "":
		return "Cloud Run"
	}
	return ""
}

// defaultPublicURL returns the address that the platform gave this service, or
// localhost in development, or nothing.
func defaultPublicURL(c *Config, vars map[string]string) string {
	switch {
	case vars["RAILWAY_PUBLIC_DOMAIN"] != "":
		return "https://" + vars["RAILWAY_PUBLIC_DOMAIN"]
	case strings.HasPrefix(vars["RENDER_EXTERNAL_URL"], "https://"):
		return vars["RENDER_EXTERNAL_URL"]
	case c.Platform == "Fly":
		return "https://" + vars["FLY_APP_NAME"] + ".fly.dev"
	case c.Environment == Development:
		return "http://localhost:" + strconv.Itoa(c.Port)
	}
	return ""
}

// Edge is how the proxy of the recognised platform tells the address of a
// client.
type Edge struct {
	Header    string         // that holds the address
	FromRight int            // which of its entries counts; 1 is the last
	Peers     []netip.Prefix // where the proxy connects from
}

// inner are the networks that no client on the internet connects from.
var inner = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"),
}

// Edge returns what is known of the platform's proxy, and false where there is
// none or TRUSTED_PROXIES says more. Sources: the documentation of Railway (its
// own example trusts 100.0.0.0/8 beside the private ranges) and of Fly; for
// Render, which documents none, what people see behind Cloudflare.
func (c *Config) Edge() (Edge, bool) {
	if len(c.TrustedProxies) > 0 {
		return Edge{}, false
	}
	switch c.Platform {
	case "Railway":
		return Edge{Header: "X-Real-IP", FromRight: 1, Peers: append(inner[:len(inner):len(inner)], netip.MustParsePrefix("100.0.0.0/8"))}, true
	case "Render":
		return Edge{Header: "X-Forwarded-For", FromRight: 2, Peers: inner}, true
	case "Fly":
		return Edge{Header: "Fly-Client-IP", FromRight: 1, Peers: inner}, true
	}
	return Edge{}, false
}
