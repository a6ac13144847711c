package identity_test

import (
	"strings"
	"testing"
)

const (
	company  = "11111111-2222-3333-4444-555555555555"
	another  = "66666666-7777-8888-9999-000000000000"
	personal = "9188040d-6c67-4c5b-b112-36a304b66dad"
)

// newMicrosoft is an issuer in the manner of Microsoft: the discovery document
// of the tenant has the given place in its issuer, tokens that of tid.
func newMicrosoft(t *testing.T, place, tid string) *issuer {
	is := newIssuer(t)
	is.meta = func(m map[string]any) { m["issuer"] = is.URL + "/" + place + "/v2.0" }
	is.claims = map[string]any{
		"iss": is.URL + "/" + tid + "/v2.0", "sub": "pairwise", "tid": tid, "oid": "object-1",
		"name": "Ana", "preferred_username": "ana@company.example",
	}
	is.keyExtra = map[string]any{"issuer": is.URL + "/{tenantid}/v2.0"}
	return is
}

func TestMicrosoftTenantsComeInAsTheyAreSetUp(t *testing.T) {
	for _, c := range []struct {
		tenant, place, tid string
		enters             bool
	}{
		{company, company, company, true},
		{company, company, another, false},
		{"organizations", "{tenantid}", company, true},
		{"organizations", "{tenantid}", another, true},
		{"organizations", "{tenantid}", personal, false},
		{"common", "{tenantid}", personal, true},
		{"common", "{tenantid}", company, true},
		{"consumers", personal, personal, true},
		{"consumers", personal, company, false},
		{"company.example", company, company, true},
		{"company.example", company, another, false},
		{"company.example", "{tenantid}", company, false},
		{company, another, another, false},
		{"organizations", company, company, false},
	} {
		is := newMicrosoft(t, c.place, c.tid)
		if c.tid == personal {
			is.keyExtra["issuer"] = is.claims["iss"]
		}
		s := newSite(t, development, microsoftAt(is, c.tenant))
		b := newBrowser(t)
		p := b.get(s.URL + "/auth/microsoft/login")
		if got := b.who(s).ID != ""; got != c.enters {
			t.Errorf("set up for %s (document: %s), account of %s: entered %v, want %v\n%s", c.tenant, c.place, c.tid, got, c.enters, p.body)
		}
		if c.tid == personal && c.tenant == "organizations" {
			got := p.problem(t)
			contains(t, got.Detail, "Personal Microsoft accounts aren't accepted here. You used ana@company.example.")
			if got.Code != "personal_account" || got.Status != 403 || len(got.Actions) != 1 || !strings.Contains(got.Actions[0].URL, "prompt=select_account") {
				t.Errorf("problem: %+v", got)
			}
		}
	}
}

func TestALyingMicrosoftTokenSignsNobodyIn(t *testing.T) {
	for name, lie := range map[string]func(is *issuer, c map[string]any){
		"issuer of another tenant":   func(is *issuer, c map[string]any) { c["iss"] = is.URL + "/" + another + "/v2.0" },
		"issuer on another host":     func(_ *issuer, c map[string]any) { c["iss"] = "https://evil.example/" + company + "/v2.0" },
		"the template itself":        func(is *issuer, c map[string]any) { c["iss"], c["tid"] = is.URL+"/{tenantid}/v2.0", "{tenantid}" },
		"tid in capitals":            func(is *issuer, c map[string]any) { c["tid"] = strings.ToUpper("abcdef00-2222-3333-4444-555555555555") },
		"tid that is a path":         func(is *issuer, c map[string]any) { c["tid"], c["iss"] = "x/../y", is.URL+"/x/../y/v2.0" },
		"no tid":                     func(_ *issuer, c map[string]any) { delete(c, "tid") },
		"no oid":                     func(_ *issuer, c map[string]any) { delete(c, "oid") },
		"wrong nonce":                func(_ *issuer, c map[string]any) { c["nonce"] = "other" },
		"wrong audience":             func(_ *issuer, c map[string]any) { c["aud"] = "other" },
		"key of the consumer tenant": func(is *issuer, _ map[string]any) { is.keyExtra["issuer"] = is.URL + "/" + personal + "/v2.0" },
		"key of another cloud":       func(is *issuer, _ map[string]any) { is.keyExtra["issuer"] = "https://other.example/{tenantid}/v2.0" },
	} {
		t.Run(name, func(t *testing.T) {
			is := newMicrosoft(t, "{tenantid}", company)
			is.lie = func(c map[string]any) { lie(is, c) }
			s := newSite(t, development, microsoftAt(is, "organizations"))
			b := newBrowser(t)
			p := b.get(s.URL + "/auth/microsoft/login")
			if got := p.problem(t); got.Code != "sign_in_failed" || b.who(s).ID != "" {
				t.Errorf("problem: %+v", got)
			}
		})
	}
}

func TestAMicrosoftPersonIsTenantAndObject(t *testing.T) {
	is := newMicrosoft(t, "{tenantid}", company)
	s := newSite(t, development, microsoftAt(is, "organizations"))
	enter := func() string {
		b := newBrowser(t)
		b.get(s.URL + "/auth/microsoft/login")
		return b.who(s).ID
	}
	first := enter()
	is.claims["sub"], is.claims["preferred_username"] = "another app, another subject", "renamed@company.example"
	if again := enter(); again != first || first == "" {
		t.Errorf("a new subject of the same tenant and object is %q, was %q", again, first)
	}
	is.claims["tid"], is.claims["iss"] = another, is.URL+"/"+another+"/v2.0"
	if guest := enter(); guest == first || guest == "" {
		t.Errorf("the same object id in another tenant is %q", guest)
	}
}

func TestMicrosoftKeysRotateWithoutNotice(t *testing.T) {
	is := newMicrosoft(t, "{tenantid}", company)
	s := newSite(t, development, microsoftAt(is, "organizations"))
	b := newBrowser(t)
	b.get(s.URL + "/auth/microsoft/login")
	is.key = newIssuer(t).key
	is.keyExtra["kid"] = "key-9"
	is.sign = func(c map[string]any) string { return is.signRS256(is.key, "key-9", c) }
	b = newBrowser(t)
	if p := b.get(s.URL + "/auth/microsoft/login"); b.who(s).ID == "" {
		t.Errorf("after a rotation: %s", p.body)
	}
}
