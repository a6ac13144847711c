package config

import (
	"errors"
	"strconv"
	"strings"
)

// User returns the user and group of RUN_AS, or zeros where it is not set. The
// error is a sentence.
func (c *Config) User() (uid, gid int, err error) {
	if c.RunAs == "" {
		return 0, 0, nil
	}
	u, g, _ := strings.Cut(c.RunAs, ":")
	uid, errUser := strconv.Atoi(u)
	gid, errGroup := strconv.Atoi(g)
	if errUser != nil || errGroup != nil || uid <= 0 || gid <= 0 {
		return 0, 0, errors.New("is not a user and a group as numbers, or names root.")
	}
	return uid, gid, nil
}
