package kits_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fault is one thing that somebody does to a kit: in file, old becomes new. An
// empty old adds new at the end.
type fault struct {
	kit      kit
	does     string
	rows     string // of the study, that it belongs to
	file     string
	old, new string
	id       string // of the one finding that it must cause
}

// faults are at least one for each row of the pitfalls that a kit can break.
var faults = []fault{
	// P1 redirects to localhost.
	{render, "the public address is localhost", "P1 C1", "render.yaml", "      - key: DATA_DIR", "      - key: PUBLIC_URL\n        value: http://localhost:8080\n      - key: DATA_DIR", "AUTH-06"},
	{fly, "the public address is localhost", "P1", "fly.toml", "[env]\n", "[env]\n  PUBLIC_URL = \"http://localhost:8080\"\n", "AUTH-06"},
	{railway, "the public address is localhost", "P1", ".railway/railway.ts", "      DATA_DIR:", "      PUBLIC_URL: \"http://localhost:8080\",\n      DATA_DIR:", "AUTH-06"},
	{nginx, "the public address is localhost", "P1", "deploy/systemd/ba.service", "Environment=DATA_DIR", "Environment=PUBLIC_URL=http://localhost:8080\nEnvironment=DATA_DIR", "AUTH-06"},

	// P2 secrets in git.
	{render, "the master key stands in the manifest", "P2 S1", "render.yaml", "      - key: MASTER_KEY\n        generateValue: true", "      - key: MASTER_KEY\n        value: " + random, "SEC-06"},
	{compose, "the secret key stands in the compose file", "P2", "deploy/compose/compose.yaml", "SECRET_KEY_FILE: /run/secrets/secret_key", "SECRET_KEY: " + random, "SEC-06"},
	{nginx, "the secret key stands in the unit", "P2", "deploy/systemd/ba.service", "Environment=SECRET_KEY_FILE=%d/secret_key", "Environment=SECRET_KEY=" + random, "SEC-06"},
	{docker, "the secret key is an argument of the build", "P2", "Dockerfile", "ENV ENVIRONMENT=production", "ENV SECRET_KEY=" + random + "\nENV ENVIRONMENT=production", "SEC-06"},

	// P3 data that is lost.
	{render, "there is no disk", "P3 C4 V3", "render.yaml", "    disk:\n      name: ba-data\n      mountPath: /data\n      sizeGB: 5\n", "", "DATA-01"},
	{fly, "there is no volume", "P3 C4", "fly.toml", "[mounts]\n  source = \"ba_data\"\n  destination = \"/data\"\n  initial_size = \"3gb\"\n  snapshot_retention = 14\n  auto_extend_size_threshold = 80\n  auto_extend_size_increment = \"1GB\"\n  auto_extend_size_limit = \"20GB\"\n", "", "DATA-01"},
	{railway, "the volume is mounted nowhere", "P3 G3", ".railway/railway.ts", "    volumeMounts: { \"/data\": data },\n", "", "DATA-01"},

	// P4 other origins.

	// P5 debug builds.
	{docker, "the image runs a debug build", "P5 C6 R5", "Dockerfile", "COPY . .\n", "COPY . .\nRUN flutter build web --debug\n", "WEB-02"},

	// P6 keys that everybody knows.
	{render, "the secret key is that of the documentation", "P6 S2 V6", "render.yaml", "      - key: SECRET_KEY\n        generateValue: true", "      - key: SECRET_KEY\n        value: dev-secret-key-change-in-production", "KEY-05"},
	{fly, "the secret key is that of the documentation", "P6 S2", "fly.toml", "[env]\n", "[env]\n  SECRET_KEY = \"dev-secret-key-change-in-production\"\n", "KEY-05"},
	{nginx, "the secret key is that of the documentation", "P6 S2", "deploy/systemd/ba.service", "Environment=SECRET_KEY_FILE=%d/secret_key", "Environment=SECRET_KEY=dev-secret-key-change-in-production", "KEY-05"},

	// P7 and D3 several instances.
	{render, "two instances", "P7 D3 R7 V7", "render.yaml", "numInstances: 1", "numInstances: 2", "DATA-08"},
	{fly, "two machines", "P7 D3", "fly.toml", "min_machines_running = 1", "min_machines_running = 2", "DATA-08"},
	{railway, "two replicas", "P7 D3", ".railway/railway.ts", "    healthcheckTimeout: 120,", "    healthcheckTimeout: 120,\n    replicas: 2,", "DATA-08"},
	{compose, "two replicas", "P7 D1 T1", "deploy/compose/compose.yaml", "    restart: unless-stopped\n    read_only", "    deploy:\n      replicas: 2\n    restart: unless-stopped\n    read_only", "DATA-08"},

	// P8 plain http.
	{render, "the public address is http", "P8 S8", "render.yaml", "      - key: DATA_DIR", "      - key: PUBLIC_URL\n        value: http://ba.acme.dev\n      - key: DATA_DIR", "AUTH-06"},

	// P9 streams.

	// P10 variables.
	{render, "production is not said", "C5 P10", "render.yaml", "value: production", "value: development", "ENV-05"},
	{fly, "production is not said", "C5 P10", "fly.toml", "ENVIRONMENT = \"production\"", "ENVIRONMENT = \"development\"", "ENV-05"},
	{nginx, "production is not said", "C5 P10", "deploy/systemd/ba.service", "Environment=ENVIRONMENT=production\n", "", "ENV-05"},
	{railway, "production is not said", "C5 P10", ".railway/railway.ts", "ENVIRONMENT: \"production\"", "ENVIRONMENT: \"development\"", "ENV-05"},
	{compose, "production is not said", "C5 P10", "deploy/compose/compose.yaml", "ENVIRONMENT: production", "ENVIRONMENT: development", "ENV-05"},
	{render, "a placeholder is left", "P10", "render.yaml", "      - key: DATA_DIR", "      - key: PUBLIC_URL\n        value: https://your-domain.example.com\n      - key: DATA_DIR", "ENV-07"},
	{fly, "a key that Fly does not know", "P10 G4", "fly.toml", "internal_port =", "intern_port =", "MAN-01"},
	{render, "a key that Render does not know", "P10 G4", "render.yaml", "healthCheckPath:", "healthcheckPath:", "MAN-01"},
	{compose, "a volume that does not exist", "P10 G4", "deploy/compose/compose.yaml", "  data: {}\n", "", "MAN-08"},

	// C what looks done.
	{postgres, "PostgreSQL is open to the network", "S1", "deploy/compose/compose.postgres.yaml", "      POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password\n", "      POSTGRES_PASSWORD: postgres\n    ports: [\"5432:5432\"]\n", "DATA-16"},
}

// random looks like a secret and is none.
var random = strings.Join([]string{"Yk3vQ9wLr2", "XtN7bHs5Pd", "Jm8ZcUa4Ge", "Rf6"}, "")

func TestEachFaultInAKitIsFoundAndNothingElse(t *testing.T) {
	for _, f := range faults {
		t.Run(f.id+" "+filepath.Base(f.file)+" "+f.does, func(t *testing.T) {
			t.Parallel()
			dir := f.kit.lay(t)
			f.plant(t, dir)
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

func (f fault) plant(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, f.file))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), f.old); f.old != "" && n != 1 {
		t.Fatalf("%q stands %d times in %s", f.old, n, f.file)
	}
	write(t, dir, f.file, strings.Replace(string(text), f.old, f.new, 1))
}
