package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// why returns what is known of how an answer was made.
func (s *Site) why(m ba.Message, turn ba.Turn, t ba.Thread) *page.Why {
	w := &page.Why{Model: s.model(ba.Thread{Provider: turn.Provider, Model: turn.Model}), Stop: turn.StopReason,
		Input: grouped(turn.Usage.InputTokens), Output: grouped(turn.Usage.OutputTokens)}
	if turn.Provider != t.Provider {
		w.Instead = s.model(t).Name
	}
	if n := turn.Usage.CachedTokens; n > 0 {
		w.Cached = grouped(n)
	}
	if n := turn.Usage.CostMicroUSD; n > 0 {
		w.Cost = fmt.Sprintf("$%d.%04d", n/1_000_000, n%1_000_000/100)
	}
	for _, step := range m.Steps {
		v := page.Step{Asked: step.Asked, Summary: step.Summary, Failed: step.Failed}
		for _, f := range step.Found {
			v.Found = append(v.Found, page.Found{N: f.N, Href: page.PassageHref(f.Document, f.Version, f.Passage), Filename: f.Filename, Place: f.Locator.String()})
		}
		w.Steps = append(w.Steps, v)
	}
	return w
}

// grouped writes a number with commas between its thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	var parts []string
	for len(s) > 3 {
		parts = append([]string{s[len(s)-3:]}, parts...)
		s = s[:len(s)-3]
	}
	return strings.Join(append([]string{s}, parts...), ",")
}
