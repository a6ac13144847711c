// Package script turns JavaScript and TypeScript, with or without JSX, into a syntax tree.
//
// It owns a lexer that is driven by the parser - only the grammar knows whether a slash divides or begins a regular
// expression, and whether a less-than compares, opens an element or a type argument - and a tolerant parser. Types are
// skipped: they decide nothing that the checker asks about.
//
// Invariant: Parse returns a tree for any bytes and never panics; a statement it cannot read is lost alone.
package script
