package app

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// site is a whole workspace whose router the tests call directly. Nothing runs
// in the background.
type site struct {
	*App
	t      *testing.T
	broken bool // its database was taken away
}

// newSite starts a workspace in development on a directory of its own; vars
// are variables of its environment.
func newSite(t *testing.T, vars ...string) *site {
	t.Helper()
	c, err := config.Load(append([]string{"PORT=0", "DATA_DIR=" + t.TempDir()}, vars...))
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), c, Options{Version: "test", Log: slog.New(slog.DiscardHandler), Out: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{App: a, t: t}
	t.Cleanup(func() {
		if err := a.Close(); err != nil && !s.broken {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// takeDatabase closes the database under the workspace.
func (s *site) takeDatabase() {
	s.t.Helper()
	s.broken = true
	if err := s.db.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// someone is a caller: nobody, or a person with a session or a token.
type someone struct {
	name   string
	cookie *http.Cookie
	bearer string
	actor  ba.Actor
}

// signIn signs a person in by the development sign-in.
func (s *site) signIn(name string) someone {
	s.t.Helper()
	res := s.do(someone{}, "POST", "/auth/dev", jsonBody(`{"email": "`+name+`@example.com", "name": "`+name+`"}`))
	var user struct {
		ID ba.UserID `json:"id"`
	}
	if err := json.NewDecoder(res.Body).Decode(&user); err != nil || len(res.Cookies()) == 0 {
		s.t.Fatalf("sign-in of %s: %d %v", name, res.StatusCode, err)
	}
	return someone{name: name, cookie: res.Cookies()[0], actor: ba.Actor{User: user.ID, Role: ba.RoleMember, Access: ba.AccessWrite}}
}

// body is what a request sends.
type body struct {
	kind    string
	content string
}

func jsonBody(text string) body { return body{"application/json", text} }

func formBody(text string) body { return body{"application/x-www-form-urlencoded", text} }

// fileBody is a form with a small text file.
func fileBody() body {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, _ := w.CreateFormFile("file", "note.txt") // a bytes.Buffer does not fail
	_, _ = part.Write([]byte("A note.\n"))
	_ = w.Close()
	return body{w.FormDataContentType(), b.String()}
}

// do sends a request as somebody and returns the answer. A stream is left as
// soon as it has begun.
func (s *site) do(who someone, method, path string, in body) *http.Response {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(in.content))
	if in.kind != "" {
		r.Header.Set("Content-Type", in.kind)
	}
	if who.cookie != nil {
		r.AddCookie(who.cookie)
	}
	if who.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+who.bearer)
	}
	w := &leaver{ResponseRecorder: httptest.NewRecorder()}
	ctx, leave := w.context(r.Context())
	defer leave()
	s.server.Handler.ServeHTTP(w, r.WithContext(ctx))
	return w.Result()
}

// scene is the objects that the isolation probe asks for: a project of the
// owner with a document and an answered question.
type scene struct {
	owner, editor, viewer, stranger someone
	colleague                       someone           // a member whom only the owner may remove
	paths                           map[string]string // object in a path, by the part before {id}
	project, loose, message, secret string
	link                            string // of the requirement
}

func (s *site) scene() scene {
	s.t.Helper()
	v := scene{owner: s.signIn("owner"), editor: s.signIn("editor"), viewer: s.signIn("viewer"), stranger: s.signIn("stranger")}
	project := storetest.Project(s.t, s.db, v.owner.actor, "Probe")
	storetest.Member(s.t, s.db, v.owner.actor, project, v.editor.actor, ba.RoleEditor)
	storetest.Member(s.t, s.db, v.owner.actor, project, v.viewer.actor, ba.RoleViewer)
	v.colleague = s.signIn("colleague")
	storetest.Member(s.t, s.db, v.owner.actor, project, v.colleague.actor, ba.RoleViewer)
	d, passage := s.document(v.owner.actor, project)
	thread := storetest.Thread(s.t, s.db, v.owner.actor, project, "Refunds")
	start := storetest.Ask(s.t, s.db, v.owner.actor, thread.ID, "How long do refunds take?")
	turn := storetest.Answer(s.t, s.db, start, "Ten days. [1]", ba.Citation{N: 1, Document: d.ID, Version: 1, Passage: passage, Filename: "rules.txt", Quote: "ten days"})
	v.project, v.message = string(project), string(turn.Answer)
	v.loose = string(storetest.Thread(s.t, s.db, v.owner.actor, "", "Loose").ID)
	v.paths = map[string]string{
		"projects": string(project), "documents": string(d.ID), "threads": string(thread.ID), "turns": string(turn.ID),
		"sessions": s.firstID(v.owner, "/api/sessions"),
		"users":    string(v.colleague.actor.User), "invitations": ba.NewID[string](), "providers": "analyst", "sign-in": "oidc",
	}
	text, err := s.db.Passage(s.t.Context(), v.owner.actor, passage)
	if err != nil {
		s.t.Fatal(err)
	}
	required := storetest.Requirement(s.t, s.db, v.owner.actor, project, "Refunds shall take ten days.", storetest.Quote(d, text, "Refunds take ten days."))
	v.paths["requirements"], v.link = string(required.ID), string(required.Links[0].ID)
	v.paths["notes"] = string(storetest.Note(s.t, s.db, v.owner.actor, project, "", "Working days?").ID)
	v.paths["artifacts"] = string(storetest.Artifact(s.t, s.db, v.owner.actor, storetest.Work(project, thread.ID, "Refunds"), "Ten days.", "None.").ID)
	v.paths["tokens"], v.secret = s.token(v.owner)
	return v
}

// document stores a document with one passage and the block that it covers.
func (s *site) document(a ba.Actor, project ba.ProjectID) (ba.Document, ba.PassageID) {
	s.t.Helper()
	const text = "Refunds take ten days."
	d := storetest.Upload(s.t, s.db, a, project, "rules.txt", []byte(text))
	job := storetest.Claim(s.t, s.db, d.ID)
	p := ba.Passage{ID: ba.NewID[ba.PassageID](), Document: d.ID, Version: job.Version, Text: text}
	blocks, err := json.Marshal([]library.Block{{Kind: "paragraph", Text: text}})
	if err == nil {
		err = s.db.AddText(s.t.Context(), job, []ba.Passage{p}, [][]string{term.Terms(text)}, map[int][]byte{0: blocks})
	}
	if err == nil {
		err = s.db.FinishJob(s.t.Context(), job, ba.Extraction{Format: "txt", Status: ba.DocumentReady, Passages: 1})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return d, p.ID
}

func (s *site) firstID(who someone, path string) string {
	s.t.Helper()
	var l struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.NewDecoder(s.do(who, "GET", path, body{}).Body).Decode(&l); err != nil || len(l.Items) == 0 {
		s.t.Fatalf("%s has nothing: %v", path, err)
	}
	return l.Items[0].ID
}

// token makes a token that may only read.
func (s *site) token(who someone) (id, secret string) {
	s.t.Helper()
	var made struct {
		ID    string `json:"id"`
		Token string `json:"token"`
	}
	res := s.do(who, "POST", "/api/tokens", jsonBody(`{"name": "probe", "scopes": ["read"]}`))
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil || made.Token == "" {
		s.t.Fatalf("no token: %d %v", res.StatusCode, err)
	}
	return made.ID, made.Token
}
