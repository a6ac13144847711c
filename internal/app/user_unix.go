//go:build unix

package app

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

// becomeUser gives up the rights of root for those of RUN_AS, for the whole
// process. Hosting platforms mount volumes for root, so the data directory is
// handed over first. A start as somebody else changes nothing.
func becomeUser(c *config.Config) error {
	uid, gid, err := c.User()
	if err != nil || uid == 0 || os.Geteuid() != 0 {
		return err
	}
	if err := makeDir(c.DataDir); err != nil {
		return err
	}
	if err := handOver(c.DataDir, uid, gid); err != nil {
		return ba.Wrap(ba.Unavailable, "The data directory could not be given to the user of RUN_AS. Check that it is a local volume, or remove RUN_AS.", err)
	}
	for _, step := range []struct {
		what string
		err  func() error
	}{
		{"leave the groups of root", func() error { return syscall.Setgroups(nil) }},
		{"change the group", func() error { return syscall.Setgid(gid) }},
		{"change the user", func() error { return syscall.Setuid(uid) }},
	} {
		if err := step.err(); err != nil {
			return ba.Wrap(ba.Forbidden, "The program may not become the user of RUN_AS. Start it as root, or as that user and without RUN_AS.", fmt.Errorf("%s: %w", step.what, err))
		}
	}
	return nil
}

// handOver gives a directory and what is in it to a user. The directory itself
// comes last: once it is the user's, all of it is.
func handOver(dir string, uid, gid int) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if own, ok := info.Sys().(*syscall.Stat_t); ok && int(own.Uid) == uid {
		return nil
	}
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		return os.Lchown(path, uid, gid)
	})
	if err != nil {
		return err
	}
	return os.Chown(dir, uid, gid)
}
