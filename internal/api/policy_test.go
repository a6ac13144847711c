package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// cast are the people of the probe.
type cast struct {
	owner, editor, viewer, stranger ba.Actor
	reader                          credential // the owner's token that only reads
	admin                           ba.Actor
	adminReader                     credential // a token of the administrator's that only reads
}

// stage is what a probe acts on: fresh objects, as each route may destroy them.
type stage struct {
	project  ba.ProjectID
	document ba.DocumentID
	thread   ba.ThreadID
	loose    ba.ThreadID
	turn     ba.TurnID // truncated
	guest    ba.UserID // a viewer of the project
	required ba.Requirement
	note     ba.NoteID
	artifact ba.Artifact
	broken   ba.ArtifactID // whose writing failed
}

func (s *site) stage(c cast) stage {
	t := s.t
	t.Helper()
	g := stage{project: storetest.Project(t, s.db, c.owner, "Secret plan")}
	storetest.Member(t, s.db, c.owner, g.project, c.editor, ba.RoleEditor)
	storetest.Member(t, s.db, c.owner, g.project, c.viewer, ba.RoleViewer)
	g.document = s.document(c.owner, g.project)
	g.required = s.quoting(c.owner, g)
	g.note = storetest.Note(t, s.db, c.owner, g.project, "", "Secret question").ID
	g.guest = storetest.User(t, s.db, "gast").User
	storetest.Member(t, s.db, c.owner, g.project, ba.Actor{User: g.guest}, ba.RoleViewer)
	g.thread = storetest.Thread(t, s.db, c.owner, g.project, "Secret talk").ID
	g.loose = storetest.Thread(t, s.db, c.owner, "", "Secret loose talk").ID
	start := storetest.Ask(t, s.db, c.owner, g.thread, "Secret question?")
	turn, err := s.db.ClaimTurn(t.Context(), start.Turn.ID, ba.TurnOwner{Instance: "stage", Until: time.Now().Add(time.Hour)})
	ok(t, err)
	part := ba.AnswerPart{Turn: turn.ID, Thread: g.thread, Answer: turn.Answer, Epoch: turn.Epoch, Text: "Secret answer"}
	ok(t, s.db.EndTurn(t.Context(), ba.TurnEnd{AnswerPart: part, State: ba.TurnTruncated}, term.Terms("Secret answer")))
	g.turn = turn.ID
	g.artifact = storetest.Artifact(t, s.db, c.owner, storetest.Work(g.project, g.thread, "Secret document"), "Secret aims.", "Secret risks.")
	broken, _, err := s.db.StartArtifact(t.Context(), c.owner, storetest.Work(g.project, "", "Secret half"), ba.TurnOwner{Instance: "stage"})
	ok(t, err)
	broken.Revision, broken.State = broken.Revision+1, ba.ArtifactFailed
	ok(t, s.db.EndGeneration(t.Context(), broken, nil))
	g.broken = broken.ID
	return g
}

// quoting stores a requirement that quotes the stage's document.
func (s *site) quoting(a ba.Actor, g stage) ba.Requirement {
	d, err := s.db.Document(s.t.Context(), a, g.document)
	ok(s.t, err)
	text, err := s.db.SearchedText(s.t.Context(), a, g.document, 0)
	ok(s.t, err)
	return storetest.Requirement(s.t, s.db, a, g.project, "Secret prices shall be low.", storetest.Quote(d, text[0], "Secret prices."))
}

// onArtifact is an act on the artifact of the stage.
func onArtifact(suffix string, body any, want int) func(*site, cast, stage) act {
	return func(_ *site, _ cast, g stage) act {
		return act{"/api/artifacts/" + string(g.artifact.ID) + suffix, body, want}
	}
}

// anArtifact asks for one.
func anArtifact(where func(g stage) string) func(*site, cast, stage) act {
	return func(_ *site, _ cast, g stage) act {
		return act{where(g) + "/artifacts", map[string]any{"id": ba.NewID[string](), "kind": "requirements"}, 202}
	}
}

