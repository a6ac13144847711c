package secrets

import (
	"regexp"
	"strings"
)

var (
	camelBoundary = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	nameSeparator = regexp.MustCompile(`[_\-.\s]+`)
)

// nameTokens splits a variable's name into upper-case words.
func nameTokens(name string) []string {
	name = camelBoundary.ReplaceAllString(name, "${1}_${2}")
	return strings.FieldsFunc(strings.ToUpper(nameSeparator.ReplaceAllString(name, "_")), func(r rune) bool { return r == '_' })
}

// aboutTokens, as the last word, say that the value describes a secret and is none.
var aboutTokens = map[string]bool{
	"NAME": true, "ID": true, "IDS": true, "PATH": true, "FILE": true, "DIR": true, "HOST": true, "PORT": true, "TTL": true, "EXPIRE": true, "EXPIRES": true, "EXPIRY": true, "EXPIRATION": true, "MINUTES": true, "SECONDS": true, "HOURS": true, "DAYS": true,
	"LENGTH": true, "SIZE": true, "LIMIT": true, "TYPE": true, "ALGORITHM": true, "ALG": true, "HEADER": true, "PREFIX": true, "ENDPOINT": true, "ISSUER": true, "AUDIENCE": true, "ENABLED": true, "REQUIRED": true, "COUNT": true, "MAX": true, "MIN": true,
	"TOKENS": true, "VERSION": true, "REGION": true, "SCOPE": true, "SCOPES": true, "USER": true, "USERNAME": true, "EMAIL": true, "MODEL": true, "LIFETIME": true, "IN": true, "AGE": true, "ROUNDS": true, "PROVIDER": true, "POLICY": true, "REGEX": true, "PATTERN": true,
	"LABEL": true, "FIELD": true, "PARAM": true, "COLUMN": true, "PLACEHOLDER": true, "HINT": true, "URL": true, "URI": true, "DOMAIN": true, "FORMAT": true, "METHOD": true, "STRATEGY": true, "STATUS": true, "COOKIE": true, "DURATION": true, "TIMEOUT": true, "INTERVAL": true, "SALT": false,
}

var secretTokens = map[string]bool{
	"SECRET": true, "SECRETS": true, "PASSWORD": true, "PASSWD": true, "PASSPHRASE": true, "PWD": true, "PASS": true, "PW": true, "TOKEN": true, "APIKEY": true, "CREDENTIAL": true, "CREDENTIALS": true, "PAT": true, "FERNET": true, "PEPPER": true,
}

// keyBefore are words that make KEY a secret: API_KEY, SIGNING_KEY, SECRET_KEY_BASE.
var keyBefore = map[string]bool{
	"API": true, "SECRET": true, "ACCESS": true, "PRIVATE": true, "ENCRYPTION": true, "SIGNING": true, "MASTER": true, "AUTH": true, "JWT": true, "SESSION": true, "APP": true, "SERVICE": true, "ROLE": true, "FERNET": true, "AES": true, "COOKIE": true, "ACCOUNT": true, "STORAGE": true, "WEBHOOK": true, "LICENSE": true, "DATA": true, "HMAC": true, "CRYPTO": true, "ENC": true,
	"OPENAI": true, "ANTHROPIC": true, "GEMINI": true, "DEEPSEEK": true, "STRIPE": true, "SENDGRID": true, "GROQ": true,
}

// SecretName reports whether a variable of that name is meant to hold a
// secret. Names that only mention one (TOKEN_EXPIRE_MINUTES, API_KEY_NAME) and
// public ones (PUBLIC_KEY, SITE_KEY) are not.
func SecretName(name string) bool {
	tokens := nameTokens(name)
	if len(tokens) == 0 || aboutTokens[tokens[len(tokens)-1]] {
		return false
	}
	for _, t := range tokens {
		switch t {
		case "REDACTED", "BLANK", "BLANKING", "MASK", "MASKED", "PLACEHOLDER", "DUMMY", "FAKE", "EXAMPLE":
			return false // what stands in for a secret
		}
	}
	for i, t := range tokens {
		if t == "PUBLIC" || t == "PUBLISHABLE" || t == "ANON" {
			if i+1 < len(tokens) && tokens[len(tokens)-1] == "KEY" {
				return false
			}
		}
	}
	for i, t := range tokens {
		if secretTokens[t] || t == "JWT" && len(tokens) == 1 || t == "KEY" && i > 0 && keyBefore[tokens[i-1]] {
			return true
		}
	}
	return false
}

// connectionName reports variables that hold a URL with a password in it.
func connectionName(name string) bool {
	tokens := nameTokens(name)
	if len(tokens) == 0 {
		return false
	}
	switch tokens[len(tokens)-1] {
	case "URL", "URI", "DSN", "CONNECTION", "STRING", "CONN":
		return true
	}
	return false
}

func isPasswordName(name string) bool {
	for _, t := range nameTokens(name) {
		switch t {
		case "PASSWORD", "PASSWD", "PASSPHRASE", "PWD", "PASS", "PW":
			return true
		}
	}
	return false
}
