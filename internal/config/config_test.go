package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

var update = flag.Bool("update", false, "write the golden files")

// fixture secrets, made here so that no file holds something that looks real.
var (
	secret = strings.Repeat("0123456789abcdef", 4)
	master = strings.Repeat("fedcba9876543210", 4)
)

func production(extra ...string) []string {
	return append([]string{
		"ENVIRONMENT=production", "PUBLIC_URL=https://ba.example.com",
		"SECRET_KEY=" + secret, "MASTER_KEY=" + master,
		"OIDC_ISSUER=https://id.example.com", "OIDC_CLIENT_ID=ba", "OIDC_CLIENT_SECRET=fixture",
	}, extra...)
}

func TestAnEmptyEnvironmentIsALaptop(t *testing.T) {
	c, err := config.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Production() || c.Addr() != "127.0.0.1:8080" || c.PublicURL != "http://localhost:8080" {
		t.Errorf("got %s %s %s", c.Environment, c.Addr(), c.PublicURL)
	}
	if !strings.HasPrefix(c.DatabaseURL, "sqlite:///") || !strings.HasSuffix(c.DatabaseURL, "/data/ba.db") {
		t.Errorf("the database is %s", c.DatabaseURL)
	}
}

func TestACompleteProductionStarts(t *testing.T) {
	c, err := config.Load(production())
	if err != nil {
		t.Fatal(err)
	}
	if !c.Production() || !c.Secure() || c.Addr() != ":8080" {
		t.Errorf("got %s %s", c.Environment, c.Addr())
	}
}

func TestEachFaultIsRefusedWithItsVariable(t *testing.T) {
	dir := t.TempDir()
	inData := filepath.Join(dir, "data", "master.key")
	if err := os.MkdirAll(filepath.Dir(inData), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(inData, []byte(master), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		environ  []string
		variable string
	}{
		"unknown environment":          {[]string{"ENVIRONMENT=prod"}, "ENVIRONMENT"},
		"platform without mode":        {[]string{"RAILWAY_PROJECT_ID=x"}, "ENVIRONMENT"},
		"platform in development":      {[]string{"RENDER=true", "ENVIRONMENT=development"}, "ENVIRONMENT"},
		"development on all addresses": {[]string{"LISTEN_ADDR=0.0.0.0"}, "LISTEN_ADDR"},
		"public url missing":           {production("PUBLIC_URL="), "PUBLIC_URL"},
		"public url is localhost":      {production("PUBLIC_URL=https://localhost:8080"), "PUBLIC_URL"},
		"public url is http":           {production("PUBLIC_URL=http://ba.example.com"), "PUBLIC_URL"},
		"public url has a path":        {production("PUBLIC_URL=https://ba.example.com/app"), "PUBLIC_URL"},
		"public url is no address":     {[]string{"PUBLIC_URL=ba.example.com"}, "PUBLIC_URL"},
		"front end is http":            {production("FRONTEND_URL=http://app.example.com"), "FRONTEND_URL"},
		"cors wildcard":                {[]string{"CORS_ORIGINS=*"}, "CORS_ORIGINS"},
		"cors localhost":               {production("CORS_ORIGINS=http://localhost:3000"), "CORS_ORIGINS"},
		"cors with path":               {[]string{"CORS_ORIGINS=https://a.example.com/x"}, "CORS_ORIGINS"},
		"port is a word":               {[]string{"PORT=http"}, "PORT"},
		"port too large":               {[]string{"PORT=99999"}, "PORT"},
		"upload limit is zero":         {[]string{"MAX_UPLOAD_MB=0"}, "MAX_UPLOAD_MB"},
		"budget is negative":           {[]string{"MONTHLY_BUDGET_USD=-1"}, "MONTHLY_BUDGET_USD"},
		"database is mysql":            {[]string{"DATABASE_URL=mysql://x/y"}, "DATABASE_URL"},
		"secret missing":               {production("SECRET_KEY="), "SECRET_KEY"},
		"secret published":             {production("SECRET_KEY=dev-secret-key-change-in-production"), "SECRET_KEY"},
		"secret short":                 {production("SECRET_KEY=abcdef0123"), "SECRET_KEY"},
		"secret regular":               {production("SECRET_KEY=" + strings.Repeat("ab", 32)), "SECRET_KEY"},
		"master key missing":           {production("MASTER_KEY="), "MASTER_KEY"},
		"master key malformed":         {production("MASTER_KEY=short"), "MASTER_KEY"},
		"master key equals secret":     {production("MASTER_KEY=" + secret), "MASTER_KEY"},
		"master key in data dir":       {production("MASTER_KEY=", "MASTER_KEY_FILE="+inData, "DATA_DIR="+filepath.Dir(inData)), "MASTER_KEY_FILE"},
		"key file missing":             {production("MASTER_KEY=", "MASTER_KEY_FILE="+dir+"/absent"), "MASTER_KEY_FILE"},
		"value and file":               {production("MASTER_KEY_FILE=" + inData), "MASTER_KEY_FILE"},
		"fernet key":                   {production("FERNET_KEY=" + master), "FERNET_KEY"},
		"alias contradicts":            {production("BACKEND_URL=https://other.example.com"), "BACKEND_URL"},
		"google without secret":        {[]string{"GOOGLE_CLIENT_ID=x"}, "GOOGLE_CLIENT_SECRET"},
		"microsoft without tenant":     {[]string{"MICROSOFT_CLIENT_ID=x", "MICROSOFT_CLIENT_SECRET=y"}, "MICROSOFT_TENANT"},
		"tenant is a name":             {[]string{"ALLOWED_TENANTS=contoso"}, "ALLOWED_TENANTS"},
		"issuer is http":               {[]string{"OIDC_ISSUER=http://id.example.com", "OIDC_CLIENT_ID=x"}, "OIDC_ISSUER"},
		"no way to sign in":            {production("OIDC_ISSUER=", "OIDC_CLIENT_ID="), "GOOGLE_CLIENT_ID"},
		"key of two words":             {[]string{"ANTHROPIC_API_KEY=two words"}, "ANTHROPIC_API_KEY"},
		"provider without a scheme":    {[]string{"OPENAI_BASE_URL=localhost:11434/v1", "OPENAI_MODEL=m"}, "OPENAI_BASE_URL"},
		"provider with a password":     {[]string{"OPENAI_BASE_URL=http://u:fixture@host/v1", "OPENAI_MODEL=m"}, "OPENAI_BASE_URL"},
		"provider without a key":       {production("GOOGLE_MODEL=m"), "GOOGLE_API_KEY"},
		"openai without a model":       {production("OPENAI_API_KEY=fixture"), "OPENAI_MODEL"},
		"server without a model":       {production("OPENAI_BASE_URL=http://ollama:11434/v1"), "OPENAI_MODEL"},
		"key with a typing error":      {production("ANTRHOPIC_API_KEY=fixture"), "ANTRHOPIC_API_KEY"},
		"proxy is a name":              {[]string{"TRUSTED_PROXIES=proxy.local"}, "TRUSTED_PROXIES"},
		"log level":                    {[]string{"LOG_LEVEL=verbose"}, "LOG_LEVEL"},
		"log format":                   {[]string{"LOG_FORMAT=xml"}, "LOG_FORMAT"},
		"near miss":                    {production("GOOGLE_CLEINT_ID=x"), "GOOGLE_CLEINT_ID"},
		"near miss with hyphen":        {production("ALLOWED-DOMAINS=example.com"), "ALLOWED-DOMAINS"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Load(test.environ)
			var problems config.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v, want problems", err)
			}
			for _, p := range problems {
				if p.Variable == test.variable {
					if p.What == "" || p.Remedy == "" {
						t.Errorf("%v lacks a cause or a remedy", p)
					}
					return
				}
			}
			t.Errorf("no problem names %s: %v", test.variable, err)
		})
	}
}