// document stores a document with a text of one block.
func (s *site) document(a ba.Actor, id ba.ProjectID) ba.DocumentID {
	t := s.t
	t.Helper()
	d := storetest.Upload(t, s.db, a, id, "secret.txt", []byte("Secret prices."))
	job := storetest.Claim(t, s.db, d.ID)
	passage := ba.Passage{ID: ba.NewID[ba.PassageID](), Document: d.ID, Version: 1, Locator: ba.Locator{Line: 1}, Text: "Secret prices."}
	page := []byte(`[{"kind":"paragraph","text":"Secret prices.","locator":{"line":1}}]`)
	ok(t, s.db.AddText(t.Context(), job, []ba.Passage{passage}, [][]string{term.Terms(passage.Text)}, map[int][]byte{0: page}))
	ok(t, s.db.FinishJob(t.Context(), job, ba.Extraction{Format: "txt", Status: ba.DocumentReady, Passages: 1}))
	return d.ID
}

// act is a request of a route, made of a stage.
type act struct {
	path string
	body any
	want int // of whoever may; zero is 200
}

// acts says for each operation how it is asked for. An operation that is not
// among them fails the probe.
var acts = map[string]func(s *site, c cast, g stage) act{
	"me":             func(*site, cast, stage) act { return act{path: "/api/me"} },
	"list-answerers": func(*site, cast, stage) act { return act{path: "/api/providers"} },
	"list-sessions":  func(*site, cast, stage) act { return act{path: "/api/sessions"} },
	"list-tokens":    func(*site, cast, stage) act { return act{path: "/api/tokens"} },
	"create-token":   func(*site, cast, stage) act { return act{"/api/tokens", map[string]any{"name": "x"}, 201} },
	"list-projects":  func(*site, cast, stage) act { return act{path: "/api/projects"} },
	"create-project": func(*site, cast, stage) act { return act{"/api/projects", map[string]any{"name": "New"}, 201} },
	"lint-text": func(*site, cast, stage) act {
		return act{path: "/api/lint", body: map[string]any{"text": "The system should be fast."}}
	},
	"list-lint-rules": func(*site, cast, stage) act { return act{path: "/api/lint/rules"} },
	"search":          func(*site, cast, stage) act { return act{path: "/api/search?q=secret"} },
	"list-threads":    func(*site, cast, stage) act { return act{path: "/api/threads"} },
	"create-thread":   func(*site, cast, stage) act { return act{"/api/threads", map[string]any{}, 201} },
	"end-session": func(s *site, c cast, _ stage) act {
		v := ba.Session{ID: ba.NewID[ba.SessionID](), User: c.owner.User, ExpiresAt: time.Now().Add(time.Hour)}
		ok(s.t, s.db.CreateSession(s.t.Context(), v, []byte(v.ID)))
		return act{"/api/sessions/" + string(v.ID), nil, 204}
	},
	"delete-token": func(s *site, c cast, _ stage) act {
		v := ba.APIToken{ID: ba.NewID[ba.TokenID](), User: c.owner.User, Name: "x", Access: ba.AccessRead, ExpiresAt: time.Now().Add(time.Hour)}
		ok(s.t, s.db.CreateToken(s.t.Context(), v, []byte(v.ID)))
		return act{"/api/tokens/" + string(v.ID), nil, 204}
	},
	"get-project": func(_ *site, _ cast, g stage) act { return act{path: "/api/projects/" + string(g.project)} },
	"update-project": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project), body: map[string]any{"name": "Other"}}
	},
	"delete-project": func(_ *site, _ cast, g stage) act { return act{"/api/projects/" + string(g.project), nil, 204} },
	"restore-project": func(s *site, c cast, g stage) act {
		if err := s.db.DeleteProject(s.t.Context(), c.owner, g.project); ba.KindOf(err) != ba.NotFound { // it is deleted already, for another role
			ok(s.t, err)
		}
		return act{path: "/api/projects/" + string(g.project) + "/restore"}
	},
	"restore-thread": func(s *site, c cast, g stage) act {
		if err := s.db.DeleteThread(s.t.Context(), c.owner, g.thread); ba.KindOf(err) != ba.NotFound { // it is deleted already, for another role
			ok(s.t, err)
		}
		return act{path: "/api/threads/" + string(g.thread) + "/restore"}
	},
	"list-members": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/members"}
	},
	"share-project": func(_ *site, _ cast, g stage) act {
		return act{"/api/projects/" + string(g.project) + "/members", map[string]any{"email": "new@example.com", "role": "viewer"}, 201}
	},
	"unshare-project": func(_ *site, _ cast, g stage) act {
		return act{"/api/projects/" + string(g.project) + "/members/" + string(g.guest), nil, 204}
	},
	"search-project": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/search?q=secret"}
	},
	"list-documents": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/documents"}
	},
	"upload-document": func(_ *site, _ cast, g stage) act {
		return act{"/api/projects/" + string(g.project) + "/documents", upload{"a.txt", "text"}, 201}
	},
	"get-document":    func(_ *site, _ cast, g stage) act { return act{path: "/api/documents/" + string(g.document)} },
	"delete-document": func(_ *site, _ cast, g stage) act { return act{"/api/documents/" + string(g.document), nil, 204} },
	"download-document": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/documents/" + string(g.document) + "/content"}
	},
	"read-document": func(_ *site, _ cast, g stage) act { return act{path: "/api/documents/" + string(g.document) + "/text"} },
	"list-versions": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/documents/" + string(g.document) + "/versions"}
	},
	"upload-version": func(_ *site, _ cast, g stage) act {
		return act{"/api/documents/" + string(g.document) + "/versions", upload{"b.txt", "text"}, 201}
	},
	"list-project-threads": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/threads"}
	},
	"create-project-thread": func(_ *site, _ cast, g stage) act {
		return act{"/api/projects/" + string(g.project) + "/threads", map[string]any{"mode": "meeting"}, 201}
	},
	"get-thread": func(_ *site, _ cast, g stage) act { return act{path: "/api/threads/" + string(g.thread)} },
	"update-thread": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/threads/" + string(g.thread), body: map[string]any{"title": "Other"}}
	},
	"delete-thread": func(_ *site, _ cast, g stage) act { return act{"/api/threads/" + string(g.thread), nil, 204} },
	"list-messages": func(_ *site, _ cast, g stage) act { return act{path: "/api/threads/" + string(g.thread) + "/messages"} },
	"send-message": func(_ *site, _ cast, g stage) act {
		return act{"/api/threads/" + string(g.thread) + "/chat", map[string]any{"id": ba.NewID[string](), "content": "When?"}, 202}
	},
	"list-requirements": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/requirements?q=prices&sort=updated"}
	},
	"create-requirement": func(_ *site, _ cast, g stage) act {
		return act{"/api/projects/" + string(g.project) + "/requirements", map[string]any{"statement": "New"}, 201}
	},
	"extract-requirements": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/requirements/extract", body: map[string]any{}}
	},
	"change-requirements": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/requirements/bulk", body: map[string]any{"ids": []string{string(g.required.ID)}, "set": map[string]any{"priority": "must"}}}
	},
	"export-requirements": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/requirements/export?format=csv"}
	},
	"import-requirements": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/requirements/import", body: upload{"in.csv", "ID,Requirement\n,Another.\n"}}
	},
	"revise-requirements": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/requirements/revise", body: map[string]any{"items": []map[string]any{{"statement": "Another"}}}}
	},
	"get-requirement": func(_ *site, _ cast, g stage) act { return act{path: "/api/requirements/" + string(g.required.ID)} },
	"update-requirement": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/requirements/" + string(g.required.ID), body: map[string]any{"statement": "Other"}}
	},
	"delete-requirement": func(_ *site, _ cast, g stage) act { return act{"/api/requirements/" + string(g.required.ID), nil, 204} },
	"list-requirement-versions": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/requirements/" + string(g.required.ID) + "/history"}
	},
	"add-link": func(_ *site, _ cast, g stage) act {
		return act{"/api/requirements/" + string(g.required.ID) + "/links", map[string]any{"passage_id": string(g.required.Links[0].Passage), "quote": "prices"}, 201}
	},
	"remove-link": func(_ *site, _ cast, g stage) act {
		return act{"/api/requirements/" + string(g.required.ID) + "/links/" + string(g.required.Links[0].ID), nil, 204}
	},
	"verify-link": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/requirements/" + string(g.required.ID) + "/links/" + string(g.required.Links[0].ID) + "/verify", body: map[string]any{}}
	},
	"get-coverage": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/coverage"}
	},
	"list-uncovered": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/uncovered"}
	},
	"get-matrix": func(_ *site, _ cast, g stage) act { return act{path: "/api/projects/" + string(g.project) + "/matrix"} },
	"list-notes": func(_ *site, _ cast, g stage) act { return act{path: "/api/projects/" + string(g.project) + "/notes"} },
	"create-note": func(_ *site, _ cast, g stage) act {
		return act{"/api/projects/" + string(g.project) + "/notes", map[string]any{"kind": "question", "text": "Why?"}, 201}
	},
	"get-note": func(_ *site, _ cast, g stage) act { return act{path: "/api/notes/" + string(g.note)} },
	"update-note": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/notes/" + string(g.note), body: map[string]any{"text": "Why so?"}}
	},
	"delete-note":   func(_ *site, _ cast, g stage) act { return act{"/api/notes/" + string(g.note), nil, 204} },
	"watch-thread":  func(_ *site, _ cast, g stage) act { return act{path: "/api/threads/" + string(g.thread) + "/chat"} },
	"watch-threads": func(_ *site, _ cast, g stage) act { return act{path: "/api/events?threads=" + string(g.thread)} },
	"stop-turn":     func(_ *site, _ cast, g stage) act { return act{"/api/turns/" + string(g.turn) + "/stop", nil, 202} },
	"retry-turn": func(_ *site, _ cast, g stage) act {
		return act{"/api/turns/" + string(g.turn) + "/retry", map[string]any{"id": ba.NewID[string]()}, 202}
	},
	"list-project-artifacts": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/projects/" + string(g.project) + "/artifacts"}
	},
	"list-thread-artifacts": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/threads/" + string(g.thread) + "/artifacts"}
	},
	"create-project-artifact": anArtifact(func(g stage) string { return "/api/projects/" + string(g.project) }),
	"create-thread-artifact":  anArtifact(func(g stage) string { return "/api/threads/" + string(g.thread) }),
	"get-artifact":            onArtifact("", nil, 0),
	"update-artifact":         onArtifact("", map[string]any{"revision": 2, "title": "Other"}, 0),
	"delete-artifact":         onArtifact("", nil, 204),
	"stop-artifact":           onArtifact("/stop", nil, 202),
	"continue-artifact": func(_ *site, _ cast, g stage) act {
		return act{"/api/artifacts/" + string(g.broken) + "/continue", nil, 202}
	},
	"regenerate-artifact":    onArtifact("/regenerate", map[string]any{"id": ba.NewID[string]()}, 202),
	"list-artifact-versions": onArtifact("/versions", nil, 0),
	"compare-artifact":       onArtifact("/diff", nil, 0),
	"approve-artifact": func(_ *site, _ cast, g stage) act {
		return act{path: "/api/artifacts/" + string(g.artifact.ID) + "/approvals", body: map[string]any{"version": 1, "hash": g.artifact.Hash()}}
	},
	"bring-back-artifact": func(s *site, c cast, g stage) act {
		title := "Second"
		v, err := s.artifacts.Find(s.t.Context(), c.owner, g.artifact.ID, 0)
		ok(s.t, err)
		v, err = s.artifacts.Save(s.t.Context(), c.owner, g.artifact.ID, artifact.Change{Revision: v.Revision, Title: &title})
		ok(s.t, err)
		return act{path: "/api/artifacts/" + string(g.artifact.ID) + "/restore", body: map[string]any{"version": 1, "revision": v.Revision}}
	},
	"withdraw-approval": onArtifact("/approvals?version=1", nil, 0),
	"export-artifact":   onArtifact("/export", nil, 0),
	"list-users":        at("/api/admin/users?q=olga"),
	"get-user":          func(_ *site, c cast, _ stage) act { return act{path: "/api/admin/users/" + string(c.viewer.User)} },
	"list-invitations":  at("/api/admin/invitations"),
	"get-budgets":       at("/api/admin/budgets"),
	"list-ai-providers": at("/api/admin/providers"),
	"test-ai-provider":  at("/api/admin/providers/analyst/test"),
	"list-sign-ins":     at("/api/admin/sign-in"),
	"test-sign-in": func(*site, cast, stage) act {
		return act{path: "/api/admin/sign-in/oidc/test", want: http.StatusNotFound}
	}, // none is set up here
	"list-audit":     at("/api/admin/audit?limit=2&from=2026-01-01T00:00:00Z"),
	"export-audit":   at("/api/admin/audit/export?format=csv"),
	"verify-audit":   at("/api/admin/audit/verify"),
	"list-backups":   at("/api/admin/backups"),
	"start-backup":   func(*site, cast, stage) act { return act{path: "/api/admin/backups", want: http.StatusAccepted} },
	"get-deployment": at("/api/admin/deployment"),
	"continue-turn": func(_ *site, _ cast, g stage) act {
		return act{"/api/turns/" + string(g.turn) + "/continue", map[string]any{"id": ba.NewID[string]()}, 202}
	},
}

