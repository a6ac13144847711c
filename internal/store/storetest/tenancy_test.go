package storetest_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// world is a project with one of everything in it.
type world struct {
	team
	admin    ba.Actor
	document ba.Document
	passage  ba.PassageID
	thread   ba.Thread
	start    ba.TurnStart
	invited  ba.Invitation
	guest    ba.UserID // a viewer whom nobody misses
	artifact ba.Artifact
	required ba.Requirement
	note     ba.Note
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	w := &world{team: newTeam(t, db), admin: storetest.User(t, db, "admin", ba.RoleAdmin)}
	d, passages := storetest.Document(t, db, w.editor, w.project, "a.txt", "The invoice is due.")
	w.document, w.passage = d, passages[0].ID
	w.thread = storetest.Thread(t, db, w.owner, w.project, "Talk")
	w.start = storetest.Ask(t, db, w.editor, w.thread.ID, "When is the invoice due?")
	w.artifact = storetest.Artifact(t, db, w.owner, storetest.Work(w.project, w.thread.ID, "BRD"), "Aims.", "Risks.")
	guest := storetest.User(t, db, "gwen")
	storetest.Member(t, db, w.owner, w.project, guest, ba.RoleViewer)
	w.guest = guest.User
	w.required = storetest.Requirement(t, db, w.editor, w.project, "The invoice shall be paid.", storetest.Quote(d, passages[0], "The invoice is due."))
	w.note = storetest.Note(t, db, w.editor, w.project, w.required.ID, "By whom?")
	w.invited = invite(t, db, w.owner, ba.Invitation{Project: w.project, Role: ba.RoleViewer}, "invited")
	return w
}

// call is a method of the store, called for an actor on the world's project.
type call struct {
	method string
	needs  ba.ProjectRole
	do     func(ctx context.Context, w *world, a ba.Actor) error
}

