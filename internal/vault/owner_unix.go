//go:build unix

package vault

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives f to the owner of the file that it replaces.
func keepOwner(f *os.File, old fs.FileInfo) error {
	own, ok := old.Sys().(*syscall.Stat_t)
	if !ok || int(own.Uid) == os.Geteuid() && int(own.Gid) == os.Getegid() {
		return nil
	}
	return f.Chown(int(own.Uid), int(own.Gid))
}
