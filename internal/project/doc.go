// Package project owns projects and who may enter them: creation, naming,
// sharing, and deletion with a time to think again. It refuses what the
// actor's role does not allow; the store repeats that in every statement.
// Invariant: a project always has an owner.
package project
