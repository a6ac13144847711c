package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// dollars returns an amount, or that there is no limit.
func dollars(microUSD int64) string {
	if microUSD == ba.NoLimit {
		return "no limit"
	}
	return budget.Dollars(microUSD)
}

// inDollars returns a limit as it is typed.
func inDollars(microUSD int64) string {
	if microUSD == ba.NoLimit {
		return "none"
	}
	return strconv.FormatFloat(float64(microUSD)/1e6, 'f', -1, 64)
}

func (s *Site) adminBudgets(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.showBudgets(w, r, a, http.StatusOK, "")
}

func (s *Site) showBudgets(w http.ResponseWriter, r *http.Request, a ba.Actor, status int, problem string) error {
	o, err := s.Budget.Overview(r.Context(), a)
	if err != nil {
		return err
	}
	data := &page.AdminBudgets{AdminShell: adminShell("Budgets", "budgets"), Month: o.Month.End().AddDate(0, 0, -1).Format("January 2006"), Used: dollars(o.All.UsedMicroUSD),
		Instance: limitFor(o.Limits.Instance, o.Configured.Instance, o.Decided, ba.LimitInstance), Each: limitFor(o.Limits.User, o.Configured.User, o.Decided, ba.LimitEach)}
	data.Problem = problem
	if o.All.ReservedMicroUSD > 0 {
		data.Reserved = dollars(o.All.ReservedMicroUSD)
	}
	if o.Limits.Instance > 0 {
		data.Percent = int(min(o.All.UsedMicroUSD*100/o.Limits.Instance, 100))
	}
	slices.SortFunc(o.Models, func(x, y ba.ModelSpending) int { return cmp.Compare(y.UsedMicroUSD, x.UsedMicroUSD) })
	for _, m := range o.Models {
		data.Models = append(data.Models, page.ModelCost{Provider: m.Provider, Model: m.Model, Calls: strconv.FormatInt(m.Calls, 10), Used: dollars(m.UsedMicroUSD)})
	}
	if data.Users, err = s.spenders(r, a, o.Users); err != nil {
		return err
	}
	return s.renderStatus(w, r, status, "admin-budgets", data)
}

const maxSpenders = 20

// spenders names those who spent most.
func (s *Site) spenders(r *http.Request, a ba.Actor, spent map[ba.UserID]ba.Spending) ([]page.UserCost, error) {
	ids := make([]ba.UserID, 0, len(spent))
	for id := range spent {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y ba.UserID) int {
		return cmp.Or(cmp.Compare(spent[y].UsedMicroUSD, spent[x].UsedMicroUSD), cmp.Compare(x, y))
	})
	var out []page.UserCost
	for _, id := range ids[:min(len(ids), maxSpenders)] {
		u, err := s.Identity.Person(r.Context(), a, id)
		if err != nil {
			return nil, err
		}
		out = append(out, page.UserCost{Href: "/admin/users/" + string(id), Name: page.NewPerson(u).Name, Used: dollars(spent[id].UsedMicroUSD)})
	}
	return out, nil
}

func limitFor(force, configured int64, decided map[ba.LimitScope]int64, scope ba.LimitScope) page.AdminLimit {
	l := page.AdminLimit{Limit: dollars(force), Configured: dollars(configured)}
	if _, l.Decided = decided[scope]; l.Decided {
		l.Dollars = inDollars(force)
	}
	return l
}

func (s *Site) decideBudget(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	scope := ba.LimitEach
	if form.Get("scope") == string(ba.LimitInstance) {
		scope = ba.LimitInstance
	}
	limit, err := limitOf(form)
	if err == nil {
		err = s.Budget.SetLimit(r.Context(), a, scope, limit)
	}
	switch {
	case err == nil:
		return redirect(w, r, "/admin/budgets")
	case ba.KindOf(err) == ba.Invalid:
		httpx.Note(r.Context(), err)
		return s.showBudgets(w, r, a, http.StatusUnprocessableEntity, sentence(err))
	}
	return err
}
