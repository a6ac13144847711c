package e2e

import (
	"net/http"
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
