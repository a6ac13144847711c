package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestAPersonSignsInInDevelopmentAndSeesWhatIsTheirs(t *testing.T) {
	s := newSite(t)
	in := s.call(credential{}, "POST", "/auth/dev", map[string]any{"email": "ana@example.com", "name": "Ana"})
	expect(t, "sign in", in, 200)
	cookie := (&http.Response{Header: in.header}).Cookies()[0]
	if cookie.Name != "ba_session" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %+v", cookie)
	}
	ana := credential{cookie: cookie.Value}
	me := s.call(ana, "GET", "/api/me", nil)
	budget := field[map[string]any](t, me, "budget")
	if field[string](t, me, "user", "email") != "ana@example.com" || field[string](t, me, "role") != "admin" || budget["state"] != "ok" || budget["limit_microusd"] != 50e6 {
		t.Errorf("me %s", me.body)
	}
	if at, err := time.Parse(time.RFC3339, budget["resets_at"].(string)); err != nil || at.Day() != 1 || !at.After(time.Now()) { //nolint:forcetypeassert // a test
		t.Errorf("the budget resets at %v", budget["resets_at"])
	}
	sessions := s.call(ana, "GET", "/api/sessions", nil)
	if current := field[bool](t, sessions, "items", "0", "current"); !current {
		t.Errorf("sessions %s", sessions.body)
	}
	expect(t, "log out", s.call(ana, "POST", "/auth/logout", nil), 204)
	expect(t, "after that", s.call(ana, "GET", "/api/me", nil), 401)
	expect(t, "no address", s.call(credential{}, "POST", "/auth/dev", map[string]any{"email": "ana", "name": "Ana"}), 422)
}

func TestInProductionThereIsNoSignInWithoutAProof(t *testing.T) {
	s := newSite(t, func(d *Deps) { d.Dev = nil })
	expect(t, "sign in", s.call(credential{}, "POST", "/auth/dev", map[string]any{"email": "ana@example.com", "name": "Ana"}), 404)
}

func TestATokenIsShownOnceAndEndsWhenItIsDeleted(t *testing.T) {
	s := newSite(t)
	a := storetest.User(t, s.db, "olga")
	made := s.call(as(a), "POST", "/api/tokens", map[string]any{"name": "Script", "expires_in_days": 7, "scopes": []string{"read", "write"}})
	expect(t, "make a token", made, 201)
	token := credential{bearer: field[string](t, made, "token")}
	expect(t, "a write by token", s.call(token, "POST", "/api/projects", map[string]any{"name": "By script"}), 201)
	list := s.call(as(a), "GET", "/api/tokens", nil)
	if strings.Contains(string(list.body), token.bearer) || field[string](t, list, "items", "0", "name") != "Script" {
		t.Errorf("tokens %s", list.body)
	}
	expect(t, "delete it", s.call(as(a), "DELETE", "/api/tokens/"+field[string](t, made, "id"), nil), 204)
	gone := s.call(token, "GET", "/api/me", nil)
	expect(t, "after that", gone, 401)
	if !strings.HasPrefix(gone.header.Get("WWW-Authenticate"), "Bearer") {
		t.Errorf("headers %v", gone.header)
	}
}

func TestAListIsReadPartByPart(t *testing.T) {
	s := newSite(t)
	a := storetest.User(t, s.db, "olga")
	for _, name := range []string{"One", "Two", "Three"} {
		expect(t, "make a project", s.call(as(a), "POST", "/api/projects", map[string]any{"name": name}), 201)
	}
	var names []string
	for after := ""; ; {
		r := s.call(as(a), "GET", "/api/projects?limit=2&after="+after, nil)
		var page struct {
			Items []wireProject
			Next  *string
		}
		ok(t, json.Unmarshal(r.body, &page))
		for _, p := range page.Items {
			names = append(names, p.Name)
		}
		if page.Next == nil {
			break
		}
		after = *page.Next
	}
	if slices.Sort(names); !slices.Equal(names, []string{"One", "Three", "Two"}) {
		t.Errorf("projects %v", names)
	}
	expect(t, "a token of no list", s.call(as(a), "GET", "/api/projects?after=zzz", nil), 422)
	expect(t, "no limit at all", s.call(as(a), "GET", "/api/projects?limit=0", nil), 422)
	expect(t, "too large a limit", s.call(as(a), "GET", "/api/projects?limit=201", nil), 422)
}

func TestADeletedProjectComesBackWithinItsTime(t *testing.T) {
	s := newSite(t)
	a := storetest.User(t, s.db, "olga")
	path := "/api/projects/" + string(storetest.Project(t, s.db, a, "Checkout"))
	expect(t, "delete", s.call(as(a), "DELETE", path, nil), 204)
	expect(t, "read", s.call(as(a), "GET", path, nil), 404)
	expect(t, "restore", s.call(as(a), "POST", path+"/restore", nil), 200)
	expect(t, "read again", s.call(as(a), "GET", path, nil), 200)
}

