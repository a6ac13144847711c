package identity_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/identity"
)

func allow(domains, tenants []string) option {
	return func(c *identity.Config) { c.AllowedDomains, c.AllowedTenants = domains, tenants }
}

func TestProductionIsClosedByDefault(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, oidcAt(is))
	b := newBrowser(t)
	got := b.get(s.URL + "/auth/oidc/login?return_to=/projects").problem(t)
	if got.Status != 403 || got.Code != "not_invited" || b.who(s).ID != "" {
		t.Fatalf("problem: %+v", got)
	}
	contains(t, got.Detail, "The Example account ana@example.com isn't invited here.")
	if len(got.Actions) != 1 || got.Actions[0].Label != "Use another account" || got.Actions[0].URL != "/auth/oidc/login?prompt=select_account&return_to=%2Fprojects" {
		t.Errorf("actions: %+v", got.Actions)
	}
	if identity.NewDevelopment(s.service) != nil {
		t.Error("production has a development sign-in")
	}
	if p := b.post(s.URL+"/dev", url.Values{"email": {"a@b.example"}}); strings.Contains(p.body, "session") || b.who(s).ID != "" {
		t.Errorf("development sign-in in production: %s", p.body)
	}
}

func TestTheFirstAdministratorComesWithTheSetupCode(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, oidcAt(is))
	old, err := s.service.NewSetupCode(t.Context())
	if err != nil || len(old) != 29 {
		t.Fatal(old, err)
	}
	code, err := s.service.NewSetupCode(t.Context()) // the next start
	if err != nil || code == old {
		t.Fatal(code, err)
	}
	b := newBrowser(t)
	for _, wrong := range []string{"", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", old} {
		if p := b.post(s.URL+"/bring", url.Values{"code": {wrong}}); p.StatusCode != 403 {
			t.Errorf("the code %q answered %d", wrong, p.StatusCode)
		}
	}
	second := newBrowser(t)
	for _, x := range []*browser{b, second} {
		if p := x.post(s.URL+"/bring", url.Values{"code": {" " + strings.ToLower(code) + "\n"}}); p.StatusCode != 200 {
			t.Fatalf("the right code: %d %s", p.StatusCode, p.body)
		}
	}
	b.get(s.URL + "/auth/oidc/login")
	if who := b.who(s); who.Role != "admin" {
		t.Errorf("signed in as %+v", who)
	}
	is.claims["sub"] = "subject-2"
	if p := second.get(s.URL + "/auth/oidc/login"); p.problem(t).Code != "not_invited" {
		t.Errorf("the code worked twice: %s", p.body)
	}
	if again, err := s.service.NewSetupCode(t.Context()); again != "" || err != nil {
		t.Errorf("with an administrator there is a code %q (%v)", again, err)
	}
	if strings.Contains(s.log.String(), code) {
		t.Error("the code is in the log")
	}
}

func TestAnInvitationLetsOnePersonIn(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, oidcAt(is))
	admin := s.admin(t)
	inv, link, err := s.service.Invite(t.Context(), admin, ba.Invitation{Email: "somebody@else.example"})
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.TrimPrefix(link, s.URL+"/invite/")
	if len(secret) != 43 || inv.InvitedBy != admin.User || inv.ExpiresAt.Sub(inv.CreatedAt) != 7*24*time.Hour {
		t.Errorf("invitation %+v, link %s", inv, link)
	}
	b := newBrowser(t)
	if p := b.post(s.URL+"/bring", url.Values{"invitation": {"wrong"}}); p.StatusCode != 404 {
		t.Errorf("a wrong secret answered %d", p.StatusCode)
	}
	if p := b.post(s.URL+"/bring", url.Values{"invitation": {secret}}); p.StatusCode != 200 {
		t.Fatalf("the secret answered %d %s", p.StatusCode, p.body)
	}
	b.get(s.URL + "/auth/oidc/login")
	who := b.who(s)
	if who.ID == "" || who.Role != "member" {
		t.Fatalf("signed in as %+v", who)
	}
	t.Run("and counts once", func(t *testing.T) {
		if _, err := s.service.Invitation(t.Context(), secret); ba.KindOf(err) != ba.NotFound {
			t.Errorf("the invitation is still there: %v", err)
		}
		is.claims["sub"] = "subject-2"
		b := newBrowser(t)
		if p := b.post(s.URL+"/bring", url.Values{"invitation": {secret}}); p.StatusCode != 404 {
			t.Errorf("the used secret answered %d", p.StatusCode)
		}
		if p := b.get(s.URL + "/auth/oidc/login"); p.problem(t).Code != "not_invited" {
			t.Errorf("answer: %s", p.body)
		}
	})
	t.Run("and ends after seven days", func(t *testing.T) {
		_, link, err := s.service.Invite(t.Context(), admin, ba.Invitation{Email: "x@y.example"})
		if err != nil {
			t.Fatal(err)
		}
		s.clock.Add(7*24*time.Hour + time.Minute)
		if _, err := s.service.Invitation(t.Context(), strings.TrimPrefix(link, s.URL+"/invite/")); ba.KindOf(err) != ba.NotFound {
			t.Errorf("it still counts: %v", err)
		}
	})
	t.Run("and can be withdrawn", func(t *testing.T) {
		inv, link, err := s.service.Invite(t.Context(), admin, ba.Invitation{Email: "x@y.example"})
		if err != nil {
			t.Fatal(err)
		}
		if open, err := s.service.Invitations(t.Context(), admin, ""); err != nil || len(open) != 1 || open[0].ID != inv.ID {
			t.Errorf("open: %v %v", open, err)
		}
		if err := s.service.Uninvite(t.Context(), admin, inv.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.service.Invitation(t.Context(), strings.TrimPrefix(link, s.URL+"/invite/")); ba.KindOf(err) != ba.NotFound {
			t.Errorf("it still counts: %v", err)
		}
	})
}

