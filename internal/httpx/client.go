package httpx

import (
	"net/http"
	"net/netip"
	"strings"
)

// Edge is how the proxy of a hosting platform tells the address of a client.
// Nobody but the platform vouches for it, so what it says is a claim: see
// Limiter.AllowClient.
type Edge struct {
	Header    string         // that holds the address
	FromRight int            // which of its entries counts; 1 is the last, and what stands further left is the client's own
	Peers     []netip.Prefix // where the platform's proxy connects from
}

// sent reports whether a connection comes from the platform's proxy.
func (e *Edge) sent(peer netip.Addr) bool { return e != nil && isTrusted(peer, e.Peers) }

// client returns the address that the header holds, or the zero Addr.
func (e *Edge) client(h http.Header) netip.Addr {
	hops := strings.Split(strings.Join(h.Values(e.Header), ","), ",")
	if len(hops) < e.FromRight {
		return netip.Addr{}
	}
	addr, _ := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-e.FromRight])) // the zero Addr is no address
	return addr.Unmap()
}

// caller returns the address of the client, and whether it is a claim only.
// Declared proxies come before what is known of a platform.
func (o Options) caller(peer netip.Addr, h http.Header) (client string, claimed bool) {
	if len(o.TrustedProxies) == 0 && o.Edge.sent(peer) {
		if addr := o.Edge.client(h); addr.IsValid() {
			return text(addr), true
		}
	}
	return text(clientAddr(peer, h.Values("X-Forwarded-For"), o.TrustedProxies)), false
}

// clientAddr walks X-Forwarded-For from the right, as long as trusted proxies
// wrote it: what stands further left is the client's own claim.
func clientAddr(peer netip.Addr, forwarded []string, trusted []netip.Prefix) netip.Addr {
	client := peer
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && isTrusted(client, trusted); i-- {
		addr, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = addr.Unmap()
	}
	return client
}

func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

func text(addr netip.Addr) string {
	if !addr.IsValid() {
		return "unknown"
	}
	return addr.WithZone("").String()
}

// household is the address as limits count it: whoever has one IPv6 address
// has the other 2^64 of its network as well.
func household(client string) string {
	addr, err := netip.ParseAddr(client)
	if err != nil || addr.Is4() {
		return client
	}
	if network, err := addr.Prefix(64); err == nil {
		return network.String()
	}
	return client
}
