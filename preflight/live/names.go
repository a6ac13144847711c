package live

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Names reads a list of variable names as people copy it from a dashboard or a
// command line: one a line, or as NAME=value, where the value is dropped.
// values says that there were some, so that the caller can say that names are
// enough. Lines that are no name are counted in odd. Errors are ba.Invalid.
func Names(r io.Reader) (names []string, values bool, odd int, err error) {
	scanner := bufio.NewScanner(io.LimitReader(r, 1<<20))
	scanner.Buffer(nil, 1<<20)
	seen := make(map[string]bool)
	for scanner.Scan() {
		line := strings.TrimSpace(strings.TrimPrefix(scanner.Text(), "\ufeff"))
		line = strings.TrimPrefix(strings.TrimPrefix(line, "- "), "export ")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, assigned := strings.Cut(line, "=")
		name = strings.Trim(strings.TrimSpace(name), "\"',:")
		values = values || assigned && strings.TrimSpace(value) != ""
		switch {
		case !isName(name):
			odd++
		case !seen[name]:
			seen[name] = true
			names = append(names, name)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, values, odd, ba.Wrap(ba.Invalid, "The list of names could not be read: give one variable name a line.", fmt.Errorf("read names: %w", err))
	}
	if len(names) == 0 {
		return nil, values, odd, ba.E(ba.Invalid, "The list of names is empty: give one variable name a line, as the platform's dashboard shows them.")
	}
	return names, values, odd, nil
}

func isName(s string) bool {
	if s == "" || len(s) > 200 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for _, c := range []byte(s) {
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
