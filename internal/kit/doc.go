// Package kit writes the files of a deployment for one platform, with what is
// particular to it and secrets of its own.
//
// It owns which files belong to which platform, and the next steps. It refuses
// to replace a file that somebody wrote or changed, unless told to; to replace
// a secret, told or not, since data sealed with a lost key stays closed; and
// to print one.
//
// Invariant: what it writes is what the repository holds, with literal
// replacements only: the tests hold both to preflight.
package kit
