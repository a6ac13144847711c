// Package identity owns who a person is and whether they may enter: sign-in
// with OpenID Connect (Google, Microsoft, any issuer), development sign-in,
// sessions, personal API tokens, the setup code and invitations.
//
// It keeps nothing of a sign-in in memory: state, nonce and PKCE verifier
// travel in a sealed cookie of the browser that began it, so that any instance
// can answer the callback. It follows OpenID Connect Core 1.0, RFC 6749,
// RFC 7636 (PKCE, S256 only), RFC 9207 (iss) and RFC 9700.
//
// It refuses: implicit flow and password grants, callbacks without the cookie
// of their browser, a second use of a callback, ID tokens with a foreign
// signature, issuer, audience, authorised party or nonce, keys of Microsoft's
// shared set that sign for another tenant, redirects to other sites, people
// whom nobody let in. It never finds or links a person by address, and throws
// access and refresh tokens away.
//
// Invariant: of every secret that it hands out (session, API token, setup
// code, invitation, one-time code) only the SHA-256 is stored.
package identity
