// Package check joins what is known about a repository into one Input, and is
// what the checks of code, manifests, env files and history are written
// against. A check is one file in one of the packages below preflight/checks.
//
// It refuses heavy dependencies: the secret scanner and the live probes have
// inputs of their own.
//
// Invariant: an Input does not change while checks run. Fields that the caller
// could not fill are nil, and a check that needs them is not run.
package check
