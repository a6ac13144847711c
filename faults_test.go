package kits_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// fault is one thing that somebody does to a kit.
type fault struct {
	kit   files
	does  string
	rows  string // of the study, that it belongs to
	file  string
	id    string // of the one finding that it must cause
	edits edits
	git   bool // the repository is committed
}

// edits are pairs: what stands in the file, and what somebody makes of it. An
// empty first part is the whole of a new file; "..." in it is any text between.
type edits []string

const (
	publicOf   = "https://${BA_HOST:?write BA_HOST=your.host.name to deploy/compose/.env}\n      DATA"
	composeOf  = "deploy/compose/compose.yaml"
	postgresOf = "deploy/compose/compose.postgres.yaml"
	twoOf      = "deploy/compose/compose.instances.yaml"
	railwayOf  = ".railway/railway.ts"
	unitOf     = "deploy/systemd/ba.service"
	known      = "dev-secret-key-change-in-production"
)

// faults are at least one for each pitfall that a kit can break.
var faults = []fault{
	// P1: sign-in leads to localhost.
	{compose, "the public address is localhost", "P1 C1 R1", composeOf, "AUTH-06", edits{publicOf, "http://localhost:8080\n      DATA"}, false},
	{render, "the public address is localhost", "P1 C1", "render.yaml", "AUTH-06", edits{"      - key: DATA_DIR", "      - key: PUBLIC_URL\n        value: http://localhost:8080\n      - key: DATA_DIR"}, false},
	{fly, "the public address is localhost", "P1 C1", "fly.toml", "AUTH-06", edits{"[env]\n", "[env]\n  PUBLIC_URL = \"http://localhost:8080\"\n"}, false},
	{railway, "the public address is localhost", "P1 C1", railwayOf, "AUTH-06", edits{"      DATA_DIR:", "      PUBLIC_URL: \"http://localhost:8080\",\n      DATA_DIR:"}, false},
	{nginx, "the public address is localhost", "P1 C1", unitOf, "AUTH-06", edits{"Environment=DATA_DIR", "Environment=PUBLIC_URL=http://localhost:8080\nEnvironment=DATA_DIR"}, false},

	// P2: secrets in git.
	{render, "the master key stands in the manifest", "P2 S1", "render.yaml", "SEC-06", edits{"      - key: MASTER_KEY\n        generateValue: true", "      - key: MASTER_KEY\n        value: " + random}, false},
	{fly, "a client secret stands in the manifest", "P2 S1", "fly.toml", "SEC-06", edits{"[env]\n", "[env]\n  GOOGLE_CLIENT_SECRET = \"" + random + "\"\n"}, false},
	{railway, "the secret key stands in the manifest", "P2 S1", railwayOf, "SEC-06", edits{"SECRET_KEY: preserve()", "SECRET_KEY: \"" + random + "\""}, false},
	{compose, "the secret key stands in the compose file", "P2 S1", composeOf, "SEC-06", edits{"SECRET_KEY_FILE: /run/secrets/secret_key", "SECRET_KEY: " + random}, false},
	{nginx, "the secret key stands in the unit", "P2 S1", unitOf, "SEC-06", edits{"Environment=SECRET_KEY_FILE=%d/secret_key", "Environment=SECRET_KEY=" + random}, false},
	{docker, "the secret key goes into the image", "P2 S1", "Dockerfile", "SEC-06", edits{"ENV ENVIRONMENT=production", "ENV SECRET_KEY=" + random + "\nENV ENVIRONMENT=production"}, false},
	{docker, "git would take env files", "P2 S1", ".gitignore", "SEC-04", edits{".env\n.env.*\n", ""}, true},
	{compose, "the env file is committed", "P2 S1 C5 R2 V2", "deploy/compose/.env.production", "SEC-01", edits{"", "GOOGLE_CLIENT_SECRET=" + random + "\n"}, true},

	// P3: data that the next deployment loses.
	{render, "there is no disk", "P3 C4 V3", "render.yaml", "DATA-01", edits{"    disk:\n      name: ba-data\n      mountPath: /data\n      sizeGB: 5\n", ""}, false},
	{render, "the disk is mounted beside the data", "G4 P3", "render.yaml", "DATA-02", edits{"mountPath: /data", "mountPath: /storage"}, false},
	{fly, "there is no volume", "P3 C4", "fly.toml", "DATA-01", edits{"[mounts]...auto_extend_size_limit = \"20GB\"\n", ""}, false},
	{fly, "the data lies beside the volume", "P3 C4", "fly.toml", "DATA-02", edits{"DATA_DIR = \"/data\"", "DATA_DIR = \"/var/ba\""}, false},
	{railway, "the volume is mounted nowhere", "P3 G3", railwayOf, "DATA-01", edits{"    volumeMounts: { \"/data\": data },\n", ""}, false},
	{railway, "the data lies beside the volume", "P3 C4", railwayOf, "DATA-02", edits{"DATA_DIR: \"/data\"", "DATA_DIR: \"/app/data\""}, false},
	{compose, "there is no volume", "P3 C4", composeOf, "DATA-01", edits{"    volumes: [\"data:/data\"]\n", "", "volumes:\n  data: {}\n", "volumes:\n"}, false},
	{compose, "the volume is declared and not mounted", "G4", composeOf, "DATA-03", edits{"volumes:\n  data: {}\n", "volumes:\n  data: {}\n  documents: {}\n"}, false},
	{compose, "the volume is mounted beside the data", "P3 C4 G4", composeOf, "DATA-02", edits{"data:/data\"", "data:/srv\""}, false},
	{docker, "there is no volume", "P3 C4", "deploy/docker/compose.yaml", "DATA-01", edits{"    volumes: [\"data:/data\"]\n", "", "volumes:\n  data: {}\n", ""}, false},

	// P4: other origins.
	{render, "only the developer's front end may call", "P4 C2 R4", "render.yaml", "CORS-01", edits{"      - key: DATA_DIR", "      - key: CORS_ORIGINS\n        value: http://localhost:3000\n      - key: DATA_DIR"}, false},
	{fly, "only the developer's front end may call", "P4 C2", "fly.toml", "CORS-01", edits{"[env]\n", "[env]\n  CORS_ORIGINS = \"http://localhost:3000\"\n"}, false},
	{railway, "only the developer's front end may call", "P4 C2", railwayOf, "CORS-01", edits{"      DATA_DIR:", "      CORS_ORIGINS: \"http://localhost:3000\",\n      DATA_DIR:"}, false},
	{nginx, "only the developer's front end may call", "P4 C2", unitOf, "CORS-01", edits{"Environment=DATA_DIR", "Environment=CORS_ORIGINS=http://localhost:3000\nEnvironment=DATA_DIR"}, false},
	{compose, "every site may call", "P4 S7", composeOf, "CORS-03", edits{"      DATA_DIR: /data", "      CORS_ORIGINS: \"*\"\n      DATA_DIR: /data"}, false},

	// P5: debug builds of a front end beside it.
	{docker, "the image holds a debug build", "P5 C6 R5", "Dockerfile", "WEB-02", edits{"COPY . .\n", "COPY . .\nRUN flutter build web --debug\n"}, false},
	{docker, "the container runs a debug build", "P5 C6 R5", "Dockerfile", "WEB-01", edits{"ENTRYPOINT [\"/ba\"]\nCMD [\"serve\"]", "CMD [\"flutter\", \"run\", \"-d\", \"web-server\"]"}, false},

	// P6: keys that everybody knows.
	{render, "the secret key is that of the documentation", "P6 S2 V6", "render.yaml", "KEY-05", edits{"      - key: SECRET_KEY\n        generateValue: true", "      - key: SECRET_KEY\n        value: " + known}, false},
	{fly, "the secret key is that of the documentation", "P6 S2", "fly.toml", "KEY-05", edits{"[env]\n", "[env]\n  SECRET_KEY = \"" + known + "\"\n"}, false},
	{railway, "the secret key is that of the documentation", "P6 S2", railwayOf, "KEY-05", edits{"SECRET_KEY: preserve()", "SECRET_KEY: \"" + known + "\""}, false},
	{nginx, "the secret key is that of the documentation", "P6 S2", unitOf, "KEY-05", edits{"Environment=SECRET_KEY_FILE=%d/secret_key", "Environment=SECRET_KEY=" + known}, false},
	{compose, "the secret key is that of the documentation", "P6 S2", composeOf, "KEY-05", edits{"SECRET_KEY_FILE: /run/secrets/secret_key", "SECRET_KEY: " + known}, false},

	// P7, D1, D3: several instances on one file.
	{render, "two instances", "P7 D3 R7 V7", "render.yaml", "DATA-08", edits{"numInstances: 1", "numInstances: 2"}, false},
	{fly, "two machines", "P7 D3", "fly.toml", "DATA-08", edits{"min_machines_running = 1", "min_machines_running = 2"}, false},
	{railway, "two replicas", "P7 D3", railwayOf, "DATA-08", edits{"    healthcheckTimeout: 120,", "    healthcheckTimeout: 120,\n    replicas: 2,"}, false},
	{compose, "two replicas", "P7 D1 T1", composeOf, "DATA-08", edits{"    restart: unless-stopped\n    read_only", "    deploy:\n      replicas: 2\n    restart: unless-stopped\n    read_only"}, false},

	// P8: plain http.
	{fly, "http is not led to https", "P8 S8 D4 R8", "fly.toml", "TLS-08", edits{"force_https = true", "force_https = false"}, false},
	{render, "the public address is http", "P8 S8", "render.yaml", "AUTH-06", edits{"      - key: DATA_DIR", "      - key: PUBLIC_URL\n        value: http://ba.acme.dev\n      - key: DATA_DIR"}, false},
	{railway, "the public address is http", "P8 S8", railwayOf, "AUTH-06", edits{"      DATA_DIR:", "      PUBLIC_URL: \"http://ba.acme.dev\",\n      DATA_DIR:"}, false},
	{docker, "the port is open to the internet", "P8 C3 D4", "deploy/docker/compose.yaml", "TLS-08", edits{"127.0.0.1:8080:8080", "80:8080"}, false},
	{docker, "the container runs as root", "P8", "Dockerfile", "RUN-01", edits{"USER 10001:10001", "USER root"}, false},

	// P9, D5: streams.
	{nginx, "the stream is buffered", "P9 C7 R9 V9", "deploy/nginx/ba.conf", "SSE-02", edits{"    proxy_buffering off;\n", "    proxy_ignore_headers X-Accel-Buffering;\n"}, false},

	// P10: variables.
	{render, "a typing error", "P10 R10", "render.yaml", "ENV-03", edits{"key: GOOGLE_CLIENT_ID", "key: GOOGLE_CLEINT_ID"}, false},
	{railway, "a typing error", "P10 R10", railwayOf, "ENV-03", edits{"GOOGLE_CLIENT_ID:", "GOOGLE_CLIENTID:"}, false},
	{fly, "a typing error", "P10 R10", "fly.toml", "ENV-03", edits{"SHUTDOWN_TIMEOUT", "SHUTDOWN_TIMOUT"}, false},
	{compose, "a typing error", "P10 R10", composeOf, "ENV-03", edits{"TRUSTED_PROXIES", "TRUSTED_PROXYS"}, false},
	{nginx, "a typing error", "P10 R10", unitOf, "ENV-03", edits{"TRUSTED_PROXIES", "TRUSTED_PROXEIS"}, false},
	{render, "it is development", "P10 C5", "render.yaml", "ENV-05", edits{"value: production", "value: development"}, false},
	{fly, "it is development", "P10 C5", "fly.toml", "ENV-05", edits{"ENVIRONMENT = \"production\"", "ENVIRONMENT = \"development\""}, false},
	{nginx, "production is not said", "P10 C5", unitOf, "ENV-05", edits{"Environment=ENVIRONMENT=production\n", ""}, false},
	{railway, "it is development", "P10 C5", railwayOf, "ENV-05", edits{"ENVIRONMENT: \"production\"", "ENVIRONMENT: \"development\""}, false},
	{compose, "it is development", "P10 C5", composeOf, "ENV-05", edits{"ENVIRONMENT: production", "ENVIRONMENT: development"}, false},
	{render, "a placeholder is left", "P10", "render.yaml", "ENV-07", edits{"      - key: DATA_DIR", "      - key: PUBLIC_URL\n        value: https://your-domain.example.com\n      - key: DATA_DIR"}, false},
	{fly, "a port that nobody listens on", "P10", "fly.toml", "MAN-04", edits{"internal_port = 8080", "internal_port = 3000"}, false},
	{fly, "a key that Fly does not know", "P10 G4", "fly.toml", "MAN-01", edits{"auto_start_machines =", "auto_start_machine ="}, false},
	{render, "a key that Render does not know", "P10 G4", "render.yaml", "MAN-01", edits{"maxShutdownDelaySeconds:", "maxShutdownDelaySecond:"}, false},
	{compose, "a volume that does not exist", "P10 G4", composeOf, "MAN-08", edits{"volumes:\n  data: {}\n", "volumes:\n"}, false},

	// C: what looks done.
	{render, "no health check", "C9", "render.yaml", "MAN-05", edits{"    healthCheckPath: /health\n", ""}, false},
	{fly, "no health check", "C9", "fly.toml", "MAN-05", edits{"  [[http_service.checks]]...path = \"/health\"\n", ""}, false},
	{railway, "no health check", "C9", railwayOf, "MAN-05", edits{"    healthcheck: \"/health\",\n    healthcheckTimeout: 120,\n", ""}, false},
	{postgres, "nothing is backed up", "C12 R3 D1", postgresOf, "DATA-15", edits{"      # Once a day, read back...BACKUP_KEYRING_TO: /keyring\n", "", ", \"backups:/backups\", \"keyring:/keyring\"", "", "  backups: {}\n  keyring: {}\n", ""}, false},
	{postgres, "PostgreSQL is open, with a password that everybody knows", "S1", postgresOf, "DATA-16", edits{"      POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password\n", "      POSTGRES_PASSWORD: postgres\n    ports: [\"5432:5432\"]\n"}, false},

	// Two instances: what they share, and all of the above that one can have.
	{two, "the public address is localhost", "P1 C1", twoOf, "AUTH-06", edits{"https://${BA_HOST:?write BA_HOST=your.host.name to deploy/compose/.env}\n    DATA", "http://localhost:8080\n    DATA"}, false},
	{two, "the secret key stands in the compose file", "P2 S1", twoOf, "SEC-06", edits{"SECRET_KEY_FILE: /run/secrets/secret_key", "SECRET_KEY: " + random}, false},
	{two, "the secret key is that of the documentation", "P6 S2", twoOf, "KEY-05", edits{"SECRET_KEY_FILE: /run/secrets/secret_key", "SECRET_KEY: " + known}, false},
	{two, "every site may call", "P4 S7", twoOf, "CORS-03", edits{"    DATA_DIR: /data", "    CORS_ORIGINS: \"*\"\n    DATA_DIR: /data"}, false},
	{two, "a typing error", "P10 R10", twoOf, "ENV-03", edits{"TRUSTED_PROXIES", "TRUSTED_PROXYS"}, false},
	{two, "it is development", "P10 C5", twoOf, "ENV-05", edits{"ENVIRONMENT: production", "ENVIRONMENT: development"}, false},
	{two, "nothing is backed up", "C12 R3 D1", twoOf, "DATA-15", edits{"    # Once a day, by one...BACKUP_KEYRING_TO: /keyring\n", "", "volumes: [\"data-1:/data\", \"backups:/backups\", \"keyring:/keyring\"]", "volumes: [\"data-1:/data\"]", "volumes: [\"data-2:/data\", \"backups:/backups\", \"keyring:/keyring\"]", "volumes: [\"data-2:/data\"]", "  backups: {}\n  keyring: {}\n", ""}, false},
	{two, "PostgreSQL is open, with a password that everybody knows", "S1", twoOf, "DATA-16", edits{"      POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password\n", "      POSTGRES_PASSWORD: postgres\n    ports: [\"5432:5432\"]\n"}, false},
}

