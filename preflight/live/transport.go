package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// addresses checks TLS-04: the name resolves, every address answers, and www
// and the bare name are both thought of.
func (s *session) addresses(ctx context.Context, h *host) []Outcome {
	name := h.base.Hostname()
	at := h.base.String()
	dig := "dig +short A " + name + "; dig +short AAAA " + name
	if _, err := netip.ParseAddr(name); err == nil {
		return []Outcome{outcome("TLS-04", NotApplicable, "the address is a number, not a name").at(at)}
	}
	lookup, cancel := context.WithTimeout(ctx, s.prober.timeout)
	ips, err := s.prober.network.lookup(lookup, name)
	cancel()
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound, err == nil && len(ips) == 0:
		return []Outcome{outcome("TLS-04", NotDetermined, name+" does not resolve: no DNS record was found").at(at).verify(dig).
			fix("If the name is spelt right, set the CNAME or A record that the platform's domain page shows. A new record is seen within minutes to an hour; certificates can be issued only then.")}
	case err != nil:
		return []Outcome{outcome("TLS-04", NotDetermined, Explain(name, err)).at(at)}
	}
	return []Outcome{s.reachAll(ctx, h, ips, dig)}
}

// reachAll connects to each address: a stale AAAA record beside a good A
// record is the usual reason why a site works for some and a certificate is
// not issued.
func (s *session) reachAll(ctx context.Context, h *host, ips []netip.Addr, dig string) Outcome {
	port, err := strconv.ParseUint(portOf(h.base), 10, 16)
	if err != nil {
		return outcome("TLS-04", NotDetermined, "the port of the address is no number").at(h.base.String())
	}
	var good, bad, unknown []string
	for _, ip := range ips[:min(len(ips), 6)] {
		if !s.opts.AllowPrivate && Private(ip) {
			unknown = append(unknown, ip.String()+": a private address, not tried")
			continue
		}
		attempt, cancel := context.WithTimeout(ctx, min(s.prober.timeout, 5*time.Second))
		conn, err := s.prober.network.connect(attempt, netip.AddrPortFrom(ip, uint16(port)), s.opts.AllowPrivate)
		cancel()
		switch {
		case err == nil:
			conn.Close()
			good = append(good, ip.String()+": connected")
		case errors.Is(err, syscall.ECONNREFUSED) || timedOut(err) && ip.Is4():
			bad = append(bad, ip.String()+": "+Explain(ip.String(), err))
		default: // no route: often this machine has no IPv6 itself
			unknown = append(unknown, ip.String()+": not reachable from here")
		}
	}
	o := outcome("TLS-04", Pass, h.name()+" resolves, and its addresses answer")
	switch {
	case len(bad) > 0 && len(good) > 0:
		o = outcome("TLS-04", Fail, fmt.Sprintf("%d of %d addresses of %s do not answer: people who get that one see nothing", len(bad), len(ips), h.name())).
			fix("Delete the A or AAAA record of the address that does not answer (a left-over AAAA record is the usual one), then ask the platform to issue the certificate again.")
	case len(good) == 0:
		o = outcome("TLS-04", NotDetermined, "no address of "+h.name()+" could be tried from here")
		if len(bad) > 0 {
			o = outcome("TLS-04", NotDetermined, "no address of "+h.name()+" answers on port "+portOf(h.base))
		}
	}
	return o.at(h.base.String()).proof(append(append(bad, good...), unknown...)...).verify(dig)
}

// redirects checks TLS-02: what plain http answers.
func (s *session) redirects(ctx context.Context, h *host) []Outcome {
	if h.base.Scheme == "http" {
		return []Outcome{s.plainOnly(h)}
	}
	if h.base.Port() != "" && h.base.Port() != "443" {
		return []Outcome{outcome("TLS-02", NotApplicable, h.name()+" is on a port of its own; plain http on port 80 belongs to something else").at(h.base.String())}
	}
	start := url.URL{Scheme: "http", Host: h.base.Hostname(), Path: "/"}
	hops, err := s.prober.follow(ctx, start.String(), s.named)
	curl := "curl -sI " + start.String()
	if len(hops) == 0 {
		return []Outcome{noPlainHTTP(h, start.String(), curl, err)}
	}
	var lines []string
	for _, a := range hops {
		line := a.line()
		if l := a.get("Location"); l != "" {
			line += " Location: " + l
		}
		lines = append(lines, line)
	}
	return []Outcome{judgeRedirects(hops, err).at(start.String()).proof(lines...).verify(curl)}
}

func (s *session) plainOnly(h *host) Outcome {
	if name := h.base.Hostname(); name == "localhost" || isLocalName(name) {
		return outcome("TLS-02", NotApplicable, "a local address needs no https").at(h.base.String())
	}
	return outcome("TLS-02", Warn, h.name()+" was given as http: give the https address, or nothing of TLS is checked").at(h.base.String())
}

func isLocalName(name string) bool {
	if ip, err := netip.ParseAddr(name); err == nil {
		return Private(ip)
	}
	return strings.HasSuffix(name, ".localhost") || strings.HasSuffix(name, ".local") || strings.HasSuffix(name, ".internal") || !strings.Contains(name, ".")
}

// noPlainHTTP judges a port 80 that says nothing: refusing is as good as
// redirecting, and better for an API.
func noPlainHTTP(h *host, at, curl string, err error) Outcome {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), timedOut(err) && h.up:
		return outcome("TLS-02", Pass, "plain http is not served on "+h.name()).at(at).proof(Explain(h.name(), err)).verify(curl)
	default:
		return outcome("TLS-02", NotDetermined, "plain http: "+Explain(h.name(), err)).at(at).verify(curl)
	}
}

