// Package httpx is what every HTTP surface shares: handlers that return errors,
// the one mapping from an error to a response, and the middleware around the
// router (Stack), in one stated order.
//
// It refuses bodies over their limit, state-changing requests from other
// origins, redirect targets that are not local paths, and forwarded headers
// from addresses that are no trusted proxy. It writes no query value, body,
// token, code or cookie to a log.
//
// Invariant: every response carries X-Request-ID and the security headers, may
// not be stored by a cache unless its handler says otherwise, and every error
// is a problem (RFC 9457) or an error page with the same facts.
package httpx
