package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// errPrivate says that a name leads to an address inside a private network.
var errPrivate = errors.New("private address")

// Network is how the prober reaches the world. The zero value uses the
// system's resolver and dialler.
type Network struct {
	// Lookup returns the addresses of a name.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// Dial connects to an address and port that were already approved.
	Dial func(ctx context.Context, addr netip.AddrPort) (net.Conn, error)
}

func (n Network) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip.Unmap()}, nil
	}
	if n.Lookup != nil {
		return n.Lookup(ctx, host)
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	for i := range ips {
		ips[i] = ips[i].Unmap()
	}
	return ips, err
}

// dial resolves once, refuses what is private, and connects to the very
// address that it approved.
func (n Network) dial(ctx context.Context, host, port string, allowPrivate bool) (net.Conn, error) {
	ips, err := n.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	number, err := net.DefaultResolver.LookupPort(ctx, "tcp", port)
	if err != nil {
		return nil, err
	}
	var last error
	for i, ip := range ips {
		if !allowPrivate && Private(ip) {
			last = fmt.Errorf("%s is %s: %w", host, ip, errPrivate)
			continue
		}
		attempt, cancel := context.WithTimeout(ctx, remaining(ctx, len(ips)-i))
		conn, err := n.connect(attempt, netip.AddrPortFrom(ip, uint16(number)), allowPrivate)
		cancel()
		if err == nil {
			return conn, nil
		}
		last = err
	}
	if last == nil {
		last = &net.DNSError{Err: "no addresses", Name: host, IsNotFound: true}
	}
	return nil, last
}

// remaining shares the time left among the addresses not yet tried.
func remaining(ctx context.Context, addresses int) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return 10 * time.Second
	}
	return max(time.Until(deadline)/time.Duration(addresses), 500*time.Millisecond)
}

func (n Network) connect(ctx context.Context, addr netip.AddrPort, allowPrivate bool) (net.Conn, error) {
	if n.Dial != nil {
		return n.Dial(ctx, addr)
	}
	d := net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("address %s: %w", address, errPrivate)
		}
		if !allowPrivate && Private(ap.Addr()) {
			return fmt.Errorf("%s: %w", ap.Addr(), errPrivate)
		}
		return nil
	}}
	return d.DialContext(ctx, "tcp", addr.String())
}

// special are the ranges that IANA's registries set apart from the public
// internet and that net/netip has no method for (RFC 6890 and its updates).
var special = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Private reports addresses that are not on the public internet: loopback,
// private and shared ranges, link-local (cloud metadata), multicast,
// documentation, and the ranges that embed an IPv4 address.
func Private(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsValid() || ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() {
		return true
	}
	for _, p := range special {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
