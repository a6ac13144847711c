// Package python turns Python source into a syntax tree without running, importing or compiling it.
//
// It owns a tokenizer that agrees with CPython on indentation, continuation lines, encodings and strings (nested
// formatted strings of Python 3.12 included), and a recursive parser that recovers at the next statement. Everything
// up to Python 3.14 is read; Python 2 statements become Bad nodes and the rest of such a file is still understood.
//
// Invariant: Parse returns a tree for any bytes, never panics, and its work is linear in the size of the file.
package python
