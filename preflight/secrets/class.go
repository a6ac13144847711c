package secrets

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Class says what a configured value is. Only Real is worth an alarm.
type Class int

// The classes of value, from harmless to harmful.
const (
	Empty       Class = iota // nothing, or a word that means nothing
	Reference                // filled in elsewhere: ${NAME}, a vault path, encrypted text
	Placeholder              // written to be replaced
	Publishable              // meant to be seen: client ids, publishable keys
	Local                    // opens only something on the same machine or in the same compose file
	Known                    // a published default: harmless as a leak, fatal as a key
	Real                     // looks like a secret that somebody uses
)

var classNames = [...]string{"empty", "reference", "placeholder", "publishable", "local", "known default", "real-looking"}

// String returns the class in words.
func (c Class) String() string { return classNames[c] }

// Classify judges the value that a variable or field called name is set to.
// It errs towards harmless: what it cannot tell from a placeholder is one.
func Classify(name, value string) Class {
	v := strings.TrimSpace(strings.Trim(strings.TrimSpace(value), "\"'`"))
	switch {
	case isEmpty(v):
		return Empty
	case isReference(v):
		return Reference
	}
	if strings.Contains(v, "://") {
		return classifyURL(v)
	}
	switch {
	case isKnownDefault(v):
		return Known
	case isPublishable(name, v):
		return Publishable
	case strings.HasPrefix(v, "-----BEGIN"):
		if strings.Contains(v, "PRIVATE KEY") && Entropy(v) > 4.5 {
			return Real
		}
		return Placeholder
	case isPlaceholder(name, v):
		return Placeholder
	case looksRandom(name, v):
		return Real
	}
	return Placeholder
}

func isEmpty(v string) bool {
	switch strings.ToLower(v) {
	case "", "null", "none", "nil", "undefined", "true", "false", "yes", "no", "on", "off", "n/a", "na", "-":
		return true
	}
	return false
}

var referencePattern = regexp.MustCompile(`(?i)^(?:\$\{.*\}|\$[a-z_]\w*|\$\(.*\)|\{\{.*\}\}|<%=?.*%>|%\w+%|@@?\w+@@?|#\{.*\}#?|__\w+__)$` +
	`|^(?:op|vault|bws|doppler|awssm|gcpsm|ssm|secretsmanager|infisical|keychain|sops|ref\+\w+|arn:aws)[:/]` +
	`|^(?:encrypted:|ENC\[|!Ref |!Sub |!GetAtt |projects/[^/]+/secrets/|@Microsoft\.KeyVault)` +
	`|(?:process\.env|os\.environ|os\.getenv|System\.getenv|import\.meta\.env|Deno\.env|config\(|env\(|ENV\[)` +
	`|\$\{\w+[^}]*\}|\{\{[^}]*\}\}|\$\(`)

// isReference reports values that are filled in elsewhere, whole or in part.
func isReference(v string) bool {
	return referencePattern.MatchString(v) || strings.HasPrefix(v, "AgA") && len(v) > 300 // sealed secret
}

// placeholderWords mean "put yours here" wherever they occur in a value.
var placeholderWords = []string{
	"your", "change", "example", "placeholder", "replace", "dummy", "sample", "insert", "fixme", "redacted", "removed",
	"enter_", "enter-", "put_", "put-", "paste", "fill", "fake", "mock", "not-real", "not_real", "notreal", "todo", "_here", "-here",
	"some-", "some_", "default", "in-production", "in_production", "set-me", "set_me", "setme", "goes", "secret-key", "secret_key", "secretkey",
	"my-secret", "my_secret", "mysecret", "supersecret", "super-secret", "super_secret", "super secret", "topsecret", "top-secret", "dev-secret", "dev_secret", "dev-only", "dev_only", "test-key",
	"test_key", "test-secret", "test_secret", "test-token", "testing", "for-dev", "localdev", "development", "insecure", "unsafe", "lorem", "foobar", "deadbeef", "cafebabe",
	"abcdef", "qwerty", "asdf", "12345678", "01234567", "87654321", "password", "passw0rd", "p@ssw", "hunter2", "letmein", "xxxx", "####", "....", "****", "____", "----", "0000000", "1111111", "aaaaaaa",
	"optional", "required", "generate", "openssl", "random-", "random_", "string", "keep-it", "hidden", "masked", "undefined",
}

