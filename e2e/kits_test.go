package e2e

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
)

// kitFile returns a file of the deployment kits, from the root of the repository.
func kitFile(t testing.TB, name string) string {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func kitText(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(kitFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The loader is the one that "docker compose config" uses.
func TestTheComposeFilesAreReadByTheLoaderOfCompose(t *testing.T) {
	t.Parallel()
	for name, services := range map[string][]string{
		"deploy/docker/compose.yaml": {"ba"}, "deploy/compose/compose.yaml": {"ba", "caddy"}, "deploy/compose/compose.postgres.yaml": {"ba", "caddy", "postgres"},
		"deploy/compose/compose.instances.yaml": {"ba-1", "ba-2", "caddy", "postgres", "redis"},
	} {
		file := kitFile(t, name)
		for _, set := range [][]string{nil, {"BA_HOST=ba.example.org"}} {
			options, err := cli.NewProjectOptions([]string{file}, cli.WithEnv(set), cli.WithWorkingDirectory(filepath.Dir(file)), cli.WithoutEnvironmentResolution)
			if err != nil {
				t.Fatal(err)
			}
			project, err := options.LoadProject(t.Context())
			if set == nil {
				if err == nil || !strings.Contains(err.Error(), "write BA_HOST") {
					t.Errorf("%s without its host name: %v", name, err)
				}
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := project.ServiceNames(); !slices.Equal(got, services) {
				t.Errorf("%s: services %v, want %v", name, got, services)
			}
			ba := project.Services[services[0]]
			if !ba.ReadOnly || *ba.Environment["PUBLIC_URL"] != "https://ba.example.org" || len(ba.Volumes) == 0 || ba.Volumes[0].Target != "/data" {
				t.Errorf("%s: the service is %+v", name, ba)
			}
		}
	}
}

// The SDK is the one with which Railway reads the file.
func TestTheFileOfRailwayIsReadByItsSDK(t *testing.T) {
	t.Parallel()
	program(t, "node")
	tsx := filepath.Join("node_modules", ".bin", "tsx")
	if _, err := os.Stat(tsx); err != nil {
		missing(t, "the SDK of Railway is not installed: run npm ci in e2e")
	}
	out, err := exec.CommandContext(t.Context(), tsx, "railway.mjs", kitFile(t, ".railway/railway.ts")).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, failureOf(err))
	}
	var project struct {
		Resources []struct {
			Name   string
			Deploy struct {
				HealthcheckPath string `json:"healthcheckPath"`
			}
			Variables   map[string]struct{ Type, Value string }
			Attachments map[string]struct {
				MountPath string `json:"mountPath"`
			} `json:"volumeAttachments"`
		}
	}
	if err := json.Unmarshal(out, &project); err != nil || len(project.Resources) != 2 {
		t.Fatalf("%v: %s", err, out)
	}
	ba := project.Resources[0]
	if ba.Deploy.HealthcheckPath != "/health" || ba.Attachments["ba-data"].MountPath != "/data" || ba.Variables["DATA_DIR"].Value != "/data" || ba.Variables["MASTER_KEY"].Type != "preserve" {
		t.Errorf("the service is %+v", ba)
	}
}

func failureOf(err error) string {
	if exit, ok := err.(*exec.ExitError); ok { //nolint:errorlint // Output returns it unwrapped
		return string(exit.Stderr)
	}
	return ""
}

func TestTheUnitIsAcceptedBySystemd(t *testing.T) {
	t.Parallel()
	analyze := program(t, "systemd-analyze")
	unit := strings.NewReplacer("/usr/local/bin/ba", binary, "User=ba", "User=daemon", "Group=ba", "Group=daemon").Replace(kitText(t, "deploy/systemd/ba.service"))
	for name, extra := range map[string]string{"behind a proxy": "", "with a certificate of its own": kitText(t, "deploy/systemd/tls.conf")} {
		dir := t.TempDir()
		file := filepath.Join(dir, "ba.service")
		err := os.WriteFile(file, []byte(unit), 0o644)
		if extra != "" {
			err = errors.Join(err, os.Mkdir(file+".d", 0o755), os.WriteFile(filepath.Join(file+".d", "tls.conf"), []byte(extra), 0o644))
		}
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", file).CombinedOutput()
		if own := about(string(out), "ba.service"); own != "" {
			t.Errorf("%s: %v\n%s", name, err, own)
		}
		out, err = exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--no-pager", file).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		verdict := lines[len(lines)-1]
		if !strings.Contains(verdict, "OK") {
			t.Errorf("%s: its exposure is too high: %s", name, verdict)
		}
		t.Log(name, verdict)
	}
}

// about returns the lines that name a file: systemd also complains of units of
// the machine.
func about(text, file string) string {
	var own []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, file) {
			own = append(own, line)
		}
	}
	return strings.Join(own, "")
}

func TestTheProxiesAcceptTheirConfigurations(t *testing.T) {
	t.Parallel()
	caddy := program(t, "caddy")
	for _, name := range []string{"deploy/caddy/Caddyfile", "deploy/compose/Caddyfile", "deploy/compose/Caddyfile.instances"} {
		cmd := exec.CommandContext(t.Context(), caddy, "validate", "--adapter", "caddyfile", "--config", kitFile(t, name))
		cmd.Env = append(environment(), "BA_HOST=ba.example.org", "HOME="+t.TempDir())
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Valid configuration") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	nginx := program(t, "nginx", "/usr/sbin/nginx")
	dir := t.TempDir()
	chain, key := testCertificate(t, dir)
	site := strings.NewReplacer("/etc/letsencrypt/live/ba.example.com/fullchain.pem", chain, "/etc/letsencrypt/live/ba.example.com/privkey.pem", key).Replace(kitText(t, "deploy/nginx/ba.conf"))
	for file, text := range map[string]string{"ba.conf": site, "nginx.conf": "pid " + dir + "/pid;\nerror_log " + dir + "/error.log;\nevents {}\nhttp {\n  access_log off;\n  include " + dir + "/ba.conf;\n}\n"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), nginx, "-t", "-p", dir, "-c", filepath.Join(dir, "nginx.conf")).CombinedOutput(); err != nil {
		t.Errorf("nginx: %v\n%s", err, out)
	}
}

// testCertificate makes a certificate for ba.example.com and returns its files.
func testCertificate(t *testing.T, dir string) (chain, key string) {
	t.Helper()
	chain, key = filepath.Join(dir, "chain.pem"), filepath.Join(dir, "key.pem")
	out, err := exec.CommandContext(t.Context(), program(t, "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
		"-subj", "/CN="+publicHost, "-addext", "subjectAltName=DNS:"+publicHost, "-keyout", key, "-out", chain).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return chain, key
}
