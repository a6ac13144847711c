package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Lifetime is how long what is written to a directory stays.
type Lifetime int

// The lifetimes. Unknown is what a system without a mount table has.
const (
	Unknown Lifetime = iota
	Lasting
	Fleeting
)

// Finding is what is known of a directory. Detail is a sentence for the
// operator without a path, since health answers show it to everybody.
type Finding struct {
	Lifetime Lifetime
	Network  bool // a network file system, whose locks SQLite cannot rely on
	Detail   string
	Remedy   string // what to do; empty where nothing needs doing
}

// Place is where the program runs.
type Place struct {
	Platform string // the hosting platform, as config names it, or empty
	Volume   string // where the platform says that a volume is mounted, or empty
}

// resetsRoot are the platforms whose root disk is new after each deploy, with
// what to do there.
var resetsRoot = map[string]string{
	"Railway":    "Attach a volume to the service and set DATA_DIR to its mount path.",
	"Render":     "Add a disk to the service and set DATA_DIR to its mount path.",
	"Fly":        "Add [mounts] to fly.toml and set DATA_DIR to its destination.",
	"Heroku":     "Heroku has no volumes: set DATABASE_URL to a PostgreSQL database.",
	"Cloud Run":  "Cloud Run keeps files in memory: set DATABASE_URL to a PostgreSQL database.",
	"Kubernetes": "Mount a persistent volume claim and set DATA_DIR to its path.",
}

// Examine says what is known of a directory, which must exist.
func Examine(dir string, place Place) (Finding, error) {
	path, err := filepath.Abs(dir)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return Finding{}, fmt.Errorf("examine the data directory: %w", err)
	}
	table, err := os.Open("/proc/self/mountinfo")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return judge(path, nil, place), nil
	}
	if err != nil {
		return Finding{}, fmt.Errorf("read the mount table: %w", err)
	}
	defer table.Close()
	mounts, err := readMounts(table)
	if err != nil {
		return Finding{}, fmt.Errorf("read the mount table: %w", err)
	}
	return judge(path, mounts, place), nil
}

var (
	inMemory  = []string{"tmpfs", "ramfs", "devtmpfs"}
	layers    = []string{"overlay", "aufs", "fuse.fuse-overlayfs"}
	networked = []string{"cifs", "smb3", "9p", "virtiofs", "ceph", "glusterfs"}
	anonymous = regexp.MustCompile(`/volumes/[0-9a-f]{64}/_data$`)
)

// judge decides on the mount that holds path.
func judge(path string, mounts []mount, place Place) Finding {
	m, ok := holding(mounts, path)
	if !ok {
		return Finding{Detail: "It cannot be seen here which disk holds the data."}
	}
	onRoot := m.point == "/"
	remedy := resetsRoot[place.Platform]
	if remedy == "" {
		remedy = "Mount a named volume or a directory of the host and set DATA_DIR to its path."
	}
	gone := func(what string) Finding { return Finding{Lifetime: Fleeting, Detail: what, Remedy: remedy} }
	switch {
	case place.Volume != "" && !within(path, place.Volume):
		return gone("The data lies beside the attached volume, not on it, and is gone after the next deploy.")
	case slices.Contains(inMemory, m.fstype):
		return gone("The data lies in memory and is gone after a restart.")
	case slices.Contains(layers, m.fstype):
		return gone("The data lies in the container itself and is gone after the next deploy.")
	case strings.Contains(m.root, "kubernetes.io~empty-dir"):
		return gone("The data lies in an emptyDir and is gone with its pod.")
	case onRoot && resetsRoot[place.Platform] != "":
		return gone("The data lies on the root disk, which " + place.Platform + " resets with each deploy.")
	case anonymous.MatchString(m.root):
		return gone("The data lies in an anonymous volume, which a new container does not find again.")
	case slices.Contains(networked, m.fstype), strings.HasPrefix(m.fstype, "nfs"), strings.HasPrefix(m.fstype, "fuse."):
		return Finding{Lifetime: Lasting, Network: true, Detail: "The data lies on a network file system (" + m.fstype + "), where SQLite's locks are not reliable.",
			Remedy: "Use a local disk, or set DATABASE_URL to a PostgreSQL database."}
	case onRoot:
		return Finding{Lifetime: Lasting, Detail: "The data lies on the disk of this machine."}
	}
	return Finding{Lifetime: Lasting, Detail: "The data lies on a volume of its own (" + m.fstype + ")."}
}