// at returns an act on what is the same for everybody.
func at(path string) func(*site, cast, stage) act {
	return func(*site, cast, stage) act { return act{path: path} }
}

// role is one of the people that the probe sends to every route.
type role struct {
	name string
	who  func(c cast) credential
	rank int // 0 nobody, 1 stranger, 2 viewer, 3 editor, 4 owner, 5 administrator who is in no project
	read bool
}

var roles = []role{
	{"nobody", func(cast) credential { return credential{} }, 0, false},
	{"a forged cookie", func(c cast) credential { return credential{cookie: string(c.owner.User)} }, 0, false},
	{"a forged token", func(cast) credential { return credential{bearer: "ba_" + strings.Repeat("A", 43)} }, 0, false},
	{"a stranger", func(c cast) credential { return as(c.stranger) }, 1, false},
	{"a viewer", func(c cast) credential { return as(c.viewer) }, 2, false},
	{"an editor", func(c cast) credential { return as(c.editor) }, 3, false},
	{"the owner", func(c cast) credential { return as(c.owner) }, 4, false},
	{"the owner's reading token", func(c cast) credential { return c.reader }, 4, true},
	{"an administrator", func(c cast) credential { return as(c.admin) }, 5, false},
	{"an administrator's reading token", func(c cast) credential { return c.adminReader }, 5, true},
}

