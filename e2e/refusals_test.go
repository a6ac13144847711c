package e2e

import (
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// broken is one configuration that must not serve.
type broken struct {
	row  string // of the study
	name string
	set  []string // on top of a whole production; NAME= takes a value away
	says []string // the variable first, then the remedy
}

// brokenConfigurations are the faults that a program can know at its start.
func brokenConfigurations(t *testing.T) []broken {
	t.Helper()
	f := faultFiles(t)
	return []broken{
		// P1, G1, C1, C8: where sign-in leads.
		{"P1", "no public address", []string{"PUBLIC_URL="}, []string{"PUBLIC_URL", "https://ba.example.com"}},
		{"P1", "localhost", []string{"PUBLIC_URL=https://localhost:8080"}, []string{"PUBLIC_URL", "names this machine itself"}},
		{"P1", "127.0.0.1", []string{"PUBLIC_URL=https://127.0.0.1"}, []string{"PUBLIC_URL", "names this machine itself"}},
		{"P1", "every address", []string{"PUBLIC_URL=https://0.0.0.0:8080"}, []string{"PUBLIC_URL", "names this machine itself"}},
		{"P1", "a number", []string{"PUBLIC_URL=https://203.0.113.7"}, []string{"PUBLIC_URL", "domain name"}},
		{"P1", "a path", []string{"PUBLIC_URL=https://ba.example.com/app"}, []string{"PUBLIC_URL", "without a path"}},
		{"P1", "no scheme", []string{"PUBLIC_URL=ba.example.com"}, []string{"PUBLIC_URL", "https://ba.example.com"}},
		{"P1", "a password", []string{"PUBLIC_URL=https://u:fixture@ba.example.com"}, []string{"PUBLIC_URL", "user name or password"}},
		{"P1", "two names for it, two values", []string{"BACKEND_URL=https://other.example.com"}, []string{"BACKEND_URL", "Remove one of them"}},
		{"P1", "a local front end", []string{"FRONTEND_URL=http://localhost:3000"}, []string{"FRONTEND_URL", "public https address"}},
		{"P1", "a front end with a path", []string{"FRONTEND_URL=https://app.example.com/x"}, []string{"FRONTEND_URL", "without a path"}},
		{"S4", "metrics for everybody", []string{"METRICS_ADDR=0.0.0.0:9090"}, []string{"METRICS_ADDR", "METRICS_TOKEN"}},
		{"S4", "metrics at no address", []string{"METRICS_ADDR=metrics"}, []string{"METRICS_ADDR", "127.0.0.1:9090"}},
		{"S4", "traces to no address", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318"}, []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"}},
		{"S4", "traces to the port of gRPC", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317"}, []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "4318"}},
		{"S4", "headers of traces that are none", []string{"OTEL_EXPORTER_OTLP_HEADERS=key"}, []string{"OTEL_EXPORTER_OTLP_HEADERS", "name=value"}},
		{"S4", "a share of traces above all", []string{"OTEL_TRACES_SAMPLER_ARG=10"}, []string{"OTEL_TRACES_SAMPLER_ARG", "0 to 1"}},
		{"S4", "a short token of metrics", []string{"METRICS_TOKEN=short"}, []string{"METRICS_TOKEN", "16 characters"}},
		{"C1", "nobody can sign in", []string{"OIDC_ISSUER=", "OIDC_CLIENT_ID=", "OIDC_CLIENT_SECRET="}, []string{"GOOGLE_CLIENT_ID", "MICROSOFT_"}},
		{"C1", "Google without its secret", []string{"GOOGLE_CLIENT_ID=1-a.apps.googleusercontent.com"}, []string{"GOOGLE_CLIENT_SECRET", "Set both"}},
		{"G1", "a client id of something else", []string{"GOOGLE_CLIENT_ID=my-project", "GOOGLE_CLIENT_SECRET=fixture"}, []string{"GOOGLE_CLIENT_ID", "Credentials"}},
		{"G2", "Microsoft without a tenant", []string{"MICROSOFT_CLIENT_ID=" + aGUID, "MICROSOFT_CLIENT_SECRET=fixture"}, []string{"MICROSOFT_TENANT", "organizations"}},
		{"G2", "a tenant by its title", []string{"MICROSOFT_CLIENT_ID=" + aGUID, "MICROSOFT_CLIENT_SECRET=fixture", "MICROSOFT_TENANT=Contoso Ltd"}, []string{"MICROSOFT_TENANT", "Overview"}},
		{"G2", "an application by its title", []string{"MICROSOFT_CLIENT_ID=ba", "MICROSOFT_CLIENT_SECRET=fixture", "MICROSOFT_TENANT=common"}, []string{"MICROSOFT_CLIENT_ID", "Overview"}},
		{"G2", "the id of the secret", []string{"MICROSOFT_CLIENT_ID=" + aGUID, "MICROSOFT_CLIENT_SECRET=" + aGUID, "MICROSOFT_TENANT=common"}, []string{"MICROSOFT_CLIENT_SECRET", "column Value"}},
		{"G2", "a tenant that is none", []string{"ALLOWED_TENANTS=contoso"}, []string{"ALLOWED_TENANTS", "Overview"}},
		{"G2", "tenants without Microsoft", []string{"ALLOWED_TENANTS=" + aGUID}, []string{"ALLOWED_TENANTS", "no effect"}},
		{"S3", "an issuer by http", []string{"OIDC_ISSUER=http://id.example.com"}, []string{"OIDC_ISSUER", "https"}},
		{"C1", "the discovery document for an issuer", []string{"OIDC_ISSUER=https://id.example.com/.well-known/openid-configuration"}, []string{"OIDC_ISSUER", `"issuer"`}},
		{"C1", "an issuer without a client", []string{"OIDC_CLIENT_ID="}, []string{"OIDC_CLIENT_ID", "Set both"}},
		{"S3", "everybody of a mail provider may enter", []string{"ALLOWED_DOMAINS=gmail.com"}, []string{"ALLOWED_DOMAINS", "invite"}},
		{"S3", "an address for a domain", []string{"ALLOWED_DOMAINS=ana@example.com"}, []string{"ALLOWED_DOMAINS", "without @"}},
		{"S3", "domains without Google", []string{"ALLOWED_DOMAINS=example.com"}, []string{"ALLOWED_DOMAINS", "no effect"}},

		// C12: backups.
		{"C12", "a schedule and no place", []string{"BACKUP_SCHEDULE=daily 03:00"}, []string{"BACKUP_TO", "s3://bucket/prefix"}},
		{"C12", "a schedule that nobody understands", []string{"BACKUP_TO=/tmp", "BACKUP_SCHEDULE=nightly"}, []string{"BACKUP_SCHEDULE", "daily 03:00"}},
		{"C12", "a bucket without a key", []string{"BACKUP_TO=s3://backups/ba"}, []string{"S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"}},
		{"C12", "a place of another kind", []string{"BACKUP_TO=ftp://backups.example.com"}, []string{"BACKUP_TO", "neither a directory"}},
		{"C12", "a keyring copy of another kind", []string{"BACKUP_TO=/tmp", "BACKUP_KEYRING_TO=gs://x"}, []string{"BACKUP_KEYRING_TO", "Correct it"}},
		{"C12", "fewer than no backups", []string{"BACKUP_KEEP=-1"}, []string{"BACKUP_KEEP", "0 for all"}},
		{"C12", "a storage that is no address", []string{"S3_ENDPOINT=minio"}, []string{"S3_ENDPOINT", "https://minio.example.com"}},

		// P3, G3, G4, C4, D1: where the data lies.
		{"P3", "Railway without a volume", []string{"RAILWAY_PROJECT_ID=x"}, []string{"DATA_DIR", "Attach a volume"}},
		{"G4", "Railway with the data beside the volume", []string{"RAILWAY_PROJECT_ID=x", "RAILWAY_VOLUME_MOUNT_PATH=/volume"}, []string{"DATA_DIR", "beside the attached volume"}},
		{"G4", "Render without a disk", []string{"RENDER=true"}, []string{"DATA_DIR", "Add a disk"}},
		{"P3", "Fly without a volume", []string{"FLY_APP_NAME=x", "FLY_MACHINE_ID=y"}, []string{"DATA_DIR", "[mounts]"}},
		{"P3", "Heroku", []string{"DYNO=web.1"}, []string{"DATA_DIR", "DATABASE_URL"}},
		{"P3", "Cloud Run", []string{"K_SERVICE=x"}, []string{"DATA_DIR", "DATABASE_URL"}},
		{"P3", "Kubernetes without a claim", []string{"KUBERNETES_SERVICE_HOST=10.0.0.1"}, []string{"DATA_DIR", "volume claim"}},
		{"P3", "memory", []string{"DATA_DIR=/dev/shm/ba-refusals"}, []string{"DATA_DIR", "in memory"}},
		{"P3", "a file for a directory", []string{"DATA_DIR=" + f.file}, []string{"DATA_DIR", "cannot be written"}},
		{"C4", "a lost volume", []string{"INSTALLATION_ID=0198f000-0000-7000-8000-000000000001", "DATABASE_URL=", "DATA_DIR=" + t.TempDir()}, []string{"INSTALLATION_ID", "Attach the volume again"}},
		{"C4", "an id that is none", []string{"INSTALLATION_ID=prod"}, []string{"INSTALLATION_ID", "first start printed"}},
		{"R7", "an address that is none of Redis", []string{"REDIS_URL=http://:fixture@cache:6379"}, []string{"REDIS_URL", "rediss://"}},
		{"R7", "a Redis without a host", []string{"REDIS_URL=redis://"}, []string{"REDIS_URL", "names no host"}},
		{"R7", "a Redis database that is no number", []string{"REDIS_URL=redis://:fixture@cache:6379/main"}, []string{"REDIS_URL", "number of a database"}},
		{"D1", "another database", []string{"DATABASE_URL=mysql://u:fixture@db/ba"}, []string{"DATABASE_URL", "sqlite:///path"}},
		{"D1", "the example of the documentation", []string{"DATABASE_URL=postgres://user:password@host/name"}, []string{"DATABASE_URL", "example"}},
		{"D1", "a PostgreSQL that does not answer", []string{"DATABASE_URL=postgres://ba:fixture@127.0.0.1:1/ba"}, []string{"DATABASE_URL", "PostgreSQL"}},
		{"D1", "a database that is no database", []string{"DATABASE_URL=sqlite:///" + f.garbage}, []string{"database", "restore a backup"}},

		// P4, S7, C2: other origins.
		{"S7", "every origin", []string{"CORS_ORIGINS=*"}, []string{"CORS_ORIGINS", "exact origins"}},
		{"P4", "localhost", []string{"CORS_ORIGINS=https://localhost:3000"}, []string{"CORS_ORIGINS", "Remove it in production"}},
		{"P4", "an origin by http", []string{"CORS_ORIGINS=http://app.example.com"}, []string{"CORS_ORIGINS", "https://app.example.com"}},
		{"C2", "an origin with a path", []string{"CORS_ORIGINS=https://app.example.com/x"}, []string{"CORS_ORIGINS", "https://app.example.com"}},
		{"C2", "an origin without a scheme", []string{"CORS_ORIGINS=app.example.com"}, []string{"CORS_ORIGINS", "https://app.example.com"}},

		// P6, S2, S6, R6: keys.
		{"P6", "no secret key", []string{"SECRET_KEY="}, []string{"SECRET_KEY", "openssl rand -hex 32"}},
		{"P6", "the key of the documentation", []string{"SECRET_KEY=dev-secret-key-change-in-production"}, []string{"SECRET_KEY", "everybody knows"}},
		{"S2", "a key that tells to be changed", []string{"SECRET_KEY=please-changeme-0123456789abcdef0123456789"}, []string{"SECRET_KEY", "everybody knows"}},
		{"P6", "a short key", []string{"SECRET_KEY=0123456789abcdef"}, []string{"SECRET_KEY", "32 characters"}},
		{"P6", "a regular key", []string{"SECRET_KEY=" + strings.Repeat("ab", 32)}, []string{"SECRET_KEY", "too regular"}},
		{"S6", "no master key", []string{"MASTER_KEY="}, []string{"MASTER_KEY", "openssl rand -base64 32"}},
		{"S6", "a master key of the wrong length", []string{"MASTER_KEY=abcd"}, []string{"MASTER_KEY", "openssl rand -base64 32"}},
		{"S6", "a regular master key", []string{"MASTER_KEY=" + strings.Repeat("0", 64)}, []string{"MASTER_KEY", "too regular"}},
		{"S6", "one key for both", []string{"MASTER_KEY=" + strings.Repeat("fedcba9876543210", 4)}, []string{"MASTER_KEY", "a key of its own"}},
		{"S6", "a master key beside the data", []string{"MASTER_KEY=", "MASTER_KEY_FILE=" + f.key, "DATA_DIR=" + filepath.Dir(f.key)}, []string{"MASTER_KEY_FILE", "Move it elsewhere"}},
		{"S6", "a key file that is not there", []string{"MASTER_KEY=", "MASTER_KEY_FILE=" + f.key + ".gone"}, []string{"MASTER_KEY_FILE", "Check the path"}},
		{"S6", "a key and its file", []string{"MASTER_KEY_FILE=" + f.key}, []string{"MASTER_KEY_FILE", "Remove one of them"}},
		{"S6", "the key of the Python version", []string{"FERNET_KEY=" + strings.Repeat("a1", 22)}, []string{"FERNET_KEY", "MASTER_KEY"}},

		{"S6", "two keys in a variable", []string{"MASTER_KEY=" + strings.Repeat("0123456789abcdef", 4) + " " + strings.Repeat("abcdef0123456789", 4)}, []string{"MASTER_KEY", "MASTER_KEY_PREVIOUS"}},
		{"S6", "an address for a key", []string{"MASTER_KEY=vault+https://vault.example.com/transit/keys/ba"}, []string{"MASTER_KEY", "MASTER_KEY_URL"}},
		{"S6", "a key and a key service", []string{"MASTER_KEY_URL=awskms://eu-central-1/alias/ba"}, []string{"MASTER_KEY_URL", "Keep one"}},
		{"S6", "a key service that is none", []string{"MASTER_KEY=", "MASTER_KEY_URL=https://vault.example.com/transit/keys/ba"}, []string{"MASTER_KEY_URL", "vault+https://"}},
		{"S6", "a key service by http", []string{"MASTER_KEY=", "VAULT_TOKEN=fixture", "MASTER_KEY_URL=vault+http://vault.example.com/transit/keys/ba"}, []string{"MASTER_KEY_URL", "is not https"}},
		{"S6", "a key service without a key", []string{"MASTER_KEY=", "VAULT_TOKEN=fixture", "MASTER_KEY_URL=vault+https://vault.example.com/transit"}, []string{"MASTER_KEY_URL", "/transit/keys/ba"}},
		{"S6", "Vault without a token", []string{"MASTER_KEY=", "MASTER_KEY_URL=vault+https://vault.example.com/transit/keys/ba"}, []string{"VAULT_TOKEN", "VAULT_TOKEN_FILE"}},
		{"S6", "Vault with authorities that are not there", []string{"MASTER_KEY=", "VAULT_TOKEN=fixture", "VAULT_CACERT=" + f.key + ".gone", "MASTER_KEY_URL=vault+https://vault.example.com/transit/keys/ba"}, []string{"VAULT_CACERT", "Check the path"}},
		{"S6", "AWS without a region", []string{"MASTER_KEY=", "MASTER_KEY_URL=awskms://alias/ba"}, []string{"MASTER_KEY_URL", "region"}},
		{"S6", "the same key twice", []string{"MASTER_KEY_PREVIOUS=" + strings.Repeat("0123456789abcdef", 4)}, []string{"MASTER_KEY_PREVIOUS", "the new one into MASTER_KEY"}},
		{"S6", "a key from before that is none", []string{"MASTER_KEY_PREVIOUS=abcd"}, []string{"MASTER_KEY_PREVIOUS", "32 bytes"}},
		{"S6", "a Vault that does not answer", []string{"MASTER_KEY=", "VAULT_TOKEN=fixture", "MASTER_KEY_URL=vault+http://127.0.0.1:1/transit/keys/ba"}, []string{"key service", "does not answer"}},

		// P8, S8, D4: transport, and who may say who asks.
		{"P8", "a public address by http", []string{"PUBLIC_URL=http://ba.example.com"}, []string{"PUBLIC_URL", "https://ba.example.com"}},
		{"P8", "every proxy is trusted", []string{"TRUSTED_PROXIES=0.0.0.0/0"}, []string{"TRUSTED_PROXIES", "List the addresses"}},
		{"P8", "a proxy by its name", []string{"TRUSTED_PROXIES=caddy"}, []string{"TRUSTED_PROXIES", "10.0.0.0/8"}},
		{"P8", "a name to listen on", []string{"LISTEN_ADDR=ba.example.com"}, []string{"LISTEN_ADDR", "0.0.0.0"}},
		{"P8", "an address of another machine", []string{"LISTEN_ADDR=203.0.113.7"}, []string{"LISTEN_ADDR", "this machine"}},

		// P8, C3, G5: a certificate of its own.
		{"P8", "another kind of TLS", []string{"TLS=on"}, []string{"TLS", "TLS=acme"}},
		{"P8", "two certificates", []string{"TLS=acme", "TLS_CERT=" + f.pair.chain, "TLS_KEY=" + f.pair.key}, []string{"TLS", "Remove one of them"}},
		{"P8", "a certificate without its key", []string{"TLS_CERT=" + f.pair.chain}, []string{"TLS_KEY", "Set both"}},
		{"P8", "the text of a key", []string{"TLS_CERT=" + f.pair.chain, "TLS_KEY=-----BEGIN PRIVATE KEY-----"}, []string{"TLS_KEY", "Write the path"}},
		{"P8", "a certificate that is not there", []string{"TLS_CERT=" + f.file + ".gone", "TLS_KEY=" + f.pair.key}, []string{"TLS_CERT", "Check the path"}},
		{"P8", "a file that is no certificate", []string{"TLS_CERT=" + f.file, "TLS_KEY=" + f.pair.key}, []string{"TLS_CERT", "PEM"}},
		{"P8", "the key of another certificate", []string{"TLS_CERT=" + f.pair.chain, "TLS_KEY=" + f.foreign.key}, []string{"TLS_KEY", "same directory"}},
		{"P8", "a certificate for another name", []string{"TLS_CERT=" + f.foreign.chain, "TLS_KEY=" + f.foreign.key}, []string{"TLS_CERT", "not for ba.example.com"}},
		{"C3", "a certificate that has ended", []string{"TLS_CERT=" + f.ended.chain, "TLS_KEY=" + f.ended.key}, []string{"TLS_CERT", "Renew it"}},
		{"P8", "its own certificate on a platform", []string{"TLS=acme", "RENDER=true", "DATABASE_URL=postgres://ba:fixture@127.0.0.1:1/ba"}, []string{"TLS", "Render has the certificate"}},
		{"G5", "a name of the inner network", []string{"TLS=acme", "PUBLIC_URL=https://ba.corp.internal"}, []string{"PUBLIC_URL", "ACME_CA_ROOT"}},
		{"G5", "a number for a name", []string{"TLS=acme", "PUBLIC_URL=https://203.0.113.7"}, []string{"PUBLIC_URL", "domain name"}},
		{"P8", "an ACME server by http", []string{"TLS=acme", "ACME_DIRECTORY=http://acme.example.com/dir"}, []string{"ACME_DIRECTORY", "https address"}},
		{"P8", "roots that are not there", []string{"TLS=acme", "ACME_CA_ROOT=" + f.file + ".gone"}, []string{"ACME_CA_ROOT", "root certificate"}},
		{"P8", "roots that are none", []string{"TLS=acme", "ACME_CA_ROOT=" + f.file}, []string{"ACME_CA_ROOT", "root certificate"}},
		{"P8", "no mail address", []string{"TLS=acme", "ACME_EMAIL=operator"}, []string{"ACME_EMAIL", "mail address"}},
		{"P8", "a resolver by its name", []string{"TLS=acme", "ACME_RESOLVER=dns.example.com"}, []string{"ACME_RESOLVER", "1.1.1.1:53"}},
		{"P8", "options of TLS without TLS", []string{"ACME_EMAIL=operator@example.com"}, []string{"ACME_EMAIL", "TLS=acme"}},
		{"D4", "one port for both", []string{"TLS=acme", "PORT=8443", "HTTP_PORT=8443"}, []string{"HTTP_PORT", "443 and 80"}},
		{"D4", "a port for http that is none", []string{"TLS=acme", "HTTP_PORT=http"}, []string{"HTTP_PORT", "off"}},
		{"D4", "a port for http that is taken", []string{"TLS=acme", "HTTP_PORT=" + f.taken}, []string{"HTTP_PORT", "in use"}},

		// P10, C5: variables.
		{"C5", "a platform that is not told that it is production", []string{"ENVIRONMENT=", "RAILWAY_PROJECT_ID=x"}, []string{"ENVIRONMENT", "ENVIRONMENT=production"}},
		{"C5", "development on Railway", []string{"ENVIRONMENT=development", "RAILWAY_ENVIRONMENT_ID=x"}, []string{"ENVIRONMENT", "ENVIRONMENT=production"}},
		{"C5", "development on Render", []string{"ENVIRONMENT=development", "RENDER=true"}, []string{"ENVIRONMENT", "ENVIRONMENT=production"}},
		{"C5", "development on Fly", []string{"ENVIRONMENT=development", "FLY_APP_NAME=x", "FLY_MACHINE_ID=y"}, []string{"ENVIRONMENT", "ENVIRONMENT=production"}},
		{"C5", "development for everybody", []string{"ENVIRONMENT=development", "LISTEN_ADDR=0.0.0.0"}, []string{"LISTEN_ADDR", "ENVIRONMENT=production"}},
		{"C5", "an environment that does not exist", []string{"ENVIRONMENT=prod"}, []string{"ENVIRONMENT", "development or production"}},
		{"P10", "letters exchanged", []string{"GOOGLE_CLEINT_ID=x"}, []string{"GOOGLE_CLEINT_ID", "Did you mean GOOGLE_CLIENT_ID"}},
		{"P10", "a letter too few", []string{"ANTHROPIC_API_KE=fixture"}, []string{"ANTHROPIC_API_KE", "Did you mean ANTHROPIC_API_KEY"}},
		{"P10", "a hyphen", []string{"SHUTDOWN-TIMEOUT=9s"}, []string{"SHUTDOWN-TIMEOUT", "Did you mean SHUTDOWN_TIMEOUT"}},
		{"P10", "small letters", []string{"max_upload_mb=10"}, []string{"max_upload_mb", "Did you mean MAX_UPLOAD_MB"}},
		{"P10", "a placeholder", []string{"OIDC_CLIENT_SECRET=<your client secret>"}, []string{"OIDC_CLIENT_SECRET", "real value"}},
		{"P10", "a reference that nobody resolved", []string{"OIDC_CLIENT_SECRET=${OIDC_SECRET}"}, []string{"OIDC_CLIENT_SECRET", "real value"}},
		{"P10", "quotation marks", []string{`OIDC_CLIENT_SECRET="fixture"`}, []string{"OIDC_CLIENT_SECRET", "Remove the quotation marks"}},
		{"P10", "a word for a port", []string{"PORT=http"}, []string{"PORT", "a whole number"}},
		{"P10", "a port that does not exist", []string{"PORT=70000"}, []string{"PORT", "65535"}},
		{"P10", "a port that is taken", []string{"PORT=" + f.taken}, []string{"PORT", "in use"}},
		{"P10", "no uploads", []string{"MAX_UPLOAD_MB=0"}, []string{"MAX_UPLOAD_MB", "between 1 and 1000"}},
		{"P10", "a stop without a unit", []string{"SHUTDOWN_TIMEOUT=30"}, []string{"SHUTDOWN_TIMEOUT", "20s"}},
		{"P10", "a budget below nothing", []string{"MONTHLY_BUDGET_USD=-1"}, []string{"MONTHLY_BUDGET_USD", "between 0"}},
		{"C11", "a level that does not exist", []string{"LOG_LEVEL=verbose"}, []string{"LOG_LEVEL", "debug, info, warn or error"}},
		{"C11", "a format that does not exist", []string{"LOG_FORMAT=xml"}, []string{"LOG_FORMAT", "text or json"}},
		{"C11", "a file for the directory of logs", []string{"LOG_DIR=" + f.file}, []string{"LOG_DIR", "chown"}},
		{"C11", "log files of no size", []string{"LOG_FILE_MB=0"}, []string{"LOG_FILE_MB", "between 1 and 1000"}},
		{"C11", "no log files", []string{"LOG_FILES=0"}, []string{"LOG_FILES", "between 1 and 1000"}},
		{"P10", "root", []string{"RUN_AS=root"}, []string{"RUN_AS", "10001:10001"}},
		{"P10", "a key of two words", []string{"ANTHROPIC_API_KEY=two words"}, []string{"ANTHROPIC_API_KEY"}},
		{"P10", "a model without a key", []string{"GOOGLE_MODEL=m"}, []string{"GOOGLE_API_KEY"}},
		{"P10", "a server without a model", []string{"OPENAI_BASE_URL=http://ollama:11434/v1"}, []string{"OPENAI_MODEL"}},
	}
}

const aGUID = "0f8fad5b-d9cb-469f-a165-70867728950e"

type files struct {
	file, garbage, key, taken string
	pair, foreign, ended      keyPair
}

// keyPair is the files of a certificate.
type keyPair struct{ chain, key string }

func faultFiles(t *testing.T) files {
	t.Helper()
	dir := t.TempDir()
	f := files{file: filepath.Join(dir, "file"), garbage: filepath.Join(dir, "ba.db"), key: filepath.Join(dir, "data", "master.key")}
	if err := os.Mkdir(filepath.Dir(f.key), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{f.file: "", f.garbage: strings.Repeat("no database ", 1000), f.key: strings.Repeat("0123456789abcdef", 4)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	for pair, want := range map[*keyPair]certificate{
		&f.pair: {name: "pair", host: publicHost}, &f.foreign: {name: "foreign", host: "www.example.com"},
		&f.ended: {name: "ended", host: publicHost, begins: time.Now().Add(-48 * time.Hour), ends: time.Now().Add(-time.Hour)},
	} {
		pair.chain, pair.key = makeCertificate(t, dir, want)
	}
	f.taken = strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	return f
}

// whole is a production that starts, on SQLite in a directory of its own.
func whole(dir string) []string {
	return append(production("https://ba.example.com", "http://127.0.0.1:1", ""), "PORT=0", "DATA_DIR="+dir)
}

// with returns variables with some of them replaced.
func with(vars, set []string) []string {
	return append(vars[:len(vars):len(vars)], set...)
}

func TestABrokenConfigurationIsRefusedWithItsVariableAndTheFix(t *testing.T) {
	t.Parallel()
	all := brokenConfigurations(t)
	if len(all) < 60 {
		t.Errorf("only %d configurations", len(all))
	}
	two := make(chan struct{}, 2)
	for _, b := range all {
		t.Run(b.row+" "+b.name, func(t *testing.T) {
			two <- struct{}{}
			defer func() { <-two }()
			code, said := refusal(t, []string{"serve"}, with(whole(t.TempDir()), b.set)...)
			if code == 0 {
				t.Errorf("it ended with 0:\n%s", said)
			}
			for _, part := range b.says {
				if !strings.Contains(said, part) {
					t.Errorf("it does not say %q:\n%s", part, said)
				}
			}
			for _, never := range []string{"goroutine ", strings.Repeat("fedcba9876543210", 4), strings.Repeat("0123456789abcdef", 4), "Setup code"} {
				if strings.Contains(said, never) {
					t.Errorf("it shows %q:\n%s", never, said)
				}
			}
		})
	}
}

func TestAGoodConfigurationServes(t *testing.T) {
	t.Parallel()
	f := faultFiles(t)
	for name, vars := range map[string][]string{
		"a laptop":               {"ENVIRONMENT=", "PORT=0"},
		"production on SQLite":   whole(""),
		"keys as files":          with(whole(""), []string{"MASTER_KEY=", "MASTER_KEY_FILE=" + f.key}),
		"three ways to sign in":  with(whole(""), []string{"GOOGLE_CLIENT_ID=1-a.apps.googleusercontent.com", "GOOGLE_CLIENT_SECRET=fixture", "MICROSOFT_CLIENT_ID=" + aGUID, "MICROSOFT_CLIENT_SECRET=fixture", "MICROSOFT_TENANT=organizations", "ALLOWED_DOMAINS=example.com"}),
		"a separate front end":   with(whole(""), []string{"FRONTEND_URL=https://app.example.com", "CORS_ORIGINS=https://other.example.com"}),
		"the other public name":  with(whole(""), []string{"PUBLIC_URL=", "BACKEND_URL=https://ba.example.com"}),
		"variables of others":    with(whole(""), []string{"GOOGLE_CLOUD_PROJECT=p", "POSTGRES_USER=x", "SECRET_KEYS_DIR=y"}),
		"PostgreSQL on Render":   with(whole(""), []string{"RENDER=true", "DATABASE_URL=" + postgres.url(t)}),
		"Railway with its own":   with(whole(""), []string{"RAILWAY_PROJECT_ID=x", "PUBLIC_URL=", "RAILWAY_PUBLIC_DOMAIN=x.up.railway.app", "DATABASE_URL=" + postgres.url(t)}),
		"another user, not root": with(whole(""), []string{"RUN_AS=10001:10001", "DATABASE_URL=" + postgres.url(t)}),
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(name, "root") && os.Geteuid() == 0 {
				t.Skip("as root it becomes that user, which TestAStartAsRootBecomesTheUser tests")
			}
			var own []string
			for _, v := range vars {
				if v != "DATA_DIR=" {
					own = append(own, v)
				}
			}
			s := start(t, own...)
			s.ready(t)
			if code, took := s.stop(t, 20e9); code != 0 {
				t.Errorf("it stopped with %d after %s:\n%s", code, took, s.stderr)
			}
		})
	}
}

func TestAVolumeThatWasLostIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, with(whole(""), []string{"DATA_DIR=" + t.TempDir()})...)
	said := s.stdout.String()
	_, id, ok := strings.Cut(said, "INSTALLATION_ID=")
	if !ok {
		t.Fatalf("the first start prints no id:\n%s", said)
	}
	id, _, _ = strings.Cut(id, ",")
	s.stop(t, 20e9)
	s.env = append(s.env, "INSTALLATION_ID="+id)
	s.launch(t) // its own data
	s.stop(t, 20e9)
	for name, set := range map[string][]string{
		"an empty volume":         {"DATA_DIR=" + t.TempDir()},
		"the data of another one": {"DATA_DIR=" + otherData(t)},
	} {
		if code, said := refusal(t, []string{"serve"}, with(s.env, append(set, "PORT=0"))...); code == 0 || !strings.Contains(said, "INSTALLATION_ID") {
			t.Errorf("%s: %d %s", name, code, said)
		}
	}
}

