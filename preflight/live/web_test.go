package live

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

const shell = `<!doctype html><html><head><title>App</title><script src="/assets/index-a1b2c3d4.js" type="module"></script></head><body><div id="root"></div></body></html>`

// minified is JavaScript without structure, of about n kB, that compresses badly.
func minified(n int) string {
	rng := rand.New(rand.NewPCG(7, 7))
	b := make([]byte, n<<10)
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789(){}=;,."
	for i := range b {
		b[i] = letters[rng.IntN(len(letters))]
	}
	return string(b)
}

// files serves a folder as a static host does: types by extension, gzip where
// it helps, a fallback page if asked for.
type files struct {
	list     map[string]string // path -> content
	fallback bool
	gzip     bool
	header   map[string]string // path -> Cache-Control
}

func (f *files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	path := r.URL.Path
	if path == "/" {
		path = "/index.html"
	}
	content, ok := f.list[path]
	if !ok && f.fallback {
		path, ok = "/index.html", true
		content = f.list[path]
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	kind := map[string]string{".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".map": "application/json"}[filepath.Ext(path)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	if cc := f.header[path]; cc != "" {
		w.Header().Set("Cache-Control", cc)
	}
	if f.gzip && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		fmt.Fprint(z, content)
		return
	}
	fmt.Fprint(w, content)
}

const flutterShell = `<!doctype html><html><head><base href="/"><title>ba</title></head><body><script src="flutter_bootstrap.js" async></script></body></html>`

// release are the files of `flutter build web`.
func release() map[string]string {
	return map[string]string{"/index.html": flutterShell, "/flutter_bootstrap.js": "(()=>{_flutter.loader.load()})();" + minified(8), "/main.dart.js": minified(900) + "PathUrlStrategy"}
}

// debug are the files that `flutter run` and a debug build serve.
func debug() map[string]string {
	return map[string]string{"/index.html": flutterShell, "/flutter_bootstrap.js": "var a=1;", "/main.dart.js": `var e=document.createElement("script");e.src="ddc_module_loader.js";e=document.createElement("script");e.src="stack_trace_mapper.js";`, "/dart_sdk.js": minified(20)}
}

func with(list map[string]string, pairs ...string) map[string]string {
	for i := 0; i < len(pairs); i += 2 {
		list[pairs[i]] = pairs[i+1]
	}
	return list
}

func spa(pairs ...string) map[string]string {
	return with(map[string]string{"/index.html": shell, "/assets/index-a1b2c3d4.js": minified(40)}, pairs...)
}

