// Package secrets finds credentials in a working tree and in the whole git
// history, and classifies the values of env files.
//
// It owns the judgement whether a value looks real and what to do about each
// kind; the formats themselves come from a Matcher (package formats). It reads git through the git program, from a snapshot
// of the object store that has no configuration, no hooks, no attributes and
// no alternates, so that nothing of the scanned repository is executed or
// believed.
//
// It refuses to verify a secret with anybody: no request leaves the machine.
// It refuses to print, store or hash a value without a key that dies with the
// run: a Secret carries a masked form and a keyed fingerprint only.
//
// Invariant: a scan that could not read everything says so in
// History.Incomplete or Tree.Incomplete; an empty list of secrets means clean
// only where that list is empty too.
package secrets
