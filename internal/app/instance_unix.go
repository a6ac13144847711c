//go:build unix

package app

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// fileNumber returns the number of a file on its disk, which a copy has not.
func fileNumber(path string) (string, error) {
	var s unix.Stat_t
	if err := unix.Stat(path, &s); err != nil {
		return "", err
	}
	return strconv.FormatUint(uint64(s.Ino), 10), nil //nolint:unconvert // its type differs between systems
}
