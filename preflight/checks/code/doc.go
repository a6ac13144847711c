// Package code holds the checks that judge source code, alone or joined with
// the deployment paths: sign-in, signing keys, origins, process-local state,
// event streams, front ends, health, logs and limits.
//
// It refuses to fail on what it does not know: a value that could not be
// followed, code behind a condition on the environment, and code that no entry
// of the program reaches stay silent or are reported one level lower.
//
// Invariant: a check keeps nothing between runs and changes nothing.
package code
