// Package doctor examines this deployment from inside: the rows of the study
// that the program itself can judge, as checks on the core of preflight.
//
// It owns the list of those checks and the facts that they look at. Each row
// ends as proven (with what was seen), failed (with the fix), or not known here
// (with who knows it). It refuses to call a row proven that it did not look
// at, and to show a secret: facts hold whether a value is set, and where.
//
// Invariant: it changes nothing. It may run beside the server, and when the
// server does not start.
package doctor
