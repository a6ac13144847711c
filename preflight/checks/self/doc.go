// Package self holds the checks about the run itself: what was not looked at,
// what could not be understood, and suppressions that do not work.
//
// It refuses to turn a gap into a fault of the project: its findings are
// information, but for a repository that is incomplete.
package self
