package config

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// checkRedis checks the form of REDIS_URL, without repeating anything of it.
func (c *Config) checkRedis() []Problem {
	if c.RedisURL == "" {
		return nil
	}
	u, err := url.Parse(c.RedisURL)
	switch {
	case err != nil:
		return problem("REDIS_URL", "is not an address.", "Use the form redis://:password@host:6379/0, with special characters of the password written as %40 and so on.")
	case u.Scheme != "redis" && u.Scheme != "rediss":
		return problem("REDIS_URL", "is neither redis:// nor rediss://.", "Use the form redis://:password@host:6379/0, or rediss:// for TLS.")
	case u.Hostname() == "":
		return problem("REDIS_URL", "names no host.", "Use the form redis://:password@host:6379/0")
	case u.RawQuery != "" || u.Fragment != "":
		return problem("REDIS_URL", "has options after the address, which are not read.", "End it after the number of the database, such as /0.")
	}
	if db := strings.Trim(u.Path, "/"); db != "" {
		if n, err := strconv.Atoi(db); err != nil || n < 0 {
			return problem("REDIS_URL", "ends with something that is not the number of a database.", "End it with /0, or with nothing.")
		}
	}
	return nil
}

// OnSQLite reports whether the database is a file, which one instance alone
// may use.
func (c *Config) OnSQLite() bool {
	return c.DatabaseURL == "" || strings.HasPrefix(c.DatabaseURL, "sqlite")
}

// idleRedis remarks that a Redis is configured which nothing is shared through.
func (c *Config) idleRedis() []string {
	if c.RedisURL == "" || !c.OnSQLite() {
		return nil
	}
	return []string{"REDIS_URL is not used with SQLite, which is for one instance. Remove it, or set DATABASE_URL to a PostgreSQL database."}
}

// RedisInTheClear reports whether the password of Redis and who asks how often
// cross a network that others may share, without TLS. Names without a dot, and
// those of private networks, stay on the platform's own.
func (c *Config) RedisInTheClear() bool {
	u, err := url.Parse(c.RedisURL)
	if c.RedisURL == "" || err != nil || u.Scheme != "redis" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if ip, err := netip.ParseAddr(host); err == nil {
		return !ip.IsPrivate() && !ip.IsLoopback()
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".internal") && !strings.HasSuffix(host, ".local") && !strings.HasSuffix(host, ".localhost")
}
