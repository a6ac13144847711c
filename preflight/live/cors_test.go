package live

import (
	"net/http"
	"strings"
	"testing"
)

const (
	front = "https://app.lab.test"
	back  = "https://api.lab.test"
)

// pair puts a front end at app.lab.test and an API at api.lab.test.
func pair(t *testing.T, api http.Handler) *lab {
	l := newLab(t)
	l.site("app.lab.test", newApp("").text("GET /index.html", "text/html", "<html><body>hi</body></html>"))
	l.site("api.lab.test", api)
	return l
}

func headers(pairs ...string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i < len(pairs); i += 2 {
				w.Header().Add(pairs[i], pairs[i+1])
			}
			next.ServeHTTP(w, r)
		})
	}
}

func TestBrowsersAreLetInOrRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		api   http.Handler
		state State
		part  string
	}{
		"exact origin":            {newApp(front), Pass, ""},
		"exact with credentials":  {&app{origin: front, credentials: true, mux: newApp("").mux}, Pass, ""},
		"star without cookies":    {preflightAnswer(204, "*", "GET, POST", "authorization, content-type", ""), Pass, ""},
		"gateway answers OPTIONS": {preflightAnswer(200, front, "*", "Authorization,Content-Type,X-Extra", ""), Pass, ""},
		"only localhost":          {newApp("http://localhost:3000"), Fail, "there is no Access-Control-Allow-Origin"},
		"no CORS at all":          {newApp(""), Fail, "Add exactly this origin"},
		"slash at the end":        {preflightAnswer(204, front+"/", "GET, POST", "authorization, content-type", ""), Fail, "slash at the end"},
		"http for https":          {preflightAnswer(204, "http://app.lab.test", "GET, POST", "authorization, content-type", ""), Fail, "http instead of https"},
		"other origin":            {preflightAnswer(204, "https://www.lab.test", "GET, POST", "authorization, content-type", ""), Fail, "only https://www.lab.test"},
		"star with credentials":   {preflightAnswer(204, "*", "GET, POST", "authorization, content-type", "true"), Fail, "together with credentials"},
		"no authorization header": {preflightAnswer(204, front, "GET, POST", "content-type", ""), Fail, "header authorization is not allowed"},
		"star headers":            {preflightAnswer(204, front, "GET, POST", "*", ""), Fail, "header authorization is not allowed"},
		"preflight is forbidden":  {preflightAnswer(403, front, "GET, POST", "authorization, content-type", ""), Fail, "status 403"},
		"sent twice":              {headers("Access-Control-Allow-Origin", front)(headers("Access-Control-Allow-Origin", front, "Access-Control-Allow-Headers", "authorization, content-type")(newApp(""))), Fail, "more than once"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := pair(t, c.api)
			expect(t, l.run(l.options(front, back)), "CORS-09", c.state, c.part)
		})
	}
}

// preflightAnswer answers every request with fixed CORS headers, as a gateway
// or a hand-written middleware does.
func preflightAnswer(code int, origin, methods, allowed, credentials string) http.Handler {
	inner := newApp("")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		if credentials != "" {
			w.Header().Set("Access-Control-Allow-Credentials", credentials)
		}
		if r.Method == http.MethodOptions {
			w.Header().Set("Access-Control-Allow-Methods", methods)
			w.Header().Set("Access-Control-Allow-Headers", allowed)
			w.WriteHeader(code)
			return
		}
		inner.ServeHTTP(w, r)
	})
}

func TestOneOriginNeedsNoCORS(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.site("app.lab.test", newApp(""))
	expect(t, l.run(l.options(front, "")), "CORS-09", NotApplicable, "one origin")
	expect(t, l.run(l.options(front, front+"/api")), "CORS-09", NotApplicable, "one origin")
}

func TestPathsThatDoNotExistProveNothing(t *testing.T) {
	t.Parallel()
	l := pair(t, http.NotFoundHandler())
	expect(t, l.run(l.options(front, back)), "CORS-09", NotDetermined, "do not exist")
}

func TestTheSecondNameOfTheFrontEndIsAskedToo(t *testing.T) {
	t.Parallel()
	l := pair(t, newApp(front))
	l.site("www.app.lab.test", newApp(""))
	expect(t, l.run(l.options(front, back)), "CORS-09", Warn, "www.app.lab.test")
	fine := pair(t, newApp(front))
	fine.site("www.app.lab.test", redirect(301, front+"/"))
	expect(t, fine.run(fine.options(front, back)), "CORS-09", Pass, "")
}