func TestTheFrontEndIsJudgedByWhatItServes(t *testing.T) {
	t.Parallel()
	readableJS := strings.Repeat("    function renderWidget(context) {\n        return context.owner;\n    }\n", 6000)
	cases := []struct {
		id, name string
		handler  http.Handler
		state    State
		part     string
	}{
		{"WEB-04", "release build", &files{list: release(), gzip: true}, Pass, "release"},
		{"WEB-04", "release build on a host that answers everything", &files{list: release(), gzip: true, fallback: true}, Pass, "release"},
		{"WEB-04", "debug build", &files{list: debug()}, Fail, "debug build"},
		{"WEB-04", "debug build on a host that answers everything", &files{list: debug(), fallback: true}, Fail, "debug build"},
		{"WEB-04", "debug modules without main.dart.js", &files{list: map[string]string{"/index.html": flutterShell, "/flutter_bootstrap.js": "var a=1", "/dart_sdk.js": minified(9)}}, Fail, "dart_sdk.js"},
		{"WEB-04", "wasm build on a host that answers everything", &files{list: map[string]string{"/index.html": flutterShell, "/flutter_bootstrap.js": "var a=1"}, fallback: true}, NotDetermined, "WebAssembly"},
		{"WEB-04", "profile build", &files{list: with(release(), "/main.dart.js", readableJS)}, Warn, "profile"},
		{"WEB-04", "another framework", &files{list: spa()}, NotApplicable, ""},

		{"WEB-03", "vite dev", &files{list: spa("/index.html", strings.Replace(shell, "<head>", `<head><script type="module" src="/@vite/client"></script>`, 1))}, Fail, "Vite"},
		{"WEB-03", "react-scripts start", &files{list: map[string]string{"/index.html": `<html><body><div id=root></div><script src="/static/js/bundle.js"></script></body></html>`}}, Fail, "react-scripts"},
		{"WEB-03", "built by vite", &files{list: spa()}, Pass, ""},
		{"WEB-03", "built by flutter", &files{list: release()}, Pass, ""},

		{"WEB-05", "compressed and small", &files{list: spa(), gzip: true}, Pass, ""},
		{"WEB-05", "small and plain", &files{list: spa("/assets/index-a1b2c3d4.js", minified(10))}, Pass, ""},
		{"WEB-05", "uncompressed", &files{list: spa("/assets/index-a1b2c3d4.js", minified(400))}, Warn, "uncompressed"},
		{"WEB-05", "four megabytes", &files{list: spa("/assets/index-a1b2c3d4.js", minified(4600)), gzip: true}, Warn, "transferred before"},
		{"WEB-05", "eight megabytes", &files{list: spa("/assets/index-a1b2c3d4.js", minified(9000)), gzip: true}, Fail, "transferred before"},
		{"WEB-05", "page kept for a year", &files{list: spa(), gzip: true, header: map[string]string{"/index.html": "public, max-age=31536000"}}, Warn, "next deployment"},
		{"WEB-05", "main.dart.js kept for a year", &files{list: release(), gzip: true, header: map[string]string{"/main.dart.js": "max-age=31536000, immutable"}}, Warn, "no hash"},
		{"WEB-05", "hashed files kept for a year", &files{list: spa(), gzip: true, header: map[string]string{"/assets/index-a1b2c3d4.js": "max-age=31536000, immutable", "/index.html": "no-cache"}}, Pass, ""},

		{"WEB-08", "rewrites to the page", &files{list: spa(), fallback: true}, Pass, ""},
		{"WEB-08", "flutter with the hash", &files{list: with(release(), "/main.dart.js", minified(300))}, NotApplicable, "#"},
		{"WEB-08", "no rewrite", &files{list: spa()}, Warn, "404"},
		{"WEB-08", "flutter with path addresses, no rewrite", &files{list: release()}, Warn, "404"},
		{"WEB-08", "an API", newApp(""), NotApplicable, ""},

		{"WEB-09", "local API", &files{list: spa("/assets/index-a1b2c3d4.js", minified(5)+`;fetch("http://localhost:8000/api/me");`)}, Warn, "http://localhost:8000"},
		{"WEB-09", "emulator", &files{list: with(release(), "/main.dart.js", minified(300)+`x="http://10.0.2.2:8080"`)}, Warn, "10.0.2.2"},
		{"WEB-09", "parsing dummy of a library", &files{list: spa("/assets/index-a1b2c3d4.js", minified(5)+`;new URL(a,"http://localhost");`)}, Pass, ""},
		{"WEB-09", "real API", &files{list: spa("/assets/index-a1b2c3d4.js", minified(5)+`;fetch("https://api.lab.test/me");`)}, Pass, ""},

		{"WEB-12", "insecure script", &files{list: spa("/index.html", strings.Replace(shell, "<head>", `<head><script src="http://cdn.lab.test/x.js"></script>`, 1))}, Fail, "http://cdn.lab.test"},
		{"WEB-12", "insecure API of the same site", &files{list: spa("/assets/index-a1b2c3d4.js", minified(5)+`;u="http://api.lab.test/v1";`)}, Fail, "http://api.lab.test"},
		{"WEB-12", "namespaces", &files{list: spa("/assets/index-a1b2c3d4.js", minified(5)+`;n="http://www.w3.org/2000/svg";`)}, Pass, ""},
		{"WEB-12", "a link to elsewhere", &files{list: spa("/index.html", strings.Replace(shell, "<body>", `<body><a href="http://old.example.org/">old</a>`, 1))}, Pass, ""},

		{"WEB-13", "google_fonts", &files{list: with(release(), "/main.dart.js", minified(300)+"https://fonts.gstatic.com/s/a/1234.ttf")}, Info, "google_fonts"},
		{"WEB-13", "style sheet of Google", &files{list: spa("/index.html", strings.Replace(shell, "<head>", `<head><link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Inter">`, 1))}, Info, "fonts.googleapis.com"},
		{"WEB-13", "fallback fonts of the engine", &files{list: with(release(), "/main.dart.js", minified(300)+"https://fonts.gstatic.com/s/")}, Pass, ""},
		{"WEB-13", "own fonts", &files{list: spa()}, Pass, ""},

		{"WEB-16", "no cache", &files{list: spa()}, Info, ""},
		{"WEB-16", "behind a CDN", headers("CF-Cache-Status", "HIT", "Age", "120")(&files{list: spa()}), Pass, ""},
		{"WEB-16", "behind Varnish", headers("Via", "1.1 varnish", "X-Cache", "HIT")(&files{list: spa()}), Pass, ""},
		{"WEB-16", "no cache, flutter", &files{list: release()}, Info, ""},

		{"WEB-19", "map beside the script", &files{list: spa("/assets/index-a1b2c3d4.js.map", `{"version":3,"sources":["src/a.ts"],"mappings":"AAAA"}`)}, Info, ".map"},
		{"WEB-19", "map of flutter", &files{list: with(release(), "/main.dart.js.map", `{"version":3,"engine":"v2","sources":["a.dart"],"mappings":"A"}`)}, Info, ".map"},
		{"WEB-19", "page for every path", &files{list: spa(), fallback: true}, Pass, ""},
		{"WEB-19", "no map", &files{list: spa()}, Pass, ""},
	}
	for _, c := range cases {
		t.Run(c.id+" "+c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.site("app.lab.test", c.handler)
			expect(t, l.run(l.options(front, "")), c.id, c.state, c.part)
		})
	}
}

