package manifest

import (
	"regexp"
	"strings"
)

type procEntry struct {
	name, command string
	line          int
}

var procLine = regexp.MustCompile(`^([A-Za-z0-9_-]+):\s*(.+)$`)

// procfileEntries reads the lines "name: command" of a Procfile.
func procfileEntries(text string) []procEntry {
	var out []procEntry
	for i, l := range strings.Split(text, "\n") {
		if m := procLine.FindStringSubmatch(strings.TrimSpace(l)); m != nil && len(out) < 100 {
			out = append(out, procEntry{m[1], strings.TrimSpace(m[2]), i + 1})
		}
	}
	return out
}
