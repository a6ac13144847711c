package analyst

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first used:
// there are more than a hundred, and neither a start nor the child process
// that reads a document should pay for them.
type pattern func() *regexp.Regexp

func lazily(text string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// MatchString is that of regexp.Regexp, as are the others.
func (p pattern) MatchString(s string) bool { return p().MatchString(s) }

// FindString returns the leftmost match.
func (p pattern) FindString(s string) string { return p().FindString(s) }

// FindStringIndex returns the place of the leftmost match.
func (p pattern) FindStringIndex(s string) []int { return p().FindStringIndex(s) }

// FindStringSubmatch returns the leftmost match and its groups.
func (p pattern) FindStringSubmatch(s string) []string { return p().FindStringSubmatch(s) }

// FindStringSubmatchIndex returns the places of the leftmost match and its groups.
func (p pattern) FindStringSubmatchIndex(s string) []int { return p().FindStringSubmatchIndex(s) }

// FindAllStringIndex returns the places of up to n matches.
func (p pattern) FindAllStringIndex(s string, n int) [][]int { return p().FindAllStringIndex(s, n) }

// FindAllStringSubmatch returns up to n matches and their groups.
func (p pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p().FindAllStringSubmatch(s, n)
}

// ReplaceAllString replaces all matches.
func (p pattern) ReplaceAllString(s, with string) string { return p().ReplaceAllString(s, with) }
