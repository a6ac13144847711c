// Package replay is a provider for tests: it plays scripted or recorded deltas,
// with delays under an injected clock, faults, cut ends and silence. It owns
// scripts and their file format, and refuses to improvise: a request for which
// no script is left is an error of the test, not an empty answer.
//
// Invariant: what is played is what the script says, in its order, and nothing
// after a stop or an error.
package replay
