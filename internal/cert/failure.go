package cert

import (
	"errors"
	"net/url"
	"strings"

	"github.com/mholt/acmez/v3/acme"
)

// failure is why a certificate was not given.
type failure struct {
	sentence string // what happened and what to do
	detail   string // what the server said, for the time in it
	limited  bool   // it was asked too often
}

// explain says what an error of an ACME request means for the operator.
// Source of the types: RFC 8555, section 6.7.
func explain(err error, host, directory string) failure {
	server := serverOf(directory)
	var p acme.Problem
	if !errors.As(err, &p) {
		return failure{sentence: "The ACME server " + server + " could not be asked: " + err.Error() + ". Check that this machine may reach it, and ACME_DIRECTORY and ACME_CA_ROOT."}
	}
	f := failure{detail: p.Detail}
	for _, sub := range p.Subproblems {
		f.detail += " " + sub.Detail
	}
	said := " (" + server + " says: " + strings.TrimSpace(f.detail) + ")"
	switch strings.TrimPrefix(p.Type, acme.ProblemTypeNamespace) {
	case "rateLimited":
		f.limited = true
		f.sentence = "The ACME server was asked too often for " + host + ", and gives nothing for a time. Nothing but waiting helps." + said
	case "dns", "connection", "unauthorized", "tls", "incorrectResponse":
		f.sentence = "The ACME server tried to reach " + host + " and did not find this server. Let its A and AAAA records name this machine and nothing else, and open ports 80 and 443 to everybody." + said
	case "caa":
		f.sentence = "A CAA record of the domain forbids this ACME server. Allow it there (for Let's Encrypt: 0 issue \"letsencrypt.org\"), or remove the record." + said
	case "rejectedIdentifier", "unsupportedIdentifier":
		f.sentence = "The ACME server gives no certificate for this name. Check PUBLIC_URL." + said
	case "invalidContact", "unsupportedContact":
		f.sentence = "The ACME server does not accept ACME_EMAIL. Correct or remove it." + said
	case "externalAccountRequired":
		f.sentence = "This ACME server wants an account that was made on its site, which is not supported. Use another ACME_DIRECTORY." + said
	default:
		f.sentence = "The ACME server gave no certificate for " + host + "." + said
	}
	return f
}

// serverOf returns the host of a directory's address.
func serverOf(directory string) string {
	if u, err := url.Parse(directory); err == nil && u.Host != "" {
		return u.Host
	}
	return directory
}
