package store

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// target is a database URL, understood.
type target struct {
	postgres bool
	url      string // of PostgreSQL
	path     string // of SQLite
}

// File returns the path of an SQLite database, and the empty string for
// PostgreSQL. It is Invalid for a URL that Open would refuse.
func File(databaseURL string) (string, error) {
	t, err := parseURL(databaseURL)
	return t.path, err
}

// parseURL understands sqlite:///absolute, sqlite:relative and the forms with a
// driver's name in them (sqlite+aiosqlite, postgresql+asyncpg), since those
// stand in the settings of people who come from Python. An error shows
// nothing of the URL, which may hold a password.
func parseURL(s string) (target, error) {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok {
		return target{}, badURL()
	}
	name, _, _ := strings.Cut(strings.ToLower(scheme), "+")
	switch name {
	case "postgres", "postgresql":
		if _, err := url.Parse("postgres:" + rest); err != nil {
			return target{}, badURL()
		}
		return target{postgres: true, url: "postgres:" + rest}, nil
	case "sqlite", "sqlite3":
		path := sqlitePath(rest)
		if path == "" || path == ":memory:" {
			return target{}, badURL()
		}
		abs, err := filepath.Abs(path)
		if err != nil {
			return target{}, ba.Wrap(ba.Invalid, "The path in DATABASE_URL cannot be resolved.", err)
		}
		return target{path: abs}, nil
	}
	return target{}, badURL()
}

// sqlitePath reads the part after the scheme: three slashes begin a relative
// path for SQLAlchemy and an absolute one for everybody else. An absolute path
// is what people mean, except with "./".
func sqlitePath(rest string) string {
	rest, _, _ = strings.Cut(rest, "?")
	path, slashed := strings.CutPrefix(rest, "//")
	if !slashed {
		return rest
	}
	switch {
	case strings.HasPrefix(path, "/./"), strings.HasPrefix(path, "/../"):
		return path[1:]
	case strings.HasPrefix(path, "//"):
		return path[1:]
	}
	return path
}

func badURL() error {
	return ba.E(ba.Invalid, "DATABASE_URL is not understood. Write sqlite:///path/to/file.db or postgres://user:password@host/name.")
}