func TestASignedInPersonAcceptsAnInvitationToAProject(t *testing.T) {
	s := newSite(t, development)
	owner := s.signIn(t, "owner@example.com")
	guest := s.signIn(t, "guest@example.com")
	p := ba.Project{ID: ba.NewID[ba.ProjectID](), Name: "Payroll"}
	if err := s.db.CreateProject(t.Context(), owner, p); err != nil {
		t.Fatal(err)
	}
	_, link, err := s.service.Invite(t.Context(), owner, ba.Invitation{Project: p.ID, Email: "guest@example.com", Role: ba.RoleViewer})
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.TrimPrefix(link, s.URL+"/invite/")
	token := guest
	token.Session, token.Token = "", "some"
	if _, err := s.service.AcceptInvitation(t.Context(), token, secret); ba.KindOf(err) != ba.Forbidden {
		t.Errorf("a token accepted it: %v", err)
	}
	if _, err := s.service.AcceptInvitation(t.Context(), guest, secret); err != nil {
		t.Fatal(err)
	}
	if role, err := s.db.ProjectRole(t.Context(), guest, p.ID); err != nil || role != ba.RoleViewer {
		t.Errorf("role %q, %v", role, err)
	}
	if _, _, err := s.service.Invite(t.Context(), guest, ba.Invitation{Project: p.ID, Email: "x@y.example", Role: ba.RoleOwner}); ba.KindOf(err) != ba.Forbidden {
		t.Errorf("a viewer invited somebody: %v", err)
	}
	if _, _, err := s.service.Invite(t.Context(), guest, ba.Invitation{Email: "x@y.example"}); ba.KindOf(err) != ba.Forbidden {
		t.Errorf("a member invited somebody to the workspace: %v", err)
	}
}

func TestAllowListsGoByDomainAndTenantNeverByAddress(t *testing.T) {
	google := newIssuer(t)
	microsoft := newMicrosoft(t, "{tenantid}", company)
	s := newSite(t, googleAt(google), microsoftAt(microsoft, "organizations"), allow([]string{"company.example"}, []string{company}))
	for _, c := range []struct {
		provider string
		set      func()
		enters   bool
	}{
		{"google", func() {
			google.claims = map[string]any{"sub": "1", "email": "a@company.example", "email_verified": true}
		}, false},
		{"google", func() { google.claims = map[string]any{"sub": "2", "email": "a@other.example", "hd": "other.example"} }, false},
		{"google", func() {
			google.claims = map[string]any{"sub": "3", "email": "a@company.example", "hd": "Company.example"}
		}, true},
		{"microsoft", func() {
			microsoft.claims["tid"], microsoft.claims["iss"], microsoft.claims["email"] = another, microsoft.URL+"/"+another+"/v2.0", "a@company.example"
		}, false},
		{"microsoft", func() { microsoft.claims["tid"], microsoft.claims["iss"] = company, microsoft.URL+"/"+company+"/v2.0" }, true},
	} {
		c.set()
		b := newBrowser(t)
		p := b.get(s.URL + "/auth/" + c.provider + "/login")
		who := b.who(s)
		if (who.ID != "") != c.enters || who.Role == "admin" {
			t.Errorf("%s %v: %+v, want entry %v\n%s", c.provider, google.claims, who, c.enters, p.body)
		}
	}
}

