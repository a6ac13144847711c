package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/api"
	"github.com/ba-assistant/ba-assistant/internal/web"
)

// bodies are valid bodies of the API's routes that take one, so that a
// refusal is one of authority and not of form.
var bodies = map[string]body{
	"sign-in-dev": jsonBody(`{"email": "x@example.com"}`), "exchange-code": jsonBody(`{"code": "x", "code_verifier": "` + strings.Repeat("v", 43) + `"}`),
	"create-token": jsonBody(`{"name": "x"}`), "create-project": jsonBody(`{"name": "x"}`), "update-project": jsonBody(`{"name": "x"}`),
	"share-project": jsonBody(`{"email": "new@example.com", "role": "viewer"}`), "upload-document": fileBody(), "upload-version": fileBody(),
	"create-project-thread": jsonBody(`{}`), "create-thread": jsonBody(`{}`), "update-thread": jsonBody(`{"title": "x"}`),
	"create-requirement": jsonBody(`{"statement": "x"}`), "extract-requirements": jsonBody(`{}`), "update-requirement": jsonBody(`{"statement": "x"}`),
	"import-requirements": fileBody(), "revise-requirements": jsonBody(`{"items": [{"statement": "x"}]}`),
	"change-requirements": jsonBody(`{"ids": ["` + ba.NewID[string]() + `"], "set": {"status": "reviewed"}}`),
	"add-link":            jsonBody(`{"passage_id": "` + ba.NewID[string]() + `", "quote": "x"}`), "verify-link": jsonBody(`{}`),
	"create-note": jsonBody(`{"kind": "question", "text": "x"}`), "update-note": jsonBody(`{"text": "x"}`),
	"create-project-artifact": jsonBody(`{"id": "` + ba.NewID[string]() + `", "kind": "brd"}`), "create-thread-artifact": jsonBody(`{"id": "` + ba.NewID[string]() + `", "kind": "brd"}`),
	"update-artifact": jsonBody(`{"revision": 1, "title": "x"}`), "regenerate-artifact": jsonBody(`{"id": "` + ba.NewID[string]() + `"}`),
	"bring-back-artifact": jsonBody(`{"version": 1, "revision": 1}`),
	"approve-artifact":    jsonBody(`{"version": 1, "hash": "x"}`),
	"send-message":        jsonBody(`{"id": "` + ba.NewID[string]() + `", "content": "x"}`),
	"retry-turn":          jsonBody(`{"id": "` + ba.NewID[string]() + `"}`), "continue-turn": jsonBody(`{"id": "` + ba.NewID[string]() + `"}`),
}

// ranks order the authorities of what belongs to a project.
var ranks = map[api.Authority]int{api.Viewer: 1, api.Editor: 2, api.Owner: 3}

// hidden is the authority for what was deleted, within its time to be restored:
// a project, which only an owner sees, or a conversation. Nobody else learns
// that it is there, and of what is not deleted nobody does.
const hidden api.Authority = "owner, hidden from others"

// administrator is the authority for what only an administrator sees. The
// owner of the scene came first, and is one.
const administrator = api.Admin

// want is the status that a caller must get; 0 means that it must be let in.
func want(authority api.Authority, rank int, signedIn bool) int {
	switch {
	case authority == api.Open:
		return 0
	case !signedIn:
		return http.StatusUnauthorized
	case authority == api.Person:
		return 0
	case authority == administrator:
		return http.StatusForbidden
	case rank == 0, authority == api.Own, authority == hidden:
		return http.StatusNotFound
	case rank < ranks[authority]:
		return http.StatusForbidden
	}
	return 0
}

func TestEveryAPIRouteIsClosedToThoseItIsNotFor(t *testing.T) {
	s := newSite(t)
	v := s.scene()
	callers := []struct {
		someone
		rank int
	}{{someone{name: "nobody"}, 0}, {v.stranger, 0}, {v.viewer, 1}, {v.editor, 2}}
	for _, rt := range api.Routes() {
		if _, known := ranks[rt.Authority]; !known && rt.Authority != api.Open && rt.Authority != api.Person && rt.Authority != api.Own && rt.Authority != administrator {
			t.Errorf("%s %s has no authority that the probe knows: %q", rt.Method, rt.Path, rt.Authority)
			continue
		}
		for _, c := range callers {
			authority := rt.Authority
			if strings.HasPrefix(rt.ID, "restore-") {
				authority = hidden
			}
			status := want(authority, c.rank, c.cookie != nil)
			if status == 0 && rt.Method != http.MethodGet {
				continue // what is allowed would change the scene
			}
			res := s.do(c.someone, rt.Method, v.path(rt.Path), bodies[rt.ID])
			if got := res.StatusCode; status != 0 && got != status || status == 0 && refused(rt, got) {
				t.Errorf("%s %s as %s: %d, want %d", rt.Method, rt.Path, c.name, got, status)
			}
		}
	}
}

