package question

import "github.com/ba-assistant/ba-assistant/preflight/check"

// Checks returns the checks of this package, in the order of the catalogue.
func Checks() []check.Check {
	return []check.Check{
		auth15, sec14, key10, data10, data19, sse14, sse15, log05, err03, rate04, ops01, ops02, ops03, ops04, ops05, ops06, ops07,
	}
}