func TestSharingNamesAMemberOrAnInvitation(t *testing.T) {
	s := newSite(t)
	a, known := storetest.User(t, s.db, "olga"), storetest.User(t, s.db, "emil")
	path := "/api/projects/" + string(storetest.Project(t, s.db, a, "Checkout")) + "/members"
	r := s.call(as(a), "POST", path, map[string]any{"email": "emil@example.com", "role": "editor"})
	expect(t, "share with somebody", r, 201)
	if field[string](t, r, "member", "user_id") != string(known.User) {
		t.Errorf("sharing %s", r.body)
	}
	r = s.call(as(a), "POST", path, map[string]any{"email": "new@example.com", "role": "viewer"})
	if field[string](t, r, "invitation", "email") != "new@example.com" || !strings.Contains(field[string](t, r, "invitation", "url"), "/") {
		t.Errorf("sharing %s", r.body)
	}
	expect(t, "an unknown role", s.call(as(a), "POST", path, map[string]any{"email": "x@example.com", "role": "god"}), 422)
}

func TestADocumentGoesUpAndComesBackUnchanged(t *testing.T) {
	s := newSite(t)
	a := storetest.User(t, s.db, "olga")
	project := "/api/projects/" + string(storetest.Project(t, s.db, a, "Checkout"))
	content := make([]byte, 700_000)
	_, _ = rand.Read(content)
	r := s.call(as(a), "POST", project+"/documents", upload{"über \"uns\".bin", string(content)})
	expect(t, "upload", r, 201)
	id := field[string](t, r, "id")
	if r.header.Get("Location") != "/api/documents/"+id || field[string](t, r, "status") != "processing" || field[string](t, r, "filename") != "über \"uns\".bin" {
		t.Errorf("document %s", r.body)
	}
	back := s.call(as(a), "GET", "/api/documents/"+id+"/content", nil)
	if !bytes.Equal(back.body, content) {
		t.Errorf("%d bytes came back of %d", len(back.body), len(content))
	}
	h := back.header
	if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("Content-Type") != "application/octet-stream" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("headers %v", h)
	}
	expect(t, "a new version", s.call(as(a), "POST", "/api/documents/"+id+"/versions", upload{"b.txt", "text"}), 201)
	old := s.call(as(a), "GET", "/api/documents/"+id+"/content?version=1", nil)
	if !bytes.Equal(old.body, content) {
		t.Error("the first version is not what it was")
	}
	expect(t, "a version that does not exist", s.call(as(a), "GET", "/api/documents/"+id+"/content?version=9", nil), 404)
	big := s.call(as(a), "POST", project+"/documents", upload{"big.txt", strings.Repeat("x", 1<<20+1)})
	expect(t, "over the limit", big, 413)
	expect(t, "no form", s.call(as(a), "POST", project+"/documents", "{}"), 415)
	expect(t, "a form without a file", s.call(as(a), "POST", project+"/documents", upload{}), 422)
	list := s.call(as(a), "GET", project+"/documents", nil)
	if n := len(field[[]any](t, list, "items")); n != 1 {
		t.Errorf("%d documents are left of uploads that failed", n-1)
	}
}

func TestASearchTellsThePlaceAndWhatMatched(t *testing.T) {
	s := newSite(t)
	a := storetest.User(t, s.db, "olga")
	project := storetest.Project(t, s.db, a, "Checkout")
	storetest.Document(t, s.db, a, project, "prices.txt", "Ürgent refunds take ten days.")
	r := s.call(as(a), "GET", "/api/projects/"+string(project)+"/search?q=refund", nil)
	expect(t, "search", r, 200)
	hit := field[map[string]any](t, r, "items", "0")
	marks := field[[]any](t, r, "items", "0", "highlights", "0")
	if hit["kind"] != "passage" || hit["filename"] != "prices.txt" || hit["locator"].(map[string]any)["page"] != 1.0 || marks[0] != 7.0 || marks[1] != 14.0 { //nolint:forcetypeassert // a test
		t.Errorf("hit %s", r.body)
	}
	for _, q := range []string{"", "%22", "nothing+like+that", strings.Repeat("a", 5000)} {
		if r := s.call(as(a), "GET", "/api/search?q="+q, nil); r.status != 200 || len(field[[]any](t, r, "items")) != 0 {
			t.Errorf("%.20q: %d %s", q, r.status, r.body)
		}
	}
}

