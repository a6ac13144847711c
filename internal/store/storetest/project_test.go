package storetest_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestAProjectIsCountedDatedAndShownWithTheActorsRole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		clock.Add(time.Minute)
		storetest.Document(t, db, m.editor, m.project, "a.txt", "Text.")
		gone, _ := storetest.Document(t, db, m.editor, m.project, "b.txt", "Text.")
		ok(t, db.DeleteDocument(ctx, m.editor, gone.ID))
		storetest.Thread(t, db, m.editor, m.project, "Talk")
		got := must(db.Project(ctx, m.viewer, m.project))(t)
		want := ba.Project{ID: m.project, Name: "Checkout", Description: "About Checkout", Role: ba.RoleViewer, Documents: 1, Threads: 1, Members: 3,
			CreatedAt: got.CreatedAt, UpdatedAt: clock.Now()}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if list := must(db.Projects(ctx, m.viewer, ba.Page{}))(t); len(list.Items) != 1 || list.Items[0] != want {
			t.Errorf("list %+v", list)
		}
		if list := must(db.Projects(ctx, m.stranger, ba.Page{}))(t); len(list.Items) != 0 {
			t.Errorf("a stranger sees %+v", list)
		}
	})
}

func TestAProjectIsMadeOnceAndChangedByEditors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		refused(t, "the same id again", db.CreateProject(ctx, m.owner, ba.Project{ID: m.project, Name: "x"}), ba.Conflict)
		refused(t, "a project of nobody", db.CreateProject(ctx, ba.Actor{User: ba.NewID[ba.UserID](), Access: ba.AccessWrite}, ba.Project{ID: ba.NewID[ba.ProjectID]()}), ba.NotFound)
		ok(t, db.UpdateProject(ctx, m.editor, ba.Project{ID: m.project, Name: "Cart", Description: "About carts"}))
		if p := must(db.Project(ctx, m.owner, m.project))(t); p.Name != "Cart" || p.Description != "About carts" {
			t.Errorf("project %+v", p)
		}
		errs := atOnce(6, func(int) error { return db.UpdateProject(ctx, m.editor, ba.Project{ID: m.project, Name: "Till"}) })
		if n := failures(t, errs); len(n) > 1 || n[ba.Unavailable] == 6 {
			t.Errorf("changes at once: %v", n)
		}
		if p := must(db.Project(ctx, m.owner, m.project))(t); p.Name != "Till" || p.Description != "" {
			t.Errorf("project %+v", p)
		}
	})
}

func TestMembersAreGivenRolesAndTheLastOwnerStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		list := must(db.Members(ctx, m.viewer, m.project))(t)
		if len(list) != 3 || list[0].User != m.owner.User || list[0].Name != "olga" || list[0].Email != "olga@example.com" || list[2].Role != ba.RoleViewer {
			t.Errorf("members %+v", list)
		}
		lesser := ba.Member{User: m.owner.User, Role: ba.RoleEditor}
		refused(t, "the last owner becomes an editor", db.PutMember(ctx, m.owner, m.project, lesser), ba.Conflict)
		refused(t, "the last owner leaves", db.RemoveMember(ctx, m.owner, m.project, m.owner.User), ba.Conflict)
		refused(t, "a role that does not exist", db.PutMember(ctx, m.owner, m.project, ba.Member{User: m.viewer.User, Role: "king"}), ba.Invalid)
		refused(t, "a member who does not exist", db.PutMember(ctx, m.owner, m.project, ba.Member{User: ba.NewID[ba.UserID](), Role: ba.RoleViewer}), ba.NotFound)
		refused(t, "to remove who is no member", db.RemoveMember(ctx, m.owner, m.project, m.stranger.User), ba.NotFound)

		storetest.Member(t, db, m.owner, m.project, m.editor, ba.RoleOwner)
		ok(t, db.PutMember(ctx, m.owner, m.project, lesser))
		if role := must(db.ProjectRole(ctx, m.owner, m.project))(t); role != ba.RoleEditor {
			t.Errorf("the former owner is %s", role)
		}
		ok(t, db.RemoveMember(ctx, m.viewer, m.project, m.viewer.User))
		_, err := db.Project(ctx, m.viewer, m.project)
		refused(t, "a project that one has left", err, ba.NotFound)
	})
}

func TestTwoOwnersWhoRemoveEachOtherLeaveOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		for range 5 {
			storetest.Member(t, m.db, m.owner, m.project, m.editor, ba.RoleOwner)
			both := []ba.Actor{m.owner, m.editor}
			errs := atOnce(2, func(i int) error {
				return m.db.RemoveMember(t.Context(), both[i], m.project, both[1-i].User)
			})
			if failures(t, errs); (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("both were answered alike: %v", errs)
			}
			if errs[1] == nil { // the editor removed the owner
				m.owner, m.editor = m.editor, m.owner
			}
		}
	})
}