// refused reports whether a caller who is let in was not. Of the open routes
// of sign-in, those of providers that are not set up are not found.
func refused(rt api.Route, status int) bool {
	if rt.Authority == api.Open && strings.Contains(rt.Path, "{provider}") {
		return status != http.StatusNotFound
	}
	return status >= 400 && rt.ID != "watch-threads" // which needs the ids of threads
}

// path fills in the objects of the scene.
func (v scene) path(pattern string) string {
	for before, id := range v.paths {
		pattern = strings.ReplaceAll(pattern, "/"+before+"/{id}", "/"+before+"/"+id)
	}
	return strings.NewReplacer("{user_id}", string(v.colleague.actor.User), "{user}", string(v.colleague.actor.User), "{message}", v.message,
		"{n}", "1", "{link_id}", v.link, "{link}", v.link, "{provider}", "google", "{secret}", "none", "{$}", "").Replace(pattern)
}

func TestALooseThreadIsItsOwnersAlone(t *testing.T) {
	s := newSite(t)
	v := s.scene()
	v.paths["threads"] = v.loose
	for _, rt := range api.Routes() {
		if !strings.HasPrefix(rt.Path, "/api/threads/{id}") {
			continue
		}
		for _, who := range []someone{v.stranger, v.viewer, v.editor} {
			if res := s.do(who, rt.Method, v.path(rt.Path), bodies[rt.ID]); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s %s as %s: %d", rt.Method, rt.Path, who.name, res.StatusCode)
			}
		}
	}
	if res := s.do(v.stranger, "GET", "/api/events?threads="+v.loose, body{}); res.StatusCode != http.StatusNotFound {
		t.Errorf("the events of somebody else's thread: %d", res.StatusCode)
	}
}

func TestWhatDoesNotExistIsNotFoundToo(t *testing.T) {
	s := newSite(t)
	v := s.scene()
	for name := range v.paths {
		v.paths[name] = ba.NewID[string]()
	}
	for _, rt := range api.Routes() {
		if !strings.Contains(rt.Path, "{id}") {
			continue
		}
		if res := s.do(v.owner, rt.Method, v.path(rt.Path), bodies[rt.ID]); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s %s: %d", rt.Method, rt.Path, res.StatusCode)
		}
	}
}

func TestATokenThatMayReadChangesNothing(t *testing.T) {
	s := newSite(t)
	v := s.scene()
	reader := someone{name: "reader", bearer: v.secret}
	for _, rt := range api.Routes() {
		if rt.Method == http.MethodGet || rt.Authority == api.Open {
			continue
		}
		if res := s.do(reader, rt.Method, v.path(rt.Path), bodies[rt.ID]); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s: %d", rt.Method, rt.Path, res.StatusCode)
		}
	}
}

