package e2e

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	composetypes "github.com/compose-spec/compose-go/v2/types"
)

// The kit of two instances as "ba init" writes it, with nothing but what stands
// in its files: variables, secrets, the command of Redis, the site of Caddy.
// Only addresses are those of this machine, since no containers run here.
func TestTheKitOfTwoInstancesWorksWithWhatItsFilesSay(t *testing.T) {
	t.Parallel()
	k := writeKit(t)
	redisAt := k.redis(t)
	c := &cluster{public: "https://" + publicHost, instances: []*instance{k.start(t, "ba-1", redisAt), k.start(t, "ba-2", redisAt)}}
	c.address = k.caddy(t, c.instances)

	admin := c.visitor()
	if at, status, body := admin.fetch(t, c.public+"/setup", url.Values{"code": {c.setupCode(t)}}); status != http.StatusOK || at.Path != "/login" {
		t.Fatalf("the setup code led to %s: %d %s", at, status, body)
	}
	if at, status, body := admin.signInWithProvider(t, "ana", "/projects"); at.Path != "/projects" || status != http.StatusOK {
		t.Fatalf("landed on %s: %d %s", at, status, body)
	}
	for _, s := range c.instances {
		eventually(t, 40*time.Second, "the instances know one another through Redis", func() bool {
			return strings.Contains(healthText(s), "shared through Redis; 1 other instance runs")
		})
	}
	project := admin.project(t, "In the kit")
	c.instances[0].stop(t, 30*time.Second) // a new version takes over
	for range 6 {
		admin.must(t, "GET", "/api/projects/"+project, nil, nil)
	}
	k.backsUp(t, c.instances[1])
}

func healthText(s *instance) string {
	res, err := http.Get(s.url + "/health")
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	var text strings.Builder
	_ = res.Write(&text) // what is missing is looked for again
	return text.String()
}

// kitOfTwo is a folder with the kit, read as Compose reads it.
type kitOfTwo struct {
	dir     string // deploy/compose
	shared  string // stands for the volumes that both mount
	project *composetypes.Project
}

