package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func decode[T any](t *testing.T, r response) T {
	t.Helper()
	var v T
	expect(t, "answer", r, 200)
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%s: %v", r.body, err)
	}
	return v
}

func TestAdministratorsPageThroughEverybody(t *testing.T) {
	s := newSite(t)
	admin := as(storetest.User(t, s.db, "anna", ba.RoleAdmin))
	for _, name := range []string{"ben", "cleo", "dora"} {
		storetest.User(t, s.db, name)
	}
	seen, path := []string{}, "/api/admin/users?limit=3"
	for path != "" && len(seen) < 10 {
		l := decode[List[WirePerson]](t, s.call(admin, "GET", path, nil))
		for _, u := range l.Items {
			seen = append(seen, u.Name+" "+u.Role)
		}
		if path = ""; l.Next != nil {
			path = "/api/admin/users?limit=3&after=" + *l.Next
		}
	}
	if got := strings.Join(seen, ", "); len(seen) != 4 || !strings.Contains(got, "anna admin") || !strings.Contains(got, "cleo member") {
		t.Errorf("users %s", got)
	}
	if l := decode[List[WirePerson]](t, s.call(admin, "GET", "/api/admin/users?q=cleo", nil)); len(l.Items) != 1 || l.Items[0].Email != "cleo@example.com" || l.Items[0].Disabled {
		t.Errorf("searched %+v", l.Items)
	}
}

func TestAnAdministratorSeesWhatAUserSpent(t *testing.T) {
	s := newSite(t)
	admin, ben := as(storetest.User(t, s.db, "anna", ba.RoleAdmin)), storetest.User(t, s.db, "ben")
	limit := int64(20_000_000)
	ok(t, s.db.SetLimit(t.Context(), storetest.User(t, s.db, "root", ba.RoleAdmin), ba.LimitScope(ben.User), &limit))
	u := decode[wirePersonMoney](t, s.call(admin, "GET", "/api/admin/users/"+string(ben.User), nil))
	if u.Name != "ben" || !u.Own || u.Money.Limit == nil || *u.Money.Limit != limit || u.Money.Used != 0 {
		t.Errorf("user %+v", u)
	}
	all := decode[wireBudgets](t, s.call(admin, "GET", "/api/admin/budgets", nil))
	if len(all.Month) != len("2026-11") || all.Users == nil || all.Models == nil {
		t.Errorf("budgets %+v", all)
	}
}

func TestATestOfAProviderByTheAPIIsInTheAuditLog(t *testing.T) {
	s := newSite(t)
	anna := storetest.User(t, s.db, "anna", ba.RoleAdmin)
	admin := s.token(anna, "read", "write")
	if r := decode[wireTest](t, s.call(admin, "POST", "/api/admin/providers/analyst/test", map[string]any{"model": "rules"})); !r.OK || r.Code != "ok" || r.Text == "" {
		t.Errorf("test %+v", r)
	}
	expect(t, "a provider that is not set up", s.call(admin, "POST", "/api/admin/providers/nobody/test", nil), 404)
	log := decode[struct {
		Items []struct {
			Action, Actor, Via string
			ObjectID           string `json:"object_id"`
		}
	}](t, s.call(admin, "GET", "/api/admin/audit?action=provider.tested&actor_id="+string(anna.User), nil))
	if len(log.Items) != 1 || log.Items[0].Via != "token" || log.Items[0].Actor != "anna" {
		t.Errorf("log %+v", log)
	}
	if l := decode[List[wireAIProvider]](t, s.call(admin, "GET", "/api/admin/providers", nil)); len(l.Items) != 1 || !l.Items[0].Default || !l.Items[0].Models[0].Free {
		t.Errorf("providers %+v", l)
	}
}

func TestTheAuditLogIsExportedAndVerifiedByTheAPI(t *testing.T) {
	s := newSite(t)
	admin := as(storetest.User(t, s.db, "anna", ba.RoleAdmin))
	file := s.call(admin, "GET", "/api/admin/audit/export", nil)
	expect(t, "export", file, 200)
	if !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment; filename=audit-") || !json.Valid([]byte(strings.SplitN(string(file.body)+"\n{}", "\n", 2)[0])) {
		t.Errorf("export %v %s", file.header, file.body)
	}
	expect(t, "another format", s.call(admin, "GET", "/api/admin/audit/export?format=xml", nil), 422)
	r := decode[wireAuditReport](t, s.call(admin, "GET", "/api/admin/audit/verify", nil))
	if !r.Sound || r.Entries == 0 || r.Anchor == "" { // the export is an entry
		t.Errorf("report %+v", r)
	}
	again := decode[wireAuditReport](t, s.call(admin, "GET", "/api/admin/audit/verify?noted="+r.Anchor, nil))
	forged := decode[wireAuditReport](t, s.call(admin, "GET", "/api/admin/audit/verify?noted=1:"+strings.Repeat("ab", 32), nil))
	if !again.Sound || forged.Sound || len(forged.Faults) == 0 {
		t.Errorf("with the anchor %+v, with another %+v", again, forged)
	}
	expect(t, "an anchor that is none", s.call(admin, "GET", "/api/admin/audit/verify?noted=x", nil), 422)
}

func TestBackupsAndDeploymentAreToldToAdministrators(t *testing.T) {
	s := newSite(t)
	admin := as(storetest.User(t, s.db, "anna", ba.RoleAdmin))
	if l := decode[List[wireBackup]](t, s.call(admin, "GET", "/api/admin/backups", nil)); len(l.Items) != 1 || l.Items[0].State != "done" || l.Items[0].Size != 1000 {
		t.Errorf("backups %+v", l)
	}
	expect(t, "a backup is begun", s.call(admin, "POST", "/api/admin/backups", nil), 202)
	if l := decode[List[DeploymentCheck]](t, s.call(admin, "GET", "/api/admin/deployment", nil)); len(l.Items) != 1 || l.Items[0].State != "proven" {
		t.Errorf("deployment %+v", l)
	}
}
