// Package llm is the seam to AI providers: a request goes out, a stream of
// typed deltas comes back. It owns the vocabulary (roles, tools, stop reasons,
// error kinds) and knows no provider; each of those has a package below this
// one. It refuses to call an answer complete that its provider did not end.
package llm