func TestFilesThatLeakAreProvenByTheirContent(t *testing.T) {
	t.Parallel()
	key := "9f8b2c7d1e6a4f3b0c5d8e7a2b1f4c6d"
	serve := func(t *testing.T, list map[string]string, extra string) *lab {
		dir := t.TempDir()
		for p, content := range list {
			write(t, filepath.Join(dir, p), content)
		}
		l := newLab(t)
		l.nginx("app.lab.test", "root "+dir+"; "+extra, "return 301 https://$host$request_uri;")
		return l
	}
	cases := map[string]struct {
		list  map[string]string
		extra string
		state State
		part  string
	}{
		"env file":               {spa("/.env", "DEBUG=1\nSECRET_KEY="+key+key+"\n"), "", Fail, "SECRET_KEY"},
		"env in flutter assets":  {with(release(), "/assets/.env", "API_URL=https://x\n"), "", Fail, "/assets/.env"},
		"git folder":             {spa("/.git/HEAD", "ref: refs/heads/main\n", "/.git/config", "[core]\n\tbare = false\n"), "", Fail, "git repository"},
		"database":               {spa("/app.db", "SQLite format 3\x00abc"), "", Fail, "database"},
		"compose file":           {spa("/docker-compose.yml", "services:\n  web:\n    image: x\n"), "", Fail, "compose"},
		"nothing":                {spa(), "", Pass, ""},
		"page for every path":    {spa(), "try_files $uri /index.html;", Pass, ""},
		"text for every path":    {spa(), `location / { default_type text/plain; return 200 "NAME=value\n"; }`, Pass, ""},
		"dot files are refused":  {spa("/.env", "SECRET_KEY=x\n"), `location ~ /\. { deny all; }`, Pass, ""},
		"an html page named env": {spa("/.env", "<html><body>A=b</body></html>"), "default_type text/html;", Pass, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := serve(t, c.list, c.extra)
			r := l.run(l.options(front, ""))
			expect(t, r, "SEC-10", c.state, c.part)
			for _, o := range r.Outcomes {
				if strings.Contains(strings.Join(o.Evidence, " ")+o.Title, key) {
					t.Errorf("%s shows the value: %v", o.ID, o)
				}
			}
		})
	}
}

func TestSecretsInScriptsAreAskedOfTheScanner(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		find   bool
		state  State
	}{"a secret": {"var k='SECRET-FORMAT'", true, Fail}, "in a flutter app": {minified(9) + "SECRET-FORMAT", true, Fail}, "none": {"var k=1", true, Pass}, "only a word": {"var secret='format'", true, Pass}, "no scanner": {"var k=1", false, NotDetermined}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.site("app.lab.test", &files{list: spa("/assets/index-a1b2c3d4.js", c.script)})
			o := l.options(front, "")
			if c.find {
				o.Secrets = func(_, text string) []string {
					if strings.Contains(text, "SECRET-FORMAT") {
						return []string{"a key ****"}
					}
					return nil
				}
			}
			expect(t, l.run(o), "SEC-07", c.state, "")
		})
	}
}

