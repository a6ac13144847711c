package deploy

import (
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

// nameTable holds which variables are set and which are read, by name.
type nameTable struct {
	set      map[string][]setPlace
	read     map[string][]repo.EnvRead
	aliases  map[string]bool // further names that serve as well as one that is read
	mentions map[string]bool // upper-case words of files that are neither code that was read nor the place where it is set
}

// setPlace is where a name gets a value, or is listed for people.
type setPlace struct {
	place manifest.Place
	by    string // the path, "" for env files
}

// variableNames collects the names of a repository.
func variableNames(in *check.Input) *nameTable {
	return in.Code.Keep("deploy names", func() any { return readNames(in) }).(*nameTable)
}

func readNames(in *check.Input) *nameTable {
	n := &nameTable{set: map[string][]setPlace{}, read: map[string][]repo.EnvRead{}, aliases: map[string]bool{}, mentions: map[string]bool{}}
	for _, e := range in.Deploy.EnvFiles {
		for _, v := range e.Vars {
			if v.Comment && e.Use != manifest.EnvExample {
				continue
			}
			n.add(v.Name, manifest.Place{File: e.Path, Line: v.Line}, "")
		}
	}
	for _, p := range in.Deploy.Paths {
		if p.Role == manifest.Database || p.ImageName != "" && p.Image == nil {
			continue
		}
		for _, list := range []map[string]manifest.Variable{p.Vars, p.BuildVars} {
			for _, v := range sorted(list) {
				if v.Kind != manifest.Injected && !fromEnvFile(in, v.File) {
					n.add(v.Name, v.Place, p.Name)
				}
			}
		}
	}
	for _, r := range in.Code.EnvReads() {
		n.read[r.Name] = append(n.read[r.Name], r)
		for _, a := range r.Aliases {
			n.aliases[a] = true
		}
	}
	n.readMentions(in)
	return n
}

func (n *nameTable) add(name string, at manifest.Place, by string) {
	for _, s := range n.set[name] {
		if s.place == at {
			return
		}
	}
	n.set[name] = append(n.set[name], setPlace{at, by})
}

// upperNames calls visit for every word of a text that is written like a
// variable's name.
func upperNames(text string, visit func(string)) {
	for i := 0; i < len(text); {
		c := text[i]
		if !wordByte(c) {
			i++
			continue
		}
		start, upper := i, c >= 'A' && c <= 'Z'
		for i < len(text) && wordByte(text[i]) {
			upper = upper && (text[i] < 'a' || text[i] > 'z')
			i++
		}
		if word := text[start:i]; upper && len(word) > 3 && strings.IndexByte(word, '_') > 0 {
			visit(word)
		}
	}
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= '0' && c <= '9'
}

// readMentions notes the names that code, scripts and configuration mention in
// any way: reading a variable takes many forms, and a name that stands
// somewhere is not called lost.
func (n *nameTable) readMentions(in *check.Input) {
	for _, f := range in.Tree.Files() {
		if f.Size > 300_000 || !mentionsCount(f.Path) {
			continue
		}
		text := in.Tree.Text(f.Path)
		upperNames(text, func(name string) { n.mentions[name] = true })
		if strings.HasSuffix(f.Path, ".dart") || strings.HasSuffix(f.Path, ".java") || strings.HasSuffix(f.Path, ".properties") {
			for _, name := range propertyName.FindAllString(text, -1) {
				n.mentions[strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(name, ".", "_"), "-", "_"))] = true
			}
		}
	}
}

var propertyName = regexp.MustCompile(`\b[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+\b`)

// mentionsCount reports whether a mention in a file can be a use: code,
// scripts, templates and configuration. Env files, manifests and documents
// only set or explain.
func mentionsCount(file string) bool {
	base := strings.ToLower(path.Base(file))
	switch path.Ext(base) {
	case ".py", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".vue", ".svelte", ".go", ".dart", ".rb", ".php", ".java", ".kt", ".rs", ".cs", ".ex", ".exs",
		".sh", ".bash", ".conf", ".template", ".tmpl", ".j2", ".tf", ".properties", ".xml", ".gradle", ".ini", ".cfg", ".prisma", ".swift", ".toml", ".mk":
		return !strings.HasPrefix(base, "railway.") && !strings.HasPrefix(base, "fly.")
	}
	return base == "makefile" || base == "justfile" || base == "caddyfile" || base == "entrypoint" || base == "procfile"
}

