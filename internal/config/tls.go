package config

import (
	"crypto/x509"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The directories of Let's Encrypt.
const (
	letsEncrypt        = "https://acme-v02.api.letsencrypt.org/directory"
	letsEncryptStaging = "https://acme-staging-v02.api.letsencrypt.org/directory"
)

// ACME is the value of TLS for a certificate that the server asks for.
const ACME = "acme"

// OwnTLS reports whether a server with these variables shows a certificate of
// its own.
func OwnTLS(getenv func(string) string) bool {
	return getenv("TLS") != "" || getenv("TLS_CERT") != "" || getenv("TLS_CERT_FILE") != ""
}

// OwnTLS reports whether this server shows a certificate of its own.
func (c *Config) OwnTLS() bool { return c.TLS == ACME || c.TLSCert != "" }

// CertDir returns where certificates that were asked for are kept.
func (c *Config) CertDir() string { return filepath.Join(c.DataDir, "certs") }

// Host returns the name under which people reach the server.
func (c *Config) Host() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// PlainPort returns the port for plain http beside a certificate of its own,
// and false where there is none.
func (c *Config) PlainPort() (int, bool) { return plainPort(c.HTTPPort) }

// PlainPort returns the same for the variable HTTP_PORT.
func PlainPort(value string) (int, bool) { return plainPort(value) }

func plainPort(value string) (int, bool) {
	switch value {
	case "":
		return 80, true
	case "off":
		return 0, false
	}
	port, err := strconv.Atoi(value)
	return port, err == nil
}

// Directory returns the address of the ACME server.
func (c *Config) Directory() string {
	switch c.ACMEDirectory {
	case "":
		return letsEncrypt
	case "staging":
		return letsEncryptStaging
	}
	return c.ACMEDirectory
}

// ACMERoots returns the roots in ACME_CA_ROOT, or nil where it is not set. The
// error is a sentence without its subject.
func (c *Config) ACMERoots() (*x509.CertPool, string) {
	if c.ACMECARoot == "" {
		return nil, ""
	}
	text, err := os.ReadFile(c.ACMECARoot)
	if err != nil {
		return nil, "names a file that cannot be read: " + reason(err) + "."
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, "names a file that holds no certificate in PEM form."
	}
	return pool, ""
}

func (c *Config) checkTLS() []Problem {
	if c.TLS != "" && c.TLS != ACME {
		return problem("TLS", "must be acme or empty.", "Write TLS=acme, or remove it and name your files in TLS_CERT and TLS_KEY.")
	}
	all := pair("TLS_CERT", c.TLSCert, "TLS_KEY", c.TLSKey)
	for _, o := range []struct{ name, value string }{{"TLS_CERT", c.TLSCert}, {"TLS_KEY", c.TLSKey}, {"ACME_CA_ROOT", c.ACMECARoot}} {
		if strings.Contains(o.value, "-----BEGIN") {
			all = append(all, Problem{o.name, "holds the text of the file and not its path.", "Write the path, such as /etc/ba/tls.pem"})
		}
	}
	if c.TLS == ACME && c.TLSCert != "" {
		all = append(all, Problem{"TLS", "is acme, and TLS_CERT names a certificate too.", "Remove one of them."})
	}
	if !c.OwnTLS() {
		return append(all, c.checkUnused()...)
	}
	all = append(all, c.checkOwnTLS()...)
	if c.TLS == ACME {
		all = append(all, c.checkACME()...)
	}
	return all
}

// checkUnused finds what has no effect without a certificate of its own.
func (c *Config) checkUnused() []Problem {
	var all []Problem
	if !c.Production() {
		return nil
	}
	for _, o := range []struct{ name, value string }{{"HTTP_PORT", c.HTTPPort}, {"ACME_EMAIL", c.ACMEEmail}, {"ACME_DIRECTORY", c.ACMEDirectory}, {"ACME_CA_ROOT", c.ACMECARoot}, {"ACME_RESOLVER", c.ACMEResolver}} {
		if o.value != "" {
			all = append(all, Problem{o.name, "has no effect without a certificate of its own.", "Set TLS=acme, or remove it."})
		}
	}
	return all
}

func (c *Config) checkOwnTLS() []Problem {
	var all []Problem
	if c.Platform != "" && c.Platform != "Kubernetes" {
		all = append(all, Problem{"TLS", "is for a machine of your own; " + c.Platform + " has the certificate and speaks plain http to this server.", "Remove TLS, TLS_CERT and TLS_KEY."})
	}
	if u, err := url.Parse(c.PublicURL); err != nil || u.Scheme != "https" {
		all = append(all, Problem{"PUBLIC_URL", "is not https, and this server is to show a certificate.", "Use https://" + c.Host()})
	}
	port, plain := c.PlainPort()
	switch {
	case !plain && c.HTTPPort != "off", port < 0 || port > 65535:
		all = append(all, Problem{"HTTP_PORT", "must be a port between 0 and 65535, or off.", "Correct it, or remove it for 80."})
	case plain && port == c.Port && port != 0:
		all = append(all, Problem{"HTTP_PORT", "is the same as PORT, on which this server speaks https.", "Choose two ports; 443 and 80 are the usual ones."})
	}
	return all
}

func (c *Config) checkACME() []Problem {
	var all []Problem
	host := c.Host()
	own := c.ACMECARoot != ""
	switch {
	case isAddress(host) || local(host) || host == "":
		all = append(all, Problem{"PUBLIC_URL", "has no name for which an ACME server gives a certificate.", "Get a domain name for this machine, and use https://ba.example.com"})
	case !own && (!strings.Contains(host, ".") || inward(host)):
		all = append(all, Problem{"PUBLIC_URL", "has a name of an inner network, for which no public ACME server gives a certificate.", "Use a public name, or your own ACME server with ACME_DIRECTORY and ACME_CA_ROOT."})
	}
	if u, err := url.Parse(c.Directory()); err != nil || u.Scheme != "https" || u.Host == "" {
		all = append(all, Problem{"ACME_DIRECTORY", "is not an https address.", "Copy it from the documentation of the ACME server, or remove it for Let's Encrypt."})
	}
	if _, what := c.ACMERoots(); what != "" {
		all = append(all, Problem{"ACME_CA_ROOT", what, "Point it to the root certificate of your ACME server."})
	}
	if a, err := mail.ParseAddress(c.ACMEEmail); c.ACMEEmail != "" && (err != nil || a.Address != c.ACMEEmail) {
		all = append(all, Problem{"ACME_EMAIL", "is not a mail address.", "Correct or remove it."})
	}
	if c.ACMEResolver != "" {
		if name, port, err := net.SplitHostPort(c.ACMEResolver); err != nil || !isAddress(name) || port == "" {
			all = append(all, Problem{"ACME_RESOLVER", "is not an address with a port.", "Use one such as 1.1.1.1:53, or remove it."})
		}
	}
	return all
}

// inward reports whether a name is never in the public DNS (RFC 6761, RFC 6762
// and what ICANN has reserved).
func inward(host string) bool {
	for _, end := range []string{".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".example", ".corp", ".home"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}
