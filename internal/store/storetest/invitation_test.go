package storetest_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func invite(t testing.TB, db *store.DB, by ba.Actor, inv ba.Invitation, secret string) ba.Invitation {
	t.Helper()
	inv.ID, inv.InvitedBy = ba.NewID[ba.InvitationID](), by.User
	if inv.Email == "" {
		inv.Email = "guest@example.com"
	}
	if inv.ExpiresAt.IsZero() {
		inv.ExpiresAt = time.Now().Add(anHour).UTC().Truncate(time.Millisecond)
	}
	ok(t, db.CreateInvitation(t.Context(), by, inv, hashOf(secret)))
	return inv
}

func TestAnInvitationToAProjectMakesAMemberOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		inv := invite(t, db, m.owner, ba.Invitation{Project: m.project, Role: ba.RoleEditor}, "secret")
		got := must(db.InvitationByHash(ctx, hashOf("secret")))(t)
		if got.CreatedAt.IsZero() {
			t.Error("the invitation has no age")
		}
		got.CreatedAt = inv.CreatedAt
		if got != inv {
			t.Errorf("invitation %+v, want %+v", got, inv)
		}
		errs := atOnce(5, func(int) error { return db.AcceptInvitation(ctx, inv.ID, m.stranger.User) })
		if n := failures(t, errs); n[ba.NotFound] != 4 {
			t.Errorf("accepted by five at once: refused %v", n)
		}
		if role := must(db.ProjectRole(ctx, m.stranger, m.project))(t); role != ba.RoleEditor {
			t.Errorf("the guest is %s", role)
		}
		_, err := db.InvitationByHash(ctx, hashOf("secret"))
		refused(t, "an invitation that was accepted", err, ba.NotFound)
	})
}

func TestAnInvitationNeverLowersARole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		inv := invite(t, m.db, m.owner, ba.Invitation{Project: m.project, Role: ba.RoleViewer}, "less")
		ok(t, m.db.AcceptInvitation(t.Context(), inv.ID, m.editor.User))
		if role := must(m.db.ProjectRole(t.Context(), m.editor, m.project))(t); role != ba.RoleEditor {
			t.Errorf("an editor became %s", role)
		}
		inv = invite(t, m.db, m.owner, ba.Invitation{Project: m.project, Role: ba.RoleOwner}, "more")
		ok(t, m.db.AcceptInvitation(t.Context(), inv.ID, m.editor.User))
		if role := must(m.db.ProjectRole(t.Context(), m.editor, m.project))(t); role != ba.RoleOwner {
			t.Errorf("an editor who was made an owner is %s", role)
		}
	})
}

func TestAnInvitationEndsWithItsTimeOrItsProject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		late := invite(t, db, m.owner, ba.Invitation{Project: m.project, Role: ba.RoleViewer, ExpiresAt: clock.Now().Add(time.Minute)}, "late")
		lost := invite(t, db, m.owner, ba.Invitation{Project: m.project, Role: ba.RoleViewer, ExpiresAt: clock.Now().Add(anHour)}, "lost")
		clock.Add(time.Minute)
		_, err := db.InvitationByHash(ctx, hashOf("late"))
		refused(t, "an expired invitation", err, ba.NotFound)
		refused(t, "to accept an expired invitation", db.AcceptInvitation(ctx, late.ID, m.stranger.User), ba.NotFound)
		if list := must(db.Invitations(ctx, m.owner, m.project))(t); len(list) != 1 || list[0].ID != lost.ID {
			t.Errorf("open invitations %+v", list)
		}
		ok(t, db.DeleteProject(ctx, m.owner, m.project))
		_, err = db.InvitationByHash(ctx, hashOf("lost"))
		refused(t, "an invitation to a deleted project", err, ba.NotFound)
		refused(t, "to join a deleted project", db.AcceptInvitation(ctx, lost.ID, m.stranger.User), ba.NotFound)
		ok(t, db.RestoreProject(ctx, m.owner, m.project, time.Time{}))
		ok(t, db.AcceptInvitation(ctx, lost.ID, m.stranger.User))
	})
}

func TestOnlyAnAdministratorInvitesToTheInstance(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		admin, member := storetest.User(t, db, "admin", ba.RoleAdmin), storetest.User(t, db, "member")
		for _, inv := range []ba.Invitation{{Email: "x@example.com"}, {Email: "x@example.com", Admin: true}} {
			inv.ID = ba.NewID[ba.InvitationID]()
			refused(t, "a member invites", db.CreateInvitation(ctx, member, inv, hashOf(string(inv.ID))), ba.Forbidden)
		}
		project := storetest.Project(t, db, member, "Checkout")
		refused(t, "an owner of a project makes an administrator", db.CreateInvitation(ctx, member,
			ba.Invitation{ID: ba.NewID[ba.InvitationID](), Project: project, Role: ba.RoleViewer, Admin: true}, hashOf("x")), ba.Forbidden)
		inv := invite(t, db, admin, ba.Invitation{Admin: true}, "secret")
		_, err := db.Invitations(ctx, member, "")
		refused(t, "a member lists invitations to the instance", err, ba.Forbidden)
		if list := must(db.Invitations(ctx, admin, ""))(t); len(list) != 1 || list[0].ID != inv.ID || !list[0].Admin {
			t.Errorf("invitations %+v", list)
		}
		refused(t, "a member withdraws it", db.DeleteInvitation(ctx, member, inv.ID), ba.NotFound)
		ok(t, db.AcceptInvitation(ctx, inv.ID, member.User))
		if u := must(db.User(ctx, member.User))(t); u.Role != ba.RoleAdmin {
			t.Errorf("the guest is %s", u.Role)
		}
		second := invite(t, db, admin, ba.Invitation{}, "second")
		ok(t, db.DeleteInvitation(ctx, admin, second.ID))
		refused(t, "an invitation twice", db.DeleteInvitation(ctx, admin, second.ID), ba.NotFound)
		refused(t, "a withdrawn invitation", db.AcceptInvitation(ctx, second.ID, member.User), ba.NotFound)
	})
}
