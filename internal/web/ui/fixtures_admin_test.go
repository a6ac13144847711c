package ui

import "github.com/ba-assistant/ba-assistant/internal/web/page"

func adminFrame(title, tab string) page.AdminShell {
	return page.AdminShell{Shell: frame(title, "settings"), Tab: tab}
}

// adminPages are the pages for administrators, each in its states.
func adminPages() []shown {
	ana := page.AdminUser{Person: page.Person{ID: "u1", Name: "Ana", Email: "ana@example.com", Admin: true}, Self: true, Seen: ago(60e9), Joined: ago(3600e9)}
	bob := page.AdminUser{Person: page.Person{ID: "u2", Name: "Bob", Email: "bob@example.com"}, Disabled: true, Seen: ago(3600e9), Joined: ago(7200e9)}
	lines := []page.AuditLine{{Seq: 12, When: ago(60e9), What: "Disabled a user", Action: "user.disabled", Who: "Ana", WhoID: "u1", Object: "Bob", Network: "203.0.113.0/24", Via: "session"},
		{Seq: 11, When: ago(90e9), What: "Was refused at the sign-in", Action: "session.refused", Object: "eve@example.com", Detail: "not_invited", Via: "door"}}
	return []shown{
		{"admin-users", "admin-users", &page.AdminUsers{AdminShell: adminFrame("Users", "users"), Users: []page.AdminUser{ana, bob}, Next: "/admin/users?after=x",
			Invitations: []page.AdminInvitation{{ID: "i1", Email: "new@example.com", Admin: true, Expires: ago(-3600e9)}}, Invited: &page.NewInvitation{Email: "new@example.com", URL: "https://ba.example.com/invite/x"}}, false},
		{"admin-users-none", "admin-users", &page.AdminUsers{AdminShell: adminFrame("Users", "users"), Query: "zzz"}, false},
		{"admin-user", "admin-user", &page.AdminPerson{AdminShell: adminFrame("Bob", "users"), Who: bob, Used: "$1.20", Limit: "$5.00", Own: true, Dollars: "5", Acts: lines}, false},
		{"admin-user-self", "admin-user", &page.AdminPerson{AdminShell: adminFrame("Ana", "users"), Who: ana, Used: "$0.00", Limit: "$50.00"}, false},
		{"admin-budgets", "admin-budgets", &page.AdminBudgets{AdminShell: adminFrame("Budgets", "budgets"), Month: "November 2026", Used: "$12.00", Reserved: "$0.20", Percent: 24,
			Instance: page.AdminLimit{Limit: "$50.00", Configured: "no limit", Decided: true, Dollars: "50"}, Each: page.AdminLimit{Limit: "$50.00", Configured: "$50.00"},
			Models: []page.ModelCost{{Provider: "anthropic", Model: "claude-sonnet-5-5", Calls: "31", Used: "$12.00"}}, Users: []page.UserCost{{Href: "/admin/users/u2", Name: "Bob", Used: "$1.20"}}}, false},
		{"admin-audit", "admin-audit", &page.AdminAudit{AdminShell: adminFrame("Audit log", "audit"), Lines: lines, Actions: []page.Option{{Value: "user.disabled", Name: "Disabled a user", Current: true}},
			Action: "user.disabled", Who: "u1", WhoName: "Ana", Next: "/admin/audit?after=x", Checked: &page.AuditCheck{Entries: 12, Anchor: "12:ab"}}, false},
		{"admin-audit-broken", "admin-audit", &page.AdminAudit{AdminShell: adminFrame("Audit log", "audit"), Checked: &page.AuditCheck{Entries: 12, Faults: []string{"Entry 4 is missing."}}}, false},
		{"admin-providers", "admin-providers", &page.AdminProviders{AdminShell: adminFrame("Providers", "providers"), Providers: []page.ProviderCard{
			{ID: "anthropic", Name: "Anthropic", Default: true, State: "Left alone", Tone: "danger", Note: "It failed 4 times in a row.", Host: "api.anthropic.com", Key: "ANTHROPIC_API_KEY_FILE", Last: "The last call failed: it was overloaded", LastAt: ago(60e9),
				Models: []page.ModelPrice{{Name: "claude-sonnet-5-5", Price: "$3.00 in, $15.00 out", Note: "as of 2026-11-20"}, {Name: "own", Price: "No price is known, so it is not asked", Tone: "danger"}}, Tested: &page.TestResult{Text: "Anthropic does not accept the key in ANTHROPIC_API_KEY_FILE.", Fix: "Make a new key."}},
			{ID: "analyst", Name: "Built-in analyst", BuiltIn: true, State: "Ready", Tone: "accent", Tested: &page.TestResult{OK: true, Text: "It answers.", Cost: "$0.01"}}},
			SignIns: []page.SignInCard{{ID: "google", Name: "Google", State: "Answers", Tone: "accent", Address: "https://accounts.google.com/.well-known/openid-configuration", Redirect: "https://ba.example.com/auth/google/callback"}}}, false},
		{"admin-providers-alone", "admin-providers", &page.AdminProviders{AdminShell: adminFrame("Providers", "providers")}, false},
		{"admin-backups", "admin-backups", &page.AdminBackups{AdminShell: adminFrame("Backups", "backups"), On: true, Backups: []page.BackupLine{
			{State: "Done", Tone: "accent", Origin: "schedule", Size: "2.1 MB", Place: "/backups/x", Began: ago(3600e9), Took: "1.2s"},
			{State: "Failed", Tone: "danger", Origin: "asked", Failure: "The disk is full. Make room and try again.", Began: ago(7200e9)}}}, false},
		{"admin-backups-off", "admin-backups", &page.AdminBackups{AdminShell: adminFrame("Backups", "backups")}, false},
	}
}
