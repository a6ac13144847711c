package storetest_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// canaries hands out words that must not be found in a database.
type canaries struct{ words []string }

// word returns a new one. It says where it was planted.
func (c *canaries) word(place string) string {
	w := "canary" + strings.ReplaceAll(place, " ", "") + strings.Repeat("q", 3)
	c.words = append(c.words, w)
	return w
}

// plant stores a canary in everything that a person types or uploads, and in
// what is made of it.
func (c *canaries) plant(t testing.TB, db *store.DB) {
	t.Helper()
	ctx, w := t.Context(), c.word
	u := ba.User{ID: ba.NewID[ba.UserID](), Role: ba.RoleAdmin, Email: w("address") + "@example.com", EmailTrusted: true, Name: w("user name")}
	ok(t, db.CreateUser(ctx, u, ba.Identity{Provider: "oidc", Issuer: "https://" + w("issuer"), Subject: w("subject")}))
	a := ba.Actor{User: u.ID, Role: u.Role, Access: ba.AccessWrite}
	ok(t, db.AddIdentity(ctx, u.ID, ba.Identity{Provider: "oidc", Issuer: w("second issuer"), Subject: w("second subject")}))
	ok(t, db.CreateSession(ctx, ba.Session{ID: ba.NewID[ba.SessionID](), User: u.ID, Agent: w("agent"), ExpiresAt: time.Now().Add(anHour)}, hashOf("s")))
	ok(t, db.CreateToken(ctx, ba.APIToken{ID: ba.NewID[ba.TokenID](), User: u.ID, Name: w("token"), ExpiresAt: time.Now().Add(anHour)}, hashOf("t")))
	u.Name = w("new user name")
	ok(t, db.UpdateUser(ctx, u))

	p := ba.Project{ID: ba.NewID[ba.ProjectID](), Name: w("project"), Description: w("description")}
	ok(t, db.CreateProject(ctx, a, p))
	invite(t, db, a, ba.Invitation{Project: p.ID, Role: ba.RoleViewer, Email: w("guest") + "@example.com"}, "i")
	c.plantDocument(t, db, a, p.ID)
	c.plantArtifact(t, db, a, p.ID)
	for _, project := range []ba.ProjectID{"", p.ID} {
		c.plantThread(t, db, a, project)
	}
	c.plantRequirement(t, db, a, p.ID)
	moved := c.plantThread(t, db, a, "")
	ok(t, db.MoveThread(ctx, a, moved, p.ID))
	gone := c.plantThread(t, db, a, p.ID)
	ok(t, db.DeleteThread(ctx, a, gone))
}

func (c *canaries) plantArtifact(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID) {
	t.Helper()
	w := c.word
	work := storetest.Work(project, "", w("artifact title"))
	work.Instructions, work.Sections[0].Title = w("instructions"), w("section title")
	work.Requirements = []ba.Requirement{{Statement: w("shown requirement"), Links: []ba.Link{{Quote: w("shown quote"), Filename: w("shown file")}}}}
	work.Sources = []ba.Source{{N: 1, Link: ba.Link{Quote: w("source quote")}}}
	v := storetest.Artifact(t, db, a, work, w("section text"), w("section text two"))
	v.Sections[0].Text, v.Version = w("edited text"), 2
	v = must(db.ChangeArtifact(t.Context(), a, v, term.Terms(v.Text())))(t)
	v.Sections[0].Remarks = []string{w("remark")}
	v, _, err := db.RegenerateArtifact(t.Context(), a, v, "again", ba.TurnOwner{Instance: "x"})
	ok(t, err)
	v.Revision++
	v.State, v.Failure = ba.ArtifactFailed, &ba.Failure{Code: "x", Msg: w("artifact failure")}
	ok(t, db.EndGeneration(t.Context(), v, term.Terms(w("artifact term"))))
}

func (c *canaries) plantDocument(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID) {
	t.Helper()
	ctx, w := t.Context(), c.word
	d := storetest.Upload(t, db, a, project, w("filename")+".pdf", []byte(strings.Repeat(w("original")+" ", 100)))
	job := storetest.Claim(t, db, d.ID)
	p := ba.Passage{ID: ba.NewID[ba.PassageID](), Document: d.ID, Version: 1, Text: "One " + w("passage") + " here.",
		Locator: ba.Locator{Sheet: w("sheet"), Heading: w("heading")}}
	ok(t, db.AddText(ctx, job, []ba.Passage{p}, [][]string{term.Terms(p.Text)}, map[int][]byte{0: []byte(w("blocks"))}))
	ok(t, db.FinishJob(ctx, job, ba.Extraction{Format: "pdf", Status: ba.DocumentReady, Reason: w("reason"), Notes: []string{w("note")}, Passages: 1}))
}