func TestAnAddressIsTrustedOnlyWhereTheProviderVouchesForIt(t *testing.T) {
	google := newIssuer(t)
	s := newSite(t, development, googleAt(google))
	for i, c := range []struct {
		email, hd string
		verified  bool
		trusted   bool
	}{
		{"a@gmail.com", "", true, true},
		{"b@gmail.com", "", false, false},
		{"c@company.example", "company.example", true, true},
		{"d@company.example", "", true, false},
	} {
		google.claims = map[string]any{"sub": string(rune('a' + i)), "email": c.email, "email_verified": c.verified}
		if c.hd != "" {
			google.claims["hd"] = c.hd
		}
		b := newBrowser(t)
		b.get(s.URL + "/auth/google/login")
		u, err := s.db.User(t.Context(), ba.UserID(b.who(s).ID))
		if err != nil || u.EmailTrusted != c.trusted {
			t.Errorf("%+v: trusted %v, %v", c, u.EmailTrusted, err)
		}
	}
}

func TestADisabledPersonDoesNotComeIn(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, development, oidcAt(is))
	b := newBrowser(t)
	b.get(s.URL + "/auth/oidc/login")
	u, err := s.db.User(t.Context(), ba.UserID(b.who(s).ID))
	if err != nil {
		t.Fatal(err)
	}
	u.Disabled = true
	if err := s.db.UpdateUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	if who := b.who(s); who.ID != "" {
		t.Errorf("the session goes on: %+v", who)
	}
	got := newBrowser(t).get(s.URL + "/auth/oidc/login").problem(t)
	if got.Code != "account_disabled" || got.Status != 403 {
		t.Errorf("problem: %+v", got)
	}
}

func TestASecondProviderIsAddedBySigningInThere(t *testing.T) {
	google, other := newIssuer(t), newIssuer(t)
	s := newSite(t, development, googleAt(google), oidcAt(other))
	b := newBrowser(t)
	if p := b.get(s.URL + "/auth/oidc/login?link=1"); p.StatusCode != 401 {
		t.Errorf("linking without being signed in: %d", p.StatusCode)
	}
	b.get(s.URL + "/auth/google/login")
	me := b.who(s)
	if p := b.get(s.URL + "/auth/oidc/login?link=1&return_to=/settings"); p.body != "page /settings" {
		t.Fatalf("linking: %s", p.body)
	}
	b = newBrowser(t)
	b.get(s.URL + "/auth/oidc/login")
	if got := b.who(s); got.ID != me.ID {
		t.Errorf("through the second provider: %+v, want %s", got, me.ID)
	}
	t.Run("unless it belongs to somebody else", func(t *testing.T) {
		google.claims["sub"] = "another"
		b := newBrowser(t)
		b.get(s.URL + "/auth/google/login")
		got := b.get(s.URL + "/auth/oidc/login?link=1").problem(t)
		if got.Status != 409 {
			t.Errorf("problem: %+v", got)
		}
	})
}

func TestDevelopmentSignInIsForAnybodyAndTheFirstAdministers(t *testing.T) {
	s := newSite(t, development)
	a, b := newBrowser(t), newBrowser(t)
	a.post(s.URL+"/dev", url.Values{"email": {"Ana@Example.com"}, "name": {"Ana"}})
	b.post(s.URL+"/dev", url.Values{"email": {"ben@example.com"}})
	if who := a.who(s); who.Role != "admin" || who.Name != "Ana" {
		t.Errorf("first: %+v", who)
	}
	if who := b.who(s); who.Role != "member" || who.Name != "ben@example.com" {
		t.Errorf("second: %+v", who)
	}
	again := newBrowser(t)
	again.post(s.URL+"/dev", url.Values{"email": {"ana@example.com"}})
	if again.who(s).ID != a.who(s).ID {
		t.Error("the same address is another person")
	}
	for _, bad := range []string{"", "ana", "Ana <ana@example.com>", strings.Repeat("a", 300) + "@example.com"} {
		if p := newBrowser(t).post(s.URL+"/dev", url.Values{"email": {bad}}); p.StatusCode != 422 {
			t.Errorf("%q answered %d", bad, p.StatusCode)
		}
	}
}
