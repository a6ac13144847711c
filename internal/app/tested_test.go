package app

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func TestAnAdministratorTestsAProviderAndNeverSeesItsKey(t *testing.T) {
	const key = "fixture-key-that-no-page-shows"
	play := wiretest.NewPlay(t, wiretest.Named(t, "anthropic/error-401"))
	s := newSite(t, "ANTHROPIC_API_KEY="+key, "ANTHROPIC_BASE_URL="+wiretest.Loopback(t, play),
		"OIDC_ISSUER=http://127.0.0.1:1", "OIDC_CLIENT_ID=ba", "OIDC_CLIENT_SECRET="+key)
	admin := s.signIn("first")
	for path, parts := range map[string][]string{
		"/admin/providers/anthropic/test": {"does not accept the key in ANTHROPIC_API_KEY.", "put it into ANTHROPIC_API_KEY", "The last call failed: the key was not accepted", "Price for a million tokens", "as of 2026-", "Built-in analyst"},
		"/admin/providers/analyst/test":   {"Built-in analyst answers."},
		"/admin/sign-in/oidc/test":        {"Nothing listens at 127.0.0.1:1.", "Correct OIDC_ISSUER", "/auth/oidc/callback"},
	} {
		res := s.do(admin, "POST", path, formBody(""))
		text, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", path, res.StatusCode, err)
		}
		for _, part := range parts {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s does not say %q", path, part)
			}
		}
		if strings.Contains(string(text), key) || strings.Contains(string(text), key[:12]) {
			t.Errorf("%s shows a piece of a key", path)
		}
	}
	log, err := s.db.AuditEntries(t.Context(), ba.Actor{User: admin.actor.User, Role: ba.RoleAdmin, Access: ba.AccessRead}, ba.AuditFilter{Action: ba.ActProviderTested}, ba.Page{})
	if err != nil || len(log.Items) != 3 {
		t.Errorf("%d entries in the audit log, %v", len(log.Items), err)
	}
}
