//go:build unix

package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	return readable(c, uid, gid)
}

// readable refuses a start whose user may not read a secret that is read
// again while the server runs: what root could read at the start would be
// gone at the next rotation of the key, or renewal of the token.
func readable(c *config.Config, uid, gid int) error {
	for _, secret := range []struct{ option, path string }{{"MASTER_KEY_FILE", c.MasterKeyFile()}, {"VAULT_TOKEN_FILE", c.VaultTokenFile()}} {
		if secret.path == "" {
			continue
		}
		f, err := os.Open(secret.path)
		if err == nil {
			err = f.Close()
		}
		if errors.Is(err, fs.ErrPermission) {
			return ba.Wrap(ba.Forbidden, fmt.Sprintf("%s: the user of RUN_AS (%d:%d) may not read %s. Run as root: chown %d:%d %s && chmod 400 %s. "+
				"If it still may not, it cannot enter a directory above: %s. In a container, mount the secret with that owner.",
				secret.option, uid, gid, secret.path, uid, gid, quoted(secret.path), quoted(secret.path), closed(secret.path)), err)
		}
	}
	return nil
}

// quoted returns a path as a shell reads it.
func quoted(path string) string {
	if strings.IndexFunc(path, func(r rune) bool {
		return !strings.ContainsRune("/._-", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// closed names the highest directory above the file that the user may not
// enter, with the command that opens it, or "none is closed".
func closed(path string) string {
	var above []string
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		above = append(above, dir)
		if dir == filepath.Dir(dir) {
			break
		}
	}
	for _, dir := range slices.Backward(above) {
		if _, err := os.Stat(dir + "/."); errors.Is(err, fs.ErrPermission) {
			return "chmod o+x " + quoted(dir)
		}
	}
	return "none is closed"
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
