package config

import (
	"math"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// validate returns everything that is wrong with the values.
func (c *Config) validate() []Problem {
	var all []Problem
	for _, check := range []func() []Problem{
		c.checkEnvironment, c.checkPublicURL, c.checkOrigins, c.checkNumbers,
		c.checkDatabase, c.checkRedis, c.checkBackups, c.checkForms, c.checkKeys, c.checkSignIn, c.checkProviders, c.checkNetwork, c.checkOperation,
		c.checkTLS, c.checkMetrics, c.checkTraces,
	} {
		all = append(all, check()...)
	}
	return all
}

func problem(variable, what, remedy string) []Problem { return []Problem{{variable, what, remedy}} }

func (c *Config) checkEnvironment() []Problem {
	switch {
	case c.Environment == "":
		return problem("ENVIRONMENT", "is not set, and this looks like "+c.Platform+".", "Set ENVIRONMENT=production.")
	case c.Environment != Development && c.Environment != Production:
		return problem("ENVIRONMENT", "must be development or production.", "Correct it.")
	case c.Environment == Development && c.Platform != "":
		return problem("ENVIRONMENT", "is development, and this looks like "+c.Platform+", where everybody on the internet could sign in as anybody.",
			"Set ENVIRONMENT=production.")
	case c.Environment == Development && c.ListenAddr != "" && !loopback(c.ListenAddr):
		return problem("LISTEN_ADDR", "is not a loopback address, and development signs everybody in without a password.",
			"Remove it, or set ENVIRONMENT=production.")
	}
	return nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (c *Config) checkPublicURL() []Problem {
	if c.PublicURL == "" {
		return problem("PUBLIC_URL", "is not set.", "Set it to the address that people type, such as https://ba.example.com")
	}
	u, what := baseURL(c.PublicURL)
	switch {
	case what != "":
		return problem("PUBLIC_URL", what, "Use the form https://ba.example.com")
	case c.Production() && local(u.Hostname()):
		return problem("PUBLIC_URL", "names this machine itself; sign-in would send people there.", "Set it to the address that people type, such as https://ba.example.com")
	case c.Production() && isAddress(u.Hostname()):
		return problem("PUBLIC_URL", "is a number and not a name; Google and Microsoft refuse such an address.", "Get a domain name for it, and use https://ba.example.com")
	case c.Production() && u.Scheme != "https":
		return problem("PUBLIC_URL", "is not https; Google and Microsoft refuse such an address, and sessions could be read on the way.", "Use https://"+u.Host)
	}
	if c.FrontendURL == "" {
		return nil
	}
	f, what := baseURL(c.FrontendURL)
	switch {
	case what != "":
		return problem("FRONTEND_URL", what, "Use the form https://app.example.com, or remove it for the built-in pages.")
	case c.Production() && (f.Scheme != "https" || local(f.Hostname())):
		return problem("FRONTEND_URL", "must be a public https address in production.", "Use https://"+f.Host+", or remove it for the built-in pages.")
	}
	return nil
}

// baseURL parses an address that has a scheme and a host, and nothing else.
func baseURL(s string) (*url.URL, string) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, "is not an http or https address."
	case u.User != nil:
		return nil, "must not hold a user name or password."
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, "must be scheme and host only, without a path."
	}
	return u, ""
}

