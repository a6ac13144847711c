package storetest_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// signIn stores a session of the actor that lives for an hour.
func signIn(t testing.TB, db *store.DB, a ba.Actor, now time.Time, secret string) ba.Session {
	t.Helper()
	s := ba.Session{ID: ba.NewID[ba.SessionID](), User: a.User, Agent: "Firefox on Linux", Bearer: true, CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(anHour)}
	ok(t, db.CreateSession(t.Context(), s, hashOf(secret)))
	return s
}

func TestASessionIsFoundByTheHashOfItsSecretUntilItEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		ana := storetest.User(t, db, "ana")
		want := signIn(t, db, ana, clock.Now(), "one")
		got, user, err := db.SessionByHash(ctx, hashOf("one"))
		ok(t, err)
		if got != want || user.ID != ana.User || user.Name != "ana" {
			t.Errorf("session %+v of %+v, want %+v", got, user, want)
		}
		_, _, err = db.SessionByHash(ctx, hashOf("another"))
		refused(t, "another secret", err, ba.NotFound)

		clock.Add(anHour)
		_, _, err = db.SessionByHash(ctx, hashOf("one"))
		refused(t, "a session that has ended", err, ba.NotFound)
		refused(t, "a session of nobody", db.CreateSession(ctx, ba.Session{ID: ba.NewID[ba.SessionID](), User: ba.NewID[ba.UserID]()}, hashOf("x")), ba.NotFound)
	})
}

func TestADisabledUserHasNoSessionAndNoToken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		ana := storetest.User(t, db, "ana")
		signIn(t, db, ana, time.Now(), "one")
		token := ba.APIToken{ID: ba.NewID[ba.TokenID](), User: ana.User, Name: "script", Access: ba.AccessRead, ExpiresAt: time.Now().Add(anHour)}
		ok(t, db.CreateToken(ctx, token, hashOf("token")))
		byToken := ba.Actor{User: ana.User, Token: token.ID}
		for _, a := range []ba.Actor{ana, byToken} {
			if alive := must(db.ActorAlive(ctx, a))(t); !alive {
				t.Errorf("%+v is not alive", a)
			}
		}
		u := must(db.User(ctx, ana.User))(t)
		u.Disabled = true
		ok(t, db.UpdateUser(ctx, u))
		_, _, err := db.SessionByHash(ctx, hashOf("one"))
		refused(t, "a session of a disabled user", err, ba.NotFound)
		_, _, err = db.TokenByHash(ctx, hashOf("token"))
		refused(t, "a token of a disabled user", err, ba.NotFound)
		for _, a := range []ba.Actor{ana, byToken, {}} {
			if alive := must(db.ActorAlive(ctx, a))(t); alive {
				t.Errorf("%+v is alive", a)
			}
		}
	})
}

func TestAReplacedSecretStaysGoodForItsGraceTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		s := signIn(t, db, storetest.User(t, db, "ana"), clock.Now(), "old")
		if !must(db.RotateSession(ctx, s.ID, hashOf("old"), hashOf("new"), clock.Now().Add(time.Minute)))(t) {
			t.Fatal("the secret was not replaced")
		}
		if must(db.RotateSession(ctx, s.ID, hashOf("old"), hashOf("third"), clock.Now().Add(time.Minute)))(t) {
			t.Error("an old secret replaced the new one")
		}
		for _, secret := range []string{"old", "new"} {
			_, _, err := db.SessionByHash(ctx, hashOf(secret))
			ok(t, err)
		}
		clock.Add(time.Minute)
		_, _, err := db.SessionByHash(ctx, hashOf("old"))
		refused(t, "the old secret after its grace time", err, ba.NotFound)
		_, _, err = db.SessionByHash(ctx, hashOf("new"))
		ok(t, err)
	})
}

func TestOfTabsThatReplaceASecretAtOnceOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		s := signIn(t, db, storetest.User(t, db, "ana"), time.Now(), "old")
		won := make([]bool, 10)
		for _, err := range atOnce(len(won), func(i int) (err error) {
			won[i], err = db.RotateSession(ctx, s.ID, hashOf("old"), hashOf("new"+string(rune('a'+i))), time.Now().Add(anHour))
			return err
		}) {
			ok(t, err)
		}
		winners := 0
		for _, w := range won {
			if w {
				winners++
			}
		}
		if winners != 1 {
			t.Errorf("%d tabs replaced the secret", winners)
		}
	})
}

func TestASessionThatIsUsedLivesOnAndIsSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		ana := storetest.User(t, db, "ana")
		s := signIn(t, db, ana, clock.Now(), "one")
		clock.Add(50 * time.Minute)
		ok(t, db.TouchSession(ctx, s.ID, clock.Now(), clock.Now().Add(anHour)))
		clock.Add(50 * time.Minute)
		got, user, err := db.SessionByHash(ctx, hashOf("one"))
		ok(t, err)
		if want := clock.Now().Add(-50 * time.Minute); !got.LastUsedAt.Equal(want) || !user.LastSeenAt.Equal(want) {
			t.Errorf("used %v, seen %v, want %v", got.LastUsedAt, user.LastSeenAt, want)
		}
		refused(t, "a session that does not exist", db.TouchSession(ctx, ba.NewID[ba.SessionID](), clock.Now(), clock.Now()), ba.NotFound)
	})
}

