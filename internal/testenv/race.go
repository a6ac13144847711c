//go:build race

package testenv

// Race reports whether the race detector is on: everything, the engine of
// SQLite included, is some ten times slower and takes several times the memory.
const Race = true
