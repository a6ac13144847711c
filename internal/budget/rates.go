package budget

import (
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// million is the number of tokens that a rate is for.
const million = 1_000_000

// Rates are prices in micro-dollars for a million tokens. Input that comes
// from the provider's cache, or is written into it, costs as other input where
// nothing else is stated.
type Rates struct {
	Input      int64  `json:"input"`
	Cached     *int64 `json:"cached_input,omitempty"`
	CacheWrite *int64 `json:"cache_write,omitempty"`
	Output     int64  `json:"output"`
}

func (r Rates) cached() int64 { return or(r.Cached, r.Input) }

func (r Rates) written() int64 { return or(r.CacheWrite, r.Input) }

func or(n *int64, otherwise int64) int64 {
	if n == nil {
		return otherwise
	}
	return *n
}

// free reports whether nothing costs anything.
func (r Rates) free() bool {
	return max(r.Input, r.cached(), r.written(), r.Output) == 0
}

func (r Rates) valid() bool {
	return min(r.Input, r.cached(), r.written(), r.Output) >= 0 && max(r.Input, r.cached(), r.written(), r.Output) <= maxRate
}

// maxRate keeps products of rates and tokens within their type: ten thousand
// dollars for a million tokens.
const maxRate = 10_000 * million

// cost returns what the tokens cost, in micro-dollars, rounded up.
func (r Rates) cost(u ba.Usage) int64 {
	plain := max(u.InputTokens-u.CachedTokens-u.WrittenTokens, 0)
	sum := plain*r.Input + u.CachedTokens*r.cached() + u.WrittenTokens*r.written() + u.OutputTokens*r.Output
	return (sum + million - 1) / million
}

// dearestInput returns what so much input costs at most.
func (r Rates) dearestInput(tokens int64) int64 {
	return tokens * max(r.Input, r.cached(), r.written())
}

// worst returns what a call of so many tokens costs at most.
func (r Rates) worst(input, output int64) int64 {
	return (r.dearestInput(input) + output*r.Output + million - 1) / million
}

// pays returns how many tokens of output the money pays for beside the input.
func (r Rates) pays(microUSD, input, most int64) int64 {
	if r.Output == 0 {
		return most
	}
	return min((microUSD*million-r.dearestInput(input))/r.Output, most)
}

// Peak is other rates at some hours of the day.
type Peak struct {
	Hours    [][2]int `json:"hours_utc"` // from the beginning of the first until that of the second
	Weekdays bool     `json:"weekdays_only"`
	Rates    Rates    `json:"rates"`
}

func (p *Peak) at(t time.Time) bool {
	t = t.UTC()
	if p.Weekdays && (t.Weekday() == time.Saturday || t.Weekday() == time.Sunday) {
		return false
	}
	for _, h := range p.Hours {
		if t.Hour() >= h[0] && t.Hour() < h[1] {
			return true
		}
	}
	return false
}

// during reports whether a part of the time is at the peak, which lasts an
// hour at least.
func (p *Peak) during(begun, ended time.Time) bool {
	for t := begun; t.Before(ended); t = t.Add(time.Hour) {
		if p.at(t) {
			return true
		}
	}
	return p.at(ended)
}

// Above is other rates for the whole of a call with more input than a number
// of tokens.
type Above struct {
	Input int64 `json:"input_tokens"`
	Rates Rates `json:"rates"`
}
