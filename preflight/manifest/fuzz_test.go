package manifest

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// every file name that a reader is registered for.
var readable = []string{"render.yaml", "railway.json", "railway.toml", ".railway/railway.ts", "fly.toml", "Dockerfile", "docker-compose.yml", "Procfile", "app.yaml", "app.json", "vercel.json",
	"netlify.toml", "firebase.json", ".github/workflows/x.yml", "nginx.conf", "Caddyfile", "x.service", ".env", "nixpacks.toml", "package.json", "start.sh", "supervisord.conf"}

// FuzzLoad puts hostile bytes into every kind of manifest: loading returns, quickly, and panics on nothing.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"services:\n  a: {build: ., command: [sh, -c, 'x && y'], environment: {A: '${B:-c}'}}\n",
		"FROM a AS b\nFROM b\nCOPY --from=b x y\nENV A=1 B=\"2\"\nCMD [\"sh\",\"start.sh\"]\n",
		"web: sh start.sh\n", "[env]\nA='1'\n[[mounts]]\nsource='a'\ndestination='/b'\n", "server { location / { proxy_pass http://a; } }", "A=\"1\n2\"\n", "{\"scripts\":{\"start\":\"npm start\"}}",
		"service('a', {env: {A: preserve()}, volumeMounts: {'/d': d}})", "a: &a [*a]\n", "case $1 in a) x;; esac\nif a; then b; fi\ncat <<E\nx\nE\n${a:-${b:-$(c)}}",
	} {
		for i := range readable {
			f.Add(uint8(i), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		name := readable[int(which)%len(readable)]
		fsys := fstest.MapFS{"Procfile": {Data: []byte("web: sh start.sh\nb: npm start\nc: supervisord -c supervisord.conf")}, "railway.json": {Data: []byte("{}")}}
		fsys[name] = &fstest.MapFile{Data: data}
		tr, err := tree.From(fsys)
		if err != nil {
			t.Skip()
		}
		start := time.Now()
		Load(tr)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s of %d bytes took %s", name, len(data), took)
		}
	})
}

// FuzzExpand: an expansion ends, and without references changes nothing.
func FuzzExpand(f *testing.F) {
	f.Add("a ${B:-${C:-d}} $E $$ $(x) ${")
	f.Fuzz(func(t *testing.T, s string) {
		out, known := Expand(s, func(name string) (string, bool) { return "v", name == "B" })
		if plain := !containsByte(s, '$'); plain && (out != s || !known) {
			t.Errorf("%q became %q, %v", s, out, known)
		}
	})
}

func containsByte(s string, c byte) bool {
	for i := range len(s) {
		if s[i] == c {
			return true
		}
	}
	return false
}
