//go:build unix

package volume

import "golang.org/x/sys/unix"

// Free returns how many bytes an ordinary user may still write in dir.
func Free(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, reason("ask for free space", err)
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil //nolint:gosec // sizes are not negative
}