func TestHealthIsTakenAtItsWord(t *testing.T) {
	t.Parallel()
	healthApp := func(status int, body string) http.Handler {
		a := newApp("")
		a.mux = http.NewServeMux()
		a.json("GET /{$}", 200, `{}`)
		return a.json("GET /health", status, body)
	}
	cases := []struct {
		id, name string
		handler  http.Handler
		state    State
		part     string
	}{
		{"HLT-05", "ready", newApp(""), Pass, ""},
		{"HLT-05", "ready elsewhere", func() http.Handler {
			a := newApp("")
			a.mux = http.NewServeMux()
			return a.json("GET /{$}", 200, `{}`).json("GET /api/health", 200, `{"status":"ok"}`)
		}(), Pass, ""},
		{"HLT-05", "not ready", healthApp(503, `{"status":"not_ready"}`), Fail, "503"},
		{"HLT-05", "broken", healthApp(500, `{"detail":"boom"}`), Fail, "500"},
		{"HLT-05", "no content", healthApp(204, ``), NotDetermined, ""},
		{"HLT-05", "behind a login", healthApp(401, `{}`), Question, "401"},
		{"HLT-05", "page for every path", &files{list: spa(), fallback: true}, NotApplicable, ""},
		{"HLT-03", "degraded with 200", healthApp(200, `{"status":"degraded","checks":[{"name":"database","ok":false}]}`), Info, "database"},
		{"HLT-03", "disconnected with 200", healthApp(200, `{"database":"disconnected"}`), Info, "disconnected"},
		{"HLT-03", "ready", newApp(""), NotApplicable, ""},
		{"HLT-03", "honest 503", healthApp(503, `{"status":"not_ready"}`), NotApplicable, ""},
		{"HLT-04", "database url", healthApp(200, `{"database_url":"postgres`+`ql://app:`+"pw"+`123456@db.internal/app"}`), Fail, "connection string"},
		{"HLT-04", "environment", healthApp(200, `{"env":{"PATH":"/usr/bin:/bin","HOME":"/root"}}`), Fail, "environment"},
		{"HLT-04", "a key", healthApp(200, `{"secret_key":"`+"9f8b2c7d"+`1e6a4f3b"}`), Fail, "named like a secret"},
		{"HLT-04", "presence only", healthApp(200, `{"secret_key":"configured","api_key":"****","database":"ok"}`), Pass, ""},
		{"HLT-04", "booleans", newApp(""), Pass, ""},
		{"LOG-04", "profiler", newApp("").text("GET /debug/pprof/", "text/html", "<html>/debug/pprof/ profiles: goroutine heap</html>"), Fail, "profiler"},
		{"LOG-04", "log", newApp("").text("GET /logs", "text/plain", strings.Repeat("2026-11-24 10:00:00 INFO started\n", 9)), Fail, "/logs"},
		{"LOG-04", "nothing", newApp(""), Pass, ""},
		{"LOG-04", "page for every path", &files{list: spa(), fallback: true}, NotApplicable, ""},
		{"LOG-04", "a page about logs", newApp("").text("GET /logs", "text/html", "<html><body>INFO DEBUG ERROR INFO WARN</body></html>"), Pass, ""},
		{"ERR-02", "stack trace", traced("Traceback (most recent call last):\n  File \"/app/main.py\""), Warn, "Python stack trace"},
		{"ERR-02", "debug page", traced("You're seeing this error because you have <code>DEBUG = True</code> in your settings"), Warn, "Django"},
		{"ERR-02", "short errors", newApp(""), Pass, ""},
		{"ERR-02", "page for every path", &files{list: spa(), fallback: true}, Pass, ""},
	}
	for _, c := range cases {
		t.Run(c.id+" "+c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.site("app.lab.test", c.handler)
			expect(t, l.run(l.options(front, "")), c.id, c.state, c.part)
		})
	}
}

// traced answers unknown paths with the inside of the application.
func traced(text string) http.Handler {
	a := newApp("")
	a.mux = http.NewServeMux()
	a.json("GET /{$}", 200, "{}").json("GET /health", 200, "{}")
	a.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(500)
		fmt.Fprint(w, text)
	})
	return a
}

func TestPlaceholderPagesOfPlatformsAreRecognised(t *testing.T) {
	t.Parallel()
	answerWith := func(code int, body string, pairs ...string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(pairs); i += 2 {
				w.Header().Set(pairs[i], pairs[i+1])
			}
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(code)
			fmt.Fprint(w, body)
		})
	}
	for name, c := range map[string]struct {
		h     http.Handler
		state State
	}{
		"Railway":         {answerWith(404, "Application not found", "X-Railway-Fallback", "true"), Fail},
		"Vercel":          {answerWith(404, "x", "X-Vercel-Error", "DEPLOYMENT_NOT_FOUND"), Fail},
		"nginx's welcome": {answerWith(200, "<title>Welcome to nginx!</title>"), Fail},
		"own 404":         {http.NotFoundHandler(), Pass},
		"a text on nginx": {answerWith(200, "<title>How to say Welcome to nginx</title>"), Pass},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.site("app.lab.test", c.h)
			expect(t, l.run(l.options(front, "")), "TLS-05", c.state, "")
		})
	}
}