// shortWords count only between separators: in a random value they occur by chance.
var shortWords = map[string]bool{"xxx": true, "foo": true, "bar": true, "baz": true, "test": true, "demo": true, "abc": true, "abc123": true, "123": true, "1234": true, "dev": true, "ci": true, "tbd": true, "key": true, "secret": true, "token": true, "changeit": true, "local": true, "stub": true, "temp": true, "none": true}

func isPlaceholder(name, v string) bool {
	lower := strings.ToLower(v)
	if wrapped(v, '<', '>') || wrapped(v, '[', ']') || wrapped(v, '{', '}') || strings.HasSuffix(v, "...") || strings.Contains(v, "…") {
		return true
	}
	for _, w := range placeholderWords {
		if strings.Contains(lower, w) {
			return true
		}
	}
	for _, w := range splitWords(lower) {
		if shortWords[w] {
			return true
		}
	}
	if letters(lower) == letters(strings.ToLower(name)) {
		return true
	}
	return fewDistinct(v) || monotonous(v)
}

func wrapped(v string, open, shut byte) bool {
	return len(v) > 1 && v[0] == open && v[len(v)-1] == shut
}

func splitWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func fewDistinct(v string) bool {
	seen := make(map[rune]bool)
	for _, r := range v {
		seen[r] = true
	}
	return len(v) >= 8 && len(seen) <= 4
}

// monotonous reports values most of whose characters follow or repeat their
// neighbour: 1234567890, abcdefgh, aaaabbbb.
func monotonous(v string) bool {
	if len(v) < 8 {
		return false
	}
	steps := 0
	for i := 1; i < len(v); i++ {
		if d := int(v[i]) - int(v[i-1]); d >= -1 && d <= 1 {
			steps++
		}
	}
	return steps*10 >= (len(v)-1)*7
}

// IsKnownDefault reports whether value is a published default of a framework,
// tutorial or image: everybody can try it.
func IsKnownDefault(value string) bool {
	return isKnownDefault(strings.TrimSpace(strings.Trim(strings.TrimSpace(value), "\"'`")))
}

func isKnownDefault(v string) bool {
	lower := strings.ToLower(v)
	return knownDefaults[lower] || strings.HasPrefix(lower, "django-insecure-")
}

// publishedDefaults are keys that stand in documentation and templates; they
// are tried by KEY-09 and refused by KEY-05.
var publishedDefaults = []string{
	"changeme", "change-me", "change_me", "changethis", "change-this", "changeit", "secret", "secretkey", "secret-key", "secret_key", "mysecret", "my-secret", "my-secret-key", "mysecretkey",
	"supersecret", "super-secret", "super-secret-key", "supersecretkey", "super_secret_key", "your-secret-key", "your_secret_key", "your-secret-key-here", "your_secret_key_here", "your-256-bit-secret",
	"your-super-secret-key", "your-secret-key-change-in-production", "your-secret-key-change-this", "your-jwt-secret", "your_jwt_secret", "dev-secret-key-change-in-production", "dev-secret-key", "dev-secret", "dev",
	"development", "test", "testing", "jwt-secret", "jwt_secret", "jwtsecret", "shhhhh", "keyboard cat", "notasecret", "not-a-secret", "topsecret", "s3cr3t", "insecure", "key", "default", "default-secret",
	"super-secret-jwt-token-with-at-least-32-characters-long", "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", "thisisasecretkey", "this-is-a-secret", "thisissecret", "a-very-secret-key", "hard to guess string", "you-will-never-guess",
}

// commonPasswords are what images and tutorials start with.
var commonPasswords = []string{
	"password", "passw0rd", "password1", "password123", "admin", "admin123", "administrator", "root", "toor", "postgres", "mysql", "mongo", "redis", "rabbitmq", "guest", "minio", "minioadmin", "minio123", "example", "user", "pass", "1234", "12345", "123456", "12345678", "123456789", "letmein", "qwerty", "docker", "app", "dbpass", "dbpassword", "db_password", "app_password", "postgrespw", "mysecretpassword", "my-secret-pw",
}