func TestEverybodySeesAndEndsTheirOwnSessionsOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		ana, bob := storetest.User(t, db, "ana"), storetest.User(t, db, "bob")
		clock.Add(time.Second)
		s := signIn(t, db, ana, clock.Now(), "one")
		list := must(db.Sessions(ctx, ana))(t)
		if len(list) != 2 || list[0] != s {
			t.Errorf("sessions %+v", list)
		}
		refused(t, "another user's session", db.DeleteSession(ctx, bob, s.ID), ba.NotFound)
		ok(t, db.DeleteSession(ctx, ana, s.ID))
		refused(t, "a session twice", db.DeleteSession(ctx, ana, s.ID), ba.NotFound)
		if alive := must(db.ActorAlive(ctx, ba.Actor{User: ana.User, Session: s.ID}))(t); alive {
			t.Error("an ended session is alive")
		}
		ok(t, db.DeleteSessions(ctx, ana, ana.User))
		if alive := must(db.ActorAlive(ctx, ana))(t); alive || len(must(db.Sessions(ctx, ana))(t)) > 0 {
			t.Error("a session is left after all were ended")
		}
		if alive := must(db.ActorAlive(ctx, bob))(t); !alive {
			t.Error("another user's session was ended too")
		}
	})
}

func TestATokenIsFoundByTheHashOfItsSecretUntilItEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		ana, bob := storetest.User(t, db, "ana"), storetest.User(t, db, "bob")
		want := ba.APIToken{ID: ba.NewID[ba.TokenID](), User: ana.User, Name: "nightly export", Access: ba.AccessRead, CreatedAt: clock.Now(), ExpiresAt: clock.Now().Add(anHour)}
		ok(t, db.CreateToken(ctx, want, hashOf("secret")))
		clock.Add(time.Second)
		ok(t, db.TouchToken(ctx, want.ID, clock.Now()))
		want.LastUsedAt = clock.Now()
		got, user, err := db.TokenByHash(ctx, hashOf("secret"))
		ok(t, err)
		if got != want || user.ID != ana.User {
			t.Errorf("token %+v, want %+v", got, want)
		}
		if list := must(db.Tokens(ctx, ana))(t); len(list) != 1 || list[0] != want {
			t.Errorf("tokens %+v", list)
		}
		if list := must(db.Tokens(ctx, bob))(t); len(list) != 0 {
			t.Errorf("another user sees %+v", list)
		}
		clock.Add(anHour)
		_, _, err = db.TokenByHash(ctx, hashOf("secret"))
		refused(t, "a token that has ended", err, ba.NotFound)
		refused(t, "another user's token", db.DeleteToken(ctx, bob, want.ID), ba.NotFound)
		ok(t, db.DeleteToken(ctx, ana, want.ID))
		refused(t, "a use of a revoked token", db.TouchToken(ctx, want.ID, clock.Now()), ba.NotFound)
		refused(t, "a token of nobody", db.CreateToken(ctx, ba.APIToken{ID: ba.NewID[ba.TokenID](), User: ba.NewID[ba.UserID]()}, hashOf("x")), ba.NotFound)
	})
}

func TestASignInCodeIsTakenOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		ana := storetest.User(t, db, "ana")
		want := ba.LoginCode{Hash: hashOf("code"), User: ana.User, Challenge: "challenge", ExpiresAt: clock.Now().Add(time.Minute)}
		ok(t, db.PutLoginCode(ctx, want))
		taken := make([]ba.LoginCode, 10)
		errs := atOnce(len(taken), func(i int) (err error) {
			taken[i], err = db.TakeLoginCode(ctx, hashOf("code"))
			return err
		})
		if n := failures(t, errs); n[ba.NotFound] != 9 {
			t.Errorf("refused: %v, want 9", n)
		}
		for i, err := range errs {
			if err == nil && (taken[i].User != want.User || taken[i].Challenge != want.Challenge || !taken[i].ExpiresAt.Equal(want.ExpiresAt)) {
				t.Errorf("code %+v", taken[i])
			}
		}
		ok(t, db.PutLoginCode(ctx, want))
		clock.Add(time.Minute)
		_, err := db.TakeLoginCode(ctx, hashOf("code"))
		refused(t, "a code that has expired", err, ba.NotFound)
	})
}

func TestAnAnswerOfAProviderIsUsedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		first := make([]bool, 10)
		for _, err := range atOnce(len(first), func(i int) (err error) {
			first[i], err = db.UseOnce(ctx, hashOf("nonce"), clock.Now().Add(time.Minute))
			return err
		}) {
			ok(t, err)
		}
		count := 0
		for _, f := range first {
			if f {
				count++
			}
		}
		if count != 1 {
			t.Errorf("%d were the first", count)
		}
		clock.Add(2 * time.Minute)
		if !must(db.UseOnce(ctx, hashOf("nonce"), clock.Now().Add(time.Minute)))(t) {
			t.Error("what has expired is still remembered")
		}
	})
}