func local(host string) bool {
	host = strings.ToLower(host)
	return loopback(host) || host == "0.0.0.0" || host == "::" || strings.HasSuffix(host, ".localhost")
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func (c *Config) checkOrigins() []Problem {
	var all []Problem
	for _, o := range c.CORSOrigins {
		u, what := baseURL(o)
		switch {
		case o == "*":
			all = append(all, Problem{"CORS_ORIGINS", "contains *; with signed-in people every site could then read their data.", "List the exact origins, such as https://app.example.com"})
		case what != "":
			all = append(all, Problem{"CORS_ORIGINS", "has an entry that " + what, "Each entry is an origin such as https://app.example.com"})
		case c.Production() && u.Scheme != "https":
			all = append(all, Problem{"CORS_ORIGINS", "has an entry that is not https.", "Use https://" + u.Host})
		case c.Production() && local(u.Hostname()):
			all = append(all, Problem{"CORS_ORIGINS", "has an entry for localhost.", "Remove it in production."})
		}
	}
	return all
}

func (c *Config) checkNumbers() []Problem {
	var all []Problem
	if c.Port < 0 || c.Port > 65535 {
		all = append(all, Problem{"PORT", "must be between 0 and 65535.", "Correct it; 0 takes a free port."})
	}
	if c.MaxUploadMB < 1 || c.MaxUploadMB > 1000 {
		all = append(all, Problem{"MAX_UPLOAD_MB", "must be between 1 and 1000.", "Correct it; 25 is the default."})
	}
	if !payable(c.MonthlyBudgetUSD) {
		all = append(all, Problem{"MONTHLY_BUDGET_USD", "must be between 0 and 1000000000.", "Correct it; 50 is the default."})
	}
	if c.InstanceBudgetUSD != "" {
		if usd, err := strconv.ParseFloat(c.InstanceBudgetUSD, 64); err != nil || !payable(usd) {
			all = append(all, Problem{"INSTANCE_BUDGET_USD", "must be a number between 0 and 1000000000.", "Correct it, or remove it for no limit."})
		}
	}
	if c.ShutdownTimeout < 0 || c.ShutdownTimeout.Minutes() > 60 {
		all = append(all, Problem{"SHUTDOWN_TIMEOUT", "must be between 0s and 60m.", "Correct it; 8s is the default."})
	}
	return all
}

// payable reports whether an amount of dollars makes a limit. NaN does not.
func payable(usd float64) bool { return usd >= 0 && usd <= 1e9 }

// SpendingLimits returns what may be spent in a month.
func (c *Config) SpendingLimits() ba.SpendingLimits {
	l := ba.SpendingLimits{User: microUSD(c.MonthlyBudgetUSD), Instance: ba.NoLimit}
	if usd, err := strconv.ParseFloat(c.InstanceBudgetUSD, 64); err == nil {
		l.Instance = microUSD(usd)
	}
	return l
}

func microUSD(usd float64) int64 { return int64(math.Round(usd * 1e6)) }

var databaseURL = regexp.MustCompile(`^(sqlite(\+aiosqlite)?:///.+|postgres(ql)?(\+asyncpg)?://[^/]+/.+)$`)

func (c *Config) checkDatabase() []Problem {
	if c.InstallationID != "" {
		if _, err := ba.ParseID[string](c.InstallationID); err != nil {
			return problem("INSTALLATION_ID", "is not the id of an installation.", "Copy it from what the first start printed, or remove it.")
		}
	}
	if c.DatabaseURL == "" || databaseURL.MatchString(c.DatabaseURL) {
		return nil
	}
	return problem("DATABASE_URL", "is neither sqlite:///path nor postgres://user:password@host/name.", "Correct it, or remove it for SQLite in DATA_DIR.")
}

// published are secrets that stand in documentation and example files; lower case.
var published = []string{"dev-secret-key-change-in-production", "change-me", "changeme", "secret", "your-secret-key", "supersecret", "password", "generate with"}

func missing(name, value, remedy string) []Problem {
	if value != "" {
		return nil
	}
	return problem(name, "is not set; production has no default for it.", remedy)
}

func checkSecret(s string) []Problem {
	const remedy = "Set it to the output of: openssl rand -hex 32"
	low := strings.ToLower(s)
	known := slices.ContainsFunc(published, func(p string) bool { return strings.Contains(low, p) })
	switch {
	case known:
		return problem("SECRET_KEY", "is a value from documentation or an example, which everybody knows.", remedy)
	case len(s) < 32:
		return problem("SECRET_KEY", "is too short; it needs 32 characters at least.", remedy)
	case distinct(s) < 10:
		return problem("SECRET_KEY", "is too regular to be random.", remedy)
	}
	return nil
}

// distinct counts the different bytes of a text.
func distinct(s string) int {
	seen := make(map[byte]bool)
	for i := range len(s) {
		seen[s[i]] = true
	}
	return len(seen)
}

func inside(file, dir string) bool {
	rel, err := filepath.Rel(resolved(dir), resolved(file))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func resolved(path string) string {
	path = absolute(path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

var tenantID = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)

func (c *Config) checkSignIn() []Problem {
	all := pair("GOOGLE_CLIENT_ID", c.GoogleClientID, "GOOGLE_CLIENT_SECRET", c.GoogleClientSecret)
	all = append(all, pair("MICROSOFT_CLIENT_ID", c.MicrosoftClientID, "MICROSOFT_CLIENT_SECRET", c.MicrosoftClientSecret)...)
	all = append(all, pair("OIDC_ISSUER", c.OIDCIssuer, "OIDC_CLIENT_ID", c.OIDCClientID)...)
	if c.MicrosoftClientID != "" && c.MicrosoftTenant == "" {
		all = append(all, Problem{"MICROSOFT_TENANT", "is not set, so it is not known whose accounts may sign in.",
			"Set it to your directory (tenant) id, or to organizations for any company."})
	}
	all = append(all, c.checkRegistrations()...)
	all = append(all, c.checkAllowed()...)
	if u, err := url.Parse(c.OIDCIssuer); c.OIDCIssuer != "" && (err != nil || u.Host == "" || u.Scheme != "https" && !loopback(u.Hostname())) {
		all = append(all, Problem{"OIDC_ISSUER", "must be an https address.", "Copy it from the provider's discovery document, exactly."})
	}
	if strings.Contains(c.OIDCIssuer, "/.well-known/") {
		all = append(all, Problem{"OIDC_ISSUER", "is the address of the discovery document.", "Use the value of \"issuer\" in that document."})
	}
	if c.Production() && c.GoogleClientID == "" && c.MicrosoftClientID == "" && c.OIDCIssuer == "" {
		all = append(all, Problem{"GOOGLE_CLIENT_ID", "is not set, and neither is another way to sign in; nobody could enter.",
			"Set the client id and secret of Google, Microsoft (MICROSOFT_...) or another provider (OIDC_...)."})
	}
	return all
}

func pair(a, av, b, bv string) []Problem {
	if (av == "") == (bv == "") {
		return nil
	}
	if av == "" {
		a, b = b, a
	}
	return problem(b, "is not set, but "+a+" is.", "Set both, or neither.")
}

func (c *Config) checkNetwork() []Problem {
	var all []Problem
	for _, p := range c.TrustedProxies {
		if net, err := netip.ParsePrefix(p); err == nil {
			if net.Bits() == 0 && c.Production() {
				all = append(all, Problem{"TRUSTED_PROXIES", "trusts every address, so that everybody can claim to be anybody.", "List the addresses of your proxies."})
			}
			continue
		}
		if _, err := netip.ParseAddr(p); err != nil {
			all = append(all, Problem{"TRUSTED_PROXIES", "has an entry that is neither an address nor a network.", "Use entries such as 10.0.0.5 or 10.0.0.0/8"})
		}
	}
	if c.ListenAddr != "" && c.ListenAddr != "localhost" && net.ParseIP(c.ListenAddr) == nil {
		all = append(all, Problem{"LISTEN_ADDR", "is not an address.", "Use one such as 0.0.0.0, and give the port as PORT."})
	}
	return all
}

func (c *Config) checkOperation() []Problem {
	var all []Problem
	if _, _, err := c.User(); err != nil {
		all = append(all, Problem{"RUN_AS", err.Error(), "Use two numbers above zero, such as 10001:10001, or remove it."})
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		all = append(all, Problem{"LOG_LEVEL", "must be debug, info, warn or error.", "Correct it."})
	}
	if !slices.Contains([]string{"", "text", "json"}, c.LogFormat) {
		all = append(all, Problem{"LOG_FORMAT", "must be text or json.", "Correct it."})
	}
	if c.LogFileMB < 1 || c.LogFileMB > 1000 {
		all = append(all, Problem{"LOG_FILE_MB", "must be between 1 and 1000.", "Correct it; 20 is the default."})
	}
	if c.LogFiles < 1 || c.LogFiles > 1000 {
		all = append(all, Problem{"LOG_FILES", "must be between 1 and 1000.", "Correct it; 10 is the default."})
	}
	return all
}
