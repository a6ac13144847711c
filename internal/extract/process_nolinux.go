//go:build !linux

package extract

import "time"

// Elsewhere the resident memory of the child is not watched: the readers' own
// limits and the hard limits of the system bound it.
func residentMemory(int) int64 { return 0 }

func processorTime(int) (time.Duration, bool) { return 0, false }

func peakMemory() int64 { return 0 }