func TestADeletedProjectIsGoneForEverybodyAndComesBackWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		d, passages := storetest.Document(t, db, m.owner, m.project, "a.txt", "The invoice is due.")
		thread := storetest.Thread(t, db, m.owner, m.project, "Talk")
		start := storetest.Ask(t, db, m.owner, thread.ID, "When is it due?")
		refused(t, "an editor deletes", db.DeleteProject(ctx, m.editor, m.project), ba.Forbidden)
		ok(t, db.DeleteProject(ctx, m.owner, m.project))
		for name, err := range map[string]error{
			"project":  second(db.Project(ctx, m.owner, m.project)),
			"role":     second(db.ProjectRole(ctx, m.owner, m.project)),
			"document": second(db.Document(ctx, m.owner, d.ID)),
			"passage":  second(db.Passage(ctx, m.owner, passages[0].ID)),
			"message":  second(db.Message(ctx, m.owner, start.Question.ID)),
			"turn":     second(db.Turn(ctx, m.owner, start.Turn.ID)),
			"search":   second(db.Search(ctx, m.owner, ba.Query{Project: m.project})),
			"again":    db.DeleteProject(ctx, m.owner, m.project),
		} {
			refused(t, name, err, ba.NotFound)
		}
		if hits := search(t, db, m.owner, "", "invoice"); len(hits) != 0 {
			t.Errorf("a search over everything finds %q", hits)
		}
		clock.Add(10 * time.Second)
		since := clock.Now().Add(-10 * time.Second)
		refused(t, "an editor restores", db.RestoreProject(ctx, m.editor, m.project, since), ba.Forbidden)
		refused(t, "a stranger restores", db.RestoreProject(ctx, m.stranger, m.project, since), ba.NotFound)
		refused(t, "it is too late", db.RestoreProject(ctx, m.owner, m.project, since.Add(time.Millisecond)), ba.NotFound)
		ok(t, db.RestoreProject(ctx, m.owner, m.project, since))
		refused(t, "a second time", db.RestoreProject(ctx, m.owner, m.project, since), ba.NotFound)
		sameItems(t, "after the restore", search(t, db, m.owner, m.project, "invoice"), []string{"The invoice is due."})
		if p := must(db.Project(ctx, m.viewer, m.project))(t); p.Documents != 1 || p.Threads != 1 || !p.DeletedAt.IsZero() {
			t.Errorf("project %+v", p)
		}
	})
}

// second returns the error of a call with two results.
func second[T any](_ T, err error) error { return err }

func TestAPurgedProjectIsDestroyedWithItsKeyAndItsRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, url := e.NewAt(t, clock.Set)
		m, ctx := newTeam(t, db), t.Context()
		kept := storetest.Project(t, db, m.owner, "Kept")
		storetest.Document(t, db, m.owner, kept, "k.txt", "A kept invoice.")
		d, p := storetest.Document(t, db, m.owner, m.project, "a.txt", "The invoice is due.", "And paid.")
		thread := storetest.Thread(t, db, m.owner, m.project, "Talk")
		storetest.Answer(t, db, storetest.Ask(t, db, m.owner, thread.ID, "When?"), "Soon.")
		r := storetest.Requirement(t, db, m.owner, m.project, "One", storetest.Quote(d, p[0], "The invoice is due."))
		must(db.ChangeRequirements(ctx, m.owner, ba.RequirementChange{Project: m.project, Edit: []ba.Requirement{r}}))(t)
		storetest.Note(t, db, m.owner, m.project, r.ID, "Why?")
		storetest.Note(t, db, m.owner, m.project, "", "What?")
		before := counts(t, url)

		ok(t, db.DeleteProject(ctx, m.owner, m.project))
		if n := must(db.PurgeProjects(ctx, clock.Now()))(t); n != 0 {
			t.Fatalf("%d projects were destroyed before their time", n)
		}
		clock.Add(time.Minute)
		if n := must(db.PurgeProjects(ctx, clock.Now()))(t); n != 1 {
			t.Fatalf("%d projects were destroyed, want 1", n)
		}
		refused(t, "to restore it", db.RestoreProject(ctx, m.owner, m.project, time.Time{}), ba.NotFound)
		if must(db.Vault().Has(ctx, ba.ProjectScope(m.project)))(t) {
			t.Error("its data key is left")
		}
		for table, n := range counts(t, url) {
			want := before[table]
			switch table {
			case "projects", "documents", "document_versions", "pieces", "block_pages", "requirements", "requirement_versions", "requirement_links", "requirement_numbers":
				want--
			case "passages", "notes":
				want -= 2
			case "messages":
				want -= 2
			case "entries", "terms":
				want -= 5
			case "members":
				want -= 3
			case "threads", "turns":
				want--
			}
			if n != want {
				t.Errorf("%s has %d rows, want %d", table, n, want)
			}
		}
		sameItems(t, "the other project", search(t, db, m.owner, "", "invoice"), []string{"A kept invoice."})
		if n := must(db.PurgeProjects(ctx, clock.Now()))(t); n != 0 {
			t.Errorf("%d projects were destroyed again", n)
		}
	})
}

// counts returns how many rows each table of content has.
func counts(t testing.TB, url string) map[string]int {
	t.Helper()
	raw := storetest.Raw(t, url)
	n := make(map[string]int)
	for _, table := range []string{"users", "projects", "members", "invitations", "documents", "document_versions", "pieces", "block_pages",
		"passages", "threads", "turns", "messages", "entries", "terms",
		"requirements", "requirement_versions", "requirement_links", "requirement_numbers", "notes"} {
		var count int
		ok(t, raw.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&count))
		n[table] = count
	}
	return n
}
