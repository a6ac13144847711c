package storetest_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// log returns the audit log, the oldest first.
func auditLog(t testing.TB, db *store.DB, f ba.AuditFilter) []ba.AuditEntry {
	t.Helper()
	admin := ba.Actor{User: "x", Role: ba.RoleAdmin}
	var all []ba.AuditEntry
	for page := (ba.Page{Limit: 200}); ; {
		l := must(db.AuditEntries(t.Context(), admin, f, page))(t)
		for _, e := range l.Items {
			all = append([]ba.AuditEntry{e}, all...)
		}
		if page.After = l.Next; l.Next == "" {
			return all
		}
	}
}

// acts are the actions of entries with their objects' names and the details.
func acts(entries []ba.AuditEntry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Action, e.Name, e.Detail)))
	}
	return all
}

func verified(t testing.TB, db *store.DB, noted *ba.AuditAnchor) ba.AuditReport {
	t.Helper()
	return must(db.VerifyAudit(t.Context(), noted))(t)
}

func TestTheAuditLogKeepsWhoDidWhat(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		admin, ana := storetest.User(t, db, "olga", ba.RoleAdmin), storetest.User(t, db, "ana")
		ctx := ba.WithOrigin(t.Context(), ba.Origin{Address: "203.0.113.77", Request: "r1", Via: ba.ViaDoor})
		start := len(auditLog(t, db, ba.AuditFilter{}))
		p := ba.Project{ID: ba.NewID[ba.ProjectID](), Name: "Checkout"}
		ok(t, db.CreateProject(ctx, ana, p))
		p.Name = "Checkout 2"
		ok(t, db.UpdateProject(ctx, ana, p))
		storetest.Member(t, db, ana, p.ID, admin, ba.RoleViewer)
		d := storetest.Upload(t, db, ana, p.ID, "rules.txt", []byte("x"))
		ok(t, db.Audit(ctx, ba.Act(ana, ba.ActDocumentDownloaded, "document", string(d.ID)).Of(p.ID).Called("rules.txt")))
		ok(t, db.DeleteDocument(ctx, ana, d.ID))
		ok(t, db.RemoveMember(ctx, ana, p.ID, admin.User))
		ok(t, db.SetRole(ctx, admin, ana.User, ba.RoleAdmin))
		ok(t, db.SetRole(ctx, admin, ana.User, ba.RoleAdmin)) // as it is
		ok(t, db.SetDisabled(ctx, admin, ana.User, true))
		ok(t, db.DeleteSessions(ctx, admin, ana.User))
		sameItems(t, "the log", acts(auditLog(t, db, ba.AuditFilter{})[start:]), []string{
			"project.created Checkout", "project.changed Checkout 2", "member.set  viewer", "document.uploaded rules.txt version 1",
			"document.downloaded rules.txt", "document.deleted rules.txt", "member.removed", "user.role_changed  admin", "user.disabled", "session.all_revoked"})
		first := auditLog(t, db, ba.AuditFilter{Project: p.ID})[0]
		if first.Actor != ana.User || first.Via != ba.ViaSession || first.Credential != string(ana.Session) || first.Object != string(p.ID) ||
			first.Network != "203.0.113.0/24" || first.Request != "r1" || time.Since(first.At) > time.Minute {
			t.Errorf("the first entry is %+v", first)
		}
		if n := must(db.AuditLength(t.Context()))(t); n != int64(start+10) {
			t.Errorf("the log has %d entries", n)
		}
		if r := verified(t, db, nil); len(r.Faults) > 0 || r.Entries != int64(start+10) || r.Last != r.Entries || len(r.Hash) != 32 {
			t.Errorf("the check found %+v", r)
		}
	})
}

func TestWhatFailsIsNotInTheAuditLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		admin := storetest.User(t, m.db, "root", ba.RoleAdmin)
		before := len(auditLog(t, m.db, ba.AuditFilter{}))
		refused(t, "a viewer deletes", m.db.DeleteProject(t.Context(), m.viewer, m.project), ba.Forbidden)
		refused(t, "a stranger deletes", m.db.DeleteProject(t.Context(), m.stranger, m.project), ba.NotFound)
		refused(t, "the last owner leaves", m.db.RemoveMember(t.Context(), m.owner, m.project, m.owner.User), ba.Conflict)
		refused(t, "a member makes administrators", m.db.SetRole(t.Context(), m.owner, m.owner.User, ba.RoleAdmin), ba.Forbidden)
		refused(t, "the last administrator becomes less", m.db.SetRole(t.Context(), admin, admin.User, ba.RoleMember), ba.Conflict)
		refused(t, "the last administrator is shut out", m.db.SetDisabled(t.Context(), admin, admin.User, true), ba.Conflict)
		refused(t, "a role that there is not", m.db.SetRole(t.Context(), admin, m.owner.User, "king"), ba.Invalid)
		refused(t, "nobody", m.db.SetDisabled(t.Context(), admin, ba.NewID[ba.UserID](), true), ba.NotFound)
		refused(t, "another's sessions", m.db.DeleteSessions(t.Context(), m.owner, admin.User), ba.NotFound)
		refused(t, "a token that reads", m.db.SetRole(t.Context(), reading(admin), m.owner.User, ba.RoleAdmin), ba.Forbidden)
		if after := auditLog(t, m.db, ba.AuditFilter{}); len(after) != before {
			t.Errorf("recorded: %v", acts(after[before:]))
		}
		_, err := m.db.AuditEntries(t.Context(), m.owner, ba.AuditFilter{}, ba.Page{})
		refused(t, "a member reads the log", err, ba.Forbidden)
	})
}