// verdict says which status a role gets on a route; zero is that of the act.
func verdict(rt Route, r role) int {
	needed := map[Authority]int{Person: 1, Viewer: 2, Editor: 3, Owner: 4, Own: 4}[rt.Authority]
	if rt.ID == "watch-threads" { // any person asks it, about threads that need a viewer
		needed = 2
	}
	switch {
	case r.rank == 0:
		return http.StatusUnauthorized
	case rt.Authority == Admin && r.rank < 5:
		return http.StatusForbidden
	case r.read && rt.Method != http.MethodGet:
		return http.StatusForbidden
	case r.rank == 5 && rt.Authority != Admin: // to administer gives no way into projects
		if needed == 1 {
			return 0
		}
		return http.StatusNotFound
	case r.rank >= needed:
		return 0
	case r.rank == 1, rt.Authority == Own:
		return http.StatusNotFound
	}
	return http.StatusForbidden
}

func TestEveryRouteKeepsItsAuthority(t *testing.T) {
	s := newSite(t)
	c := cast{owner: storetest.User(t, s.db, "olga"), editor: storetest.User(t, s.db, "emil"), viewer: storetest.User(t, s.db, "vera"), stranger: storetest.User(t, s.db, "stan")}
	c.admin = storetest.User(t, s.db, "anna", ba.RoleAdmin)
	c.reader, c.adminReader = s.token(c.owner, "read"), s.token(c.admin, "read")
	for _, rt := range Routes() {
		if rt.Authority == Open {
			continue
		}
		prepare, known := acts[rt.ID]
		if !known {
			t.Errorf("%s %s: the probe does not know how to ask for it; add it to acts", rt.Method, rt.Path)
			continue
		}
		g := s.stage(c)
		for _, r := range roles {
			a := prepare(s, c, g)
			got := s.call(r.who(c), rt.Method, a.path, a.body)
			want := verdict(rt, r)
			if want == 0 {
				want = cmp.Or(a.want, http.StatusOK)
				if rt.Method != http.MethodGet { // it may have changed what the next one acts on
					g = s.stage(c)
				}
			}
			expect(t, rt.ID+" by "+r.name, got, want)
			if want >= 400 {
				checkProblem(t, rt.ID+" by "+r.name, got)
			}
		}
	}
}

