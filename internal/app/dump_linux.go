package app

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// keepMemory has the kernel write no image of this process to a disk when it
// crashes, and lets no other process of the same user read its memory: the
// keys are in it.
func keepMemory() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("switch core dumps off: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("keep other processes out of the memory: %w", err)
	}
	return nil
}
