package config

import (
	"net"
	"net/netip"
)

const shortestToken = 16

// checkMetrics: nothing is served to others without a token.
func (c *Config) checkMetrics() []Problem {
	if c.MetricsToken != "" && len(c.MetricsToken) < shortestToken {
		return problem("METRICS_TOKEN", "is too short: anybody could guess it.", "Set 16 characters or more, for example from: openssl rand -hex 16")
	}
	if c.MetricsAddr == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(c.MetricsAddr)
	if err != nil || port == "" {
		return problem("METRICS_ADDR", "is not an address with a port.", "Set one such as 127.0.0.1:9090.")
	}
	addr, err := netip.ParseAddr(host)
	loopback := host == "localhost" || err == nil && addr.IsLoopback()
	if !loopback && c.MetricsToken == "" {
		return problem("METRICS_ADDR", "can be reached by others, and METRICS_TOKEN is not set.", "Set METRICS_TOKEN, or a loopback address such as 127.0.0.1:9090.")
	}
	return nil
}