// calls are all methods whose actor must be a member. What destroys the
// world's objects comes last.
var calls = []call{
	{"ProjectRole", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.ProjectRole(ctx, a, w.project))
	}},
	{"Project", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error { return second(w.db.Project(ctx, a, w.project)) }},
	{"Members", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error { return second(w.db.Members(ctx, a, w.project)) }},
	{"Documents", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Documents(ctx, a, w.project, ba.Page{}))
	}},
	{"Document", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Document(ctx, a, w.document.ID))
	}},
	{"Versions", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Versions(ctx, a, w.document.ID))
	}},
	{"Pieces", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(read(w.db.Pieces(ctx, a, w.document.ID, 1)))
	}},
	{"Passage", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error { return second(w.db.Passage(ctx, a, w.passage)) }},
	{"PassagesAround", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.PassagesAround(ctx, a, w.passage, 1, 1))
	}},
	{"BlockPage", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.BlockPage(ctx, a, w.document.ID, 1, 0))
	}},
	{"BlockPages", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.BlockPages(ctx, a, w.document.ID, 1))
	}},
	{"Threads", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Threads(ctx, a, w.project, ba.Page{}))
	}},
	{"Thread", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		_, _, err := w.db.Thread(ctx, a, w.thread.ID)
		return err
	}},
	{"Messages", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Messages(ctx, a, w.thread.ID, ba.Page{}))
	}},
	{"LatestMessages", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.LatestMessages(ctx, a, w.thread.ID, 0, 10))
	}},
	{"Message", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Message(ctx, a, w.start.Question.ID))
	}},
	{"Turn", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Turn(ctx, a, w.start.Turn.ID))
	}},
	{"Turns", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Turns(ctx, a, w.thread.ID, []ba.TurnID{w.start.Turn.ID}))
	}},
	{"Search", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Search(ctx, a, ba.Query{Project: w.project, Clauses: []ba.Clause{{Terms: []string{"invoic"}}}}))
	}},
	{"Artifacts", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Artifacts(ctx, a, w.project, ba.Page{}))
	}},
	{"ThreadArtifacts", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.ThreadArtifacts(ctx, a, w.thread.ID, ba.Page{}))
	}},
	{"Artifact", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Artifact(ctx, a, w.artifact.ID, 1))
	}},
	{"ArtifactVersions", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.ArtifactVersions(ctx, a, w.artifact.ID))
	}},
	{"StartArtifact", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		_, _, err := w.db.StartArtifact(ctx, a, storetest.Work(w.project, "", "New"), ba.TurnOwner{Instance: "x"})
		return err
	}},
	{"ApproveArtifact", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.ApproveArtifact(ctx, a, w.artifact.ID, 1, w.artifact.Hash())
	}},
	{"WithdrawApproval", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.WithdrawApproval(ctx, a, w.artifact.ID, 1)
	}},
	{"ChangeArtifact", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.ChangeArtifact(ctx, a, w.artifact, nil))
	}},
	{"ResumeArtifact", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		_, _, err := w.db.ResumeArtifact(ctx, a, w.artifact.ID, ba.TurnOwner{})
		return err
	}},
	{"RegenerateArtifact", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		v := w.artifact
		v.Revision++ // after the change above
		_, _, err := w.db.RegenerateArtifact(ctx, a, v, "again", ba.TurnOwner{Instance: "x"})
		return err
	}},
	{"RequestArtifactStop", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.RequestArtifactStop(ctx, a, w.artifact.ID)
	}},
	{"DeleteArtifact", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.DeleteArtifact(ctx, a, w.artifact.ID)
	}},
	{"Requirements", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Requirements(ctx, a, w.project))
	}},
	{"RequirementOutlines", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.RequirementOutlines(ctx, a, w.project))
	}},
	{"FillRequirements", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.FillRequirements(ctx, a, w.project, []ba.Requirement{w.required}))
	}},
	{"Standing", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Standing(ctx, a, w.project))
	}},
	{"SourceNames", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.SourceNames(ctx, a, w.project))
	}},
	{"OpenLinks", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.OpenLinks(ctx, a, w.project, []ba.Requirement{w.required})
	}},
	{"Requirement", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Requirement(ctx, a, w.required.ID))
	}},
	{"RequirementVersions", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.RequirementVersions(ctx, a, w.required.ID))
	}},
	{"RequirementNumbers", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.RequirementNumbers(ctx, a, w.project))
	}},
	{"DocumentLinks", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.DocumentLinks(ctx, a, w.document.ID))
	}},
	{"ThreadLinks", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.ThreadLinks(ctx, a, w.thread.ID))
	}},
	{"SearchedText", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.SearchedText(ctx, a, w.document.ID, 0))
	}},
	{"Coverage", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Coverage(ctx, a, w.project))
	}},
	{"Uncovered", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Uncovered(ctx, a, w.project, "", ba.Page{}))
	}},
	{"Note", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error { return second(w.db.Note(ctx, a, w.note.ID)) }},
	{"Notes", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error { return second(w.db.Notes(ctx, a, w.project)) }},
	{"NotesAbout", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.NotesAbout(ctx, a, w.project, w.required.ID))
	}},
	{"ChangeRequirements", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.ChangeRequirements(ctx, a, ba.RequirementChange{Project: w.project, Edit: []ba.Requirement{w.required}}))
	}},
	{"AddNote", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.AddNote(ctx, a, ba.Note{ID: ba.NewID[ba.NoteID](), Project: w.project, Kind: ba.NoteDecision, Text: "So be it."})
	}},
	{"UpdateNote", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error { return w.db.UpdateNote(ctx, a, w.note) }},
	{"DeleteNote", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.DeleteNote(ctx, a, w.project, w.note.ID)
	}},
	{"UpdateLink", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.UpdateLink(ctx, a, w.required, w.required.Links[0])
	}},
	{"DeleteLink", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.DeleteLink(ctx, a, w.required, w.required.Links[0].ID)
	}},
	{"DeleteRequirements", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.DeleteRequirements(ctx, a, w.project, []ba.RequirementID{w.required.ID})
	}},
	{"UpdateProject", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.UpdateProject(ctx, a, ba.Project{ID: w.project, Name: "New"})
	}},
	{"BeginUpload", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.BeginUpload(ctx, a, ba.Document{ID: ba.NewID[ba.DocumentID](), Project: w.project, Version: 1}))
	}},
	{"FinishUpload", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		d, err := w.db.BeginUpload(ctx, w.owner, ba.Document{ID: ba.NewID[ba.DocumentID](), Project: w.project, Version: 1})
		if err != nil {
			return err
		}
		if err := w.db.AppendPieces(ctx, d, []ba.Piece{{Last: true}}); err != nil {
			return err
		}
		return second(w.db.FinishUpload(ctx, a, d, 0))
	}},
	{"CreateThread", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.CreateThread(ctx, a, ba.Thread{ID: ba.NewID[ba.ThreadID](), Project: w.project})
	}},
	{"UpdateThread", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.UpdateThread(ctx, a, w.thread.ID, ba.ThreadChange{Title: new("New")})
	}},
	{"NameThread", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.NameThread(ctx, a, w.thread.ID, "New", ba.TitledModel))
	}},
	{"Summary", ba.RoleViewer, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Summary(ctx, a, w.thread.ID))
	}},
	{"SaveSummary", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.SaveSummary(ctx, a, ba.Summary{Thread: w.thread.ID, Through: 1, Text: "They asked when."}, 1)
	}},
	{"StartTurn", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		_, _, err := w.db.StartTurn(ctx, a, storetest.Question(w.thread.ID, "And then?"), nil)
		return err
	}},
	{"RequestStop", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.RequestStop(ctx, a, w.start.Turn.ID))
	}},
	{"Invitations", ba.RoleOwner, func(ctx context.Context, w *world, a ba.Actor) error {
		return second(w.db.Invitations(ctx, a, w.project))
	}},
	{"CreateInvitation", ba.RoleOwner, func(ctx context.Context, w *world, a ba.Actor) error {
		id := ba.NewID[ba.InvitationID]()
		return w.db.CreateInvitation(ctx, a, ba.Invitation{ID: id, Project: w.project, Role: ba.RoleViewer}, hashOf(string(id)))
	}},
	{"PutMember", ba.RoleOwner, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.PutMember(ctx, a, w.project, ba.Member{User: w.viewer.User, Role: ba.RoleViewer})
	}},
	{"DeleteInvitation", ba.RoleOwner, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.DeleteInvitation(ctx, a, w.invited.ID)
	}},
	{"DeleteDocument", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.DeleteDocument(ctx, a, w.document.ID)
	}},
	{"DeleteThread", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error { return w.db.DeleteThread(ctx, a, w.thread.ID) }},
	{"RestoreThread", ba.RoleEditor, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.RestoreThread(ctx, a, w.thread.ID, time.Time{})
	}},
	{"RemoveMember", ba.RoleOwner, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.RemoveMember(ctx, a, w.project, w.guest)
	}},
	{"DeleteProject", ba.RoleOwner, func(ctx context.Context, w *world, a ba.Actor) error { return w.db.DeleteProject(ctx, a, w.project) }},
	{"RestoreProject", ba.RoleOwner, func(ctx context.Context, w *world, a ba.Actor) error {
		return w.db.RestoreProject(ctx, a, w.project, time.Time{})
	}},
}

