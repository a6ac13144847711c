package secrets

import (
	"slices"
	"strings"
)

// instructions are parts of values that tell the reader to write his own, or that belong to a developer's machine.
var instructions = []string{
	"your", "change", "example", "placeholder", "replace", "dummy", "sample", "insert", "fixme", "redacted", "removed", "enter", "paste", "fill", "fake", "mock", "todo", "here", "some", "put", "set-", "set_",
	"default", "test", "dev", "local", "demo", "insecure", "unsafe", "generate", "openssl", "random", "string", "optional", "required", "hidden", "masked", "xxx", "...", "***", "12345", "abcd", "qwerty", "password", "foobar",
	"production", "staging", "value", "none", "undefined", "lorem",
}

// chosen reports whether an env file gives a signing key or password a value that somebody made up of words: no scanner
// takes it for random, and whoever reads the file has it all the same. It is asked about files that are in use only; in
// a template the same words are an example. Passwords of databases are left to their connection strings, which say
// whether the database is on the same machine.
func chosen(name, value string) bool {
	v := strings.TrimSpace(strings.Trim(strings.TrimSpace(value), "\"'`"))
	if !ownSecret(name) || len(v) < 12 || len(v) > 120 || strings.ContainsAny(v, " \t\n<>{}[]$%@/\\") || strings.Contains(v, "://") || pathPattern.MatchString(v) || datePattern.MatchString(v) || allDigits(v) {
		return false
	}
	lower := strings.ToLower(v)
	if slices.ContainsFunc(instructions, func(w string) bool { return strings.Contains(lower, w) }) || fewDistinct(v) || monotonous(v) {
		return false
	}
	bare := letters(lower)
	return bare != letters(strings.ToLower(name)) && !published[bare] && !isKnownDefault(v)
}

// published are the known defaults without anything between their letters and digits.
var published = func() map[string]bool {
	m := map[string]bool{}
	for v := range knownDefaults {
		m[letters(v)] = true
	}
	return m
}()

// ownSecret reports whether a name is that of a signing key or password which the project chooses itself.
func ownSecret(name string) bool {
	upper := strings.ToUpper(name)
	if containsAny(upper, "CLIENT_SECRET", "DB_", "DATABASE", "POSTGRES", "PG", "MYSQL", "MARIADB", "MONGO", "REDIS", "RABBIT", "API_SECRET", "APP_SECRET", "_ID", "_PATH", "_FILE", "_NAME", "HASH") || publicPrefix.MatchString(upper) {
		return false
	}
	words := strings.Split(upper, "_")
	return slices.ContainsFunc(words, func(w string) bool {
		switch w {
		case "SECRET", "PASSWORD", "PASSWD", "PASS", "PWD", "PASSPHRASE", "JWTSECRET", "SECRETKEY":
			return true
		}
		return false
	})
}
