package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// tones are those of the notes; a budget of which enough is left needs none.
var tones = map[budget.State]string{budget.Warning: "warn", budget.Critical: "warn", budget.Exhausted: "danger"}

// threadBudget writes what is said of the budget in a conversation: the page
// takes it when an answer has ended.
func (s *Site) threadBudget(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ThreadID](r, "id")
	if err != nil {
		return err
	}
	t, err := s.Chat.Thread(r.Context(), a, id)
	if err != nil {
		return err
	}
	note, err := s.budgetNote(r.Context(), a, t)
	if err != nil {
		return err
	}
	return s.templates.Write(w, http.StatusOK, "budget-note", note)
}

// budgetNote returns what to say of the budget in a conversation. Whether it
// can go on is a matter of its model: one that costs nothing always can.
func (s *Site) budgetNote(ctx context.Context, a ba.Actor, t ba.Thread) (page.BudgetNote, error) {
	n := page.BudgetNote{Href: threadPath(t.ID) + "/budget"}
	if s.Budget.Free(t.Provider, t.Model) {
		return n, nil
	}
	v, err := s.Budget.Standing(ctx, a)
	if err != nil {
		return n, err
	}
	n.Tone, n.Text, n.Low = tones[v.State], v.Reason, v.State == budget.Critical || v.State == budget.Exhausted
	switch err := s.Budget.Check(ctx, a.User, t.Provider, t.Model); {
	case err == nil:
	case ba.KindOf(err) == ba.BudgetExhausted, ba.KindOf(err) == ba.Conflict:
		n.Tone, n.Text, n.Closed = "danger", ba.Explain(err), true
	default:
		return n, err
	}
	return n, nil
}

// meter returns how much of the month's budget the actor has used.
func (s *Site) meter(ctx context.Context, a ba.Actor) (page.Meter, error) {
	v, err := s.Budget.Standing(ctx, a)
	if err != nil {
		return page.Meter{}, err
	}
	m := page.Meter{Percent: min(v.Percent, 100), Used: budget.Dollars(v.Used), Limit: dollars(v.Limit), Resets: v.ResetsAt.Format("2 January 2006"),
		Note: page.BudgetNote{Tone: tones[v.State], Text: v.Reason}}
	if v.Reserved > 0 {
		m.Reserved = budget.Dollars(v.Reserved)
	}
	return m, nil
}

// choices returns the models that a conversation can begin with. The first
// that can be asked is the one to begin with; where none can, the first.
func (s *Site) choices(ctx context.Context, a ba.Actor) ([]page.Choice, error) {
	var list []page.Choice
	var models []budget.Offered
	for _, p := range s.Chat.Providers() {
		if len(p.Models) == 0 {
			list, models = append(list, page.Choice{Value: p.ID, Name: p.Name}), append(models, budget.Offered{Provider: p.ID})
		}
		for _, m := range p.Models {
			list, models = append(list, page.Choice{Value: p.ID + "/" + m, Name: p.Name + ": " + m}), append(models, budget.Offered{Provider: p.ID, Model: m})
		}
	}
	refusals, err := s.Budget.CheckAll(ctx, a.User, models)
	if err != nil {
		return nil, err
	}
	open := false
	for i := range list {
		list[i].Closed = refusals[i] != nil
		list[i].Current = !open && !list[i].Closed
		open = open || list[i].Current
	}
	return list, nil
}

// askNote returns what to say of the budget where a conversation begins.
func (s *Site) askNote(ctx context.Context, a ba.Actor) (page.BudgetNote, error) {
	v, err := s.Budget.Standing(ctx, a)
	return page.BudgetNote{Tone: tones[v.State], Text: v.Reason}, err
}

// ask completes the box in which a conversation begins.
func (s *Site) ask(ctx context.Context, a ba.Actor, box *page.Ask) error {
	list, err := s.choices(ctx, a)
	if err != nil {
		return err
	}
	paid := false
	for _, c := range list {
		provider, model, _ := strings.Cut(c.Value, "/")
		paid = paid || !s.Budget.Free(provider, model)
	}
	box.ID = ba.NewID[ba.ThreadID]()
	if len(list) > 1 {
		box.Models = list
	}
	if paid {
		box.Budget, err = s.askNote(ctx, a)
	}
	return err
}

// chosen returns the model that a form asks to begin with: provider/model, or
// nothing for the one that pages offer first.
func (s *Site) chosen(ctx context.Context, a ba.Actor, form url.Values) (provider, model string, err error) {
	value := form.Get("model")
	if value == "" {
		list, err := s.choices(ctx, a)
		if err != nil {
			return "", "", err
		}
		value = list[0].Value
		for _, c := range list {
			if c.Current {
				value = c.Value
			}
		}
	}
	provider, model, _ = strings.Cut(value, "/")
	return provider, model, s.Budget.Check(ctx, a.User, provider, model)
}
