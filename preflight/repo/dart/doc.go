// Package dart turns Dart source into the checker's common tree.
//
// It owns a tokenizer (raw, multi-line and interpolated strings) and a parser that tells declarations from expressions
// by their shape, because types are not resolved. Generic arguments are skipped.
//
// Invariant: Parse returns a tree for any bytes and never panics; a statement it cannot read is lost alone.
package dart
