package storetest_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func TestARotationThatWasCutShortGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		if r := must(db.LastRotation(ctx, store.RotationOfMaster))(t); r.ID != "" {
			t.Errorf("before the first there was %+v", r)
		}
		first := must(db.BeginRotation(ctx, store.RotationOfMaster))(t)
		if again := must(db.BeginRotation(ctx, store.RotationOfMaster))(t); again.ID != first.ID {
			t.Errorf("begun again as %s, want %s", again.ID, first.ID)
		}
		clock.Add(time.Minute)
		ok(t, db.EndRotation(ctx, first, ba.Act(ba.Operator(), ba.ActKeysRotated, "master key", "")))
		if r := must(db.LastRotation(ctx, store.RotationOfMaster))(t); r.ID != first.ID || !r.Finished.Equal(clock.Now()) {
			t.Errorf("ended as %+v", r)
		}
		clock.Add(time.Minute)
		second := must(db.BeginRotation(ctx, store.RotationOfMaster))(t)
		if second.ID == first.ID {
			t.Error("a rotation that had ended went on")
		}
		ok(t, db.DropRotation(ctx, second))
		if r := must(db.LastRotation(ctx, store.RotationOfMaster))(t); r.ID != first.ID {
			t.Errorf("after the second was dropped the last is %+v", r)
		}
		if r := must(db.LastRotation(ctx, store.RotationOfData))(t); r.ID != "" {
			t.Errorf("of the other kind there is %+v", r)
		}
	})
}

func TestAnOperatorEndsSessionsAndTokens(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		m := newTeam(t, db)
		for _, a := range []ba.Actor{m.owner, m.editor} {
			signIn(t, db, a, time.Now(), string(a.User))
			k := ba.APIToken{ID: ba.NewID[ba.TokenID](), User: a.User, Name: "k", ExpiresAt: time.Now().Add(anHour)}
			ok(t, db.CreateToken(ctx, k, hashOf(string(k.ID))))
		}
		left := func(a ba.Actor) [2]int {
			return [2]int{len(must(db.Sessions(ctx, a))(t)), len(must(db.Tokens(ctx, a))(t))}
		}
		editors := left(m.editor)
		must(db.RevokeAccess(ctx, m.owner.User, false))(t)
		if n := left(m.owner); n[0] != 0 || n[1] == 0 {
			t.Errorf("of the owner %d sessions and %d tokens are left", n[0], n[1])
		}
		if left(m.editor) != editors {
			t.Error("the editor lost something too")
		}
		if r := must(db.RevokeAccess(ctx, "", true))(t); r.Sessions == 0 || r.Tokens < 2 {
			t.Errorf("ended %+v", r)
		}
		if left(m.owner) != [2]int{} || left(m.editor) != [2]int{} {
			t.Errorf("left are %v and %v", left(m.owner), left(m.editor))
		}
		entries := auditLog(t, db, ba.AuditFilter{Action: ba.ActSessionsRevoked})
		sameItems(t, "the log", acts(entries), []string{"session.all_revoked", "session.all_revoked  with tokens"})
		if e := entries[0]; e.Via != ba.ViaCommand || e.Actor != "" || e.Object != string(m.owner.User) {
			t.Errorf("recorded as %+v", e)
		}
	})
}

func TestUsersAreFoundByTheirAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		a := storetest.User(t, db, "olga")
		address := must(db.User(ctx, a.User))(t).Email
		if found := must(db.UsersByAddress(ctx, " "+address))(t); len(found) != 0 && found[0].ID != a.User {
			t.Errorf("found %+v", found)
		}
		if found := must(db.UsersByAddress(ctx, address))(t); len(found) != 1 || found[0].ID != a.User || found[0].Email != address {
			t.Errorf("found %+v", found)
		}
		if found := must(db.UsersByAddress(ctx, "nobody@example.com"))(t); len(found) != 0 {
			t.Errorf("found %+v", found)
		}
	})
}

func TestACopyBeginsOnlyInAnEmptyPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		ctx := t.Context()
		target := e.New(t, func(o *store.Options) { o.Use = store.Fill })
		if s := must(target.BeginFill(ctx, "one"))(t); s != store.Empty {
			t.Errorf("state %v", s)
		}
		if s := must(target.BeginFill(ctx, "one"))(t); s != store.Begun {
			t.Errorf("begun again: state %v", s)
		}
		refused(t, "a second copy", second(target.BeginFill(ctx, "other")), ba.Conflict)
		if err := target.EndFill(ctx, ba.AuditEntry{}); err == nil {
			t.Error("a copy without content ended well")
		}
		refused(t, "a copy into data", second(e.New(t).BeginFill(ctx, "one")), ba.Conflict)
	})
}

func TestProjectsWithoutAKeyGoWhenABackupIsSettled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		m := newTeam(t, db)
		kept := storetest.Project(t, db, m.owner, "Kept")
		signIn(t, db, m.owner, time.Now(), "a")
		var keys []vault.WrappedKey
		for _, k := range must(db.Keyring().DataKeys(ctx, vault.WrappedKey{}, 100))(t) {
			if k.Scope == ba.ProjectScope(m.project) {
				keys = append(keys, k)
			}
		}
		ok(t, db.Vault().DeleteScope(ctx, ba.ProjectScope(m.project)))
		if n := must(db.SettleRestored(ctx))(t); n != 1 {
			t.Errorf("%d projects are without a key, want 1", n)
		}
		refused(t, "the project without a key", second(db.Project(ctx, m.owner, m.project)), ba.NotFound)
		must(db.Project(ctx, m.owner, kept))(t)
		if n := len(must(db.Sessions(ctx, m.owner))(t)); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
		if len(keys) == 0 {
			t.Fatal("the project had no key")
		}
		ok(t, db.AddKeys(ctx, keys))
		if !must(db.Vault().Has(ctx, ba.ProjectScope(m.project)))(t) {
			t.Error("a key that was put back is not there")
		}
	})
}
