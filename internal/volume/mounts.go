package volume

import (
	"bufio"
	"io"
	"path/filepath"
	"strings"
)

// mount is one line of /proc/self/mountinfo (proc(5)).
type mount struct {
	root   string // path inside its file system
	point  string // where it is mounted
	fstype string
}

// maxMountLine bounds a line: overlay mounts of many layers are long.
const maxMountLine = 1 << 20

func readMounts(r io.Reader) ([]mount, error) {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxMountLine)
	var all []mount
	for scan.Scan() {
		if m, ok := parseMount(scan.Text()); ok {
			all = append(all, m)
		}
	}
	return all, scan.Err()
}

// parseMount reads: id parent major:minor root point options [optional...] - type source superoptions.
func parseMount(line string) (mount, bool) {
	head, tail, ok := strings.Cut(line, " - ")
	fields, kind := strings.Fields(head), strings.Fields(tail)
	if !ok || len(fields) < 6 || len(kind) < 1 {
		return mount{}, false
	}
	return mount{root: unescape(fields[3]), point: unescape(fields[4]), fstype: kind[0]}, true
}

// escapes are how the kernel writes what would break a line.
var escapes = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

func unescape(s string) string { return escapes.Replace(s) }

// holding returns the mount that holds path, which is absolute and without
// symbolic links: the longest mount point that is path or a parent of it; of
// equal ones the later hides the earlier.
func holding(all []mount, path string) (mount, bool) {
	var best mount
	found := false
	for _, m := range all {
		if within(path, m.point) && (!found || len(m.point) >= len(best.point)) {
			best, found = m, true
		}
	}
	return best, found
}

// within reports whether path is dir or lies below it, by whole elements.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
