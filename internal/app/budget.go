package app

import (
	"fmt"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
)

// newBudget returns what pays for the calls of the offers, of which the
// built-in analyst costs nothing, and the models that have no price.
func newBudget(a *App, offers []chat.Offer) (*budget.Service, []string, error) {
	book, err := budget.NewBook(a.cfg.AIPrices, append([]string{analyst.ID}, a.cfg.AIFree...))
	if err != nil {
		return nil, nil, fmt.Errorf("set up the budget: %w", err)
	}
	var offered []budget.Offered
	var unpriced []string
	for _, o := range offers {
		id := o.Provider.ID()
		for _, model := range modelsOf(o) {
			offered = append(offered, budget.Offered{Provider: id, Model: model})
			if !book.Priced(id, model) {
				unpriced = append(unpriced, id+"/"+model)
			}
		}
	}
	s, err := budget.New(budget.Deps{Store: a.counted(), Book: book, Limits: a.cfg.SpendingLimits(), Offered: offered, Instance: a.storage.instance, Clock: time.Now, Log: a.log})
	return s, unpriced, err
}

// modelsOf returns the models of an offer; one without a choice has a nameless one.
func modelsOf(o chat.Offer) []string {
	if len(o.Models) == 0 {
		return []string{""}
	}
	return o.Models
}

// unpricedNote tells the operator which models are not asked; it is empty
// where all have a price.
func unpricedNote(models []string) string {
	if len(models) == 0 {
		return ""
	}
	return "No price is known for " + strings.Join(models, ", ") + ", so they are not asked: give their prices in AI_PRICES_FILE, or declare them free in AI_FREE (docs/budgets.md)."
}