func (c *canaries) plantRequirement(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID) {
	t.Helper()
	ctx, w := t.Context(), c.word
	d, p := storetest.Document(t, db, a, project, w("linked file"), w("linked passage"))
	link := storetest.Quote(d, p[0], w("linked quote"))
	link.Locator.Heading = w("linked heading")
	r := storetest.Requirement(t, db, a, project, w("statement"), link)
	r.Statement, r.Rationale = w("new statement"), w("rationale")
	r.Criteria = []ba.Criterion{{Given: w("given"), When: w("when"), Then: w("then")}}
	r.Waivers = []ba.Waiver{{Rule: w("rule"), Reason: w("waiver"), By: a.User}}
	must(db.ChangeRequirements(ctx, a, ba.RequirementChange{Project: project, Edit: []ba.Requirement{r}}))(t)
	l := r.Links[0]
	l.Quote, l.Now, l.State = w("second quote"), w("quoted now"), ba.LinkSuspect
	ok(t, db.UpdateLink(ctx, a, r, l))
	n := storetest.Note(t, db, a, project, r.ID, w("note text"))
	n.Text, n.Answer = w("new note text"), w("note answer")
	ok(t, db.UpdateNote(ctx, a, n))
}

func (c *canaries) plantThread(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID) ba.ThreadID {
	t.Helper()
	w := func(place string) string { return c.word(fmt.Sprintf("%s%d", place, len(c.words))) }
	thread := storetest.Thread(t, db, a, project, w("title"))
	start := storetest.Ask(t, db, a, thread.ID, "Is "+w("question")+" so?")
	u := claim(t, db, start.Turn.ID, "one", time.Now())
	end := ba.TurnEnd{AnswerPart: part(u, "It is "+w("answer")+"."), State: ba.TurnFailed, Model: "m", Failure: &ba.Failure{Code: "x", Msg: w("failure")}}
	end.Citations = []ba.Citation{{N: 1, Filename: w("cited"), Quote: w("quote"), Locator: ba.Locator{Heading: w("cited heading")}}}
	end.Steps = []ba.Step{{Tool: "search_documents", Asked: w("asked"), Summary: w("summary"), Found: []ba.Found{{Filename: w("found"), Locator: ba.Locator{Heading: w("found heading")}}}}}
	ok(t, db.SaveAnswer(t.Context(), end.AnswerPart, time.Now().Add(anHour)))
	ok(t, db.EndTurn(t.Context(), end, term.Terms(end.Text)))
	ok(t, rename(t.Context(), db, a, thread.ID, w("new title")))
	return thread.ID
}

func TestNothingThatAPersonTypedOrUploadedIsReadableInTheDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		c := &canaries{}
		c.plant(t, db)
		dump := dumpOf(t, storetest.Raw(t, url), e.Name)
		if path, is := strings.CutPrefix(url, "sqlite://"); is {
			for _, file := range must(filepath.Glob(filepath.Join(filepath.Dir(path), "*")))(t) {
				dump = append(dump, must(os.ReadFile(file))(t)...)
			}
		}
		if len(dump) < 10_000 || !bytes.Contains(dump, []byte("streaming")) && !bytes.Contains(dump, []byte("failed")) {
			t.Fatalf("the dump of %d bytes is not of this database", len(dump))
		}
		dump = bytes.ToLower(dump)
		for _, word := range c.words {
			stem := term.Terms(word)[0]
			for form, text := range map[string]string{
				"as it is": word, "as its term": stem, "in hexadecimal": hex.EncodeToString([]byte(word)),
				"in base64": strings.ToLower(base64.StdEncoding.EncodeToString([]byte(word))[:8]),
			} {
				if bytes.Contains(dump, []byte(text)) {
					t.Errorf("%s stands in the database, %s", word, form)
				}
			}
		}
	})
}

// dumpOf returns every value of every table of a database as text.
func dumpOf(t testing.TB, raw *sql.DB, engine string) []byte {
	t.Helper()
	tables := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if engine == "postgres" {
		tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = current_schema()"
	}
	var dump []byte
	for _, table := range texts(t, raw, tables) {
		rows := must(raw.QueryContext(t.Context(), "SELECT * FROM "+table))(t)
		columns := must(rows.Columns())(t)
		for rows.Next() {
			values, dest := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				dest[i] = &values[i]
			}
			ok(t, rows.Scan(dest...))
			for i, v := range values {
				if b, is := v.([]byte); is {
					v = string(b)
				}
				dump = fmt.Appendf(dump, "%s.%s=%v\n", table, columns[i], v)
			}
		}
		ok(t, rows.Err())
	}
	return dump
}

// texts returns the one column of a query.
func texts(t testing.TB, raw *sql.DB, query string) []string {
	t.Helper()
	rows := must(raw.QueryContext(t.Context(), query))(t)
	defer rows.Close()
	var found []string
	for rows.Next() {
		var s string
		ok(t, rows.Scan(&s))
		found = append(found, s)
	}
	ok(t, rows.Err())
	return found
}