var knownDefaults = func() map[string]bool {
	m := make(map[string]bool)
	for _, list := range [][]string{publishedDefaults, commonPasswords} {
		for _, v := range list {
			m[v] = true
		}
	}
	return m
}()

// PublishedKeys returns the signing keys that everybody knows, the shortest
// list worth trying against a token.
func PublishedKeys() []string { return append([]string(nil), publishedDefaults...) }

var publicPrefix = regexp.MustCompile(`^(?:NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|VUE_APP|PUBLIC)_`)

// isPublishable reports values that their provider expects in clients.
func isPublishable(name, v string) bool {
	upper := strings.ToUpper(name)
	switch {
	case strings.HasSuffix(v, ".apps.googleusercontent.com"), strings.HasPrefix(v, "pk_live_"), strings.HasPrefix(v, "pk_test_"),
		strings.HasPrefix(v, "sb_publishable_"), strings.HasPrefix(v, "phc_"), strings.HasPrefix(v, "ssh-rsa "), strings.HasPrefix(v, "ssh-ed25519 "),
		strings.HasPrefix(v, "-----BEGIN PUBLIC"), strings.HasPrefix(v, "-----BEGIN CERTIFICATE"):
		return true
	case strings.HasPrefix(v, "AIza"):
		return publicPrefix.MatchString(upper) || containsAny(upper, "FIREBASE", "MAPS", "PUBLIC", "BROWSER", "WEB", "CLIENT", "ANDROID", "IOS")
	case strings.HasPrefix(v, "eyJ"):
		role := jwtRole(v)
		return role == "anon" || role == "demo"
	}
	return publicPrefix.MatchString(upper) && !containsAny(upper, "SECRET", "PRIVATE", "SERVICE_ROLE", "PASSWORD")
}

func containsAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// jwtRole returns the role claim of an unverified token, or "". Supabase marks
// its public key with "anon" and its all-powerful one with "service_role"; the
// keys that every local Supabase starts with have the role "demo" here.
func jwtRole(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct {
		Role   string `json:"role"`
		Issuer string `json:"iss"`
	}
	if json.Unmarshal(raw, &claims) != nil {
		return ""
	}
	if claims.Issuer == "supabase-demo" {
		return "demo"
	}
	return claims.Role
}

// classifyURL judges connection strings: a URL is a secret when it carries a
// password that opens something elsewhere.
func classifyURL(v string) Class {
	password, host, ok := urlPassword(v)
	if !ok || password == "" {
		return Empty
	}
	switch {
	case isReference(password) || isReference(host):
		return Reference
	case localHost(host):
		return Local
	case placeholderHost(host):
		return Placeholder
	case isKnownDefault(password):
		return Known
	case isPlaceholder("", password) || len(password) < 6:
		return Placeholder
	}
	return Real
}

// urlPassword takes a URL apart without net/url's strictness: passwords in
// connection strings are often not escaped.
func urlPassword(v string) (password, host string, ok bool) {
	_, rest, found := strings.Cut(v, "://")
	if !found {
		return "", "", false
	}
	if end := strings.IndexAny(rest, "?# \t\n\"'"); end >= 0 {
		rest = rest[:end]
	}
	at := strings.LastIndex(rest, "@")
	if at < 0 {
		return "", "", false
	}
	user, host := rest[:at], rest[at+1:]
	_, password, found = strings.Cut(user, ":")
	if !found {
		return "", "", false
	}
	if plain, err := url.PathUnescape(password); err == nil {
		password = plain
	}
	host, _, _ = strings.Cut(host, "/")
	host, _, _ = strings.Cut(host, ",")
	if i := strings.LastIndex(host, ":"); i >= 0 && !strings.Contains(host, "]") {
		host = host[:i]
	}
	return password, strings.ToLower(host), true
}