func TestTheAuditLogIsFilteredAndReadInParts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		clock.Add(time.Hour)
		noon := clock.Now()
		other := storetest.Project(t, m.db, m.editor, "Other")
		count := func(what string, f ba.AuditFilter, want int) {
			t.Helper()
			if got := auditLog(t, m.db, f); len(got) != want {
				t.Errorf("%s: %v, want %d entries", what, acts(got), want)
			}
		}
		count("an action", ba.AuditFilter{Action: ba.ActProjectCreated}, 2)
		count("an actor", ba.AuditFilter{Actor: m.editor.User}, 3)
		count("an object", ba.AuditFilter{Object: string(m.editor.User)}, 2)
		count("a project", ba.AuditFilter{Project: m.project}, 3)
		count("a project and an action", ba.AuditFilter{Project: m.project, Action: ba.ActMemberPut}, 2)
		count("an object and an actor", ba.AuditFilter{Object: string(other), Actor: m.owner.User}, 0)
		count("since then", ba.AuditFilter{From: noon}, 1)
		count("until then", ba.AuditFilter{Until: noon}, 11)
		parts, admin := 0, ba.Actor{User: "x", Role: ba.RoleAdmin}
		for page := (ba.Page{Limit: 5}); ; parts++ {
			l := must(m.db.AuditEntries(t.Context(), admin, ba.AuditFilter{}, page))(t)
			if page.After = l.Next; l.Next == "" {
				break
			}
		}
		if parts != 2 {
			t.Errorf("12 entries came in %d parts", parts+1)
		}
	})
}

func TestEntriesOfManyAtOnceFollowOneAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		second := db
		if e.Name == "postgres" { // another instance
			second = storetest.Open(t, store.Options{URL: url})
		}
		a := storetest.User(t, db, "ana")
		if db.Pool().MaxOpenConnections < 1 {
			t.Error("the pool has no limit")
		}
		before := verified(t, db, nil).Entries
		failures(t, atOnce(80, func(i int) error {
			to := db
			if i%2 == 1 {
				to = second
			}
			return to.CreateProject(t.Context(), a, ba.Project{ID: ba.NewID[ba.ProjectID](), Name: "P"})
		}))
		if r := verified(t, db, nil); len(r.Faults) > 0 || r.Entries != before+80 {
			t.Errorf("after 80 at once: %+v", r)
		}
	})
}

func TestTheNameOfAnObjectGoesWithTheKeyOfItsProject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		ok(t, m.db.DeleteProject(t.Context(), m.owner, m.project))
		clock.Add(time.Minute)
		must(m.db.PurgeProjects(t.Context(), clock.Now()))(t)
		all := auditLog(t, m.db, ba.AuditFilter{Project: m.project})
		if len(all) != 5 || !all[0].Gone || all[0].Name != "" || all[4].Action != ba.ActProjectPurged || all[4].Via != ba.ViaProgram {
			t.Errorf("of a project that was destroyed: %+v", all)
		}
		if r := verified(t, m.db, nil); len(r.Faults) > 0 {
			t.Errorf("the check found %+v", r)
		}
	})
}

