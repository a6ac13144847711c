package live

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// Explain says in one clear line why a host gave no usable answer. It never
// contains text of the remote host.
func Explain(host string, err error) string {
	host = clean(host, 100)
	var dns *net.DNSError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, errBudget):
		return "not asked: " + errBudget.Error()
	case errors.Is(err, errPrivate):
		return fmt.Sprintf("%s leads to a private address; use --allow-private if that is meant", host)
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("%s does not resolve: no DNS record was found", host)
	case errors.As(err, &dns):
		return fmt.Sprintf("%s could not be resolved: the DNS server gave no answer", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("%s refuses connections on this port", host)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fmt.Sprintf("%s cannot be reached from this network", host)
	case errors.Is(err, errLoop):
		return fmt.Sprintf("%s redirects without end", host)
	case errors.As(err, &record), strings.Contains(message(err), "HTTP response to HTTPS"):
		return fmt.Sprintf("%s speaks no TLS on this port", host)
	case strings.Contains(message(err), "server response headers exceeded"):
		return fmt.Sprintf("%s sends endless response headers (more than %d KB)", host, maxHeaderBytes>>10)
	case timedOut(err):
		return fmt.Sprintf("%s did not answer in time", host)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return fmt.Sprintf("%s closed the connection before it answered", host)
	case strings.Contains(message(err), "malformed"):
		return fmt.Sprintf("%s does not answer in HTTP", host)
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case strings.Contains(message(err), "tls:"):
		return fmt.Sprintf("%s: the TLS handshake failed", host)
	}
	return fmt.Sprintf("%s gave no usable answer", host)
}

// message is for the few faults that net/http reports as text only.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func timedOut(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}
