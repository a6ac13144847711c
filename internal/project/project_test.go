package project_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/project"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// desk is the service over a real store, and the people around it.
type desk struct {
	*project.Service
	db                              *store.DB
	clock                           *storetest.Clock
	owner, editor, viewer, stranger ba.Actor
	project                         ba.Project
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{clock: storetest.NewClock()}
	d.db = storetest.New(t, d.clock.Set)
	d.Service = &project.Service{Store: d.db, Inviter: inviter{d.db}, Clock: d.clock.Now, Log: slog.New(slog.DiscardHandler)}
	d.owner, d.editor = storetest.User(t, d.db, "olga"), storetest.User(t, d.db, "emil")
	d.viewer, d.stranger = storetest.User(t, d.db, "vera"), storetest.User(t, d.db, "stan")
	p, err := d.Create(t.Context(), d.owner, "Checkout", "")
	if err != nil {
		t.Fatal(err)
	}
	d.project = p
	storetest.Member(t, d.db, d.owner, p.ID, d.editor, ba.RoleEditor)
	storetest.Member(t, d.db, d.owner, p.ID, d.viewer, ba.RoleViewer)
	return d
}

// inviter stores invitations as the identity service does.
type inviter struct{ db *store.DB }

func (i inviter) Invite(ctx context.Context, a ba.Actor, inv ba.Invitation) (ba.Invitation, string, error) {
	inv.ID, inv.InvitedBy, inv.ExpiresAt = ba.NewID[ba.InvitationID](), a.User, time.Now().Add(24*time.Hour)
	hash := sha256.Sum256([]byte(inv.ID))
	return inv, "https://ba.example/invitations/" + string(inv.ID), i.db.CreateInvitation(ctx, a, inv, hash[:])
}

