package code

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
)

// pinned returns the version of a Python package that the repository's lock files or requirements fix: "" when none does.
func pinned(in *check.Input, name string) string {
	exact := regexp.MustCompile(`(?im)^\s*["']?` + strings.ReplaceAll(regexp.QuoteMeta(name), "-", "[-_]") + `(?:\[[^\]]*\])?\s*==\s*([0-9][0-9a-z.]*)`)
	locked := regexp.MustCompile(`(?m)^name = "` + regexp.QuoteMeta(name) + `"\nversion = "([^"]+)"`)
	for _, f := range in.Code.Files() {
		base := path.Base(f.Path)
		var re *regexp.Regexp
		switch {
		case base == "poetry.lock" || base == "uv.lock" || base == "pdm.lock":
			re = locked
		case strings.HasPrefix(base, "requirements") && strings.HasSuffix(base, ".txt") || base == "constraints.txt":
			re = exact
		case base == "pyproject.toml":
			re = exact
		default:
			continue
		}
		if m := re.FindSubmatch(in.Code.Source(f)); m != nil {
			return string(m[1])
		}
	}
	return ""
}

// older reports whether version a is lower than b, comparing numbers; what is no number counts as 0.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		n, m := 0, 0
		if i < len(x) {
			n, _ = strconv.Atoi(x[i])
		}
		if i < len(y) {
			m, _ = strconv.Atoi(y[i])
		}
		if n != m {
			return n < m
		}
	}
	return false
}
