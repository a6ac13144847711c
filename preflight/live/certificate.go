package live

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// Certificate is what one handshake showed. Problems are in the order in which
// they are worth fixing; empty means that every browser accepts it.
type Certificate struct {
	Problems []Problem
	Names    []string
	Issuer   string
	From, To time.Time
	Version  uint16
	Chain    []*x509.Certificate
}

// Problem is one fault of a certificate or of its presentation.
type Problem struct {
	Fault Fault
	Text  string
}

// Fault tells the faults of a certificate apart, since each has another remedy.
type Fault int

// The faults of certificates.
const (
	Expired Fault = iota
	NotYetValid
	WrongHost
	SelfSigned
	IncompleteChain
	UnknownAuthority
	WeakKey
	OldProtocol
	ExpiresSoon
	PlatformDefault // wrong host, and the names are the hosting platform's
)

// handshake connects and returns the connection state, whatever the certificate.
func (p *prober) handshake(ctx context.Context, u *url.URL) (tls.ConnectionState, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	conn, err := p.network.dial(ctx, u.Hostname(), portOf(u), p.allowPrivate)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer conn.Close()
	client := tls.Client(conn, &tls.Config{ServerName: u.Hostname(), InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, NextProtos: []string{"h2", "http/1.1"}})
	if err := client.HandshakeContext(ctx); err != nil {
		return tls.ConnectionState{}, err
	}
	return client.ConnectionState(), nil
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// Inspect judges the certificate of a handshake for a host at a time. roots
// nil means the system's.
func Inspect(state tls.ConnectionState, host string, now time.Time, roots *x509.CertPool) (Certificate, error) {
	if len(state.PeerCertificates) == 0 {
		return Certificate{}, errors.New("the server sent no certificate")
	}
	leaf := state.PeerCertificates[0]
	c := Certificate{Names: leaf.DNSNames, Issuer: issuerName(leaf), From: leaf.NotBefore, To: leaf.NotAfter, Version: state.Version, Chain: state.PeerCertificates}
	for _, ip := range leaf.IPAddresses {
		c.Names = append(c.Names, ip.String())
	}
	c.dates(leaf, now)
	c.hosts(leaf, host)
	c.chain(leaf, now, roots)
	c.strength(leaf)
	return c, nil
}

func (c *Certificate) add(f Fault, format string, args ...any) {
	c.Problems = append(c.Problems, Problem{f, fmt.Sprintf(format, args...)})
}

func (c *Certificate) dates(leaf *x509.Certificate, now time.Time) {
	day := func(t time.Time) string { return t.UTC().Format("2 January 2006 15:04 UTC") }
	switch lifetime := leaf.NotAfter.Sub(leaf.NotBefore); {
	case now.After(leaf.NotAfter):
		c.add(Expired, "expired on %s", day(leaf.NotAfter))
	case now.Before(leaf.NotBefore):
		c.add(NotYetValid, "valid only from %s", day(leaf.NotBefore))
	// Certificates of six days are renewed every few: a third of the lifetime
	// left is when renewal is due, and half of that is late.
	case leaf.NotAfter.Sub(now) < min(14*24*time.Hour, lifetime/6):
		c.add(ExpiresSoon, "expires on %s, and renewal is overdue", day(leaf.NotAfter))
	}
}

// platformNames are what hosting platforms present on a custom domain whose
// own certificate is not there yet.
var platformNames = []string{"up.railway.app", "railway.app", "onrender.com", "fly.dev", "herokuapp.com", "vercel.app", "vercel.com", "netlify.app", "netlify.com", "pages.dev", "web.app", "firebaseapp.com", "azurewebsites.net", "run.app", "github.io", "github.com", "cloudfront.net", "traefik.default"}

func (c *Certificate) hosts(leaf *x509.Certificate, host string) {
	if leaf.VerifyHostname(host) == nil {
		return
	}
	names := strings.Join(c.Names, ", ")
	if names == "" {
		names = "none (the common name " + leaf.Subject.CommonName + " no longer counts)"
	}
	for _, n := range append(c.Names, leaf.Subject.CommonName) {
		n = strings.TrimPrefix(strings.ToLower(n), "*.")
		for _, platform := range platformNames {
			if (n == platform || strings.HasSuffix(n, "."+platform)) && host != platform && !strings.HasSuffix(host, "."+platform) {
				c.add(PlatformDefault, "is the hosting platform's own (%s), not one for %s", clean(names, 100), host)
				return
			}
		}
	}
	c.add(WrongHost, "is for other names: %s", clean(names, 150))
}

// chain verifies the signatures up to a trusted root, at a time when the leaf
// is valid, so that an expired certificate is not reported twice.
func (c *Certificate) chain(leaf *x509.Certificate, now time.Time, roots *x509.CertPool) {
	between := x509.NewCertPool()
	for _, cert := range c.Chain[1:] {
		between.AddCert(cert)
	}
	at := now
	if at.After(leaf.NotAfter) || at.Before(leaf.NotBefore) {
		at = leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at})
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
	case selfSigned(leaf):
		c.add(SelfSigned, "signed by itself, so no browser accepts it")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		c.add(Expired, "an intermediate or root certificate of the chain has expired")
	case !c.reachesTop() && len(leaf.IssuingCertificateURL) > 0:
		c.add(IncompleteChain, "the intermediate certificate of %s is not sent", clean(c.Issuer, 80))
	default:
		c.add(UnknownAuthority, "issued by %s, which this machine does not trust", clean(c.Issuer, 80))
	}
}