func TestAListOfRequirementsShowsWhatTheyQuote(t *testing.T) {
	s := newSite(t)
	a := storetest.User(t, s.db, "olga")
	g := stage{project: storetest.Project(t, s.db, a, "Checkout")}
	g.document = s.document(a, g.project)
	s.quoting(a, g)
	r := s.call(as(a), "GET", "/api/projects/"+string(g.project)+"/requirements", nil)
	expect(t, "list", r, 200)
	link := field[map[string]any](t, r, "items", "0", "links", "0")
	if link["quote"] != "Secret prices." || link["quote_hash"] != ba.QuoteHash("Secret prices.") || link["filename"] != "secret.txt" || link["state"] != "verified" {
		t.Errorf("link %v", link)
	}
}

func TestWhatNoRouteMatchesIsSaid(t *testing.T) {
	s := newSite(t)
	a := storetest.User(t, s.db, "olga")
	r := s.call(as(a), "PUT", "/api/projects", nil)
	expect(t, "a wrong method", r, 405)
	if r.header.Get("Allow") != "GET, POST" || field[string](t, r, "code") != "method_not_allowed" {
		t.Errorf("allowed are %q: %s", r.header.Get("Allow"), r.body)
	}
	r = s.call(as(a), "GET", "/api/nothing", nil)
	expect(t, "no route", r, 404)
	checkProblem(t, "no route", r)
}

func TestARejectedValueIsNeverRepeated(t *testing.T) {
	s := newSite(t)
	a := storetest.User(t, s.db, "olga")
	for _, body := range []string{
		`{"name": 7, "s3cr3t": "s3cr3t"}`, `{"name": "s3cr3t", "name": "again"}`, `{"name": "s3cr3t"} {}`, `{"name": "s3cr3t`, `["s3cr3t"]`, "\"s3cr3t\xff\"", ``,
	} {
		r := s.call(as(a), "POST", "/api/projects", body)
		expect(t, body, r, 422)
		if strings.Contains(strings.ReplaceAll(string(r.body), "body.s3cr3t", ""), "s3cr3t") {
			t.Errorf("%s: the answer repeats a value: %s", body, r.body)
		}
	}
	r := s.call(as(a), "GET", "/api/projects?limit=s3cr3t", nil)
	expect(t, "a limit that is no number", r, 422)
	if strings.Contains(string(r.body), "s3cr3t") {
		t.Errorf("the answer repeats a value: %s", r.body)
	}
	expect(t, "a body over the limit", s.call(as(a), "POST", "/api/projects", `{"name": "`+strings.Repeat("x", 2<<20)+`"}`), 413)
}

func TestHealthSaysWhatWasChecked(t *testing.T) {
	s := newSite(t)
	r := s.call(credential{}, "GET", "/health", nil)
	if r.status != 200 || field[string](t, r, "status") != "ready" || field[string](t, r, "version") != "test" || field[string](t, r, "checks", "0", "name") != "database" {
		t.Errorf("health %d %s", r.status, r.body)
	}
	expect(t, "liveness", s.call(credential{}, "GET", "/health/live", nil), 200)
}

func TestTheDescriptionIsServed(t *testing.T) {
	s := newSite(t)
	want, err := Spec()
	ok(t, err)
	if r := s.call(credential{}, "GET", "/api/openapi.json", nil); r.status != 200 || !bytes.Equal(bytes.TrimSpace(r.body), bytes.TrimSpace(want)) {
		t.Errorf("status %d, %d bytes of %d", r.status, len(r.body), len(want))
	}
	if r := s.call(credential{}, "GET", "/api/docs", nil); r.status != 200 || bytes.Contains(r.body, []byte("<script")) || r.header.Get("Content-Security-Policy") == "" {
		t.Errorf("status %d, headers %v", r.status, r.header)
	}
}

// sick is a health with a fault.
type sick struct{}

func (sick) Health(context.Context) HealthReport {
	return HealthReport{Checks: []HealthCheck{{Name: "database", OK: true}, {Name: "storage", Detail: "The disk is full. Free some space."}}}
}

func TestAFaultMakesTheInstanceNotReady(t *testing.T) {
	s := newSite(t, func(d *Deps) { d.Health = sick{} })
	r := s.call(credential{}, "GET", "/health", nil)
	expect(t, "health", r, 503)
	if field[string](t, r, "status") != "not_ready" {
		t.Errorf("health %s", r.body)
	}
	expect(t, "liveness", s.call(credential{}, "GET", "/health/live", nil), 200)
}

func TestAnEmptyPatchChangesNothing(t *testing.T) {
	s := newSite(t)
	a, thread := s.talk()
	r := s.call(as(a), "PATCH", thread, map[string]any{})
	expect(t, "an empty patch", r, 200)
	if field[string](t, r, "mode") != string(ba.ModeFree) {
		t.Errorf("thread %s", r.body)
	}
}