// personal methods take an actor and answer about that actor's own things, or
// have rules of their own, which other tests of the suite hold.
var personal = map[string]string{
	"ActorAlive": "says whether the actor itself is good", "CreateProject": "everybody may", "Projects": "lists the actor's own",
	"Sessions": "lists the actor's own", "DeleteSession": "the actor's own", "Tokens": "lists the actor's own", "DeleteToken": "the actor's own",
	"UserByEmail": "everybody who signed in may", "Users": "administrators", "MoveThread": "the owner of a loose conversation",
	"AuditEntries": "administrators", "SetRole": "administrators", "SetDisabled": "administrators", "DeleteSessions": "the actor's own, and administrators",
	"SetLimit": "administrators", "SpendingByModel": "administrators", "SpendingByUser": "administrators",
}

func TestWhatIsSomebodyElsesIsNotFoundAndWhatTheRoleDoesNotAllowIsForbidden(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w, ctx := newWorld(t, e.New(t)), t.Context()
		foreign := storetest.Project(t, w.db, w.stranger, "Foreign")
		storetest.Document(t, w.db, w.stranger, foreign, "f.txt", "The invoice is due.")
		members := []struct {
			role  ba.ProjectRole
			actor ba.Actor
		}{{ba.RoleViewer, w.viewer}, {ba.RoleEditor, w.editor}, {ba.RoleOwner, w.owner}}
		for _, c := range calls {
			for name, outsider := range map[string]ba.Actor{"a stranger": w.stranger, "an administrator": w.admin, "nobody": {}} {
				refused(t, c.method+" by "+name, c.do(ctx, w, outsider), ba.NotFound)
			}
			if c.needs != ba.RoleViewer {
				refused(t, c.method+" by a token that reads", c.do(ctx, w, reading(w.owner)), ba.Forbidden)
			} else if err := c.do(ctx, w, reading(w.viewer)); err != nil {
				t.Errorf("%s by a token that reads: %v", c.method, err)
			}
			for _, m := range members {
				if !m.role.AtLeast(c.needs) {
					refused(t, fmt.Sprintf("%s by a member who is %s", c.method, m.role), c.do(ctx, w, m.actor), ba.Forbidden)
				} else if err := c.do(ctx, w, m.actor); err != nil {
					t.Errorf("%s by a member who is %s: %v", c.method, m.role, err)
				} else if c.needs != ba.RoleViewer { // it can be done once
					break
				}
			}
		}
	})
}

