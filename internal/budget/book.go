package budget

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

//go:embed prices.json
var embedded []byte

// Entry is a price of some models as it stands in the book, with the day on
// which it was true and where it was read. Its times are whole days in UTC.
type Entry struct {
	Provider  string   `json:"provider"`
	Models    []string `json:"models"`
	From      string   `json:"from,omitempty"`  // first day, such as 2026-12-01; empty is always
	Until     string   `json:"until,omitempty"` // last day
	MaxOutput int64    `json:"max_output,omitempty"`
	Rates     Rates    `json:"rates"`
	Above     *Above   `json:"above,omitempty"`
	Peak      *Peak    `json:"peak,omitempty"`
	Date      string   `json:"date"`
	Source    string   `json:"source"`

	from, until time.Time
}

// file is a list of prices as it is embedded, or given by the operator.
type file struct {
	Prices []Entry `json:"prices"`
}

// model is a provider with one of its models.
type model struct{ provider, name string }

// Book knows prices. It does not change, and is safe for concurrent use.
type Book struct {
	prices map[model][]Entry
	free   map[string]bool // "provider", or "provider/model"
}

// NewBook returns the embedded prices, with those of the JSON text own in place
// of what is embedded for the same models, and with the models that are free:
// each is a provider, or provider/model. The errors are sentences for the operator.
func NewBook(own string, free []string) (*Book, error) {
	b := &Book{prices: make(map[model][]Entry), free: make(map[string]bool)}
	if err := b.add(embedded); err != nil {
		return nil, fmt.Errorf("the embedded prices: %w", err)
	}
	if strings.TrimSpace(own) != "" {
		o := &Book{prices: make(map[model][]Entry)}
		if err := o.add([]byte(own)); err != nil {
			return nil, fmt.Errorf("AI_PRICES: %w", err)
		}
		for m, entries := range o.prices {
			b.prices[m] = entries
		}
	}
	for _, name := range free {
		b.free[name] = true
	}
	return b, nil
}

func (b *Book) add(text []byte) error {
	var f file
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return fmt.Errorf("the prices are not the JSON that docs/budgets.md describes: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the prices")
	}
	for _, e := range f.Prices {
		if err := e.check(); err != nil {
			return fmt.Errorf("the price of %s %s: %w", e.Provider, strings.Join(e.Models, ", "), err)
		}
		for _, name := range e.Models {
			m := model{e.Provider, name}
			b.prices[m] = append(b.prices[m], e)
		}
	}
	return nil
}

func (e *Entry) check() (err error) {
	if e.Provider == "" || len(e.Models) == 0 || e.Date == "" || e.Source == "" {
		return fmt.Errorf("it needs provider, models, date and source")
	}
	if e.from, err = day(e.From, time.Time{}); err != nil {
		return err
	}
	if e.until, err = day(e.Until, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)); err != nil {
		return err
	}
	e.until = e.until.AddDate(0, 0, 1)
	if _, err = day(e.Date, time.Time{}); err != nil {
		return err
	}
	for _, r := range e.all() {
		if !r.valid() {
			return fmt.Errorf("a rate is negative, or more than 10,000 dollars for a million tokens")
		}
	}
	if e.MaxOutput < 0 {
		return fmt.Errorf("max_output is negative")
	}
	return nil
}

func day(s string, otherwise time.Time) (time.Time, error) {
	if s == "" {
		return otherwise, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, fmt.Errorf("a day is not written as 2026-12-31")
	}
	return t, nil
}

// all returns every rates of the entry.
func (e *Entry) all() []Rates {
	list := []Rates{e.Rates}
	if e.Above != nil {
		list = append(list, e.Above.Rates)
	}
	if e.Peak != nil {
		list = append(list, e.Peak.Rates)
	}
	return list
}

// price is what a model costs: one entry for each time.
type price struct {
	free    bool
	entries []Entry
}

// dated is how providers name a fixed version of a model.
var dated = regexp.MustCompile(`-20\d{6}$`)

// price returns the price of a model, and whether there is one.
func (b *Book) price(provider, name string) (price, bool) {
	if b.free[provider] || b.free[provider+"/"+name] {
		return price{free: true}, true
	}
	name = strings.TrimPrefix(name, "models/")
	entries := b.prices[model{provider, name}]
	if entries == nil {
		entries = b.prices[model{provider, dated.ReplaceAllString(name, "")}]
	}
	if len(entries) == 0 {
		return price{}, false
	}
	free := !slices.ContainsFunc(entries, func(e Entry) bool {
		return slices.ContainsFunc(e.all(), func(r Rates) bool { return !r.free() })
	})
	return price{free, entries}, true
}

// Priced reports whether a model may be used: it has a price, or is free.
func (b *Book) Priced(provider, name string) bool {
	_, known := b.price(provider, name)
	return known
}

// Free reports whether calls of a model cost nothing.
func (b *Book) Free(provider, name string) bool {
	p, known := b.price(provider, name)
	return known && p.free
}

// longestCall is more than a call can take.
const longestCall = 3 * time.Hour

// possible returns the rates that may apply to a call with so much input at
// most that begins now. It is empty where the price has ended.
func (p price) possible(now time.Time, input int64) []Rates {
	var list []Rates
	for _, e := range p.at(now, now.Add(longestCall)) {
		list = append(list, e.Rates)
		if e.Above != nil && input > e.Above.Input {
			list = append(list, e.Above.Rates)
		}
		if e.Peak != nil {
			list = append(list, e.Peak.Rates)
		}
	}
	return list
}

// at returns the entries that hold at one of the times.
func (p price) at(times ...time.Time) []Entry {
	var list []Entry
	for _, e := range p.entries {
		if slices.ContainsFunc(times, func(t time.Time) bool { return !t.Before(e.from) && t.Before(e.until) }) {
			list = append(list, e)
		}
	}
	return list
}

// cost returns what a call cost that lasted from begun to ended. Where the
// rates changed meanwhile, the dearer ones count.
func (p price) cost(u ba.Usage, begun, ended time.Time) int64 {
	var most int64
	if ended.Sub(begun) > longestCall { // a clock that was set
		ended = begun.Add(longestCall)
	}
	for _, e := range p.at(begun, ended) {
		rates := e.Rates
		if e.Above != nil && u.InputTokens > e.Above.Input {
			rates = e.Above.Rates
		}
		most = max(most, rates.cost(u))
		if e.Peak != nil && e.Peak.during(begun, ended) {
			most = max(most, e.Peak.Rates.cost(u))
		}
	}
	return most
}

// worst returns what a call costs at most.
func worst(rates []Rates, input, output int64) int64 {
	var most int64
	for _, r := range rates {
		most = max(most, r.worst(input, output))
	}
	return most
}

// pays returns how many tokens of output the money pays for at least.
func pays(rates []Rates, microUSD, input, most int64) int64 {
	for _, r := range rates {
		most = r.pays(microUSD, input, most)
	}
	return max(most, 0)
}