// localHost reports hosts that are this machine, or a service of the same
// compose file or cluster: a name without a dot resolves nowhere else.
func localHost(host string) bool {
	if host == "" || !strings.Contains(host, ".") {
		return true
	}
	for _, suffix := range []string{".local", ".internal", ".localhost", ".lan", ".svc", ".cluster.local", ".test"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "192.168.") || strings.HasPrefix(host, "10.") || host == "0.0.0.0" || strings.HasPrefix(host, "[::1")
}

func placeholderHost(host string) bool {
	return containsAny(host, "example.", "your", "host.com", "hostname", "myserver", "domain.com", "server.com", "<", ">", "xxx", "test.com", "foo.", "acme.com") || strings.HasSuffix(host, ".example") || strings.HasSuffix(host, ".invalid")
}

// Entropy returns the Shannon entropy of s in bits per character.
func Entropy(s string) float64 {
	if s == "" {
		return 0
	}
	var counts [256]int
	for i := 0; i < len(s); i++ {
		counts[s[i]]++
	}
	var h float64
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(s))
			h -= p * math.Log2(p)
		}
	}
	return h
}

var (
	uuidPattern = regexp.MustCompile(`(?i)^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$`)
	pathPattern = regexp.MustCompile(`^(?:\.{0,2}/|~/|[A-Za-z]:\\)[\w./\\ -]*$|^[\w-]+(?:/[\w.-]+)+$|^[\w-]+\.(?:json|pem|key|crt|txt|ya?ml|db|sqlite3?|env|py|js|ts)$`)
	datePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\d`)
)

// looksRandom asks for what people do not type: a password name needs a mix of
// kinds of character, a key name needs length and entropy.
func looksRandom(name, v string) bool {
	if strings.ContainsAny(v, "\n\r\t") || pathPattern.MatchString(v) || datePattern.MatchString(v) || allDigits(v) {
		return false
	}
	if isPasswordName(name) {
		return len(v) >= 8 && kindsOfCharacter(v) >= 2 && Entropy(v) >= 2.5 && !onlyWords(v) || gmailAppPassword(v)
	}
	if strings.Contains(v, " ") || len(v) < 16 || onlyWords(v) {
		return false
	}
	if uuidPattern.MatchString(v) {
		return containsAny(strings.ToUpper(name), "SECRET", "API_KEY", "APIKEY", "TOKEN")
	}
	return Entropy(v) >= 3.0 && kindsOfCharacter(v) >= 2
}

// gmailAppPassword: four groups of four letters.
func gmailAppPassword(v string) bool {
	parts := strings.Fields(v)
	if len(parts) != 4 {
		return false
	}
	for _, p := range parts {
		if len(p) != 4 || strings.Trim(p, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return Entropy(v) >= 2.8
}

func allDigits(v string) bool { return strings.Trim(v, "0123456789") == "" }

func kindsOfCharacter(v string) int {
	var lower, upper, digit, other int
	for _, r := range v {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

var wordPattern = regexp.MustCompile(`[A-Z]?[a-z]+|[A-Z]+|\d+`)

// onlyWords reports identifiers and phrases: pieces of letters of the length
// and with the vowels of words, and at most a short number.
func onlyWords(v string) bool {
	pieces := wordPattern.FindAllString(v, -1)
	if len(pieces) == 0 {
		return true
	}
	long, covered, digits := 0, 0, 0
	for _, p := range pieces {
		if allDigits(p) {
			digits += len(p)
			continue
		}
		if len(p) >= 3 && pronounceable(p) {
			long++
			covered += len(p)
		}
	}
	plain := len(letters(v)) - digits
	return plain > 0 && digits <= 4 && covered*10 >= plain*8 && float64(covered)/float64(max(long, 1)) >= 3.5
}

func pronounceable(w string) bool {
	vowels, run := 0, 0
	for _, r := range strings.ToLower(w) {
		if strings.ContainsRune("aeiouy", r) {
			vowels, run = vowels+1, 0
			continue
		}
		if run++; run > 4 {
			return false
		}
	}
	return vowels*5 >= len(w) && vowels*10 <= len(w)*8
}
