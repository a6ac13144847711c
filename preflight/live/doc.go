// Package live asks a running deployment what a browser would ask, and says
// what breaks: names, certificates, redirects, cross-origin rules, sign-in,
// streams, health, assets, and data that does not survive a redeploy.
//
// It owns the requests: how many, how long, to which addresses, and who they
// say they are. It sends GET, HEAD and OPTIONS only, follows redirects itself
// and only on the named hosts, and dials no private address unless told to,
// which is decided on the address that is dialled, so that neither a redirect
// nor a changing DNS answer leads inside. What asks more of the deployment
// (rate limits, published keys, the sign-in state) runs only when the caller
// declares the host as theirs.
//
// It refuses to call a host that cannot be reached faulty: unreachable is "not
// determined". It sends credentials only over a connection whose certificate
// it has verified.
//
// Invariant: every check ends in exactly one state, and every state that is
// not a pass carries the request that shows it or the reason why there is none.
package live
