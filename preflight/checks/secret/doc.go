// Package secret holds the checks of secrets in the files, the git history and
// the env files of a repository.
//
// It refuses to print a value: evidence has its kind, its masked form and its
// place. It refuses to call a value verified: nobody was asked whether it
// still works.
//
// Invariant: an empty list of secrets is a pass only where everything was read.
package secret
