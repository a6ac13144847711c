// Package cert keeps the TLS certificate that this server shows: from files
// that somebody else renews (Files), or asked for by ACME (RFC 8555) with
// HTTP-01 and TLS-ALPN-01 (ACME).
//
// It owns which certificate a handshake gets, when it is renewed, and what the
// operator is told about it. It refuses files that do not belong together,
// have ended or are for another name, and to ask for a certificate before the
// name leads here: failed requests count against limits that cannot be lifted.
//
// Invariant: a certificate that works is kept until a better one is there, and
// after a failed request the next one comes later than the one before, also
// across restarts: when is on disk, beside the certificates.
package cert