// checkProblem holds a refusal to its form, and to telling nothing of what it
// refuses.
func checkProblem(t *testing.T, what string, r response) {
	t.Helper()
	var p struct {
		Type, Title, Detail, Code string
		Status                    int
		RequestID                 string `json:"request_id"`
	}
	if err := json.Unmarshal(r.body, &p); err != nil || r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: no problem but %s %q", what, r.header.Get("Content-Type"), r.body)
		return
	}
	if p.Status != r.status || p.Type == "" || p.Title == "" || p.Detail == "" || p.Code == "" || p.RequestID == "" || p.RequestID != r.header.Get("X-Request-Id") {
		t.Errorf("%s: problem %+v", what, p)
	}
	if bytes.Contains(bytes.ToLower(r.body), []byte("secret")) {
		t.Errorf("%s: the refusal tells of the object: %s", what, r.body)
	}
}

func TestAnIdThatNamesNothingIsNotFound(t *testing.T) {
	s := newSite(t)
	owner := storetest.User(t, s.db, "olga", ba.RoleAdmin)
	c := cast{owner: owner, editor: storetest.User(t, s.db, "emil"), viewer: storetest.User(t, s.db, "vera")}
	g := s.stage(c)
	for _, rt := range Routes() {
		if !strings.Contains(rt.Path, "{id}") || strings.HasPrefix(rt.ID, "restore-") { // to prepare that one deletes the object
			continue
		}
		a := acts[rt.ID](s, c, g)
		id := a.path[strings.Index(rt.Path, "{id}"):]
		id, _, _ = strings.Cut(id, "/")
		id, _, _ = strings.Cut(id, "?")
		for name, other := range map[string]string{"an unknown id": ba.NewID[string](), "no id at all": "..%2Fx", "text": "42"} {
			got := s.call(as(owner), rt.Method, strings.Replace(a.path, id, other, 1), a.body)
			expect(t, rt.ID+" with "+name, got, http.StatusNotFound)
			checkProblem(t, rt.ID+" with "+name, got)
		}
	}
}

func TestALooseThreadIsItsOwnersAlone(t *testing.T) {
	s := newSite(t)
	c := cast{owner: storetest.User(t, s.db, "olga"), editor: storetest.User(t, s.db, "emil"), viewer: storetest.User(t, s.db, "vera")}
	g := s.stage(c)
	path := "/api/threads/" + string(g.loose)
	expect(t, "the owner", s.call(as(c.owner), "GET", path, nil), 200)
	expect(t, "a colleague", s.call(as(c.editor), "GET", path, nil), 404)
	expect(t, "a colleague watches", s.call(as(c.editor), "GET", path+"/chat", nil), 404)
	expect(t, "a colleague moves it", s.call(as(c.editor), "PATCH", path, map[string]any{"project_id": g.project}), 404)
	expect(t, "the owner moves it", s.call(as(c.owner), "PATCH", path, map[string]any{"project_id": g.project}), 200)
	expect(t, "a colleague, then", s.call(as(c.editor), "GET", path, nil), 200)
	expect(t, "the owner moves it once more", s.call(as(c.owner), "PATCH", path, map[string]any{"project_id": storetest.Project(t, s.db, c.owner, "Other")}), 409)
}
