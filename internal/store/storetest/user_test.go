package storetest_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func someone(email string) (ba.User, ba.Identity) {
	u := ba.User{ID: ba.NewID[ba.UserID](), Role: ba.RoleMember, Email: email, EmailTrusted: true, Name: "Name of " + email}
	return u, ba.Identity{Provider: "google", Issuer: "https://issuer.example", Subject: "subject of " + email}
}

func TestAUserIsKnownByIssuerAndSubjectAndNotByAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		ana, identity := someone("ana@example.com")
		ok(t, db.CreateUser(ctx, ana, identity))
		got := must(db.UserByIdentity(ctx, identity))(t)
		if got.ID != ana.ID || got.Email != ana.Email || got.Name != ana.Name || !got.EmailTrusted || got.Role != ana.Role || got.CreatedAt.IsZero() {
			t.Errorf("user %+v", got)
		}
		for _, other := range []ba.Identity{
			{Issuer: "https://other.example", Subject: identity.Subject},
			{Issuer: identity.Issuer, Subject: identity.Subject + "x"},
			{Issuer: identity.Issuer + identity.Subject, Subject: ""},
		} {
			_, err := db.UserByIdentity(ctx, other)
			refused(t, "another issuer or subject", err, ba.NotFound)
		}
	})
}

func TestASignInBelongsToOneUserAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		ana, hers := someone("ana@example.com")
		bob, his := someone("bob@example.com")
		ok(t, db.CreateUser(ctx, ana, hers))
		refused(t, "the same sign-in for another user", db.CreateUser(ctx, bob, hers), ba.Conflict)
		_, err := db.User(ctx, bob.ID)
		refused(t, "a user whose sign-in was taken", err, ba.NotFound)
		ok(t, db.CreateUser(ctx, bob, his))
		refused(t, "the same user twice", db.CreateUser(ctx, ana, ba.Identity{Subject: "new"}), ba.Conflict)

		second := ba.Identity{Provider: "microsoft", Issuer: "https://login.example", Subject: "tid:oid"}
		for range 2 {
			ok(t, db.AddIdentity(ctx, ana.ID, second))
		}
		if u := must(db.UserByIdentity(ctx, second))(t); u.ID != ana.ID {
			t.Errorf("the second sign-in leads to %s, want %s", u.ID, ana.ID)
		}
		refused(t, "another user's sign-in", db.AddIdentity(ctx, bob.ID, second), ba.Conflict)
		refused(t, "a user who does not exist", db.AddIdentity(ctx, ba.NewID[ba.UserID](), ba.Identity{Subject: "x"}), ba.NotFound)
	})
}

func TestOfManyFirstSignInsOfOnePersonOneMakesTheUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		_, identity := someone("ana@example.com")
		errs := atOnce(12, func(int) error {
			u, _ := someone("ana@example.com")
			return db.CreateUser(t.Context(), u, identity)
		})
		if n := failures(t, errs); n[ba.Conflict] != 11 {
			t.Errorf("refused: %v, want 11 conflicts", n)
		}
	})
}

func TestAnAddressFindsTheOneEnabledUserWhoseProviderVouchesForIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		asking := storetest.User(t, db, "asking")
		ana, identity := someone("Ana@Example.com")
		ok(t, db.CreateUser(ctx, ana, identity))
		if u := must(db.UserByEmail(ctx, asking, " ana@example.COM "))(t); u.ID != ana.ID {
			t.Errorf("found %s", u.ID)
		}
		_, err := db.UserByEmail(ctx, ba.Actor{}, ana.Email)
		refused(t, "nobody asks", err, ba.NotFound)

		claimed, other := someone("ana@example.com")
		claimed.EmailTrusted, other.Subject = false, "an attacker's tenant"
		ok(t, db.CreateUser(ctx, claimed, other))
		if u := must(db.UserByEmail(ctx, asking, ana.Email))(t); u.ID != ana.ID {
			t.Error("an address that nobody vouches for counts")
		}
		claimed.EmailTrusted = true
		ok(t, db.UpdateUser(ctx, claimed))
		_, err = db.UserByEmail(ctx, asking, ana.Email)
		refused(t, "two users with one address", err, ba.NotFound)
		ana.Disabled = true
		ok(t, db.UpdateUser(ctx, ana))
		if u := must(db.UserByEmail(ctx, asking, ana.Email))(t); u.ID != claimed.ID {
			t.Error("a disabled user is found")
		}
	})
}

func TestAUserIsUpdatedInWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		ana, identity := someone("ana@example.com")
		ok(t, db.CreateUser(ctx, ana, identity))
		next := ba.User{ID: ana.ID, Role: ba.RoleAdmin, Email: "new@example.com", Name: "New", Disabled: true, LastSeenAt: clock.Now(), CreatedAt: clock.Now()}
		ok(t, db.UpdateUser(ctx, next))
		if got := must(db.User(ctx, ana.ID))(t); got != next {
			t.Errorf("got %+v, want %+v", got, next)
		}
		_, err := db.User(ctx, ba.NewID[ba.UserID]())
		refused(t, "an unknown user", err, ba.NotFound)
		refused(t, "an update of an unknown user", db.UpdateUser(ctx, ba.User{ID: ba.NewID[ba.UserID]()}), ba.NotFound)
	})
}

func TestUpdatesOfOneUserAtTheSameTimeLeaveAReadableUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		ana, identity := someone("ana@example.com")
		ok(t, db.CreateUser(ctx, ana, identity))
		errs := atOnce(8, func(int) error { return db.UpdateUser(ctx, ana) })
		if n := failures(t, errs); n[ba.Unavailable] == 8 || len(n) > 1 {
			t.Errorf("refused: %v", n)
		}
		if got := must(db.User(ctx, ana.ID))(t); got.Name != ana.Name {
			t.Errorf("user %+v", got)
		}
	})
}

func TestAdministratorsAreCountedAndSeeTheUsersAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		if n := must(db.CountAdmins(ctx))(t); n != 0 {
			t.Errorf("%d administrators of an empty instance", n)
		}
		member, admin := storetest.User(t, db, "member"), storetest.User(t, db, "admin", ba.RoleAdmin)
		gone := storetest.User(t, db, "gone", ba.RoleAdmin)
		u := must(db.User(ctx, gone.User))(t)
		u.Disabled = true
		ok(t, db.UpdateUser(ctx, u))
		if n := must(db.CountAdmins(ctx))(t); n != 1 {
			t.Errorf("%d administrators, want the one who is enabled", n)
		}
		_, err := db.Users(ctx, member, ba.Page{})
		refused(t, "a member lists the users", err, ba.Forbidden)
		list := must(db.Users(ctx, admin, ba.Page{}))(t)
		if len(list.Items) != 3 || list.Next != "" || list.Items[0].ID != gone.User {
			t.Errorf("users %+v", list)
		}
	})
}