// tampering is what somebody with the database, and without the keys, may do.
var tampering = map[string]struct {
	statements []string
	seq        int64 // where the check finds it
	says       string
	both       bool // on both engines; the others on one, for the time that it takes
}{
	"a changed action":        {[]string{`UPDATE audit_entries SET action = 'session.ended' WHERE seq = 5`}, 5, "not as it was written", true},
	"a changed time":          {[]string{`UPDATE audit_entries SET at = at + 1 WHERE seq = 4`}, 4, "not as it was written", false},
	"another actor":           {[]string{`UPDATE audit_entries SET actor_id = object_id WHERE seq = 6`}, 6, "not as it was written", false},
	"a changed detail":        {[]string{`UPDATE audit_entries SET detail = (SELECT f.detail FROM audit_entries f WHERE f.seq = 2) WHERE seq = 3`}, 3, "not as it was written", false},
	"a name that is left out": {[]string{`UPDATE audit_entries SET name = NULL WHERE action = 'project.created'`}, 9, "not as it was written", false},
	"a removed entry":         {[]string{`DELETE FROM audit_entries WHERE seq = 4`}, 4, "Entry 4 is missing", true},
	"several removed":         {[]string{`DELETE FROM audit_entries WHERE seq IN (4, 5, 6)`}, 4, "Entries 4 to 6 are missing", false},
	"the first removed":       {[]string{`DELETE FROM audit_entries WHERE seq = 1`}, 1, "Entry 1 is missing", false},
	"the end cut off":         {[]string{`DELETE FROM audit_entries WHERE seq > 8`}, 9, "missing at the end", false},
	"the end cut off, and the head moved": {[]string{`DELETE FROM audit_entries WHERE seq > 8`,
		`UPDATE audit_head SET seq = 8, entry_hash = (SELECT entry_hash FROM audit_entries WHERE seq = 8)`}, 8, "head of the log was changed", true},
	"two that changed places":                  {[]string{`UPDATE audit_entries SET seq = 1000 WHERE seq = 4`, `UPDATE audit_entries SET seq = 4 WHERE seq = 5`, `UPDATE audit_entries SET seq = 5 WHERE seq = 1000`}, 4, "not as it was written", true},
	"a removed entry, and the others moved up": {[]string{`DELETE FROM audit_entries WHERE seq = 4`, `UPDATE audit_entries SET seq = -seq WHERE seq > 4`, `UPDATE audit_entries SET seq = -seq - 1 WHERE seq < 0`}, 4, "not as it was written", false},
	"an added entry": {[]string{`INSERT INTO audit_entries SELECT 1 + (SELECT max(seq) FROM audit_entries), 'forged', at, action, actor_id, via, credential, kind, object_id, project_id, request_id, detail, detail_hash, name, name_hash, entry_hash FROM audit_entries WHERE seq = 3`},
		12, "added without the program", false},
	"everything removed": {[]string{`DELETE FROM audit_entries`}, 1, "missing at the end", false},
}

func TestTamperingWithTheAuditLogIsFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for what, try := range tampering {
			if e.Name == "postgres" && !try.both {
				continue
			}
			db, url := e.NewAt(t)
			newTeam(t, db)
			if r := verified(t, db, nil); len(r.Faults) > 0 || r.Entries != 11 {
				t.Fatalf("before: %+v", r)
			}
			raw := storetest.Raw(t, url)
			// What is sealed may be sealed again, so the database itself allows a
			// change of it: there the hashes alone tell.
			sealed := strings.Contains(try.statements[0], "SET detail") || strings.Contains(try.statements[0], "SET name")
			if !sealed && !strings.HasPrefix(try.statements[0], "INSERT") {
				if _, err := raw.ExecContext(t.Context(), try.statements[0]); err == nil {
					t.Errorf("%s: the database allowed it", what)
				}
			}
			tamper(t, raw, e.Name, try.statements)
			r := verified(t, db, nil)
			if len(r.Faults) == 0 || r.Faults[0].Seq != try.seq || !strings.Contains(r.Faults[0].What, try.says) {
				t.Errorf("%s: found %+v", what, r.Faults)
			}
		}
	})
}

// tamper does what the triggers forbid, as the owner of the database can.
func tamper(t testing.TB, raw *sql.DB, engine string, statements []string) {
	t.Helper()
	drop := []string{"DROP TRIGGER IF EXISTS audit_entry_stays", "DROP TRIGGER IF EXISTS audit_entry_stays_as_it_is"}
	if engine == "postgres" {
		drop = []string{"DROP TRIGGER IF EXISTS audit_entry_stays ON audit_entries"}
	}
	for _, s := range append(drop, statements...) {
		_, err := raw.ExecContext(context.WithoutCancel(t.Context()), s)
		ok(t, err)
	}
}

func TestANotedEntryProvesThatTheLogIsNoOlderCopy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		newTeam(t, db)
		r := verified(t, db, nil)
		noted := &ba.AuditAnchor{Seq: r.Last, Hash: r.Hash}
		storetest.User(t, db, "later")
		if r := verified(t, db, noted); len(r.Faults) > 0 {
			t.Errorf("a log that went on: %+v", r.Faults)
		}
		other := &ba.AuditAnchor{Seq: 3, Hash: bytes.Repeat([]byte{1}, 32)}
		if r := verified(t, db, other); len(r.Faults) != 1 || !strings.Contains(r.Faults[0].What, "was replaced") {
			t.Errorf("another entry: %+v", r.Faults)
		}
		if r := verified(t, db, &ba.AuditAnchor{Seq: 999}); len(r.Faults) != 1 || !strings.Contains(r.Faults[0].What, "older copy") {
			t.Errorf("a log that ends before: %+v", r.Faults)
		}
	})
}
