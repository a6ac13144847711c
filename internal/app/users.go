package app

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/identity"
)

// people returns what changes users, for an operator.
func (o *Operator) people() (*identity.Service, error) {
	public, err := url.Parse(o.cfg.PublicURL)
	if err != nil {
		return nil, ba.Wrap(ba.Invalid, "PUBLIC_URL is no address. Correct it, and run this again.", err)
	}
	return identity.New(identity.Config{PublicURL: public}, identity.Deps{Store: o.db, Clock: time.Now, Log: slog.New(slog.DiscardHandler)}), nil
}

// Users calls visit with each user, the newest first.
func (o *Operator) Users(ctx context.Context, visit func(ba.User) error) error {
	for page := (ba.Page{Limit: ba.MaxPageSize}); ; {
		l, err := o.db.Users(ctx, ba.Operator(), page)
		if err != nil {
			return err
		}
		for _, u := range l.Items {
			if err := visit(u); err != nil {
				return err
			}
		}
		if page.After = l.Next; page.After == "" {
			return nil
		}
	}
}

// Invite returns the secret link that lets a person in, once, for seven days.
func (o *Operator) Invite(ctx context.Context, email string, admin bool) (string, error) {
	p, err := o.people()
	if err != nil {
		return "", err
	}
	_, link, err := p.Invite(ctx, ba.Operator(), ba.Invitation{Email: email, Admin: admin})
	return link, err
}

// SetRole makes a user, found by address or id, an administrator or a member.
// The last administrator stays one: Conflict.
func (o *Operator) SetRole(ctx context.Context, who string, role ba.Role) (ba.User, error) {
	u, err := o.find(ctx, who)
	if err != nil {
		return u, err
	}
	return u, o.db.SetRole(ctx, ba.Operator(), u.ID, role)
}

// SetDisabled shuts a user out, or lets the user in again. The last
// administrator cannot be shut out: Conflict.
func (o *Operator) SetDisabled(ctx context.Context, who string, disabled bool) (ba.User, error) {
	u, err := o.find(ctx, who)
	if err != nil {
		return u, err
	}
	return u, o.db.SetDisabled(ctx, ba.Operator(), u.ID, disabled)
}

// SetBudget decides what a user may spend in a month, in micro-dollars; nil is
// the limit of everybody again.
func (o *Operator) SetBudget(ctx context.Context, who string, microUSD *int64) (ba.User, error) {
	u, err := o.find(ctx, who)
	if err != nil {
		return u, err
	}
	return u, (&budget.Service{Deps: budget.Deps{Store: o.db}}).SetLimit(ctx, ba.Operator(), ba.LimitScope(u.ID), microUSD)
}