// reachesTop reports whether the server sent certificates up to a self-signed one.
func (c *Certificate) reachesTop() bool {
	at := c.Chain[0]
	for range c.Chain {
		if selfSigned(at) {
			return true
		}
		next := at
		for _, cert := range c.Chain[1:] {
			if string(cert.RawSubject) == string(at.RawIssuer) && at.CheckSignatureFrom(cert) == nil {
				next = cert
				break
			}
		}
		if next == at {
			return false
		}
		at = next
	}
	return false
}

func selfSigned(c *x509.Certificate) bool {
	return string(c.RawSubject) == string(c.RawIssuer) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

func (c *Certificate) strength(leaf *x509.Certificate) {
	switch key := leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < 2048 {
			c.add(WeakKey, "its RSA key has only %d bits", bits)
		}
	case *ecdsa.PublicKey:
		if bits := key.Params().BitSize; bits < 256 {
			c.add(WeakKey, "its elliptic-curve key has only %d bits", bits)
		}
	}
	switch leaf.SignatureAlgorithm {
	case x509.MD5WithRSA, x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1:
		if !selfSigned(leaf) {
			c.add(WeakKey, "signed with the broken %s", leaf.SignatureAlgorithm)
		}
	}
	if c.Version < tls.VersionTLS12 {
		c.add(OldProtocol, "the server speaks %s at best", tls.VersionName(c.Version))
	}
}

func issuerName(c *x509.Certificate) string {
	if len(c.Issuer.Organization) > 0 {
		return c.Issuer.Organization[0] + " (" + c.Issuer.CommonName + ")"
	}
	return c.Issuer.CommonName
}

// Trusted reports whether credentials may be sent.
func (c Certificate) Trusted() bool {
	for _, p := range c.Problems {
		if p.Fault != ExpiresSoon && p.Fault != WeakKey && p.Fault != OldProtocol {
			return false
		}
	}
	return len(c.Chain) > 0
}

var certificateFixes = map[Fault]string{
	Expired:          "Ask the platform to renew (remove and add the custom domain), or run the ACME client again and look why its timer did not: the certificate store must survive redeploys, and port 80 or 443 must reach the ACME client.",
	NotYetValid:      "The clock of the machine that made the certificate is wrong, or it was installed too early. Set the clock, issue again.",
	WrongHost:        "Add this exact name to the certificate (a wildcard covers one level only), or point DNS to the server that has it.",
	PlatformDefault:  "The custom domain is added but not verified: set the DNS records that the platform's domain page shows (Railway needs CNAME and TXT), then wait for issuance, usually within an hour.",
	SelfSigned:       "Use the platform's certificate, or let Caddy or certbot get one from Let's Encrypt.",
	IncompleteChain:  "Serve the full chain: ssl_certificate must be fullchain.pem, not cert.pem. Desktop browsers often hide this fault; phones and API clients do not.",
	UnknownAuthority: "Use a certificate of a public authority. If only your network sees this issuer, a proxy there intercepts TLS: check from another network.",
	WeakKey:          "Issue again with RSA 2048 or ECDSA P-256.",
	OldProtocol:      "Allow TLS 1.2 and 1.3 on the server: ssl_protocols TLSv1.2 TLSv1.3;",
	ExpiresSoon:      "Renewal should have happened by now: look at the platform's domain page or the ACME client's log.",
}

// certificates checks one https host: TLS-01, and TLS-05 where the platform's
// own certificate stands in.
func (s *session) certificates(ctx context.Context, h *host) []Outcome {
	if h.base.Scheme != "https" {
		return []Outcome{outcome("TLS-01", NotApplicable, h.name()+" was given as http, so there is no certificate to check").at(h.base.String())}
	}
	verify := "openssl s_client -connect " + net.JoinHostPort(h.base.Hostname(), portOf(h.base)) + " -servername " + h.base.Hostname() + " </dev/null | openssl x509 -noout -dates -issuer -ext subjectAltName"
	state, err := s.prober.handshake(ctx, h.base)
	if err != nil {
		return []Outcome{outcome("TLS-01", NotDetermined, "the certificate was not seen: "+Explain(h.name(), err)).at(h.base.String()).verify(verify)}
	}
	cert, err := Inspect(state, h.base.Hostname(), s.now(), s.opts.Roots)
	if err != nil {
		return []Outcome{outcome("TLS-01", Fail, h.name()+": "+err.Error()).at(h.base.String()).verify(verify)}
	}
	h.trusted = cert.Trusted()
	return certificateOutcomes(h, cert, verify)
}

func certificateOutcomes(h *host, cert Certificate, verify string) []Outcome {
	facts := fmt.Sprintf("names %s; issuer %s; until %s; %s", clean(strings.Join(cert.Names, ", "), 100), clean(cert.Issuer, 60), cert.To.UTC().Format("2006-01-02"), tls.VersionName(cert.Version))
	if len(cert.Problems) == 0 {
		return []Outcome{outcome("TLS-01", Pass, "the certificate of "+h.name()+" is valid").at(h.base.String()).proof(facts)}
	}
	level := Warn
	var texts []string
	for _, p := range cert.Problems {
		if p.Fault != ExpiresSoon {
			level = Fail
		}
		texts = append(texts, p.Text)
	}
	first := cert.Problems[0].Fault
	out := []Outcome{outcome("TLS-01", level, "the certificate of "+h.name()+" "+strings.Join(texts, "; ")).at(h.base.String()).proof(facts).fix(certificateFixes[first]).verify(verify)}
	for _, p := range cert.Problems {
		if p.Fault == PlatformDefault {
			out = append(out, outcome("TLS-05", Fail, "the custom domain "+h.name()+" still shows the platform's own certificate").at(h.base.String()).proof(facts).fix(certificateFixes[PlatformDefault]).verify(verify))
		}
	}
	return out
}