func TestTheCanarySaysWhetherDataSurvived(t *testing.T) {
	t.Parallel()
	type state struct{ record, boot string }
	run := func(t *testing.T, before, after state, status int, field string) Outcome {
		t.Helper()
		now, code := before, 200
		a := newApp("")
		a.mux = http.NewServeMux()
		a.mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if now.boot != "" {
				fmt.Fprintf(w, `{"status":"ok","started_at":%q}`, now.boot)
				return
			}
			fmt.Fprint(w, `{"status":"ok"}`)
		})
		a.mux.HandleFunc("GET /api/notes/1", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer test-account" {
				w.WriteHeader(401)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			fmt.Fprint(w, now.record)
		})
		l := newLab(t)
		l.site("app.lab.test", a)
		o := l.options(front, "")
		o.Bearer = "test-account"
		c, err := WriteCanary(context.Background(), o, CanaryOptions{Record: "/api/notes/1", Field: field})
		if err != nil {
			t.Fatal(err)
		}
		now, code = after, status
		out, err := CheckCanary(context.Background(), o, c)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	note := `{"id":1,"text":"canary","views":1}`
	cases := map[string]struct {
		before, after state
		status        int
		field         string
		want          State
	}{
		"survived a redeploy":       {state{note, "a"}, state{note, "b"}, 200, "", Pass},
		"another field changed":     {state{note, "a"}, state{`{"id":1,"text":"canary","views":9}`, "b"}, 200, "text", Pass},
		"gone":                      {state{note, "a"}, state{`{}`, "b"}, 404, "", Fail},
		"gone for good":             {state{note, "a"}, state{`{}`, "b"}, 410, "", Fail},
		"changed":                   {state{note, "a"}, state{`{"id":1,"text":"other","views":1}`, "b"}, 200, "text", Warn},
		"no redeploy seen":          {state{note, "a"}, state{note, "a"}, 200, "", NotDetermined},
		"no marks":                  {state{note, ""}, state{note, ""}, 200, "", Question},
		"not ready after the start": {state{note, "a"}, state{note, "b"}, 503, "", NotDetermined},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if o := run(t, c.before, c.after, c.status, c.field); o.State != c.want {
				t.Errorf("%v: %s %v", o.State, o.Title, o.Evidence)
			}
		})
	}
	t.Run("no token over a bad certificate", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.serveTLS("app.lab.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				t.Error("the token was sent to an unverified host")
			}
		}), l.ca.issue(leaf{names: []string{"app.lab.test"}, selfSigned: true}))
		o := l.options(front, "")
		o.Bearer = "test-account"
		if _, err := WriteCanary(context.Background(), o, CanaryOptions{Record: "/x"}); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("a record elsewhere is refused", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		if _, err := WriteCanary(context.Background(), l.options(front, ""), CanaryOptions{Record: "https://elsewhere.test/x"}); err == nil {
			t.Error("accepted")
		}
	})
}

func TestNamesAreReadAndValuesDropped(t *testing.T) {
	t.Parallel()
	names, values, odd, err := Names(strings.NewReader("\ufeff# from the dashboard\nSECRET_KEY\nexport DATABASE_URL=postgres://x\n- PORT\n\nSECRET_KEY\nnot a name!\n"))
	if err != nil || strings.Join(names, " ") != "SECRET_KEY DATABASE_URL PORT" || !values || odd != 1 {
		t.Errorf("%v %v %d %v", names, values, odd, err)
	}
	if _, _, _, err := Names(strings.NewReader("\n# nothing\n")); err == nil {
		t.Error("an empty list is accepted")
	}
}

func TestPackedBodiesDoNotExplode(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	zeros := make([]byte, 1<<20)
	for range 64 {
		_, _ = z.Write(zeros)
	}
	z.Close()
	if got := unpack("gzip", packed.Bytes(), 1<<20); len(got) != 1<<20 {
		t.Errorf("%d bytes", len(got))
	}
	if got := unpack("nonsense", []byte("x"), 10); got != nil {
		t.Errorf("%q", got)
	}
}
