package storetest

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// User stores a user with a session of 24 hours and returns it as an actor
// that may write. The role is member unless another one is given.
func User(t testing.TB, db *store.DB, name string, role ...ba.Role) ba.Actor {
	t.Helper()
	u := ba.User{ID: ba.NewID[ba.UserID](), Role: ba.RoleMember, Email: name + "@example.com", EmailTrusted: true, Name: name}
	if len(role) > 0 {
		u.Role = role[0]
	}
	check(t, db.CreateUser(t.Context(), u, ba.Identity{Provider: "dev", Issuer: "dev", Subject: string(u.ID)}))
	s := ba.Session{ID: ba.NewID[ba.SessionID](), User: u.ID, Agent: "test", ExpiresAt: time.Now().Add(24 * time.Hour)}
	hash := sha256.Sum256([]byte(s.ID))
	check(t, db.CreateSession(t.Context(), s, hash[:]))
	return ba.Actor{User: u.ID, Role: u.Role, Session: s.ID, Access: ba.AccessWrite}
}

// Project stores a project that the actor owns.
func Project(t testing.TB, db *store.DB, a ba.Actor, name string) ba.ProjectID {
	t.Helper()
	p := ba.Project{ID: ba.NewID[ba.ProjectID](), Name: name, Description: "About " + name}
	check(t, db.CreateProject(t.Context(), a, p))
	return p.ID
}

// Member gives a user a role in the owner's project.
func Member(t testing.TB, db *store.DB, owner ba.Actor, project ba.ProjectID, member ba.Actor, role ba.ProjectRole) {
	t.Helper()
	check(t, db.PutMember(t.Context(), owner, project, ba.Member{User: member.User, Role: role}))
}

// Upload stores the bytes as a document that waits for its text to be extracted.
func Upload(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID, filename string, content []byte) ba.Document {
	t.Helper()
	d, err := db.BeginUpload(t.Context(), a, ba.Document{ID: ba.NewID[ba.DocumentID](), Project: project, Filename: filename, Version: 1})
	check(t, err)
	return finish(t, db, a, d, content)
}

// UploadVersion stores the bytes as the next version of a document.
func UploadVersion(t testing.TB, db *store.DB, a ba.Actor, d ba.Document, filename string, content []byte) ba.Document {
	t.Helper()
	d, err := db.BeginUpload(t.Context(), a, ba.Document{ID: d.ID, Project: d.Project, Filename: filename, Version: d.Version + 1})
	check(t, err)
	return finish(t, db, a, d, content)
}

func finish(t testing.TB, db *store.DB, a ba.Actor, d ba.Document, content []byte) ba.Document {
	t.Helper()
	check(t, db.AppendPieces(t.Context(), d, []ba.Piece{{Seq: 0, Last: true, Data: content}}))
	d, err := db.FinishUpload(t.Context(), a, d, int64(len(content)))
	check(t, err)
	return d
}

// Document stores a document whose passages are the given texts, one per page,
// ready to be found.
func Document(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID, filename string, texts ...string) (ba.Document, []ba.Passage) {
	t.Helper()
	d := Upload(t, db, a, project, filename, []byte("original of "+filename))
	return d, Extract(t, db, d, texts...)
}

// Extract claims jobs until it has the document's, and finishes it with the
// given texts as passages, one per page.
func Extract(t testing.TB, db *store.DB, d ba.Document, texts ...string) []ba.Passage {
	t.Helper()
	job := Claim(t, db, d.ID)
	passages, terms := make([]ba.Passage, len(texts)), make([][]string, len(texts))
	for i, text := range texts {
		passages[i] = ba.Passage{ID: ba.NewID[ba.PassageID](), Document: d.ID, Version: job.Version, Seq: i, FirstBlock: i, LastBlock: i,
			Locator: ba.Locator{Page: i + 1, Heading: "Heading of " + d.Filename}, Text: text}
		terms[i] = term.Terms(text)
	}
	check(t, db.AddText(t.Context(), job, passages, terms, map[int][]byte{0: []byte("blocks of " + d.Filename)}))
	check(t, db.FinishJob(t.Context(), job, ba.Extraction{Format: "txt", Status: ba.DocumentReady, Pages: len(texts), Passages: len(texts)}))
	return passages
}

