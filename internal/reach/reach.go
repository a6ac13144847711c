package reach

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"syscall"
)

// Reason is why a server could not be reached.
type Reason struct {
	Code string // stable: host_unknown, resolver, refused, timeout, tls, unreachable
	Text string // a sentence
	Fix  string // a sentence
}

// Why explains the error of a request to host, of which no answer came.
func Why(err error, host string) Reason {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return Reason{"host_unknown", "The name " + host + " does not resolve.", "Check its spelling in the configuration, and that the DNS of this machine knows it."}
	case errors.As(err, &dns):
		return Reason{"resolver", "The DNS of this machine did not answer for " + host + ".", "Check the network and the name servers of this machine."}
	case untrusted(err):
		return Reason{"tls", "The certificate of " + host + " is not accepted: it is for another name, has ended, or its issuer is not known here.",
			"Check the address. Where a proxy of your company stands in between, add its certificate authority to this system."}
	case notTLS(err):
		return Reason{"tls", host + " does not speak TLS at this address.", "Check whether the address begins with http or https, and its port."}
	case errors.Is(err, syscall.ECONNREFUSED):
		return Reason{"refused", "Nothing listens at " + host + ".", "Check the port in the address, and that the server runs. Inside a container, localhost is the container itself."}
	case late(err):
		return Reason{"timeout", host + " did not answer in time.", "Check that a firewall lets this machine out to it, and HTTPS_PROXY where there is a proxy."}
	}
	return Reason{"unreachable", host + " could not be reached.", "Check the address, and that a firewall lets this machine out to it."}
}

func untrusted(err error) bool {
	var cert *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &cert) || errors.As(err, &authority) || errors.As(err, &name) || errors.As(err, &invalid)
}

func notTLS(err error) bool {
	var header tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &header) || errors.As(err, &alert) || errors.Is(err, http.ErrSchemeMismatch)
}

func late(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
