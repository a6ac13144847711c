package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// nginx puts an nginx in front of a server, with nothing configured but where
// to go: HTTP/1.1 to the browser, HTTP/1.0 to the server, buffering as it is by
// default. It returns the address.
func nginx(t *testing.T, s *instance) string {
	t.Helper()
	path := program(t, "nginx", "/usr/sbin/nginx")
	dir := t.TempDir()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	conf := fmt.Sprintf("daemon off;\npid %[1]s/pid;\nerror_log stderr;\nevents {}\nhttp {\n  access_log off;\n  client_body_temp_path %[1]s/body;\n  proxy_temp_path %[1]s/proxy;\n"+
		"  fastcgi_temp_path %[1]s/f;\n  uwsgi_temp_path %[1]s/u;\n  scgi_temp_path %[1]s/s;\n"+
		"  server {\n    listen 127.0.0.1:%[2]d;\n    location / { proxy_pass %[3]s; }\n  }\n}\n", dir, port, s.url)
	if os.Getuid() == 0 {
		conf = "user root;\n" + conf // the temporary directories are ours
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	log := new(transcript)
	cmd := exec.Command(path, "-p", dir, "-c", file, "-e", "stderr")
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // nginx ends its workers
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log)
		}
	})
	url := fmt.Sprintf("http://127.0.0.1:%d", port)
	eventually(t, 10*time.Second, "nginx answers", func() bool {
		res, err := http.Get(url + "/health/live")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK && strings.HasPrefix(res.Header.Get("Server"), "nginx")
	})
	return url
}
