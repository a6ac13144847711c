package budget

import (
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

func book(t testing.TB, own string, free ...string) *Book {
	t.Helper()
	b, err := NewBook(own, free)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func moment(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestEachKindOfTokenHasItsPrice(t *testing.T) {
	b := book(t, "")
	usage := ba.Usage{InputTokens: 1_000_000, CachedTokens: 400_000, WrittenTokens: 100_000, OutputTokens: 10_000}
	for _, c := range []struct {
		provider, model, at string
		usage               ba.Usage
		want                int64
	}{
		{"anthropic", "claude-sonnet-5-5", "2026-11-28 12:00", usage, 500_000*2 + 400_000*2/10 + 100_000*25/10 + 10_000*10},
		{"anthropic", "claude-sonnet-5-5-20260928", "2026-11-28 12:00", ba.Usage{InputTokens: 1}, 2},
		{"anthropic", "claude-haiku-5-5", "2026-11-28 12:00", ba.Usage{InputTokens: 100_000, OutputTokens: 2}, 10_001},
		{"anthropic", "claude-haiku-5-5", "2026-11-28 12:00", ba.Usage{InputTokens: 100_001, OutputTokens: 2}, 50_006},
		{"anthropic", "claude-fable-5-1", "2026-11-28 12:00", ba.Usage{InputTokens: 10, CachedTokens: 10}, 100},
		{"gemini", "gemini-4-argon", "2026-11-28 12:00", ba.Usage{InputTokens: 1000, OutputTokens: 100}, 3000},
		{"gemini", "models/gemini-4-argon", "2026-12-01 00:00", ba.Usage{InputTokens: 1000, OutputTokens: 100}, 6000},
		{"deepseek", "deepseek-flash", "2026-11-27 12:00", ba.Usage{InputTokens: 1000, OutputTokens: 1000}, 750},
		{"deepseek", "deepseek-flash", "2026-11-27 06:00", ba.Usage{InputTokens: 1000, OutputTokens: 1000}, 1500},
		{"deepseek", "deepseek-flash", "2026-11-28 06:00", ba.Usage{InputTokens: 1000, OutputTokens: 1000}, 750}, // a Saturday
	} {
		p, known := b.price(c.provider, c.model)
		if got := p.cost(c.usage, moment(c.at), moment(c.at)); !known || got != c.want {
			t.Errorf("%s at %s: %+v costs %d, want %d", c.model, c.at, c.usage, got, c.want)
		}
	}
}

func TestACallThatLastsIntoADearerTimeCostsTheDearerPrice(t *testing.T) {
	p, _ := book(t, "").price("deepseek", "deepseek-flash")
	if got := p.cost(ba.Usage{OutputTokens: 1000}, moment("2026-11-27 05:50"), moment("2026-11-27 06:05")); got != 1200 {
		t.Errorf("it costs %d, want 1200", got)
	}
	argon, _ := book(t, "").price("gemini", "gemini-4-argon")
	if got := worst(argon.possible(moment("2026-11-30 23:50"), 1000), 1000, 100); got != 6000 {
		t.Errorf("reserved are %d, want 6000", got)
	}
}

func TestNoCallCostsMoreThanItsWorstCase(t *testing.T) {
	b, now := book(t, ""), moment("2026-11-27 09:59")
	for m := range b.prices {
		p, _ := b.price(m.provider, m.name)
		rates := p.possible(now, 250_000)
		if len(rates) == 0 {
			t.Errorf("%s has no price in November 2026", m.name)
		}
		for _, u := range []ba.Usage{
			{InputTokens: 250_000, OutputTokens: 32_000}, {InputTokens: 250_000, WrittenTokens: 250_000, OutputTokens: 32_000},
			{InputTokens: 250_000, CachedTokens: 250_000, OutputTokens: 32_000}, {InputTokens: 99_999, OutputTokens: 1},
		} {
			if cost, most := p.cost(u, now, now.Add(time.Minute)), worst(rates, 250_000, 32_000); cost > most || cost == 0 {
				t.Errorf("%s: %+v costs %d, at most %d", m.name, u, cost, most)
			}
		}
		for _, money := range []int64{1, 999, 250_000, 3_000_000} {
			if n := pays(rates, money, 10_000, 32_000); n > 0 && worst(rates, 10_000, n) > money {
				t.Errorf("%s: %d micro-dollars pay for %d tokens, which cost %d", m.name, money, n, worst(rates, 10_000, n))
			}
		}
	}
}

func TestAModelWithoutAPriceIsNoFreeModel(t *testing.T) {
	b := book(t, "", "compatible", "openai/open/weights")
	for name, c := range map[string]struct {
		provider, model string
		priced, free    bool
	}{
		"a price":             {"anthropic", "claude-opus-5-5", true, false},
		"unknown":             {"openai", "gpt-x", false, false},
		"a free provider":     {"compatible", "anything:7b", true, true},
		"a free model":        {"openai", "open/weights", true, true},
		"another's model":     {"gemini", "claude-opus-5-5", false, false},
		"an unknown provider": {"nobody", "", false, false},
	} {
		if b.Priced(c.provider, c.model) != c.priced || b.Free(c.provider, c.model) != c.free {
			t.Errorf("%s: priced %v, free %v", name, b.Priced(c.provider, c.model), b.Free(c.provider, c.model))
		}
	}
}

func TestTheOperatorsPricesReplaceTheBuiltInOnes(t *testing.T) {
	b := book(t, `{"prices": [{"provider": "gemini", "models": ["gemini-4-argon", "own"], "rates": {"input": 7000000, "output": 9000000}, "date": "2026-11-28", "source": "contract"},
		{"provider": "openai", "models": ["gratis"], "rates": {"input": 0, "output": 0}, "date": "2026-11-28", "source": "contract"}]}`)
	p, _ := b.price("gemini", "gemini-4-argon")
	if got := p.cost(ba.Usage{InputTokens: 10, OutputTokens: 10}, moment("2027-01-01 00:00"), moment("2027-01-01 00:00")); got != 160 {
		t.Errorf("it costs %d, want 160", got)
	}
	if !b.Priced("gemini", "own") || !b.Priced("gemini", "gemini-3.8-flash") || !b.Free("openai", "gratis") {
		t.Error("a model is missing, or one that costs nothing is not free")
	}
}

func TestPricesThatCannotBeTrustedAreRefused(t *testing.T) {
	entry := func(more string) string {
		return `{"prices": [{"provider": "p", "models": ["m"], "date": "2026-11-28", "source": "s"` + more + `}]}`
	}
	for name, own := range map[string]string{
		"no JSON":          `input: 3`,
		"an unknown field": entry(`, "rate": 3`),
		"no date":          `{"prices": [{"provider": "p", "models": ["m"], "source": "s", "rates": {"input": 1, "output": 1}}]}`,
		"a negative rate":  entry(`, "rates": {"input": -1, "output": 1}`),
		"a huge rate":      entry(`, "rates": {"input": 1, "output": 1000000000000000}`),
		"a strange day":    entry(`, "from": "1.12.2026", "rates": {"input": 1, "output": 1}`),
		"two documents":    entry(`, "rates": {"input": 1, "output": 1}`) + `{}`,
	} {
		if _, err := NewBook(own, nil); err == nil || !strings.HasPrefix(err.Error(), "AI_PRICES: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
