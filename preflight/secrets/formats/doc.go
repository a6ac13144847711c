// Package formats knows what the secrets of the usual providers look like. It
// owns the rules: those of a well-kept secret library that name a provider's
// own format, and ours for what the library does not know. It stands apart so
// that the workspace, which needs no scanner, does not carry the library.
//
// It refuses the library's validation, which sends what it finds to vendors,
// and its rules that only see a hexadecimal string beside a word.
//
// Invariant: Match depends on path and text only; nothing leaves the process.
package formats