// Claim claims jobs until one is of the document. Others that it meets on the way stay claimed for a minute.
func Claim(t testing.TB, db *store.DB, id ba.DocumentID) ba.Job {
	t.Helper()
	for {
		job, ok, err := db.ClaimJob(t.Context(), "storetest", time.Now().Add(time.Minute))
		check(t, err)
		if !ok {
			t.Fatalf("no job for document %s", id)
		}
		if job.Document == id {
			return job
		}
	}
}

// Thread stores a conversation, loose where the project is empty.
func Thread(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID, title string) ba.Thread {
	t.Helper()
	v := ba.Thread{ID: ba.NewID[ba.ThreadID](), Project: project, Owner: a.User, Title: title, Mode: ba.ModeFree, Provider: "analyst", Model: "rules"}
	check(t, db.CreateThread(t.Context(), a, v))
	if title != "" {
		v.Titled = ba.TitledPerson
	}
	return v
}

// Ask stores a question and its queued turn.
func Ask(t testing.TB, db *store.DB, a ba.Actor, thread ba.ThreadID, text string) ba.TurnStart {
	t.Helper()
	start, created, err := db.StartTurn(t.Context(), a, Question(thread, text), term.Terms(text))
	check(t, err)
	if !created {
		t.Fatal("the question was there already")
	}
	return start
}

// Question returns a question with new ids, not yet stored.
func Question(thread ba.ThreadID, text string) ba.TurnStart {
	return ba.TurnStart{
		Question: &ba.Message{ID: ba.NewID[ba.MessageID](), Thread: thread, Text: text},
		Answer:   ba.Message{ID: ba.NewID[ba.MessageID](), Thread: thread},
		Turn:     ba.Turn{ID: ba.NewID[ba.TurnID](), Thread: thread, Provider: "analyst", Model: "rules"},
	}
}

// Answer claims a queued turn and completes it with the text.
func Answer(t testing.TB, db *store.DB, start ba.TurnStart, text string, citations ...ba.Citation) ba.Turn {
	t.Helper()
	turn, err := db.ClaimTurn(t.Context(), start.Turn.ID, ba.TurnOwner{Instance: "storetest", Until: time.Now().Add(time.Minute)})
	check(t, err)
	part := ba.AnswerPart{Turn: turn.ID, Thread: turn.Thread, Answer: turn.Answer, Epoch: turn.Epoch, Text: text, Citations: citations,
		Usage: ba.Usage{InputTokens: 10, OutputTokens: 5, CostMicroUSD: 7}}
	check(t, db.EndTurn(t.Context(), ba.TurnEnd{AnswerPart: part, State: ba.TurnComplete, StopReason: "end", Model: "rules"}, term.Terms(text)))
	return turn
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Work returns an artifact with two planned sections and a new id, not yet stored.
func Work(project ba.ProjectID, thread ba.ThreadID, title string) ba.Artifact {
	return ba.Artifact{ID: ba.NewID[ba.ArtifactID](), Project: project, Thread: thread, Kind: ba.ArtifactBRD, Title: title, Instructions: "Keep it short.",
		Provider: "analyst", Model: "rules", Sections: []ba.Section{{Key: "objectives", Title: "Objectives"}, {Key: "risks", Title: "Risks"}}}
}

// Artifact stores an artifact that is ready, with the texts of its two sections.
func Artifact(t testing.TB, db *store.DB, a ba.Actor, v ba.Artifact, texts ...string) ba.Artifact {
	t.Helper()
	v, created, err := db.StartArtifact(t.Context(), a, v, ba.TurnOwner{Instance: "storetest", Until: time.Now().Add(time.Minute)})
	check(t, err)
	if !created {
		t.Fatal("the artifact was there already")
	}
	for i, text := range texts {
		v.Sections[i].Text, v.Sections[i].Done = text, true
	}
	v.Revision++
	v.State = ba.ArtifactReady
	check(t, db.EndGeneration(t.Context(), v, term.Terms(v.Text())))
	v, err = db.Artifact(t.Context(), a, v.ID, 0)
	check(t, err)
	return v
}

// AsBefore returns a row as an earlier version had it, without the columns that
// came later.
func AsBefore(earlier store.Table, row store.Row) store.Row {
	old := store.Row{Table: earlier}
	for _, c := range earlier.Columns {
		old.Values = append(old.Values, row.Value(c.Name))
	}
	return old
}