func refused(t *testing.T, what string, err error, kind ba.Kind) {
	t.Helper()
	if err == nil || ba.KindOf(err) != kind {
		t.Errorf("%s: error is %v, want the kind %v", what, err, kind)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func second[T any](_ T, err error) error { return err }

func reading(a ba.Actor) ba.Actor {
	a.Access = ba.AccessRead
	return a
}

func TestANewProjectBelongsToWhoMadeIt(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	p, err := d.Create(ctx, d.stranger, "  Cart \n", "\tAbout carts ")
	ok(t, err)
	if p.Name != "Cart" || p.Description != "About carts" || p.Role != ba.RoleOwner || p.Members != 1 || p.CreatedAt.IsZero() {
		t.Errorf("project %+v", p)
	}
	list, err := d.List(ctx, d.stranger, ba.Page{})
	if ok(t, err); len(list.Items) != 1 || list.Items[0].ID != p.ID {
		t.Errorf("projects %+v", list.Items)
	}
}

func TestANameThatIsEmptyTooLongOrNotTextIsRefusedWithTheField(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	long := strings.Repeat("ö", ba.MaxNameLen)
	ok(t, second(d.Create(ctx, d.owner, long, strings.Repeat("ö", ba.MaxDescriptionLen))))
	for name, description := range map[string]string{"": "", " \n\t ": "", long + "ö": "", "a\x00b": "", "a\x1bb": "", "a\xffb": "", "Name": strings.Repeat("x", ba.MaxDescriptionLen+1)} {
		_, err := d.Create(ctx, d.owner, name, description)
		refused(t, "creating", err, ba.Invalid)
		refused(t, "updating", second(d.Update(ctx, d.owner, d.project.ID, &name, &description)), ba.Invalid)
		var e *ba.Error
		if !errors.As(err, &e) || len(e.Fields) == 0 || !strings.HasPrefix(e.Fields[0].Location, "body.") {
			t.Errorf("%.10q: fields %+v", name, e)
		}
	}
}

func TestAnUpdateLeavesWhatItDoesNotName(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	text := func(s string) *string { return &s }
	for _, step := range []struct {
		name, description         *string
		wantName, wantDescription string
	}{
		{nil, text(" About "), "Checkout", "About"},
		{text(" Till "), nil, "Till", "About"},
		{nil, text(""), "Till", ""},
		{nil, nil, "Till", ""},
	} {
		p, err := d.Update(ctx, d.editor, d.project.ID, step.name, step.description)
		if ok(t, err); p.Name != step.wantName || p.Description != step.wantDescription || p.Role != ba.RoleEditor {
			t.Errorf("project %+v, want %+v", p, step)
		}
	}
}

func TestATokenThatReadsAndARoleThatReadsChangeNothing(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	calls := map[string]func(a ba.Actor) error{
		"update":  func(a ba.Actor) error { return second(d.Update(ctx, a, d.project.ID, nil, nil)) },
		"delete":  func(a ba.Actor) error { return d.Delete(ctx, a, d.project.ID) },
		"share":   func(a ba.Actor) error { return second(d.Share(ctx, a, d.project.ID, "new@example.com", ba.RoleViewer)) },
		"unshare": func(a ba.Actor) error { return d.Unshare(ctx, a, d.project.ID, d.owner.User) },
	}
	for name, call := range calls {
		refused(t, name+" by a token that reads", call(reading(d.owner)), ba.Forbidden)
		refused(t, name+" by a viewer", call(d.viewer), ba.Forbidden)
		refused(t, name+" by a stranger", call(d.stranger), ba.NotFound)
		if name != "update" {
			refused(t, name+" by an editor", call(d.editor), ba.Forbidden)
		}
	}
	refused(t, "create by a token that reads", second(d.Create(ctx, reading(d.owner), "x", "")), ba.Forbidden)
	refused(t, "restore by a token that reads", second(d.Restore(ctx, reading(d.owner), d.project.ID)), ba.Forbidden)
	refused(t, "a stranger looks", second(d.Find(ctx, d.stranger, d.project.ID)), ba.NotFound)
	refused(t, "a stranger looks at the members", second(d.Members(ctx, d.stranger, d.project.ID)), ba.NotFound)
	if p, err := d.Find(ctx, reading(d.viewer), d.project.ID); err != nil || p.Name != "Checkout" || p.Members != 3 {
		t.Errorf("project %+v (%v)", p, err)
	}
}

func TestSomebodyWhoseAddressIsVouchedForBecomesAMemberAtOnce(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	s, err := d.Share(ctx, d.owner, d.project.ID, " STAN@example.com ", ba.RoleEditor)
	ok(t, err)
	if s.Member == nil || s.Member.User != d.stranger.User || s.Member.Role != ba.RoleEditor || s.Invitation != nil || s.InviteURL != "" {
		t.Errorf("sharing %+v", s)
	}
	p, err := d.Find(ctx, d.stranger, d.project.ID)
	if ok(t, err); p.Role != ba.RoleEditor {
		t.Errorf("the new member is %s", p.Role)
	}
	ok(t, second(d.Share(ctx, d.owner, d.project.ID, "stan@example.com", ba.RoleViewer)))
	members, err := d.Members(ctx, d.owner, d.project.ID)
	if ok(t, err); len(members) != 4 || members[3].Role != ba.RoleViewer {
		t.Errorf("members %+v", members)
	}
	ok(t, d.Unshare(ctx, d.owner, d.project.ID, d.stranger.User))
	refused(t, "after the sharing has ended", second(d.Find(ctx, d.stranger, d.project.ID)), ba.NotFound)
	refused(t, "the last owner leaves", d.Unshare(ctx, d.owner, d.project.ID, d.owner.User), ba.Conflict)
	refused(t, "the last owner becomes a viewer", second(d.Share(ctx, d.owner, d.project.ID, "olga@example.com", ba.RoleViewer)), ba.Conflict)
}

// An address that somebody merely claims proves nothing.
func TestEverybodyElseIsInvited(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	claimed := ba.User{ID: ba.NewID[ba.UserID](), Role: ba.RoleMember, Email: "boss@example.com", Name: "Not the boss"}
	ok(t, d.db.CreateUser(ctx, claimed, ba.Identity{Issuer: "https://tenant.example", Subject: "1"}))
	gone, err := d.db.User(ctx, d.stranger.User)
	ok(t, err)
	gone.Disabled = true
	ok(t, d.db.UpdateUser(ctx, gone))
	for _, email := range []string{"new@example.com", "boss@example.com", "stan@example.com"} {
		s, err := d.Share(ctx, d.owner, d.project.ID, email, ba.RoleViewer)
		ok(t, err)
		if s.Member != nil || s.Invitation == nil || s.Invitation.Email != email || s.Invitation.Role != ba.RoleViewer || !strings.HasPrefix(s.InviteURL, "https://") {
			t.Errorf("%s: sharing %+v", email, s)
		}
	}
	refused(t, "the claimed address", second(d.Find(ctx, ba.Actor{User: claimed.ID, Access: ba.AccessWrite}, d.project.ID)), ba.NotFound)
	open, err := d.db.Invitations(ctx, d.owner, d.project.ID)
	if ok(t, err); len(open) != 3 {
		t.Errorf("invitations %+v", open)
	}
}

func TestAnAddressOrARoleThatIsNoneIsRefusedWithTheField(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	for _, bad := range []string{"", "ana", "ana@", "@example.com", "Ana <ana@example.com>", "a@b.c, d@e.f", strings.Repeat("a", 251) + "@b.c", "ana@example.com\r\nBcc: x@y.z"} {
		_, err := d.Share(ctx, d.owner, d.project.ID, bad, "king")
		refused(t, bad, err, ba.Invalid)
		var e *ba.Error
		if errors.As(err, &e) && (len(e.Fields) != 2 || e.Fields[0].Location != "body.email" || e.Fields[1].Location != "body.role") {
			t.Errorf("%q: fields %+v", bad, e.Fields)
		}
	}
}

func TestADeletedProjectComesBackWithinTenSecondsOnly(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	ok(t, d.Delete(ctx, d.owner, d.project.ID))
	refused(t, "looking at it", second(d.Find(ctx, d.owner, d.project.ID)), ba.NotFound)
	d.clock.Add(project.UndoPeriod)
	if p, err := d.Restore(ctx, d.owner, d.project.ID); err != nil || p.Name != "Checkout" || p.Members != 3 {
		t.Errorf("restored %+v (%v)", p, err)
	}
	ok(t, d.Delete(ctx, d.owner, d.project.ID))
	d.clock.Add(project.UndoPeriod + time.Millisecond)
	refused(t, "a restore that is too late", second(d.Restore(ctx, d.owner, d.project.ID)), ba.NotFound)
}

// The time in here is a false one, which moves when everything waits.
func TestDeletedProjectsAreDestroyedAfterTheirTimeAndNotBefore(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + filepath.Join(dir, "ba.db"), Master: storetest.Master(t), Clock: time.Now})
		ok(t, err)
		defer func() { ok(t, db.Close()) }()
		var log bytes.Buffer
		flaky := &flakyStore{DB: db}
		s := &project.Service{Store: flaky, Clock: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil))}
		owner := storetest.User(t, db, "olga")
		p, err := s.Create(t.Context(), owner, "Checkout", "")
		ok(t, err)

		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		ok(t, s.Delete(ctx, owner, p.ID))
		keyed := func() bool {
			has, err := db.Vault().Has(t.Context(), ba.ProjectScope(p.ID))
			ok(t, err)
			return has
		}
		time.Sleep(project.UndoPeriod) // false time: nothing is waited for
		if ok(t, second(s.Restore(ctx, owner, p.ID))); !keyed() {
			t.Error("it was destroyed within its time")
		}
		ok(t, s.Delete(ctx, owner, p.ID))
		flaky.failures.Store(1)
		time.Sleep(time.Minute)
		synctest.Wait()
		if keyed() {
			t.Error("its key is left after a minute")
		}
		stop()
		ok(t, <-ended)
		if text := log.String(); !strings.Contains(text, "disk is full") || !strings.Contains(text, "count=1") {
			t.Errorf("log: %s", text)
		}
	})
}

// flakyStore is a store whose disk is full for some purges.
type flakyStore struct {
	*store.DB
	failures atomic.Int64
}

func (f *flakyStore) PurgeProjects(ctx context.Context, before time.Time) (int, error) {
	if f.failures.Add(-1) >= 0 {
		return 0, errors.New("disk is full")
	}
	return f.DB.PurgeProjects(ctx, before)
}
