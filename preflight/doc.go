// Package preflight is the core of the checker: what a check is, how checks are
// run, and how their results are judged, ordered and written.
//
// # Layout
//
//	preflight              Rule, Check, Finding, Outcome, Run, Report and its writers. Standard library only.
//	preflight/tree         the files of a repository, read once, within bounds.
//	preflight/repo         what the code says (Python, JavaScript, Dart, Go), without running it.
//	preflight/manifest     what the deployment descriptions say, as deployment paths.
//	preflight/secrets      the secret scanner over tree and history (heavy; never imported by the workspace).
//	preflight/live         probes of a running deployment.
//	preflight/check        Input: tree, code, paths and options joined; the type of all repository checks.
//	preflight/checks/...   the checks, one file each: code, deploy, secret, live, question, self.
//	preflight/catalogue    the list of all of them.
//
// A check is a question to its input. The input is a type parameter, so that
// checks of a repository, of a running site and of the workspace's own
// deployment (internal/doctor) share rules, runner and reports without sharing
// their dependencies.
//
// # What it promises
//
// It refuses to guess: a value that is not known never fails a check, and what
// was not looked at is "not checked" with a reason, never a pass. There is no
// score. It refuses to print a secret: evidence is masked by whoever makes it,
// and whatever comes from a repository is printed as data, without control
// characters.
//
// Invariant: after Run every registered check has exactly one Result per id,
// also when it panicked or the context ended.
package preflight
