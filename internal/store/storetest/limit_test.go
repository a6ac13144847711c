package storetest_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestAnAdministratorDecidesOnLimitsInPlaceOfTheConfiguration(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		admin, ana, bob := storetest.User(t, db, "olga", ba.RoleAdmin), storetest.User(t, db, "ana"), storetest.User(t, db, "bob")
		given := ba.SpendingLimits{User: 50, Instance: ba.NoLimit}
		holds := func(what string, user ba.UserID, want ba.SpendingLimits) {
			t.Helper()
			if got := must(db.SpendingLimits(ctx, user, given))(t); got != want {
				t.Errorf("%s: %+v, want %+v", what, got, want)
			}
		}
		amount := func(n int64) *int64 { return &n }
		holds("nothing decided", ana.User, given)
		ok(t, db.SetLimit(ctx, admin, ba.LimitEach, amount(70)))
		ok(t, db.SetLimit(ctx, admin, ba.LimitInstance, amount(300)))
		ok(t, db.SetLimit(ctx, admin, ba.LimitScope(ana.User), amount(0)))
		holds("her own", ana.User, ba.SpendingLimits{User: 0, Instance: 300})
		holds("that of each", bob.User, ba.SpendingLimits{User: 70, Instance: 300})
		if got := must(db.LimitsDecided(ctx, ana.User))(t); len(got) != 3 {
			t.Errorf("decided: %v", got)
		}
		ok(t, db.SetLimit(ctx, admin, ba.LimitScope(ana.User), nil))
		ok(t, db.SetLimit(ctx, admin, ba.LimitEach, amount(ba.NoLimit)))
		holds("taken back", ana.User, ba.SpendingLimits{User: ba.NoLimit, Instance: 300})
		refused(t, "a member decides", db.SetLimit(ctx, ana, ba.LimitEach, amount(1)), ba.Forbidden)
		refused(t, "for nobody", db.SetLimit(ctx, admin, ba.LimitScope(ba.NewID[string]()), amount(1)), ba.NotFound)
		sameItems(t, "the log", acts(auditLog(t, db, ba.AuditFilter{Action: ba.ActBudgetChanged})), []string{"budget.changed  each 0.00007 USD", "budget.changed  instance 0.0003 USD",
			"budget.changed  this user 0 USD", "budget.changed  this user as configured", "budget.changed  each no limit"})
	})
}

func TestWhatModelsAndUsersSpentIsForAdministrators(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		admin, ana := storetest.User(t, db, "olga", ba.RoleAdmin), storetest.User(t, db, "ana")
		for i, model := range []string{"m", "m", "n"} {
			r := reservation(ana, 100)
			r.Model = model
			reserve(t, db, r, 1, unlimited())
			ok(t, db.Settle(ctx, r.ID, int64(10+i)))
		}
		sameItems(t, "models", must(db.SpendingByModel(ctx, admin, november))(t), []ba.ModelSpending{
			{Provider: "anthropic", Model: "m", Calls: 2, UsedMicroUSD: 21}, {Provider: "anthropic", Model: "n", Calls: 1, UsedMicroUSD: 12}})
		if users := must(db.SpendingByUser(ctx, admin, november))(t); len(users) != 1 || users[ana.User].UsedMicroUSD != 33 {
			t.Errorf("users spent %v", users)
		}
		_, err := db.SpendingByModel(ctx, ana, november)
		refused(t, "a member asks about models", err, ba.Forbidden)
		_, err = db.SpendingByUser(ctx, ana, november)
		refused(t, "a member asks about users", err, ba.Forbidden)
	})
}
