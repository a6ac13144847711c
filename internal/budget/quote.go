package budget

import "time"

// Quote is what a model costs now, for people.
type Quote struct {
	Known  bool // it has a price, or is free; one that has none is not asked
	Free   bool
	Input  int64 // micro-dollars for a million tokens
	Output int64
	Varies bool   // long questions, or some hours of the day, cost more
	Source string // where the price was read
	Date   string // when
}

// Quote returns what a model costs now.
func (s *Service) Quote(provider, model string) Quote {
	p, known := s.Book.price(provider, model)
	if !known || p.free {
		return Quote{Known: known, Free: p.free}
	}
	return p.quote(s.Clock())
}

func (p price) quote(now time.Time) Quote {
	entries := p.at(now)
	if len(entries) == 0 {
		return Quote{}
	}
	e := entries[0]
	q := Quote{Known: true, Input: e.Rates.Input, Output: e.Rates.Output, Varies: e.Above != nil || e.Peak != nil, Source: e.Source, Date: e.Date}
	if e.Peak != nil && e.Peak.at(now) {
		q.Input, q.Output = e.Peak.Rates.Input, e.Peak.Rates.Output
	}
	return q
}
