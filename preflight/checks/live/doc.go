// Package live holds the checks of a running deployment: what the prober
// (preflight/live) measured, told as findings with their texts.
//
// It refuses to make requests of its own and to judge again: the prober
// decides, this package explains.
//
// Invariant: each id that the prober answers has exactly one check here.
package live
