// Package event carries what happens in a thread to everyone who watches it.
// It owns the order of events and their replay from a cursor; it refuses to
// block a publisher for a slow reader. Invariant: a reader sees the events of
// a topic in order and without a gap, or is told that there is one.
package event
