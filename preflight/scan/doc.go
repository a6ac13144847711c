// Package scan runs the whole of preflight once: it opens what was asked for
// (a repository, its history, a running deployment), runs every check of the
// catalogue on it, and joins the results into one report.
//
// It refuses to stop at the first thing that cannot be read: a folder without
// git, a broken manifest or a host that does not answer takes its checks out,
// each with the reason, and the others go on.
//
// Invariant: the report of a run lists every check of the catalogue exactly
// once, whatever could be read.
package scan
