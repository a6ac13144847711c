package config

import (
	"net/netip"
	"net/url"
	"strconv"
	"time"
)

// Environment is how the instance is run.
type Environment string

// The two environments.
const (
	Development Environment = "development"
	Production  Environment = "production"
)

// Config is the whole configuration. The tags are the declaration: env is the
// variable, envDefault its default, alias other names that are understood,
// help the reference text, secret whether its value may be shown, and group
// the heading under which the reference lists it.
type Config struct {
	Environment Environment `env:"ENVIRONMENT" group:"Basics" help:"development or production. Empty means development, except on a hosting platform, where it must be set."`
	Port        int         `env:"PORT" envDefault:"8080" group:"Basics" help:"Port to listen on. Hosting platforms set it. With a certificate of its own (TLS) the default is 443."`
	ListenAddr  string      `env:"LISTEN_ADDR" group:"Basics" help:"Address to listen on. Empty means 127.0.0.1 in development and all addresses in production."`
	PublicURL   string      `env:"PUBLIC_URL" alias:"BACKEND_URL" group:"Basics" help:"The one address under which people reach this instance, such as https://ba.example.com. Sign-in redirects are built from it and from nothing else. Empty means http://localhost:PORT in development, and the platform's own variable where there is one."`
	FrontendURL string      `env:"FRONTEND_URL" group:"Basics" help:"Address of a separate front end. Leave empty for the built-in pages."`
	CORSOrigins []string    `env:"CORS_ORIGINS" group:"Basics" help:"Exact origins, comma-separated, that may call the API from a browser, such as https://app.example.com. Empty means none but this instance."`

	DataDir        string `env:"DATA_DIR" envDefault:"./data" group:"Storage" help:"Where the SQLite database, its keyring and caches live. In development the generated keys too."`
	DatabaseURL    string `env:"DATABASE_URL" group:"Storage" secret:"true" help:"sqlite:///path or postgres://user:password@host/name. Empty means SQLite in DATA_DIR."`
	RedisURL       string `env:"REDIS_URL" group:"Storage" secret:"true" help:"redis://:password@host:port/0, or rediss:// for TLS. Needed only where several instances share a PostgreSQL database: live answers and limits are shared through it. While it is away each instance works alone and says so."`
	InstallationID string `env:"INSTALLATION_ID" group:"Storage" help:"The id of this installation, which the first start in production prints. With it, a start on a database that is empty or another one is refused: a volume was lost, or an address is wrong."`
	MaxUploadMB    int64  `env:"MAX_UPLOAD_MB" envDefault:"25" group:"Storage" help:"Largest document that may be uploaded, in megabytes of 1,000,000 bytes."`

	BackupTo            string `env:"BACKUP_TO" alias:"BACKUP_URL" group:"Backups" help:"Where backups go: a directory, or s3://bucket/prefix. Empty means that none are made by the program itself."`
	BackupSchedule      string `env:"BACKUP_SCHEDULE" group:"Backups" help:"When: daily 03:00 (UTC), or an interval from 5m to 744h such as 6h. Empty means only when an administrator or ba backup asks."`
	BackupKeep          int    `env:"BACKUP_KEEP" envDefault:"7" group:"Backups" help:"How many backups stay in BACKUP_TO; older ones are removed after a good one. 0 keeps all."`
	BackupKeyringTo     string `env:"BACKUP_KEYRING_TO" group:"Backups" help:"Where the keyring copy goes, which a restore needs too: a directory, s3://bucket/prefix, or off. It is replaced each time and must lie where no older versions are kept. Empty means the folder keyring in BACKUP_TO."`
	BackupBeforeUpgrade bool   `env:"BACKUP_BEFORE_UPGRADE" envDefault:"true" group:"Backups" help:"Whether a start that changes the schema of a database with data makes a backup in the folder backups/upgrade of DATA_DIR first. The newest three stay."`
	S3Endpoint          string `env:"S3_ENDPOINT" group:"Backups" help:"Address of an S3-compatible storage, such as https://minio.example.com. Empty means Amazon S3."`
	S3Region            string `env:"S3_REGION" alias:"AWS_REGION" group:"Backups" help:"Region of the bucket. Empty means us-east-1."`
	S3AccessKey         string `env:"S3_ACCESS_KEY_ID" alias:"AWS_ACCESS_KEY_ID" group:"Backups" help:"Id of the access key for the bucket. It needs to list, get, put and delete objects there, and nothing else."`
	S3SecretKey         string `env:"S3_SECRET_ACCESS_KEY" alias:"AWS_SECRET_ACCESS_KEY" group:"Backups" secret:"true" help:"Secret of the access key for the bucket."`

	SecretKey         string `env:"SECRET_KEY" group:"Keys" secret:"true" help:"Root of cookie sealing: 32 random bytes or more, for example from: openssl rand -hex 32. Generated in development; production demands it."`
	MasterKey         string `env:"MASTER_KEY" alias:"FERNET_KEY" group:"Keys" secret:"true" help:"Wraps the data keys: 32 random bytes as base64 or hex, for example from: ba keys new. Better given as a file (MASTER_KEY_FILE) outside DATA_DIR, which is read again when it changes; its further lines are older keys, which only open. Generated in development; production demands it or MASTER_KEY_URL."`
	MasterKeyURL      string `env:"MASTER_KEY_URL" alias:"KMS_URL" group:"Keys" help:"A key service in place of MASTER_KEY, whose key never leaves it: vault+https://host:8200/transit/keys/NAME for the transit engine of Vault or OpenBao, awskms://REGION/KEY or awskms:///ARN for AWS KMS (credentials as AWS's own tools find them). See docs/keys.md."`
	MasterKeyPrevious string `env:"MASTER_KEY_PREVIOUS" group:"Keys" secret:"true" help:"Older master keys, or addresses of key services, separated by spaces, that open what they wrapped until ba keys rotate has wrapped it again."`
	VaultToken        string `env:"VAULT_TOKEN" group:"Keys" secret:"true" help:"Token of Vault for MASTER_KEY_URL. As a file (VAULT_TOKEN_FILE) it is read again when Vault refuses it, so that an agent may renew it."`
	VaultNamespace    string `env:"VAULT_NAMESPACE" group:"Keys" help:"Namespace of Vault, where it has any."`
	VaultCACert       string `env:"VAULT_CACERT" group:"Keys" help:"File with the certificate authorities (PEM) of Vault. Empty means those of the system."`

	GoogleClientID        string `env:"GOOGLE_CLIENT_ID" group:"Sign-in" help:"Client id of the Google registration."`
	GoogleClientSecret    string `env:"GOOGLE_CLIENT_SECRET" group:"Sign-in" secret:"true" help:"Client secret of the Google registration."`
	MicrosoftClientID     string `env:"MICROSOFT_CLIENT_ID" group:"Sign-in" help:"Application (client) id of the Microsoft registration."`
	MicrosoftClientSecret string `env:"MICROSOFT_CLIENT_SECRET" group:"Sign-in" secret:"true" help:"Client secret (its value, not its id) of the Microsoft registration."`
	MicrosoftTenant       string `env:"MICROSOFT_TENANT" group:"Sign-in" help:"Directory (tenant) id of your company, or organizations, common or consumers."`
	OIDCIssuer            string `env:"OIDC_ISSUER" group:"Sign-in" help:"Issuer of any other OpenID Connect provider, exactly as its discovery document prints it."`
	OIDCClientID          string `env:"OIDC_CLIENT_ID" group:"Sign-in" help:"Client id at that provider."`
	OIDCClientSecret      string `env:"OIDC_CLIENT_SECRET" group:"Sign-in" secret:"true" help:"Client secret at that provider."`
	OIDCName              string `env:"OIDC_NAME" envDefault:"Single sign-on" group:"Sign-in" help:"Name of that provider on the sign-in page."`

	AllowedDomains []string `env:"ALLOWED_DOMAINS" group:"Sign-in" help:"Google Workspace domains, comma-separated, whose people may sign in without an invitation."`
	AllowedTenants []string `env:"ALLOWED_TENANTS" group:"Sign-in" help:"Microsoft tenant ids, comma-separated, whose people may sign in without an invitation."`

	AnthropicKey     string   `env:"ANTHROPIC_API_KEY" group:"AI providers" secret:"true" help:"Key of Anthropic. With it, new conversations are answered by Claude."`
	AnthropicBaseURL string   `env:"ANTHROPIC_BASE_URL" group:"AI providers" help:"Address of a gateway that speaks Anthropic's Messages API. Empty means Anthropic itself."`
	AnthropicModels  []string `env:"ANTHROPIC_MODEL" group:"AI providers" help:"Models to choose from, comma-separated; the first is the default. Empty means claude-sonnet-5-5."`
	GoogleKey        string   `env:"GOOGLE_API_KEY" alias:"GEMINI_API_KEY" group:"AI providers" secret:"true" help:"Key of the Gemini API."`
	GoogleBaseURL    string   `env:"GOOGLE_BASE_URL" group:"AI providers" help:"Address of a gateway that speaks the Gemini API. Empty means Google itself."`
	GoogleModels     []string `env:"GOOGLE_MODEL" group:"AI providers" help:"Models to choose from, comma-separated; the first is the default. Empty means gemini-3.8-flash."`
	DeepSeekKey      string   `env:"DEEPSEEK_API_KEY" group:"AI providers" secret:"true" help:"Key of DeepSeek."`
	DeepSeekBaseURL  string   `env:"DEEPSEEK_BASE_URL" group:"AI providers" help:"Address of a gateway to DeepSeek. Empty means DeepSeek itself."`
	DeepSeekModels   []string `env:"DEEPSEEK_MODEL" group:"AI providers" help:"Models to choose from, comma-separated; the first is the default. Empty means deepseek-flash."`
	OpenAIKey        string   `env:"OPENAI_API_KEY" group:"AI providers" secret:"true" help:"Key of OpenAI, or of the server at OPENAI_BASE_URL, which may need none."`
	OpenAIBaseURL    string   `env:"OPENAI_BASE_URL" group:"AI providers" help:"Address of a server that speaks OpenAI's chat completions, with its path, such as http://localhost:11434/v1 for Ollama. Empty means OpenAI itself."`
	OpenAIModels     []string `env:"OPENAI_MODEL" group:"AI providers" help:"Models to choose from, comma-separated; the first is the default. Has no default: OpenAI is not offered without it."`

	AIPrices   string   `env:"AI_PRICES" group:"AI providers" help:"Prices of models, as the JSON that docs/budgets.md describes, in place of those built in; best given as a file (AI_PRICES_FILE). A model without a price is not asked."`
	AIFallback []string `env:"AI_FALLBACK" group:"AI providers" help:"Who answers, in this order and comma-separated, where a conversation's provider fails before anything was shown: anthropic, gemini, deepseek, openai, compatible or analyst, or provider/model. Empty means nobody."`
	AIFree     []string `env:"AI_FREE" group:"AI providers" help:"What costs nothing, comma-separated: compatible for your own server at OPENAI_BASE_URL, or provider/model for one model."`

	MonthlyBudgetUSD  float64 `env:"MONTHLY_BUDGET_USD" envDefault:"50" group:"Limits" help:"What one user may spend on AI in a calendar month (UTC), in US dollars."`
	InstanceBudgetUSD string  `env:"INSTANCE_BUDGET_USD" group:"Limits" help:"What all users together may spend on AI in a calendar month (UTC), in US dollars. Empty means that only the limit of each user counts."`

	TrustedProxies []string `env:"TRUSTED_PROXIES" group:"Network" help:"Addresses or networks (CIDR), comma-separated, of proxies whose forwarded headers are believed. Empty means none."`

	TLS           string `env:"TLS" group:"TLS" help:"acme: this server asks for a certificate for the name in PUBLIC_URL and renews it; no proxy is needed. Certificates and the account are kept in DATA_DIR/certs. Empty means plain http behind a proxy, or the files in TLS_CERT and TLS_KEY."`
	TLSCert       string `env:"TLS_CERT" group:"TLS" path:"true" help:"Path of a certificate that you renew yourself, in PEM form with those of its issuers after it. A changed file is taken within half a minute, or at once on SIGHUP."`
	TLSKey        string `env:"TLS_KEY" group:"TLS" path:"true" help:"Path of the private key of TLS_CERT, in PEM form and without a passphrase."`
	HTTPPort      string `env:"HTTP_PORT" group:"TLS" help:"Port for plain http beside a certificate of its own: it leads to https and answers the ACME server. Empty means 80; off means none, and then the ACME server must reach port 443."`
	ACMEEmail     string `env:"ACME_EMAIL" group:"TLS" help:"Mail address of the account at the ACME server, for notices about it. May be empty."`
	ACMEDirectory string `env:"ACME_DIRECTORY" alias:"ACME_DIRECTORY_URL" group:"TLS" help:"Address of the ACME server's directory, or staging for the one of Let's Encrypt for trials, whose certificates no browser takes. Empty means Let's Encrypt; by setting TLS=acme you agree to its terms."`
	ACMECARoot    string `env:"ACME_CA_ROOT" group:"TLS" path:"true" help:"Path of the root certificates, in PEM form, that vouch for an ACME server of your own. Empty means those of the system."`
	ACMEResolver  string `env:"ACME_RESOLVER" group:"TLS" help:"DNS server, such as 1.1.1.1:53, that is asked whether the name in PUBLIC_URL leads here before a certificate is asked for. Empty means the system's; set it where that one gives addresses of the inner network."`

	RunAs           string        `env:"RUN_AS" group:"Operation" help:"User and group, as numbers such as 10001:10001, that a start as root takes on, after it has given DATA_DIR to them. For hosting platforms that mount volumes for root only; without effect for other users."`
	LogLevel        string        `env:"LOG_LEVEL" envDefault:"info" group:"Operation" help:"debug, info, warn or error."`
	LogFormat       string        `env:"LOG_FORMAT" group:"Operation" help:"text or json. Empty means text in development and json in production."`
	LogDir          string        `env:"LOG_DIR" group:"Operation" help:"Directory, such as /data/logs, in which the log is kept in files too, besides standard error: for platforms that forget it. The files are for their owner alone and hold what the log holds, never what people write. Empty means none."`
	LogFileMB       int           `env:"LOG_FILE_MB" envDefault:"20" group:"Operation" help:"Size in megabytes after which a log file in LOG_DIR is exchanged for a new one."`
	LogFiles        int           `env:"LOG_FILES" envDefault:"10" group:"Operation" help:"How many full log files are kept in LOG_DIR, besides the one that is written. The oldest goes first."`
	ShutdownTimeout time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"8s" group:"Operation" help:"How long a stop may take: answers that are being written go on for four fifths of it, and are marked interrupted then, with their text kept. The default is below the 10 seconds that Docker gives; raise both together."`

	MetricsAddr  string `env:"METRICS_ADDR" group:"Operation" help:"Address, such as 127.0.0.1:9090, on which metrics for Prometheus are served at /metrics, apart from the workspace. Empty means nowhere. One that others can reach demands METRICS_TOKEN."`
	MetricsToken string `env:"METRICS_TOKEN" group:"Operation" secret:"true" help:"What whoever asks for metrics sends as 'Authorization: Bearer'; 16 characters or more. With it and without METRICS_ADDR, the workspace itself serves /metrics."`

	TraceEndpoint string  `env:"OTEL_EXPORTER_OTLP_ENDPOINT" group:"Operation" help:"Address, such as http://127.0.0.1:4318, of an OpenTelemetry collector that takes OTLP over HTTP. Empty means that no traces are made. They hold times and states, never what people write."`
	TraceHeaders  string  `env:"OTEL_EXPORTER_OTLP_HEADERS" group:"Operation" secret:"true" help:"Headers for the collector, as name=value, comma-separated, such as the key that a hosted one asks for. Values are percent-encoded."`
	TraceService  string  `env:"OTEL_SERVICE_NAME" envDefault:"ba-assistant" group:"Operation" help:"Name of this service in traces."`
	TraceShare    float64 `env:"OTEL_TRACES_SAMPLER_ARG" envDefault:"1" group:"Operation" help:"Share of the traces that are made, from 0 to 1."`

	PDFFonts []string `env:"PDF_FONTS" group:"Operation" help:"Paths of TrueType fonts (.ttf, .ttc), comma-separated, in which PDF files are set, such as that of your house style or one for Chinese. A path that holds bold is the bold companion of the one before it. Empty means the built-in font, completed by those of the system that have more characters."`

	// Platform is the hosting platform that was recognised, or empty.
	Platform string
	// Volume is where the platform says that a volume is mounted, or empty.
	Volume string
	// Notices are remarks that stop nothing, such as a near-miss name in development.
	Notices []string
	// keyFile is the file that MASTER_KEY came from, or empty; tokenFile the
	// same of VAULT_TOKEN.
	keyFile, tokenFile string
	// given are the names of the variables that are set.
	given map[string]bool
}

// Production reports whether this is a production instance.
func (c *Config) Production() bool { return c.Environment == Production }

// MasterKeyFile returns the file that MASTER_KEY came from, or nothing.
func (c *Config) MasterKeyFile() string { return c.keyFile }

// VaultTokenFile returns the file that VAULT_TOKEN came from, or nothing.
func (c *Config) VaultTokenFile() string { return c.tokenFile }

// Addr returns the address to listen on, such as 127.0.0.1:8080.
func (c *Config) Addr() string { return c.AddrOf(c.Port) }

// AddrOf returns the address to listen on for another port.
func (c *Config) AddrOf(port int) string {
	host := c.ListenAddr
	if host == "" && !c.Production() {
		host = "127.0.0.1"
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(port)
}

// Secure reports whether people reach this instance over https.
func (c *Config) Secure() bool {
	u, err := url.Parse(c.PublicURL)
	return err == nil && u.Scheme == "https"
}

// MaxUpload returns the largest accepted document in bytes.
func (c *Config) MaxUpload() int64 { return c.MaxUploadMB * 1_000_000 }