func writeKit(t *testing.T) *kitOfTwo {
	t.Helper()
	clone := t.TempDir()
	if err := os.WriteFile(filepath.Join(clone, "go.mod"), []byte("module github.com/ba-assistant/ba-assistant\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "init", "compose", "--instances", "--host", publicHost)
	cmd.Dir, cmd.Env = clone, environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	k := &kitOfTwo{dir: filepath.Join(clone, "deploy", "compose"), shared: t.TempDir()}
	// What only the operator knows: the sign-in.
	issuer := startProvider(t, "https://"+publicHost+"/auth/oidc/callback")
	signIn := "OIDC_ISSUER=" + issuer + "\nOIDC_CLIENT_ID=ba-test\nOIDC_CLIENT_SECRET=fixture-of-the-tests\nOIDC_NAME=Example\n"
	if err := os.WriteFile(filepath.Join(k.dir, ".env.production"), []byte(signIn), 0o600); err != nil {
		t.Fatal(err)
	}
	options, err := cli.NewProjectOptions([]string{filepath.Join(k.dir, "compose.instances.yaml")}, cli.WithWorkingDirectory(k.dir), cli.WithEnvFiles(), cli.WithDotEnv)
	if err == nil {
		k.project, err = options.LoadProject(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// here puts addresses and folders of this machine into a file of the secrets.
func (k *kitOfTwo) here(t *testing.T, name, from, to string) {
	t.Helper()
	file := filepath.Join(k.dir, "secrets", name)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), to) {
		return // the first instance did it
	}
	if !strings.Contains(string(text), from) {
		t.Fatalf("%s does not hold %s", name, from)
	}
	err = errors.Join(os.Chmod(file, 0o600), os.WriteFile(file, []byte(strings.Replace(string(text), from, to, 1)), 0o600))
	if err != nil {
		t.Fatal(err)
	}
}

// redis runs the command of the kit, and returns where it listens.
func (k *kitOfTwo) redis(t *testing.T) string {
	t.Helper()
	program(t, "redis-server")
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	command := k.project.Services["redis"].Command
	script := strings.NewReplacer("$$", "$", "/run/secrets", k.dir+"/secrets").Replace(command[len(command)-1])
	cmd := exec.Command(command[0], "-c", script+" --bind 127.0.0.1 --port "+strconv.Itoa(port))
	cmd.Dir, cmd.Env = t.TempDir(), environment()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	at := "127.0.0.1:" + strconv.Itoa(port)
	listens(t, at)
	return at
}

func listens(t *testing.T, at string) {
	t.Helper()
	eventually(t, 20*time.Second, at+" listens", func() bool {
		c, err := net.Dial("tcp", at)
		return err == nil && c.Close() == nil
	})
}

// start starts the program with the variables of a service.
func (k *kitOfTwo) start(t *testing.T, service, redisAt string) *instance {
	t.Helper()
	k.database(t)
	k.here(t, "redis_url", "redis:6379", redisAt)
	var vars []string
	for name, value := range k.project.Services[service].Environment {
		v := ""
		if value != nil {
			v = *value
		}
		switch name {
		case "DATA_DIR":
			continue // one of its own, as the volume is
		case "TRUSTED_PROXIES":
			v = "127.0.0.1"
		case "BACKUP_TO", "BACKUP_KEYRING_TO":
			v = filepath.Join(k.shared, v)
		}
		vars = append(vars, name+"="+strings.ReplaceAll(v, "/run/secrets", filepath.Join(k.dir, "secrets")))
	}
	return start(t, vars...)
}

// database lets the address of the kit lead to an empty database of this run.
func (k *kitOfTwo) database(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(k.dir, "secrets", "database_url"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "@postgres/") {
		return
	}
	at, err := url.Parse(postgres.url(t))
	if err != nil {
		t.Fatal(err)
	}
	k.here(t, "database_url", "@postgres/ba?", "@"+at.Host+at.Path+"?")
}

// caddy runs the site of the kit, with certificates of its own making.
func (k *kitOfTwo) caddy(t *testing.T, instances []*instance) string {
	t.Helper()
	path := program(t, "caddy")
	site, err := os.ReadFile(filepath.Join(k.dir, "Caddyfile.instances"))
	if err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(site), "ba-1:8080 ba-2:8080", strings.TrimPrefix(instances[0].url, "http://")+" "+strings.TrimPrefix(instances[1].url, "http://"), 1)
	text = fmt.Sprintf("{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\tauto_https disable_redirects\n\thttps_port %d\n\tdefault_bind 127.0.0.1\n}\n", port) + text
	dir := t.TempDir()
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	log := new(transcript)
	cmd := exec.Command(path, "run", "--adapter", "caddyfile", "--config", file)
	cmd.Env = append(environment(), "BA_HOST="+*k.project.Services["caddy"].Environment["BA_HOST"], "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log)
		}
	})
	at := "127.0.0.1:" + strconv.Itoa(port)
	listens(t, at)
	return at
}

// backsUp makes a backup beside that of the schedule, to the same places: the keyring is not where the
// content is.
func (k *kitOfTwo) backsUp(t *testing.T, s *instance) {
	t.Helper()
	if code, said := refusal(t, []string{"backup"}, append([]string{"DATA_DIR=" + s.dir}, s.env...)...); code != 0 {
		t.Fatalf("%d %s", code, said)
	}
	content, _ := filepath.Glob(filepath.Join(k.shared, "backups", "*.babackup"))
	keys, _ := filepath.Glob(filepath.Join(k.shared, "keyring", "*.bakeys"))
	inside, _ := filepath.Glob(filepath.Join(k.shared, "backups", "*", "*.bakeys"))
	if len(content) == 0 || len(keys) != 1 || len(inside) != 0 {
		t.Errorf("backups %v, keyrings %v, beside the backups %v", content, keys, inside)
	}
}
