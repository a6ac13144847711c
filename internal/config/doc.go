// Package config declares every option of the workspace once: its variable,
// default, meaning, whether it is secret and whether production demands it.
// From that one declaration come the parsing of the environment, NAME_FILE,
// the reference in docs/configuration.md, .env.example and the redacted output
// of "ba config". It refuses to start half-configured: all problems are
// reported together, each with its variable and its remedy.
//
// It reads the environment and the files that it names, and nothing else.
package config
