package cert

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// pointing finds out whether a name leads to this machine, before an ACME
// server is asked and counts the failure (pitfall G5).
type pointing struct {
	host   string
	public bool // the ACME server stands in the internet and reaches no private address
	token  string

	lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	own    func() ([]netip.Addr, error)
	visit  func(ctx context.Context, at netip.Addr) visit
}

// visit is what an address answers when it is asked for our token.
type visit int

const (
	silent visit = iota // nothing that could be reached from here
	here
	elsewhere // another server
)

const (
	challengePath = "/.well-known/acme-challenge/"
	visitPatience = 4 * time.Second
	mostAddresses = 8
)

// check returns nil where the name leads here, with a remark where that could
// not be judged, and else an error that says what to set.
func (p *pointing) check(ctx context.Context) (remark string, err error) {
	all, err := p.lookup(ctx, p.host)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound, err == nil && len(all) == 0:
		return "", ba.E(ba.Unavailable, p.host+" has no address in the DNS. Add an A record with the public address of this machine at your DNS provider"+p.ownText()+".")
	case err != nil:
		return "", ba.Wrap(ba.Unavailable, "The DNS did not answer for "+p.host+". Check the resolver of this machine, or set ACME_RESOLVER.", err)
	}
	mine, err := p.own()
	if err != nil {
		return "", ba.Wrap(ba.Unavailable, "The addresses of this machine could not be read.", err)
	}
	var wrong, quiet []string
	for _, at := range all[:min(len(all), mostAddresses)] {
		at = at.Unmap()
		switch {
		case p.public && !reachable(at):
			wrong = append(wrong, at.String()+" (private: no ACME server in the internet reaches it)")
		case slices.Contains(mine, at):
		default:
			switch p.visit(ctx, at) {
			case elsewhere:
				wrong = append(wrong, at.String()+" (another server answers there)")
			case silent:
				quiet = append(quiet, at.String())
			}
		}
	}
	return p.judge(wrong, quiet, slices.ContainsFunc(mine, reachable))
}

func (p *pointing) judge(wrong, quiet []string, hasPublic bool) (string, error) {
	const fix = ". Let its A and AAAA records name this machine and nothing else; a forgotten AAAA record is the usual culprit"
	switch {
	case len(wrong) > 0:
		return "", ba.E(ba.Unavailable, p.host+" leads to "+strings.Join(wrong, " and ")+fix+p.ownText()+".")
	case len(quiet) == 0:
		return "", nil
	case hasPublic:
		return "", ba.E(ba.Unavailable, p.host+" leads to "+strings.Join(quiet, " and ")+", which is no address of this machine, and nothing of ours answers there"+fix+p.ownText()+".")
	}
	return "Whether " + p.host + " leads here cannot be judged: this machine has no public address of its own, as behind a router or in a cloud, and " + strings.Join(quiet, " and ") +
		" could not be reached from inside. If the request fails, lead ports 80 and 443 of that address to this machine.", nil
}

// ownText names the public addresses of this machine, if it has any.
func (p *pointing) ownText() string {
	mine, err := p.own()
	if err != nil {
		return ""
	}
	var out []string
	for _, at := range mine {
		if reachable(at) {
			out = append(out, at.String())
		}
	}
	if len(out) == 0 {
		return ""
	}
	return " (here: " + strings.Join(out, ", ") + ")"
}

// reachable reports whether the internet can reach an address.
func reachable(at netip.Addr) bool {
	return at.IsGlobalUnicast() && !at.IsPrivate() && !carrierGrade.Contains(at)
}

var carrierGrade = netip.MustParsePrefix("100.64.0.0/10")

// interfaces returns the addresses of this machine.
func interfaces() ([]netip.Addr, error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var out []netip.Addr
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			out = append(out, p.Addr().Unmap())
		}
	}
	return out, nil
}

// lookupBy returns how names are looked up: by the system, or by the server at
// an address such as 1.1.1.1:53.
func lookupBy(server string) func(context.Context, string) ([]netip.Addr, error) {
	resolver := net.DefaultResolver
	if server != "" {
		resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, server)
		}}
	}
	return func(ctx context.Context, host string) ([]netip.Addr, error) {
		ctx, cancel := context.WithTimeout(ctx, 3*visitPatience)
		defer cancel()
		return resolver.LookupNetIP(ctx, "ip", host+".")
	}
}

// ask is the visit over plain http, as an ACME server makes it.
func (p *pointing) ask(ctx context.Context, at netip.Addr) visit {
	ctx, cancel := context.WithTimeout(ctx, visitPatience)
	defer cancel()
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, netip.AddrPortFrom(at, 80).String())
	}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.host+challengePath+p.token, nil)
	if err != nil {
		return silent
	}
	res, err := transport.RoundTrip(r)
	if err != nil {
		return silent
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1024))
	if err == nil && subtle.ConstantTimeCompare(text, []byte(p.token)) == 1 {
		return here
	}
	return elsewhere
}

// answer answers the visit of ourselves.
func (p *pointing) answer(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != challengePath+p.token {
		return false
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, p.token) // who left needs no answer
	return true
}
