package app

import (
	"context"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/audit"
	"github.com/ba-assistant/ba-assistant/internal/budget"
)

// Audit returns the audit log in the hands of the operator.
func (o *Operator) Audit() *audit.Service { return &audit.Service{Store: o.db} }

// record writes down what the operator did by a command outside the database.
func (o *Operator) record(ctx context.Context, action ba.Action, kind, object, detail string) error {
	return o.db.Audit(ctx, ba.Act(ba.Operator(), action, kind, object).With(detail))
}

// recordSettings writes down with which settings the instance runs, where they
// are others than those of the last start.
func (a *App) recordSettings(ctx context.Context) error {
	now := a.settings()
	last, err := a.db.AuditEntries(ctx, audit.Operator(), ba.AuditFilter{Action: ba.ActSettingsChanged}, ba.Page{Limit: 1})
	if err != nil {
		return err
	}
	if len(last.Items) > 0 && last.Items[0].Detail == now {
		return nil
	}
	return a.db.Audit(ctx, ba.Act(ba.Actor{}, ba.ActSettingsChanged, "instance", "").With(now))
}

// settings says in short what the configuration allows and who answers. It
// names no secret.
func (a *App) settings() string {
	limits := a.cfg.SpendingLimits()
	parts := []string{"version " + a.version, string(a.cfg.Environment), "answered by " + strings.Join(a.services.answerers(), ", "),
		"budget of each " + budget.Dollars(limits.User)}
	if limits.Instance != ba.NoLimit {
		parts = append(parts, "budget of all "+budget.Dollars(limits.Instance))
	}
	for _, o := range a.services.identity.Options() {
		parts = append(parts, "sign-in with "+o.Name)
	}
	for name, list := range map[string][]string{"domains": a.cfg.AllowedDomains, "tenants": a.cfg.AllowedTenants, "origins": a.cfg.CORSOrigins} {
		if len(list) > 0 {
			parts = append(parts, name+" "+strings.Join(list, ", "))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}
