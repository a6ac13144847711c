package app

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/audit"
)

func TestAnOperatorAdministersUsersWhileTheServerRuns(t *testing.T) {
	s := newSite(t)
	first, second := s.signIn("first"), s.signIn("second")
	o, err := OpenOperator(t.Context(), s.cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	ctx, own := t.Context(), int64(5_000_000)
	for _, refused := range []error{
		onlyError(o.SetRole(ctx, "first@example.com", ba.RoleMember)),
		onlyError(o.SetDisabled(ctx, "first@example.com", true)),
	} {
		if ba.KindOf(refused) != ba.Conflict {
			t.Errorf("the last administrator was removed: %v", refused)
		}
	}
	link, err := o.Invite(ctx, "new@example.com", true)
	if err != nil || !strings.Contains(link, "/invite/") {
		t.Fatalf("%q, %v", link, err)
	}
	if _, err := s.services.identity.AcceptInvitation(ctx, ba.Actor{User: second.actor.User, Role: ba.RoleMember, Access: ba.AccessWrite, Session: ba.NewID[ba.SessionID]()}, link[strings.LastIndexByte(link, '/')+1:]); err != nil {
		t.Errorf("the invitation of the operator: %v", err)
	}
	for _, err := range []error{
		onlyError(o.SetRole(ctx, string(first.actor.User), ba.RoleMember)), // the second is one since the invitation
		onlyError(o.SetBudget(ctx, "first@example.com", &own)),
		onlyError(o.SetDisabled(ctx, "first@example.com", true)),
		onlyError(o.SetDisabled(ctx, "first@example.com", false)),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	var seen []string
	if err := o.Users(ctx, func(u ba.User) error { seen = append(seen, u.Email+" "+string(u.Role)); return nil }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(seen, ", "); !strings.Contains(got, "first@example.com member") || !strings.Contains(got, "second@example.com admin") {
		t.Errorf("the users are %s", got)
	}
	for _, action := range []ba.Action{ba.ActInvited, ba.ActUserRole, ba.ActBudgetChanged, ba.ActUserDisabled, ba.ActUserEnabled} {
		log, err := o.Audit().List(ctx, audit.Operator(), ba.AuditFilter{Action: action}, ba.Page{Limit: 1})
		if err != nil || len(log.Items) != 1 || log.Items[0].Via != ba.ViaCommand || log.Items[0].Actor != "" {
			t.Errorf("%s in the audit log: %+v, %v", action, log.Items, err)
		}
	}
}

func onlyError[T any](_ T, err error) error { return err }
