// Package golang turns Go source into the checker's common tree, by means of the standard library's parser.
//
// It owns the translation alone: go/parser already recovers from errors, and what it could not read is a Bad node.
//
// Invariant: Parse returns a tree for any bytes and never panics.
package golang
