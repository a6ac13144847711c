// Package trust says what is wrong with the certificate of a server that this
// one connects to: PostgreSQL, Redis.
//
// It owns the sentences, and how an operator makes a private authority known.
// It refuses nothing itself: a certificate that cannot be verified is refused
// by the standard library, and there is no way round it here.
//
// Invariant: a sentence holds names and times of certificates, and nothing of
// an address, which may hold a password.
package trust

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"time"
)

// Own is how an authority of one's own is made known: Go reads the folder
// beside the bundle of public authorities (crypto/x509, root_unix.go).
const Own = "Put the certificate of the authority (PEM) into a folder, and set SSL_CERT_DIR to the folder."

// Fault returns what is wrong with the certificate, or the TLS, of a server,
// and what to do. It is empty where err is about something else.
func Fault(err error) string {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var plain tls.RecordHeaderError
	var alert *net.OpError
	switch {
	case errors.As(err, &name):
		return "Its certificate is for " + names(name.Certificate) + ", and not for the host that the address names. Use a name of the certificate in the address, or let one be made for this name."
	case errors.As(err, &invalid):
		return invalidity(invalid)
	case errors.As(err, &unknown):
		return "Its certificate is signed by an authority that is not known here. " + Own
	case errors.As(err, &plain):
		return "It does not speak TLS at this port. Switch TLS on there, or use its other port."
	case errors.As(err, &alert) && alert.Op == "remote error": // so crypto/tls marks what the server says
		return "It ended the handshake of TLS (" + alert.Err.Error() + "). It may ask for a certificate of the client, or for another version of TLS."
	}
	return ""
}

func names(c *x509.Certificate) string {
	var all []string
	all = append(all, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	switch {
	case len(all) == 0:
		return "no name at all (it has no subjectAltName)"
	case len(all) > 5:
		all = append(all[:5], "others")
	}
	return strings.Join(all, ", ")
}

func invalidity(e x509.CertificateInvalidError) string {
	if e.Reason == x509.Expired && time.Now().Before(e.Cert.NotBefore) {
		return "Its certificate is valid only from " + e.Cert.NotBefore.UTC().Format(time.RFC3339) + ". Look at the clocks of both machines."
	}
	if e.Reason == x509.Expired {
		return "Its certificate expired at " + e.Cert.NotAfter.UTC().Format(time.RFC3339) + ". Renew it there; if it is fresh, look at the clock of this machine."
	}
	return "Its certificate is not valid for a server (" + e.Error() + "). Let a new one be made."
}