// otherData is the directory of another installation with the same keys.
func otherData(t *testing.T) string {
	t.Helper()
	s := start(t, whole("")[:len(whole(""))-1]...)
	s.stop(t, 20e9)
	return s.dir
}

// TestASecretThatTheUserOfRunAsMayNotReadIsRefused: root could read it at the
// start, and a rotation of the key would fail long afterwards.
func TestASecretThatTheUserOfRunAsMayNotReadIsRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("this needs root, to become another user")
	}
	dir, err := os.MkdirTemp("", "ba-secret-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	data, err := os.MkdirTemp("", "ba-volume-*") // every element must be open to the user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	key := filepath.Join(dir, "master key")
	if err := errors.Join(os.Chmod(dir, 0o700), os.WriteFile(key, []byte(strings.Repeat("0123456789abcdef", 4)), 0o400)); err != nil {
		t.Fatal(err)
	}
	env := with(whole(data), []string{"RUN_AS=10001:10001", "MASTER_KEY=", "MASTER_KEY_FILE=" + key})
	code, said := refusal(t, []string{"serve"}, env...)
	for _, part := range []string{"MASTER_KEY_FILE", "chown 10001:10001 '" + key + "'", "chmod o+x " + dir} {
		if code == 0 || !strings.Contains(said, part) {
			t.Errorf("with %d it does not say %q:\n%s", code, part, said)
		}
	}
	// what it says is what helps
	if err := errors.Join(os.Chown(key, 10001, 10001), os.Chmod(dir, 0o711)); err != nil {
		t.Fatal(err)
	}
	s := &instance{dir: data, env: env}
	s.launch(t)
	s.ready(t)
}

// TestAStartAsRootBecomesTheUser is what hosting platforms need, which mount
// volumes for root.
func TestAStartAsRootBecomesTheUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("this needs root, to become another user")
	}
	dir, err := os.MkdirTemp("", "ba-volume-*") // every element must be open to the user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &instance{dir: dir, env: with(whole(""), []string{"RUN_AS=10001:10001", "DATA_DIR=" + dir})}
	s.launch(t)
	status, err := os.ReadFile("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"Uid:\t10001\t10001\t10001\t10001", "Gid:\t10001\t10001\t10001\t10001", "CapEff:\t0000000000000000"} {
		if !strings.Contains(string(status), line) {
			t.Errorf("not %q:\n%s", line, status)
		}
	}
	res, err := http.Get(s.url + "/health")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("its health is %d", res.StatusCode)
	}
}
