package secrets

import "testing"

// Words are put together here, so that no scanner takes this file for a leak.
func TestAnEnvFileGivesAwayASecretThatIsMadeOfWords(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        bool
	}{
		{"JWT_SECRET", "lantern_" + "harbour_violet", true},
		{"SESSION_SECRET", "bookshopapi" + "tokensigner", true},
		{"ADMIN_PASSWORD", "Wintergarden" + "2024", true},
		{"JWT_SECRET", "your-own-long-signing-words", false},
		{"JWT_SECRET", "changethistosomethinglong", false},
		{"SECRET_KEY", "supersecret" + "key", false},   // everybody knows it
		{"SECRET_KEY", "super.secret.key", false},      // with other separators
		{"JWT_SECRET", "jwtsecret", false},             // its own name
		{"SECRET_KEY", "thelocalmachineonly", false},   // of a developer's machine
		{"DB_PASSWORD", "lanternharbourviolet", false}, // the connection says whether it matters
		{"GOOGLE_CLIENT_SECRET", "lanternharbourviolet", false},
		{"SECRET_NAME", "projects/lantern/harbour", false},
		{"NEXT_PUBLIC_SECRET", "lanternharbourviolet", false},
		{"JWT_SECRET", "${LANTERN_HARBOUR}", false},
		{"SECRET_PATH", "/run/secrets/lantern", false},
		{"SECRET_DATE", "2026-11-29-12-00", false},
	} {
		if got := chosen(c.name, c.value); got != c.want {
			t.Errorf("chosen(%s, %q) = %v, want %v", c.name, c.value, got, c.want)
		}
	}
}

func TestOnlyFilesInUseGiveAwayWords(t *testing.T) {
	text := "JWT_SECRET=lantern_" + "harbour_violet\n"
	if got := envSecrets(text); len(got) != 1 {
		t.Errorf("an env file: %d secrets, want 1", len(got))
	}
	if _, template := EnvFile(".env.example"); !template {
		t.Error(".env.example is no template")
	}
}