// pages says what each page and form needs, for what concerns an object. A
// route that is not here fails.
var pages = map[string]api.Authority{
	"GET /login": api.Open, "POST /login": api.Open, "GET /setup": api.Open, "POST /setup": api.Open, "GET /invite/{secret}": api.Open,
	"POST /invite/{secret}": api.Open, "GET /privacy": api.Open, "GET /offline": api.Open, "GET /sw.js": api.Open, "POST /settings/theme": api.Open, "POST /logout": api.Open,
	"GET /{$}": api.Person, "POST /sample": api.Person, "GET /projects": api.Person, "POST /projects": api.Person,
	"GET /admin": administrator, "GET /admin/deployment": administrator, "GET /admin/users": administrator, "POST /admin/users/invite": administrator,
	"POST /admin/invitations/{id}/withdraw": administrator, "GET /admin/users/{id}": administrator, "POST /admin/users/{id}/role": administrator,
	"POST /admin/users/{id}/access": administrator, "POST /admin/users/{id}/sign-out": administrator, "POST /admin/users/{id}/limit": administrator,
	"GET /admin/budgets": administrator, "POST /admin/budgets": administrator, "GET /admin/audit": administrator, "GET /admin/audit/export": administrator,
	"GET /admin/providers": administrator, "POST /admin/providers/{id}/test": administrator, "POST /admin/sign-in/{id}/test": administrator,
	"GET /admin/backups": administrator, "POST /admin/backups": administrator,
	"GET /threads": api.Person, "POST /threads": api.Person, "GET /search": api.Person, "GET /settings": api.Person, "POST /settings/tokens": api.Person,
	"GET /projects/{id}": api.Viewer, "POST /projects/{id}/edit": api.Editor, "POST /projects/{id}/delete": api.Owner,
	"POST /projects/{id}/restore": hidden, "POST /projects/{id}/members": api.Owner, "POST /projects/{id}/members/{user}/remove": api.Owner,
	"GET /projects/{id}/documents": api.Viewer, "POST /projects/{id}/documents": api.Editor,
	"GET /documents/{id}": api.Viewer, "GET /documents/{id}/state": api.Viewer, "GET /documents/{id}/content": api.Viewer,
	"POST /documents/{id}/versions": api.Editor, "POST /documents/{id}/delete": api.Editor,
	"GET /projects/{id}/artifacts": api.Viewer, "POST /projects/{id}/artifacts": api.Editor, "GET /threads/{id}/artifacts": api.Viewer, "POST /threads/{id}/artifacts": api.Editor,
	"GET /artifacts/{id}": api.Viewer, "GET /artifacts/{id}/sections": api.Viewer, "GET /artifacts/{id}/edit": api.Editor, "POST /artifacts/{id}/edit": api.Editor,
	"GET /artifacts/{id}/versions": api.Viewer, "GET /artifacts/{id}/export": api.Viewer, "POST /artifacts/{id}/stop": api.Editor, "POST /artifacts/{id}/continue": api.Editor,
	"POST /artifacts/{id}/regenerate": api.Editor, "POST /artifacts/{id}/approve": api.Editor, "POST /artifacts/{id}/withdraw": api.Editor, "POST /artifacts/{id}/restore": api.Editor, "POST /artifacts/{id}/delete": api.Editor,
	"GET /threads/{id}/discovery": api.Viewer, "GET /threads/{id}": api.Viewer, "GET /threads/{id}/budget": api.Viewer, "POST /threads/{id}/messages": api.Editor, "GET /threads/{id}/messages/{message}": api.Viewer,
	"GET /threads/{id}/messages/{message}/citations/{n}": api.Viewer, "POST /threads/{id}/edit": api.Editor, "POST /threads/{id}/delete": api.Editor, "POST /threads/{id}/restore": hidden,
	"GET /projects/{id}/requirements": api.Viewer, "POST /projects/{id}/requirements": api.Editor, "GET /projects/{id}/requirements/new": api.Editor,
	"POST /projects/{id}/requirements/change": api.Editor, "POST /projects/{id}/requirements/extract": api.Editor,
	"GET /projects/{id}/requirements/export": api.Viewer, "GET /projects/{id}/requirements/import": api.Editor, "POST /projects/{id}/requirements/import": api.Editor, "POST /projects/{id}/requirements/revise": api.Editor,
	"GET /projects/{id}/coverage": api.Viewer, "GET /projects/{id}/matrix": api.Viewer, "GET /projects/{id}/notes": api.Viewer,
	"POST /projects/{id}/notes": api.Editor, "POST /notes/{id}/edit": api.Editor, "POST /notes/{id}/delete": api.Editor,
	"GET /requirements/{id}": api.Viewer, "POST /requirements/{id}/edit": api.Editor, "POST /requirements/{id}/status": api.Editor,
	"POST /requirements/{id}/delete": api.Editor, "POST /requirements/{id}/waive": api.Editor, "POST /requirements/{id}/sources": api.Editor,
	"POST /requirements/{id}/sources/{link}/verify": api.Editor, "POST /requirements/{id}/sources/{link}/remove": api.Editor,
	"POST /turns/{id}/stop": api.Editor, "POST /turns/{id}/retry": api.Editor, "POST /turns/{id}/continue": api.Editor,
	"POST /settings/sessions/{id}/revoke": api.Own, "POST /settings/tokens/{id}/revoke": api.Own,
}

const anyForm = "name=x&description=x&email=new%40example.com&role=viewer&content=x&title=x&days=30&access=read"