func TestAllProblemsAreToldAtOnceWithoutSecrets(t *testing.T) {
	_, err := config.Load([]string{"ENVIRONMENT=production", "SECRET_KEY=canary-short", "MASTER_KEY=canary-bad", "PORT=canary"})
	var problems config.Problems
	if !errors.As(err, &problems) || len(problems) < 1 {
		t.Fatalf("got %v", err)
	}
	_, err2 := config.Load([]string{"ENVIRONMENT=production", "SECRET_KEY=canary-short", "MASTER_KEY=canary-bad"})
	if !errors.As(err2, &problems) || len(problems) < 4 {
		t.Errorf("want all problems at once, got %v", err2)
	}
	if text := err.Error() + err2.Error(); strings.Contains(text, "canary") {
		t.Errorf("a value is repeated: %s", text)
	}
}

func TestANearMissIsANoticeInDevelopment(t *testing.T) {
	c, err := config.Load([]string{"PUBLIC_ULR=http://localhost:8080"})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Notices) != 1 || !strings.Contains(c.Notices[0], "PUBLIC_URL") {
		t.Errorf("notices: %q", c.Notices)
	}
}

func TestOrdinaryVariablesAreNoNearMiss(t *testing.T) {
	_, err := config.Load(production("PATH=/bin", "HOME=/x", "HOSTNAME=y", "PORTS=1", "LANG=C", "LOG_FILE=z", "SECRET_KEYS_DIR=q",
		"GOOGLE_CLOUD_PROJECT=p", "PUBLIC_KEY=k", "MASTER_HOST=h", "DATA_DIRS=d", "PYTHONPATH=x"))
	if err != nil && !strings.Contains(err.Error(), "DATA_DIRS") {
		t.Fatal(err)
	}
}

func TestAValueMayComeFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(master+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(production("MASTER_KEY=", "MASTER_KEY_FILE="+path))
	if err != nil {
		t.Fatal(err)
	}
	if c.MasterKey != master {
		t.Error("the file's value was not taken, or not trimmed")
	}
}

func TestThePlatformGivesThePublicAddress(t *testing.T) {
	base := production("PUBLIC_URL=")
	for platform, vars := range map[string][]string{
		"https://x.up.railway.app": {"RAILWAY_PROJECT_ID=1", "RAILWAY_PUBLIC_DOMAIN=x.up.railway.app"},
		"https://x.onrender.com":   {"RENDER=true", "RENDER_EXTERNAL_URL=https://x.onrender.com"},
		"https://x.fly.dev":        {"FLY_APP_NAME=x", "FLY_MACHINE_ID=1"},
	} {
		c, err := config.Load(append(base, vars...))
		if err != nil {
			t.Fatal(err)
		}
		if c.PublicURL != platform {
			t.Errorf("got %s, want %s", c.PublicURL, platform)
		}
	}
}

func TestTheDataLiesOnTheVolumeOfThePlatform(t *testing.T) {
	railway := production("RAILWAY_PROJECT_ID=1", "RAILWAY_VOLUME_MOUNT_PATH=/volume")
	c, err := config.Load(railway)
	if err != nil || c.DataDir != "/volume" || c.Volume != "/volume" {
		t.Errorf("got %+v, %v", c, err)
	}
	c, err = config.Load(append(railway, "DATA_DIR=/volume/ba"))
	if err != nil || c.DataDir != "/volume/ba" {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestRedactedShowsNoSecret(t *testing.T) {
	c, err := config.Load(production("DATABASE_URL=postgres://u:canarypassword@h/db"))
	if err != nil {
		t.Fatal(err)
	}
	text := c.Redacted()
	for _, s := range []string{secret, master, "fixture", "canarypassword"} {
		if strings.Contains(text, s) {
			t.Errorf("the output holds %q", s)
		}
	}
	if !strings.Contains(text, "PUBLIC_URL=https://ba.example.com\n") {
		t.Errorf("plain values are missing:\n%s", text)
	}
}

func TestTheReferenceIsUpToDate(t *testing.T) {
	root := testenv.Root(t)
	for file, want := range map[string]string{
		filepath.Join(root, ".env.example"):             config.Example(),
		filepath.Join(root, "docs", "configuration.md"): config.Markdown(),
	} {
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil || string(got) != want {
			t.Errorf("%s is out of date (%v): run go test ./internal/config -update", filepath.Base(file), err)
		}
	}
}

func TestEveryOptionIsExplained(t *testing.T) {
	for _, o := range config.Options() {
		if o.Help == "" || o.Group == "" {
			t.Errorf("%s has no help or no group", o.Name)
		}
	}
}

func TestProvidersAreReadWithTheirModels(t *testing.T) {
	c, err := config.Load(production("ANTHROPIC_API_KEY= fixture\n", "ANTHROPIC_MODEL=a, b,a", "GEMINI_API_KEY=other",
		"OPENAI_BASE_URL=http://ollama:11434/v1/", "OPENAI_MODEL=qwen3:8b"))
	if err != nil {
		t.Fatal(err)
	}
	if c.AnthropicKey != "fixture" || strings.Join(c.AnthropicModels, " ") != "a b" || c.GoogleKey != "other" ||
		c.OpenAIBaseURL != "http://ollama:11434/v1" || !c.OpenAIComplete() || len(c.Notices) > 0 {
		t.Errorf("got %q %q %q %q, notices %q", c.AnthropicKey, c.AnthropicModels, c.GoogleKey, c.OpenAIBaseURL, c.Notices)
	}
}

func TestALaptopWithAKeyOfAnotherProgramStarts(t *testing.T) {
	c, err := config.Load([]string{"OPENAI_API_KEY=fixture"})
	if err != nil {
		t.Fatal(err)
	}
	if c.OpenAIComplete() || len(c.Notices) != 1 || !strings.Contains(c.Notices[0], "OPENAI_MODEL") {
		t.Errorf("complete %v, notices %q", c.OpenAIComplete(), c.Notices)
	}
}

func TestAKeyThatGoesUnencryptedOverTheInternetIsTold(t *testing.T) {
	for base, told := range map[string]int{
		"http://gateway.example.com": 1, "https://gateway.example.com": 0, "http://localhost:4000": 0, "http://gateway:4000": 0, "http://10.0.0.7": 0,
	} {
		c, err := config.Load(production("ANTHROPIC_API_KEY=fixture", "ANTHROPIC_BASE_URL="+base))
		if err != nil || len(c.Notices) != told {
			t.Errorf("%s: %v", base, err)
		}
	}
}
