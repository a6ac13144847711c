package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// nginx puts an nginx in front of a server, with nothing configured but where
// to go: HTTP/1.1 to the browser, HTTP/1.0 to the server, buffering as it is by
// default. It returns the address.
func nginx(t *testing.T, s *instance, cut cutOff) string {
	t.Helper()
	path := program(t, "nginx", "/usr/sbin/nginx")
	dir := t.TempDir()
	at := freeAddress(t)
	conf := fmt.Sprintf("daemon off;\npid %[1]s/pid;\nerror_log stderr;\nevents {}\nhttp {\n  access_log off;\n  client_body_temp_path %[1]s/body;\n  proxy_temp_path %[1]s/proxy;\n"+
		"  fastcgi_temp_path %[1]s/f;\n  uwsgi_temp_path %[1]s/u;\n  scgi_temp_path %[1]s/s;\n"+
		"  server {\n    listen %[2]s;\n    location / { proxy_pass %[3]s; %[4]s}\n  }\n}\n", dir, at, s.url, cut.says("proxy_read_timeout %ds; send_timeout %[1]ds; "))
	if os.Getuid() == 0 {
		conf = "user root;\n" + conf // the temporary directories are ours
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	stand(t, at, "nginx", exec.Command(path, "-p", dir, "-c", file, "-e", "stderr"))
	return "http://" + at
}