func TestHostileOriginsAreRefused(t *testing.T) {
	t.Parallel()
	reflecting := func(accept func(string) bool, credentials string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if o := r.Header.Get("Origin"); o != "" && accept(o) {
				w.Header().Set("Access-Control-Allow-Origin", o)
				if credentials != "" {
					w.Header().Set("Access-Control-Allow-Credentials", credentials)
				}
				w.Header().Set("Access-Control-Allow-Headers", "authorization, content-type")
			}
			newApp("").ServeHTTP(w, r)
		})
	}
	all := func(string) bool { return true }
	cases := map[string]struct {
		api   http.Handler
		id    string
		state State
	}{
		"reflects everybody":        {reflecting(all, "true"), "CORS-03", Fail},
		"accepts null":              {reflecting(func(o string) bool { return o == front || o == "null" }, "true"), "CORS-03", Fail},
		"lists one":                 {&app{origin: front, credentials: true, mux: newApp("").mux}, "CORS-03", Pass},
		"reflects without cookies":  {reflecting(all, ""), "CORS-03", Pass},
		"star":                      {preflightAnswer(204, "*", "GET", "authorization", ""), "CORS-04", Info},
		"reflected, no credentials": {reflecting(all, ""), "CORS-04", Info},
		"no CORS":                   {newApp(""), "CORS-04", Pass},
		"listed":                    {newApp(front), "CORS-04", Pass},
		"suffix match":              {reflecting(func(o string) bool { return strings.HasSuffix(o, "app.lab.test") }, "true"), "CORS-07", Fail},
		"prefix match":              {reflecting(func(o string) bool { return strings.HasPrefix(o, front) }, "true"), "CORS-07", Fail},
		"exact":                     {reflecting(func(o string) bool { return o == front }, "true"), "CORS-07", Pass},
		"anchored pattern": {reflecting(func(o string) bool {
			return strings.HasPrefix(o, "https://") && strings.HasSuffix(o, ".lab.test") && !strings.Contains(o, "preflight")
		}, "true"), "CORS-07", Pass},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := pair(t, c.api)
			expect(t, l.run(l.options(front, back)), c.id, c.state, "")
		})
	}
}

func TestErrorsKeepTheirCORSHeaders(t *testing.T) {
	t.Parallel()
	t.Run("nginx adds headers to good answers only", func(t *testing.T) {
		t.Parallel()
		l := pair(t, newApp(""))
		up := l.backend(newApp(""))
		l.nginx("api.lab.test", `location / { add_header Access-Control-Allow-Origin `+front+`; add_header Access-Control-Allow-Headers "authorization, content-type"; if ($request_method = OPTIONS) { return 204; } proxy_pass http://`+up+`; }`, "return 301 https://$host$request_uri;")
		r := l.run(l.options(front, back))
		expect(t, r, "CORS-08", Info, "error answers leave without")
		expect(t, r, "CORS-09", Pass, "")
	})
	t.Run("nginx adds them always", func(t *testing.T) {
		t.Parallel()
		l := pair(t, newApp(""))
		up := l.backend(newApp(""))
		l.nginx("api.lab.test", `location / { add_header Access-Control-Allow-Origin `+front+` always; add_header Access-Control-Allow-Headers "authorization, content-type" always; if ($request_method = OPTIONS) { return 204; } proxy_pass http://`+up+`; }`, "return 301 https://$host$request_uri;")
		expect(t, l.run(l.options(front, back)), "CORS-08", Pass, "")
	})
	t.Run("app in order", func(t *testing.T) {
		t.Parallel()
		l := pair(t, newApp(front))
		expect(t, l.run(l.options(front, back)), "CORS-08", Pass, "")
	})
	t.Run("app forgets on 404", func(t *testing.T) {
		t.Parallel()
		inner := newApp(front)
		l := pair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/preflight-") {
				http.NotFound(w, r)
				return
			}
			inner.ServeHTTP(w, r)
		}))
		expect(t, l.run(l.options(front, back)), "CORS-08", Info, "")
	})
}