func TestEveryMethodThatTakesAnActorIsInTheListOfRules(t *testing.T) {
	listed := make(map[string]bool)
	for _, c := range calls {
		listed[c.method] = true
	}
	actor := reflect.TypeFor[ba.Actor]()
	db := reflect.TypeFor[*store.DB]()
	for i := range db.NumMethod() {
		m := db.Method(i)
		takes := false
		for p := range m.Type.NumIn() {
			takes = takes || m.Type.In(p) == actor
		}
		if takes == (listed[m.Name] || personal[m.Name] != "") {
			continue
		}
		t.Errorf("%s takes an actor: %v, listed: %v", m.Name, takes, listed[m.Name])
	}
}

func TestATokenThatReadsChangesNothingOfItsOwnUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		ana, admin := storetest.User(t, db, "ana"), storetest.User(t, db, "admin", ba.RoleAdmin)
		project := storetest.Project(t, db, ana, "Checkout")
		storetest.Member(t, db, ana, project, admin, ba.RoleViewer)
		inv := invite(t, db, admin, ba.Invitation{}, "secret")
		for name, err := range map[string]error{
			"makes a project":        db.CreateProject(ctx, reading(ana), ba.Project{ID: ba.NewID[ba.ProjectID]()}),
			"ends a session":         db.DeleteSession(ctx, reading(ana), ana.Session),
			"revokes a token":        db.DeleteToken(ctx, reading(ana), ba.NewID[ba.TokenID]()),
			"leaves a project":       db.RemoveMember(ctx, reading(admin), project, admin.User),
			"invites":                db.CreateInvitation(ctx, reading(admin), ba.Invitation{ID: ba.NewID[ba.InvitationID]()}, hashOf("x")),
			"withdraws":              db.DeleteInvitation(ctx, reading(admin), inv.ID),
			"begins a conversation":  db.CreateThread(ctx, reading(ana), ba.Thread{ID: ba.NewID[ba.ThreadID]()}),
			"renames a conversation": rename(ctx, db, reading(ana), storetest.Thread(t, db, ana, "", "Loose").ID, "x"),
		} {
			refused(t, name, err, ba.Forbidden)
		}
	})
}

// Lists of one project, or one person, hold nothing of others.
func TestListsHoldNothingOfOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, ctx := e.New(t), t.Context()
		w := newWorld(t, db)
		other := storetest.Project(t, db, w.owner, "Other")
		storetest.Document(t, db, w.owner, other, "o.txt", "Another invoice.")
		storetest.Thread(t, db, w.owner, other, "Other talk")
		storetest.Thread(t, db, w.owner, "", "Loose of the owner")
		if list := must(db.Documents(ctx, w.viewer, w.project, ba.Page{}))(t); len(list.Items) != 1 || list.Items[0].ID != w.document.ID {
			t.Errorf("documents %+v", list.Items)
		}
		if list := must(db.Threads(ctx, w.viewer, w.project, ba.Page{}))(t); len(list.Items) != 1 || list.Items[0].ID != w.thread.ID {
			t.Errorf("threads %+v", list.Items)
		}
		if list := must(db.Threads(ctx, w.viewer, "", ba.Page{}))(t); len(list.Items) != 0 {
			t.Errorf("loose threads %+v", list.Items)
		}
		if hits := search(t, db, w.viewer, "", "invoice"); len(hits) != 3 {
			t.Errorf("a viewer's search over everything finds %q", hits)
		}
		if hits := search(t, db, w.owner, w.project, "invoice"); len(hits) != 3 {
			t.Errorf("a search of one project finds %q", hits)
		}
		if hits := search(t, db, w.owner, "", "invoice"); len(hits) != 4 {
			t.Errorf("an owner's search over everything finds %q", hits)
		}
	})
}
