// Package budgettest makes budgets for the tests of other packages.
package budgettest

import (
	"log/slog"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget"
)

// FiftyDollars are the limits of an instance that sets none.
var FiftyDollars = ba.SpendingLimits{User: 50_000_000, Instance: ba.NoLimit}

// Free returns a budget of fifty dollars for each user in which all that the
// providers offer costs nothing.
func Free(t testing.TB, store budget.Store, providers ...string) *budget.Service {
	t.Helper()
	return made(t, store, "", providers, FiftyDollars)
}

// Priced returns a budget with the prices, which are JSON as the operator
// writes it.
func Priced(t testing.TB, store budget.Store, prices string, limits ba.SpendingLimits) *budget.Service {
	t.Helper()
	return made(t, store, prices, nil, limits)
}

func made(t testing.TB, store budget.Store, prices string, free []string, limits ba.SpendingLimits) *budget.Service {
	t.Helper()
	book, err := budget.NewBook(prices, free)
	if err != nil {
		t.Fatal(err)
	}
	s, err := budget.New(budget.Deps{Store: store, Book: book, Limits: limits, Instance: "one", Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