// random looks like a secret and is none.
var random = strings.Join([]string{"Yk3vQ9wLr2", "XtN7bHs5Pd", "Jm8ZcUa4Ge", "Rf6"}, "")

func TestEachFaultInAKitIsFoundAndNothingElse(t *testing.T) {
	for _, f := range faults {
		t.Run(f.id+" "+filepath.Base(f.file)+" "+f.does, func(t *testing.T) {
			t.Parallel()
			dir := f.kit.lay(t)
			f.plant(t, dir)
			if f.id == "DATA-15" {
				forgetBackups(t, dir)
			}
			if f.git {
				commit(t, dir)
			}
			var ids []string
			for _, found := range counted(look(t, dir)) {
				ids = append(ids, found.ID)
				if found.ID != f.id {
					t.Logf("%s %s: %s (%s) %s", found.ID, found.Level, found.Title, found.Path, places(found))
				}
			}
			if slices.Sort(ids); !slices.Equal(slices.Compact(ids), []string{f.id}) {
				t.Errorf("found %v, want %s alone", ids, f.id)
			}
		})
	}
}

// forgetBackups removes the code that makes backups, and their folder in the
// image. Where a program can make
// them, preflight asks whether it does, which only its operator knows.
func forgetBackups(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(d.Name(), "backup") {
			return err
		}
		return os.Remove(file)
	})
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(read(t, "Dockerfile")) {
		if !strings.Contains(strings.ReplaceAll(line, " /image/backups /image/keyring", ""), "ackups") {
			kept = append(kept, strings.ReplaceAll(line, " /image/backups /image/keyring", ""))
		}
	}
	write(t, dir, "Dockerfile", strings.Join(kept, ""))
}

