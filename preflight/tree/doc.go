// Package tree owns the files of a repository as the checker sees them: listed
// once, read at most once, never followed out of the root.
//
// It refuses symbolic links, files larger than MaxRead and more than MaxFiles
// files; each refusal is recorded, so that a check can say what it did not see.
//
// Invariant: a Tree does not change after it was opened and is safe for
// concurrent use. Paths are slash-separated and relative to the root.
package tree
