package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// adminPages are the pages for administrators, with something on each.
func adminPages() []shown {
	return []shown{
		{name: "admin-users", path: "/admin/users"},
		{name: "admin-user", path: "/admin/users?q=bob", prepare: func(b *tab) {
			b.click("main .item-link")
			b.wait("the user", `document.querySelector("#u-role")`)
		}},
		{name: "admin-budgets", path: "/admin/budgets"},
		{name: "admin-audit", path: "/admin/audit?check=1"},
		{name: "admin-providers", path: "/admin/providers"},
		{name: "admin-backups", path: "/admin/backups"},
	}
}

func TestAnAdministratorInvitesLimitsAndDisablesAndFindsItAllInTheAuditLog(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	bob := signIn(t, s.url, "bob")
	stream := bob.openStream(t, "/api/threads/"+bob.thread(t, bob.project(t, "Bob's plan"))+"/chat")
	b := browse(t, s.url)
	b.become(ana)

	b.open("/admin/users")
	b.fill("#invite-email", "carol@example.com")
	b.click("form[action='/admin/users/invite'] button")
	b.shows("Send this link to carol@example.com now")
	if link := eval[string](b, `document.querySelector(".secret code").innerText`); !strings.HasPrefix(link, "http://localhost:") || !strings.Contains(link, "/invite/") {
		t.Errorf("the invitation leads to %q", link)
	}

	b.open("/admin/users?q=bob")
	b.click("main .item-link")
	b.shows("AI budget")
	b.fill("#u-dollars", "5")
	b.click("form[action$='/limit'] button")
	b.shows("of $5.00 used this month")
	if got := bob.account(t).Budget.Limit; got != 5_000_000 {
		t.Errorf("the limit is %d", got)
	}
	b.click("form[action$='/access'] button")
	b.shows("Let in again")
	select {
	case <-stream:
	case <-time.After(5 * time.Second):
		t.Error("a stream of a disabled user is open after 5 s")
	}
	if err := bob.call(t.Context(), "GET", "/api/me", nil, nil); !hasStatus(err, http.StatusUnauthorized) {
		t.Errorf("a disabled user asks: %v", err)
	}

	b.open("/admin/audit?check=1")
	for _, text := range []string{"Disabled a user bob", "Changed a budget bob", "Invited somebody carol@example.com", "Made a project Bob's plan", "entries are as they were written"} {
		b.shows(text)
	}
	look(b, axeSource(t), adminPages())
}

func TestAnAdministratorTestsAProviderWithOneClick(t *testing.T) {
	t.Parallel()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}`)
	}))
	t.Cleanup(refusing.Close)
	s := start(t, "ANTHROPIC_API_KEY=fixture-of-the-tests", "ANTHROPIC_BASE_URL="+refusing.URL, "OIDC_ISSUER=http://127.0.0.1:1", "OIDC_CLIENT_ID=ba", "OIDC_CLIENT_SECRET=fixture-of-the-tests")
	ana := signIn(t, s.url, "ana")
	b := browse(t, s.url)
	b.become(ana)
	b.open("/admin/providers")
	b.shows("from ANTHROPIC_API_KEY")
	b.click("#provider-anthropic form button")
	b.shows("Anthropic does not accept the key in ANTHROPIC_API_KEY.")
	b.shows("Make a new key in the account there")
	look(b, axeSource(t), []shown{{name: "admin-provider-tested", path: "/admin/providers", prepare: func(b *tab) {
		b.click("#provider-anthropic form button")
		b.wait("the result", `document.querySelector("#provider-anthropic .notice")`)
	}}})
	b.open("/admin/providers")
	b.click("#provider-analyst form button")
	b.shows("Built-in analyst answers.")
	b.click("#sign-in-oidc form button")
	b.shows("Nothing listens at 127.0.0.1:1.")
	b.open("/admin/audit?action=provider.tested")
	b.shows("Tested a provider")
}
