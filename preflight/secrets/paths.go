package secrets

import (
	"path"
	"regexp"
	"strings"
)

var (
	envExample = regexp.MustCompile(`(?i)(?:example|sample|template|tmpl|tpl|dist|defaults?|schema|skeleton|blank|empty|ref|doc)`)
	envTest    = regexp.MustCompile(`(?i)(?:^|[._-])(?:test|testing|tests|ci|e2e|mock)(?:[._-]|$)`)
	envNamed   = regexp.MustCompile(`(?i)^env\.(?:production|prod|local|staging|stage|development|dev|live)$`)
)

// EnvFile reports whether a slash-separated path names an env file, and
// whether it is a template or test environment whose values are not secrets.
func EnvFile(p string) (is, template bool) {
	base := path.Base(p)
	lower := strings.ToLower(base)
	switch {
	case lower == ".env", lower == ".envrc", lower == ".flaskenv", strings.HasPrefix(lower, ".env."), strings.HasPrefix(lower, ".env-"), strings.HasPrefix(lower, ".env_"), envNamed.MatchString(base):
	case strings.HasSuffix(lower, ".env") && len(lower) > 4:
	default:
		return false, false
	}
	for _, ext := range []string{".py", ".js", ".ts", ".go", ".d.ts", ".mjs", ".md", ".dart", ".enc", ".gpg", ".age", ".asc", ".vault", ".j2"} {
		if strings.HasSuffix(lower, ext) {
			return false, false
		}
	}
	return true, envExample.MatchString(base) || envTest.MatchString(base)
}

var (
	fixtureDir = regexp.MustCompile(`(?i)(?:^|/)(?:tests?|__tests__|testing|testdata|test[-_]data|test[-_]resources|fixtures?|__fixtures__|specs?|e2e|mocks?|__mocks__|stubs?|cassettes|snapshots?|__snapshots__|examples?|samples?|integration[-_]tests?|unit[-_]tests?|benchmarks?)/`)
	fixtureTag = regexp.MustCompile(`(?i)(?:_test\.\w+|\.(?:test|spec|stories|cy|mock)\.\w+|(?:^|/)(?:test_[^/]*|conftest|.*[a-z]tests?)\.(?:py|rb|php|java|kt|cs)|Tests?\.(?:java|kt|cs|swift|php)|\.snap|\.feature|\.http|\.example|\.sample|\.template)$`)
	vendorDir  = regexp.MustCompile(`(?i)(?:^|/)(?:node_modules|bower_components|vendor|third[-_]?party|\.venv|venv|virtualenv|site-packages|dist-packages|\.tox|\.yarn|\.pnpm|Pods|\.dart_tool|\.pub-cache|__pycache__|\.gradle|\.m2|\.terraform|\.next|\.nuxt|bundle/ruby)/`)
	lockFile   = regexp.MustCompile(`(?i)(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|go\.mod|go\.work\.sum|composer\.lock|Gemfile\.lock|pubspec\.lock|mix\.lock|flake\.lock|Podfile\.lock|packages\.lock\.json|gradle\.lockfile|\.?gitleaks.*\.toml|\.?betterleaks.*\.toml|\.secrets\.baseline|SHA(?:256|512)SUMS?|checksums?\.txt)$`)
	binaryName = regexp.MustCompile(`(?i)\.(?:png|jpe?g|gif|webp|ico|bmp|tiff?|svg|woff2?|ttf|otf|eot|pdf|docx?|xlsx?|pptx?|zip|gz|tgz|bz2|xz|7z|jar|war|class|exe|dll|so|dylib|a|o|bin|wasm|mp[34]|mov|avi|webm|ogg|wav|pyc|map|min\.js|min\.css)$`)
	docName    = regexp.MustCompile(`(?i)(?:\.(?:md|mdx|rst|adoc|txt|ipynb|html?)$|(?:^|/)docs?/)`)
	serverExt  = regexp.MustCompile(`(?i)\.(?:py|go|rb|php|java|cs|rs|ex|exs|sh|env|ya?ml|toml|ini|cfg|conf|sql|tf)$`)
	clientName = regexp.MustCompile(`(?i)(?:firebase[^/]*\.(?:dart|json|js|ts|tsx)|google-services\.json|GoogleService-Info\.plist|AndroidManifest\.xml|Info\.plist|index\.html|(?:^|/)(?:web|public|static|frontend|client|mobile|android|ios|lib|app|www|assets)/)`)
)

// place says what kind of file a path is, as far as it changes the meaning of
// a value in it.
type place struct {
	skip    bool // never read: vendored, lock file, binary
	fixture bool // tests, examples: what looks like a secret is made up
	doc     bool
	client  bool // shipped to browsers and phones
}

// made reports whether what looks like a secret at a path is made up whatever its format is. Templates of env files are
// not, outside of tests: people copy their own keys into them.
func (w place) made(p string, template bool) bool {
	return w.fixture && (!template || fixtureDir.MatchString(p))
}

func placeOf(p string) place {
	return place{
		skip:    vendorDir.MatchString(p) || lockFile.MatchString(p) || binaryName.MatchString(p),
		fixture: fixtureDir.MatchString(p) || fixtureTag.MatchString(p),
		doc:     docName.MatchString(p),
		client:  clientName.MatchString(p) && !serverExt.MatchString(p),
	}
}
