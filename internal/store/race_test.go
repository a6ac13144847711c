//go:build race

package store_test

// detected is how many times slower everything is: the race detector watches
// the engine too, since SQLite is Go here.
const detected = 10.0
