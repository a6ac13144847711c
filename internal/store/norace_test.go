//go:build !race

package store_test

// detected is how many times slower everything is under the race detector,
// which is not on.
const detected = 1.0