// unread returns the names that are set or listed and that nothing reads. What begins as names do that libraries and
// images read by themselves is left out on demand.
func (n *nameTable) unread(strict bool) []string {
	var out []string
	for name := range n.set {
		if len(n.read[name]) == 0 && !n.aliases[name] && !n.mentions[name] && !(strict && libraryReads(name)) && len(name) > 3 {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

// unset returns the names that deployed code reads and nothing sets. What env
// files hold counts as set, unless only paths are to count.
func (n *nameTable) unset(paths bool) []string {
	isSet := func(name string) bool {
		return slices.ContainsFunc(n.set[name], func(s setPlace) bool { return !paths || s.by != "" })
	}
	var out []string
	for name, reads := range n.read {
		if isSet(name) || platformName(name) || !slices.ContainsFunc(reads, func(r repo.EnvRead) bool { return r.Reachable && !r.Tooling }) {
			continue
		}
		if slices.ContainsFunc(reads, func(r repo.EnvRead) bool {
			return slices.ContainsFunc(r.Aliases, isSet)
		}) {
			continue
		}
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// nearness says how two names resemble one another.
type nearness uint8

const (
	apart   nearness = iota
	slip             // letters exchanged, missing or too many
	order            // the same words in another order
	sameEnd          // one has a word more at an end
)

// meant returns the name that is read and nowhere set which a lost name most
// resembles; "" when none or several do.
func (n *nameTable) meant(lost string) (string, nearness) {
	if want, kind := n.among(lost, n.unset(false)); want != "" {
		return want, kind
	}
	// A name that an example file lists and no path sets is still not set.
	if !slices.ContainsFunc(n.set[lost], func(s setPlace) bool { return s.by != "" }) {
		return "", apart
	}
	if want, kind := n.among(lost, n.unset(true)); kind == slip {
		return want, kind
	}
	return "", apart
}

// among returns the name of a list which a lost name most resembles.
func (n *nameTable) among(lost string, names []string) (string, nearness) {
	best, kind, several := "", apart, false
	for _, want := range names {
		k := resemble(lost, want)
		switch {
		case k == apart:
		case kind == apart || k < kind:
			best, kind, several = want, k, false
		case k == kind:
			several = true
		}
	}
	if several {
		return "", apart
	}
	return best, kind
}

// apartWords are words that make two names different on purpose.
var apartWords = map[string]bool{"DEV": true, "PROD": true, "TEST": true, "STAGING": true, "LOCAL": true, "PUBLIC": true, "PRIVATE": true, "READ": true, "WRITE": true, "MAX": true, "MIN": true,
	"ID": true, "SECRET": true, "KEY": true, "HOST": true, "PORT": true, "USER": true, "PASSWORD": true, "NAME": true, "DB": true, "TOKEN": true, "ACCESS": true, "REFRESH": true, "FROM": true, "TO": true, "INPUT": true, "OUTPUT": true, "BASE": false,
	"PATH": true, "FILE": true, "DIR": true, "TIMEOUT": true, "TTL": true, "ENABLED": true, "TYPE": true, "MODEL": true, "REGION": true, "BUCKET": true, "EMAIL": true, "PREFIX": true, "SUFFIX": true, "VERSION": true, "FRONTEND": true, "BACKEND": true, "CLIENT": true, "SERVER": true,
	"HTTP": true, "HTTPS": true, "IMAP": true, "IMAPS": true, "SMTP": true, "SMTPS": true, "POP": true, "LDAP": true, "LDAPS": true, "REDIS": true, "REDISS": true, "MQTT": true, "MQTTS": true}

func resemble(a, b string) nearness {
	x, y := strings.Split(a, "_"), strings.Split(b, "_")
	if strings.Trim(a, "0123456789") != a || strings.Trim(b, "0123456789") != b {
		if trimDigits(a) == trimDigits(b) {
			return apart // KEY_1 and KEY_2
		}
	}
	if len(x) == len(y) {
		return sameLength(a, b, x, y)
	}
	if strings.ReplaceAll(a, "_", "") == strings.ReplaceAll(b, "_", "") {
		return slip
	}
	return oneMore(x, y)
}

func trimDigits(s string) string { return strings.Trim(s, "0123456789") }

// sameLength compares names of as many words: one word with a slip, or the
// same words in another order.
func sameLength(a, b string, x, y []string) nearness {
	different := -1
	for i := range x {
		if x[i] != y[i] {
			if different >= 0 {
				different = -2
				break
			}
			different = i
		}
	}
	if different >= 0 {
		p, q := x[different], y[different]
		limit := 1
		if min(len(p), len(q)) >= 6 {
			limit = 2
		}
		if min(len(p), len(q)) >= 3 && distance(p, q, limit) <= limit && !(apartWords[p] && apartWords[q]) && !numbered(p, q) {
			if min(len(p), len(q)) < 5 && !plural1(p, q) && !swapped(p, q) {
				return apart // CAT and CAR
			}
			return slip
		}
		return apart
	}
	if len(x) >= 3 {
		s, t := slices.Clone(x), slices.Clone(y)
		sort.Strings(s)
		sort.Strings(t)
		if slices.Equal(s, t) {
			return order
		}
	}
	return apart
}

func numbered(p, q string) bool { return trimDigits(p) == trimDigits(q) }

func plural1(p, q string) bool { return p+"S" == q || q+"S" == p }

// swapped reports whether two words of one length differ by a swap of neighbours.
func swapped(p, q string) bool {
	return len(p) == len(q) && distance(p, q, 1) == 1 && sortedLetters(p) == sortedLetters(q)
}

func sortedLetters(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}

// oneMore compares names of which one has a word more at its beginning or end.
func oneMore(x, y []string) nearness {
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y) != len(x)+1 || len(x) < 2 {
		return apart
	}
	extra := ""
	switch {
	case slices.Equal(x, y[:len(x)]):
		extra = y[len(x)]
	case slices.Equal(x, y[1:]):
		extra = y[0]
	default:
		return apart
	}
	if apartWords[extra] {
		return apart
	}
	return sameEnd
}

// platformName reports names that the platform or the shell sets.
func platformName(name string) bool {
	switch name {
	case "PORT", "HOST", "NODE_ENV", "HOME", "PATH", "CI", "USER", "SHELL", "PWD", "TERM", "TMPDIR", "TMP", "TEMP", "HOSTNAME", "RENDER", "DYNO", "VERCEL", "NETLIFY", "PRIMARY_REGION", "LANG", "TZ", "APPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "DISPLAY", "EDITOR", "COMPUTERNAME", "USERNAME", "PYTEST_CURRENT_TEST", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "PAGER", "VIRTUAL_ENV", "LC_ALL", "SYSTEMROOT", "K_SERVICE", "WEB_CONCURRENCY":
		return true
	}
	for _, p := range []string{"RAILWAY_", "RENDER_", "FLY_", "VERCEL_", "NETLIFY_", "HEROKU_", "GITHUB_", "KUBERNETES_", "npm_", "GAE_", "AWS_LAMBDA_", "AWS_EXECUTION_"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// libraryPrefixes begin names that platforms, libraries and tools read by themselves.
var libraryPrefixes = []string{"AWS_", "RAILWAY_", "RENDER_", "FLY_", "VERCEL_", "NETLIFY_", "HEROKU_", "GITHUB_", "CI_", "NPM_", "NODE_", "PYTHON", "PIP_", "UV_", "POETRY_", "DOCKER_", "COMPOSE_", "POSTGRES_", "PG", "MYSQL_", "MARIADB_", "MONGO_INITDB_", "REDIS_", "RABBITMQ_",
	"UVICORN_", "GUNICORN_", "WEB_CONCURRENCY", "OTEL_", "SENTRY_", "NEXT_TELEMETRY", "TURBO_", "FLASK_", "DJANGO_", "CELERY_", "STREAMLIT_", "GRADIO_", "LANGCHAIN_", "LANGSMITH_", "LANGFUSE_", "HF_", "TRANSFORMERS_", "OMP_", "TZ", "LANG", "LC_", "GOOGLE_APPLICATION_CREDENTIALS", "GCLOUD_", "GCP_", "FIREBASE_",
	"SUPABASE_", "PRISMA_", "NEXTAUTH_", "AUTH_", "CLERK_", "STRIPE_CLI", "TRAEFIK_", "NGINX_", "ACME_", "LETSENCRYPT_", "CADDY_", "CF_", "CLOUDFLARE_", "JAVA_", "SPRING_", "GRAFANA_", "GF_", "PGADMIN_", "MINIO_", "ELASTIC_", "KAFKA_", "EXPO_", "CHOKIDAR_", "WATCHPACK_", "SKIP_", "GENERATE_SOURCEMAP", "BROWSER", "FAST_REFRESH", "DISABLE_", "LITESTREAM_", "DD_", "NEW_RELIC_", "HUSKY", "COREPACK_", "YARN_", "PNPM_", "BUN_", "DENO_", "GO", "CGO_", "CARGO_", "RUST_", "HOSTNAME", "PUID", "PGID", "UMASK", "S6_", "VIRTUAL_"}

// libraryReads reports names that are read outside of the repository's code.
func libraryReads(name string) bool {
	switch name {
	case "PORT", "HOST", "NODE_ENV", "HOME", "PATH", "CI", "DEBUG", "USER", "SHELL", "PWD", "TERM", "TMPDIR", "LOG_LEVEL", "ENV", "DATABASE_URL", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "RENDER", "DYNO", "VERCEL", "NETLIFY", "PRIMARY_REGION", "DOMAIN", "IMAGE", "TAG", "VERSION":
		return true
	}
	for _, p := range libraryPrefixes {
		if strings.HasPrefix(name, p) && (strings.HasSuffix(p, "_") || name == p || strings.HasPrefix(name, p+"_") || p == "PG" && len(name) < 12 || p == "PYTHON") {
			return true
		}
	}
	return false
}
