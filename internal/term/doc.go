// Package term turns text into the terms that a search compares, queries into
// clauses of such terms, and hits into snippets with highlights. It owns
// folding (case, accents, compatibility forms), English stemming and the
// cutting of scripts without spaces into bigrams. It is pure: no I/O, no keys;
// blinding the terms is the vault's part.
//
// Invariant: a text and a query that a reader would call the same word give
// the same term, and no query string is an error.
//
// A single ideograph is found only where it stands alone, since longer runs
// are indexed as pairs.
package term