func TestTheFaultsCoverEveryPitfall(t *testing.T) {
	var rows []string
	for _, f := range faults {
		rows = append(rows, strings.Fields(f.rows)...)
	}
	for _, row := range []string{"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "D1", "D3", "D4", "G3", "G4", "S1", "S2", "S7", "S8",
		"C1", "C2", "C3", "C4", "C5", "C6", "C7", "C9", "C12"} {
		if !slices.Contains(rows, row) {
			t.Errorf("no fault for %s", row)
		}
	}
}

func (f fault) plant(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, f.file))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	now := string(text)
	for pair := range slices.Chunk(f.edits, 2) {
		if pair[0] == "" && err != nil {
			now = pair[1]
			continue
		}
		old := pair[0]
		if from, to, ok := strings.Cut(old, "..."); ok {
			_, rest, _ := strings.Cut(now, from)
			middle, _, _ := strings.Cut(rest, to)
			old = from + middle + to
		}
		if n := strings.Count(now, old); n != 1 {
			t.Fatalf("%q stands %d times in %s", old, n, f.file)
		}
		now = strings.Replace(now, old, pair[1], 1)
	}
	write(t, dir, f.file, now)
}

// commit makes a git repository of a directory, with all that is in it, also
// what its ignore rules name.
func commit(t *testing.T, dir string) { commitWith(t, dir, "add", "-A", "-f") }

// commitAll makes a git repository of a directory as people do.
func commitAll(t *testing.T, dir string) { commitWith(t, dir, "add", "-A") }

func commitWith(t *testing.T, dir string, add ...string) {
	t.Helper()
	git := testenv.Program(t, "git")
	for _, args := range [][]string{{"init", "-q"}, add, {"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-qm", "first"}} {
		cmd := exec.CommandContext(t.Context(), git, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
}
