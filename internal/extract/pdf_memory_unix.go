//go:build unix

package extract

import "golang.org/x/sys/unix"

// reserve returns n bytes that take memory only where they are written.
func reserve(n int) []byte {
	b, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return make([]byte, n)
	}
	return b
}

func release(b []byte) {
	_ = unix.Munmap(b) // fails for memory that was made in Go, which is collected
}