func judgeRedirects(hops []*answer, err error) Outcome {
	first, last := hops[0], hops[len(hops)-1]
	next := first.location()
	switch {
	case errors.Is(err, errLoop):
		return outcome("TLS-02", Fail, "plain http is redirected in a circle").
			fix("Often both the platform and the app redirect: let only one do it, and let the app believe X-Forwarded-Proto from the platform's proxy. With Cloudflare in front, set the encryption mode to Full (strict).")
	case next == nil && first.Status < 300:
		return outcome("TLS-02", Fail, "plain http answers the page itself, so passwords and cookies can be read on the way").
			fix("Switch on the platform's redirect (Fly: force_https = true; nginx: return 301 https://$host$request_uri; Caddy does it by itself).")
	case next == nil && first.Status >= 300 && first.Status < 400:
		return outcome("TLS-02", Fail, "plain http redirects to nowhere: the Location header is missing or unreadable")
	case next == nil:
		return outcome("TLS-02", Pass, fmt.Sprintf("plain http serves nothing (status %d)", first.Status))
	case next.Scheme != "https" && last.URL.Scheme == "https":
		return outcome("TLS-02", Warn, "plain http is redirected over a second plain address before it reaches https").
			fix("Redirect straight to https on the same host first, then to the preferred name: HSTS then covers both.")
	case next.Scheme != "https":
		return outcome("TLS-02", Fail, "plain http is redirected to plain http")
	case !strings.EqualFold(next.Hostname(), first.URL.Hostname()) && !twin(next.Hostname(), first.URL.Hostname()):
		return outcome("TLS-02", Warn, "plain http is redirected to another host, "+next.Hostname()).
			fix("Redirect to https on the same host first, or this name never gets HSTS.")
	case err != nil:
		return outcome("TLS-02", NotDetermined, "plain http is redirected to https, where the chain breaks off: "+Explain(first.URL.Hostname(), err))
	case last.URL.Scheme == "http":
		return outcome("TLS-02", Fail, "https redirects back to plain http")
	}
	return outcome("TLS-02", Pass, "plain http is redirected to https")
}

// preloaded are top-level domains that browsers never open without https.
var preloaded = []string{".app", ".dev", ".page", ".new", ".day", ".zip", ".mov", ".foo", ".boo", ".dad", ".phd", ".prof", ".nexus", ".channel", ".bank", ".insurance", ".ing", ".meme", ".esq", ".rsvp"}

const halfYear = 15768000 // seconds, the least that counts as enforced

// strictTransport checks TLS-03. A header over plain http does not count (RFC
// 6797, section 7.2).
func (s *session) strictTransport(_ context.Context, h *host) []Outcome {
	if h.base.Scheme != "https" {
		return []Outcome{outcome("TLS-03", NotApplicable, "HSTS exists only on https").at(h.base.String())}
	}
	if name := h.base.Hostname(); name == "localhost" || isLocalName(name) && !strings.Contains(name, ".") {
		return []Outcome{outcome("TLS-03", NotApplicable, "a local address needs no HSTS").at(h.base.String())}
	}
	a := h.hops[0]
	curl := "curl -sI " + h.base.String() + " | grep -i strict-transport-security"
	o := judgeHSTS(h.base.Hostname(), a.Header.Values("Strict-Transport-Security"))
	return []Outcome{o.at(a.URL.String()).proof(a.line(), a.headerLine("Strict-Transport-Security")).verify(curl)}
}

func judgeHSTS(name string, values []string) Outcome {
	for _, tld := range preloaded {
		if strings.HasSuffix(name, tld) && len(values) == 0 {
			return outcome("TLS-03", Pass, "no HSTS header, but browsers never use plain http for names ending in "+tld)
		}
	}
	if len(values) == 0 {
		return outcome("TLS-03", Warn, name+" sends no Strict-Transport-Security, so the first visit of everybody can be intercepted").
			fix("Send Strict-Transport-Security: max-age=300 for a week, then max-age=31536000. Leave preload out.")
	}
	age, found := hstsAge(values[0])
	switch {
	case !found:
		return outcome("TLS-03", Warn, name+" sends a Strict-Transport-Security that browsers ignore").fix("The value must contain max-age, for instance: max-age=31536000")
	case age == 0:
		return outcome("TLS-03", Warn, name+" switches HSTS off (max-age=0)").fix("Send max-age=31536000 when https works.")
	case age < halfYear && age >= 300:
		return outcome("TLS-03", Info, fmt.Sprintf("HSTS lasts only %s; raise it when https has run for a week", (time.Duration(age)*time.Second).String())).fix("Send max-age=31536000.")
	case age < halfYear:
		return outcome("TLS-03", Warn, fmt.Sprintf("HSTS lasts only %d seconds", age)).fix("Send max-age=31536000.")
	case strings.Contains(strings.ToLower(values[0]), "preload"):
		return outcome("TLS-03", Info, "HSTS with preload: every subdomain must have https for years; make sure that this was meant")
	}
	return outcome("TLS-03", Pass, name+" enforces https (HSTS)")
}

// hstsAge reads the max-age directive (RFC 6797, section 6.1.1).
func hstsAge(value string) (seconds int64, found bool) {
	for _, d := range strings.Split(value, ";") {
		name, v, _ := strings.Cut(strings.TrimSpace(d), "=")
		if strings.EqualFold(strings.TrimSpace(name), "max-age") {
			n, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(v), `"`), 10, 64)
			return n, err == nil && n >= 0
		}
	}
	return 0, false
}
