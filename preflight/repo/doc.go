// Package repo owns what can be learned from the code of a repository without running it: which modules exist and
// import one another, what a name or an argument evaluates to, which environment variables decide it, and which
// functions answer which routes.
//
// It refuses to guess. A value is known, known to be the default of a variable, one of several alternatives, or
// unknown; checks must not fail on the last. Nothing of the scanned repository is executed, symbolic links are not
// followed, and files beyond a size limit are named as skipped rather than read.
//
// Invariant: a Program is safe for one goroutine; files are parsed when first asked for and never change afterwards.
package repo