func TestEveryPageIsClosedToThoseItIsNotFor(t *testing.T) {
	s := newSite(t)
	v := s.scene()
	callers := []struct {
		someone
		rank int
	}{{someone{name: "nobody"}, 0}, {v.stranger, 0}, {v.viewer, 1}, {v.editor, 2}}
	for _, rt := range s.pageRoutes(t) {
		authority, known := pages[rt.Pattern]
		if !known || (authority == api.Open) != (rt.Authority == web.Open) {
			t.Errorf("%s has no policy in the probe, or another one than in its table (%s)", rt.Pattern, rt.Authority)
			continue
		}
		method, pattern, _ := strings.Cut(rt.Pattern, " ")
		in := formBody(anyForm)
		if strings.HasSuffix(pattern, "/documents") || strings.HasSuffix(pattern, "/import") || strings.HasSuffix(pattern, "/versions") {
			in = fileBody()
		}
		if method == http.MethodGet {
			in = body{}
		}
		for _, c := range callers {
			status := want(authority, c.rank, c.cookie != nil)
			if status == 0 && method != http.MethodGet {
				continue
			}
			if status == http.StatusUnauthorized && method == http.MethodGet {
				status = http.StatusSeeOther // to the sign-in
			}
			res := s.do(c.someone, method, v.path(pattern), in)
			if fault := judge(res, status, c.cookie == nil, pattern); fault != "" {
				t.Errorf("%s as %s: %s", rt.Pattern, c.name, fault)
			}
		}
	}
}

func TestAnAdministratorSeesTheDeployment(t *testing.T) {
	s := newSite(t)
	v := s.scene()
	res := s.do(v.owner, "GET", "/admin/deployment", body{})
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
	for _, part := range []string{"The data survives the next deployment", "OWN-09", "Cannot be known here", "run preflight there"} {
		if !strings.Contains(string(text), part) {
			t.Errorf("the page does not say %q", part)
		}
	}
	if strings.Contains(string(text), s.cfg.DataDir) {
		t.Error("the page shows the path of the data")
	}
}

// judge says what is wrong with the answer of a page, or nothing.
func judge(res *http.Response, status int, anonymous bool, pattern string) string {
	switch {
	case status == http.StatusSeeOther && !strings.HasPrefix(res.Header.Get("Location"), "/login"):
		return "it leads to " + res.Header.Get("Location")
	case status != 0 && res.StatusCode != status:
		return fmt.Sprintf("%d, want %d", res.StatusCode, status)
	case status == 0 && res.StatusCode >= 400 && !strings.HasPrefix(pattern, "/invite/"):
		return fmt.Sprintf("%d for somebody who may", res.StatusCode)
	case !anonymous && res.Header.Get("Cache-Control") != "private, no-store":
		return "it may be kept by a cache: " + res.Header.Get("Cache-Control")
	}
	return ""
}

// pageRoutes returns the table of the pages.
func (s *site) pageRoutes(t *testing.T) []web.Route {
	t.Helper()
	pages, err := newPages(s.App)
	if err != nil {
		t.Fatal(err)
	}
	return pages.Routes()
}

func TestAConversationIsNotBegunInSomebodyElsesProject(t *testing.T) {
	s := newSite(t)
	v := s.scene()
	for who, status := range map[*someone]int{&v.stranger: http.StatusNotFound, &v.viewer: http.StatusForbidden} {
		if res := s.do(*who, "POST", "/threads", formBody("content=x&mode=free&project="+v.project)); res.StatusCode != status {
			t.Errorf("%s: %d, want %d", who.name, res.StatusCode, status)
		}
	}
}

func TestAFormThatIsSentTwiceBeginsOneConversation(t *testing.T) {
	s := newSite(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.services.chat.Run(ctx) }()
	defer func() { stop(); <-ended }()
	ana := s.signIn("ana")
	id := ba.NewID[string]()
	send := func(who someone, question string) string {
		t.Helper()
		res := s.do(who, "POST", "/threads", formBody("mode=free&id="+id+"&content="+question))
		if res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d", question, res.StatusCode)
		}
		return res.Header.Get("Location")
	}
	first := send(ana, "Why")
	if again := send(ana, "Why"); again != first {
		t.Errorf("sent again it is %s, not %s", again, first)
	}
	if other := send(ana, "How"); other == first { // asked on a page that came back from the browser's memory
		t.Error("another question is not asked")
	}
	if other := send(s.signIn("ben"), "Why"); other == first {
		t.Error("somebody else gets the conversation")
	}
	threads, err := s.db.Threads(t.Context(), ana.actor, "", ba.Page{})
	if err != nil || len(threads.Items) != 2 {
		t.Errorf("there are %d conversations (%v)", len(threads.Items), err)
	}
	for _, v := range threads.Items {
		messages, err := s.db.Messages(t.Context(), ana.actor, v.ID, ba.Page{})
		if err != nil || len(messages.Items) != 2 {
			t.Errorf("%d messages (%v)", len(messages.Items), err)
		}
	}
}
