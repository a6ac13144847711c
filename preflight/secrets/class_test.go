package secrets_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

func TestValuesAreClassifiedByWhatTheyLookLike(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, value string
		want        secrets.Class
	}{
		{"SECRET_KEY", "", secrets.Empty}, {"SECRET_KEY", `""`, secrets.Empty}, {"API_KEY", "null", secrets.Empty},
		{"API_KEY", "${API_KEY}", secrets.Reference}, {"API_KEY", "$API_KEY", secrets.Reference}, {"API_KEY", "{{ .Values.key }}", secrets.Reference},
		{"DB_PASSWORD", "vault:secret/data/db#password", secrets.Reference}, {"TOKEN", "op://prod/api/token", secrets.Reference}, {"TOKEN", "encrypted:BE9Y7LKANx77X1pv1HnEoil93fPa5c9rpL", secrets.Reference},
		{"SECRET_KEY", "$(openssl rand -hex 32)", secrets.Reference}, {"DATABASE_URL", "postgres://app:${DB_PASSWORD}@db.prod-host.net/app", secrets.Reference},
		{"ANTHROPIC_API_KEY", "sk-ant-...", secrets.Placeholder}, {"OPENAI_API_KEY", "your_openai_api_key_here", secrets.Placeholder}, {"SECRET_KEY", "<generate with: openssl rand -hex 32>", secrets.Placeholder},
		{"GOOGLE_CLIENT_SECRET", "GOCSPX-" + "xxxxxxxxxxxxxxxxxxxxxxxxxxxx", secrets.Placeholder}, {"API_KEY", "api_key", secrets.Placeholder}, {"API_TOKEN", "1234567890123456", secrets.Placeholder},
		{"JWT_SECRET", "my-app-session-signing", secrets.Placeholder}, {"STRIPE_SECRET_KEY", "sk_test_" + "abcdefghijklmnop", secrets.Placeholder}, {"API_KEY", "00000000-0000-0000-0000-000000000000", secrets.Placeholder},
		{"SESSION_SECRET", "aaaabbbbaaaabbbbaaaabbbb", secrets.Placeholder}, {"PRIVATE_KEY_PATH", "/etc/keys/app.pem", secrets.Placeholder}, {"DB_PASSWORD", "simple", secrets.Placeholder},
		{"SECRET_KEY", "changeme", secrets.Known}, {"SECRET_KEY", "dev-secret-key-change-in-production", secrets.Known}, {"SECRET_KEY", "django-insecure-" + noise[:40], secrets.Known},
		{"SECRET_KEY", "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", secrets.Known}, {"POSTGRES_PASSWORD", "postgres", secrets.Known},
		{"GOOGLE_CLIENT_ID", "4711-abc.apps.googleusercontent.com", secrets.Publishable}, {"STRIPE_KEY", "pk_live_" + noise[:24], secrets.Publishable},
		{"SUPABASE_KEY", anonToken, secrets.Publishable}, {"VITE_FIREBASE_API_KEY", "AIza" + noise[:35], secrets.Publishable}, {"NEXT_PUBLIC_SENTRY_TOKEN", hexKey, secrets.Publishable},
		{"DATABASE_URL", "postgres://postgres:postgres@localhost:5432/app", secrets.Local}, {"DATABASE_URL", "postgresql://app:" + noise[:20] + "@db:5432/app", secrets.Local}, {"REDIS_URL", "redis://:" + noise[:20] + "@127.0.0.1:6379", secrets.Local},
		{"DATABASE_URL", "postgres://user:password@db.prod-host.net/app", secrets.Known}, {"DATABASE_URL", "postgres://user:pw@host.example.com/app", secrets.Placeholder}, {"DATABASE_URL", "sqlite:///./app.db", secrets.Empty},
		{"SECRET_KEY", hexKey, secrets.Real}, {"GOOGLE_CLIENT_SECRET", googleSecret, secrets.Real}, {"DATABASE_URL", databaseURL, secrets.Real}, {"JWT_SECRET", noise[:43], secrets.Real},
		{"SMTP_PASSWORD", "wkzq bhty rnvc pdlm", secrets.Real}, {"DB_PASSWORD", "Tr7!kWq2zP", secrets.Real}, {"SUPABASE_SERVICE_ROLE_KEY", serviceRole, secrets.Real}, {"FERNET_KEY", noise[:43] + "=", secrets.Real},
		{"ANTHROPIC_API_KEY", anthropicKey, secrets.Real}, {"PRIVATE_KEY", privateKey(), secrets.Real},
	}
	for _, c := range cases {
		if got := secrets.Classify(c.name, c.value); got != c.want {
			t.Errorf("Classify(%s, %.40q) = %v, want %v", c.name, c.value, got, c.want)
		}
	}
}

func TestNamesThatOnlyMentionASecretAreNoSecretNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"SECRET_KEY", "JWT_SECRET", "apiKey", "clientSecret", "DB_PASSWORD", "GITHUB_TOKEN", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "SECRET_KEY_BASE", "SMTP_PASS", "FERNET_KEY", "stripe.secret_key"} {
		if !secrets.SecretName(name) {
			t.Errorf("SecretName(%s) = false", name)
		}
	}
	for _, name := range []string{"TOKEN_EXPIRE_MINUTES", "ACCESS_TOKEN_TTL", "SECRET_NAME", "API_KEY_ID", "MAX_TOKENS", "PUBLIC_KEY", "PUBLIC_API_KEY", "TOKEN_URL", "PRIMARY_KEY", "KEY", "CACHE_KEY_PREFIX", "PASSWORD_MIN_LENGTH", "COLOR", "SUPABASE_ANON_KEY", "SITE_KEY", "keyboard"} {
		if secrets.SecretName(name) {
			t.Errorf("SecretName(%s) = true", name)
		}
	}
}

func TestMaskShowsTheProviderAndNeverTheSecret(t *testing.T) {
	t.Parallel()
	for _, v := range []string{googleSecret, githubToken, openaiKey, anthropicKey, stripeLive, hexKey, databaseURL, serviceRole, "Tr7!kWq2zP", privateKey()} {
		m := secrets.Mask(v)
		for n := 8; n+8 <= len(v); n += 4 {
			if piece := v[n : n+8]; v != databaseURL && len(m) > 0 && strings.Contains(m, piece) && piece != "-----BEG" && !strings.Contains(m, "PRIVATE") {
				t.Errorf("Mask shows %q of the value: %s", piece, m)
			}
		}
	}
	if m := secrets.Mask(databaseURL); strings.Contains(m, urlPassword_) || !strings.Contains(m, "db.prod-host.net") {
		t.Errorf("Mask of a connection string = %s", m)
	}
	if m := secrets.Mask("postgresql+asyncpg://u:" + noise[:20] + "@h.net/x"); strings.Contains(m, noise[:8]) {
		t.Errorf("Mask = %s", m)
	}
}
