package deploy

import (
	"strings"
)

// signingName reports whether a variable of that name holds a key that the
// application signs or encrypts with, as opposed to a credential of somebody
// else's service.
func signingName(name string) bool {
	upper := strings.ToUpper(name)
	for _, other := range []string{"CLIENT", "OAUTH", "STRIPE", "WEBHOOK", "AWS", "GOOGLE", "GITHUB", "AZURE", "OPENAI", "ANTHROPIC", "S3_", "SMTP", "MAIL", "DB_", "DATABASE", "POSTGRES", "MYSQL", "REDIS", "RECAPTCHA", "CAPTCHA", "TWILIO", "SLACK", "DISCORD", "TELEGRAM", "API_SECRET", "TOKEN_SECRET_NAME", "PUBLIC"} {
		if strings.Contains(upper, other) {
			return false
		}
	}
	switch {
	case upper == "JWT", strings.HasSuffix(upper, "_SALT"):
		return upper == "JWT"
	case strings.HasSuffix(upper, "_NAME"), strings.HasSuffix(upper, "_ALGORITHM"), strings.HasSuffix(upper, "_FILE"), strings.HasSuffix(upper, "_EXPIRE"), strings.HasSuffix(upper, "_EXPIRES"), strings.HasSuffix(upper, "_TTL"), strings.HasSuffix(upper, "_MINUTES"), strings.HasSuffix(upper, "_URL"):
		return false
	}
	for _, w := range []string{"SECRET_KEY", "JWT_SECRET", "JWT_KEY", "SESSION_SECRET", "SESSION_KEY", "COOKIE_SECRET", "COOKIE_KEY", "AUTH_SECRET", "SIGNING_KEY", "SIGNING_SECRET", "APP_SECRET", "APP_KEY", "ENCRYPTION_KEY", "FERNET", "TOKEN_SECRET", "SECRETKEY", "SECRET_TOKEN", "HMAC", "KEY_BASE", "NEXTAUTH_SECRET"} {
		if strings.Contains(upper, w) {
			return true
		}
	}
	return upper == "SECRET"
}
