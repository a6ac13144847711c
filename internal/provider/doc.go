// Package provider owns what administrators see of the AI providers: who is
// set up with which models, how each did lately, and whether one tiny call to
// it works, with what to do where it does not.
//
// It refuses everybody who is no administrator, and to repeat what a provider
// said: its text may hold a piece of a key.
//
// Invariant: a test is paid for like any other call, bounded in time and
// output, and in the audit log.
package provider
