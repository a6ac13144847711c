package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// front is a proxy that people put before the workspace.
type front struct {
	name string
	// open starts it before a server, with nothing configured but where to go
	// and, where it is not zero, the cut-off. It returns the address.
	open func(*testing.T, *instance, cutOff) string
}

var fronts = []front{{"nginx", nginx}, {"HAProxy", plainHAProxy}, {"Caddy", caddy}}

// cutOff is the silence after which a proxy ends a connection; zero is what it
// has by default.
type cutOff time.Duration

// says returns a line of configuration with the seconds, or nothing.
func (c cutOff) says(line string) string {
	if c == 0 {
		return ""
	}
	return fmt.Sprintf(line, int(time.Duration(c).Seconds()))
}

// plainHAProxy puts a HAProxy in front of a server. It has no timeouts of its
// own; these are the ones that its packages come with.
func plainHAProxy(t *testing.T, s *instance, cut cutOff) string {
	t.Helper()
	path := program(t, "haproxy", "/usr/sbin/haproxy")
	at := freeAddress(t)
	if cut == 0 {
		cut = cutOff(50 * time.Second)
	}
	conf := "defaults\n  mode http\n  option dontlognull\n  timeout connect 5000\n" + cut.says("  timeout client %ds\n  timeout server %[1]ds\n") +
		"frontend public\n  bind " + at + "\n  default_backend ba\nbackend ba\n  server ba " + strings.TrimPrefix(s.url, "http://") + "\n"
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	stand(t, at, "", exec.Command(path, "-db", "-f", file))
	return "http://" + at
}

// caddy puts a Caddy in front of a server. By default it waits for ever.
func caddy(t *testing.T, s *instance, cut cutOff) string {
	t.Helper()
	path := program(t, "caddy")
	at := freeAddress(t)
	dir := t.TempDir()
	site := fmt.Sprintf("{\n\tadmin off\n}\nhttp://%s {\n\treverse_proxy %s%s\n}\n", at, s.url, cut.says(" {\n\t\ttransport http {\n\t\t\tread_timeout %ds\n\t\t}\n\t}"))
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte(site), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "run", "--adapter", "caddyfile", "--config", file)
	cmd.Env = append(environment(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	stand(t, at, "Caddy", cmd)
	return "http://" + at
}

func freeAddress(t *testing.T) string {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + strconv.Itoa(port)
}

// stand runs a proxy until the test ends. It waits until the server answers
// through it; the proxy names itself in a header, where it does.
func stand(t *testing.T, at, name string, cmd *exec.Cmd) {
	t.Helper()
	log := new(transcript)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)                                          // nginx ends its workers
		impatient := time.AfterFunc(2*time.Second, func() { _ = cmd.Process.Kill() }) // Caddy waits until the last stream has ended
		_ = cmd.Wait()
		impatient.Stop()
		if t.Failed() {
			t.Log(log)
		}
	})
	eventually(t, 20*time.Second, cmd.Path+" answers", func() bool {
		res, err := http.Get("http://" + at + "/health/live")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		by := res.Header.Get("Server") + res.Header.Get("Via")
		return res.StatusCode == http.StatusOK && strings.Contains(by, name)
	})
}
