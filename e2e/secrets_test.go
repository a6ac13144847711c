package e2e

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// secretOf returns a key of 64 hexadecimal digits, and notes it as a canary:
// as it is configured, and as the bytes that it stands for.
func (c *canaries) secretOf(name string) string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails
	c.note(name, hex.EncodeToString(raw))
	c.note(name+", as bytes", string(raw))
	return hex.EncodeToString(raw)
}

func (c *canaries) note(name, value string) {
	if c.words == nil {
		c.words = map[string]string{}
	}
	c.words[name] = value
}

// echoing is a provider that refuses every key and says it aloud, as some
// gateways do.
func echoing(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"type": "error", "error": {"type": "authentication_error", "message": "the key `+r.Header.Get("X-Api-Key")+` is not known"}}`)
	}))
	t.Cleanup(s.Close)
	return s
}

// page sends a request and returns its status and all that came, headers too.
func (p *person) page(t *testing.T, method, path string, headers ...string) (status int, all []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var head strings.Builder
	_ = res.Header.Write(&head) // to memory
	return res.StatusCode, append([]byte(head.String()), body...)
}

func TestNoKeyIsReadableAtRestOrInLogsMetricsTracesBackupsOrPages(t *testing.T) {
	t.Parallel()
	var c canaries
	traces, provider := collectTraces(t), echoing(t)
	dir := t.TempDir()
	metrics := c.secretOf("METRICS_TOKEN")
	s := start(t, "LOG_LEVEL=debug", "LOG_DIR="+filepath.Join(dir, "logs"), "TMPDIR="+dir, "METRICS_TOKEN="+metrics,
		"MASTER_KEY="+c.secretOf("MASTER_KEY"), "SECRET_KEY="+c.secretOf("SECRET_KEY"),
		"ANTHROPIC_API_KEY="+c.secretOf("ANTHROPIC_API_KEY"), "ANTHROPIC_BASE_URL="+provider.URL,
		"OIDC_ISSUER="+provider.URL, "OIDC_CLIENT_ID=ba", "OIDC_CLIENT_SECRET="+c.secretOf("OIDC_CLIENT_SECRET"),
		"OTEL_EXPORTER_OTLP_ENDPOINT="+traces.URL, "OTEL_EXPORTER_OTLP_HEADERS=x-key="+c.secretOf("OTEL_EXPORTER_OTLP_HEADERS"))
	ana := signIn(t, s.url, "ana")
	at, err := http.NewRequest(http.MethodGet, s.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range ana.http.Jar.Cookies(at.URL) {
		c.note("the cookie "+cookie.Name, cookie.Value)
	}
	var token struct{ Token string }
	ana.must(t, "POST", "/api/tokens", map[string]any{"name": "build", "scopes": []string{"read"}}, &token)
	c.note("an API token", token.Token)
	if len(c.words) < 14 || token.Token == "" {
		t.Fatalf("only %d keys are known", len(c.words))
	}

	failed := ana.answered(t, ana.thread(t, ""), "Hello?")
	if failed.Turn.State != "failed" {
		t.Errorf("with a key that is refused the answer is %s", failed.Turn.State)
	}
	pages := showErrors(t, &c, ana, token.Token)
	_, told := s.scrape(t, metrics)
	search(t, &c, "metrics", told)
	if !strings.Contains(string(told), `outcome="auth"`) {
		t.Error("the metrics do not tell that the key was refused: nothing was searched")
	}
	backup := t.TempDir()
	said := s.operate(t, "backup", filepath.Join(backup, "one.babackup"), "--keyring", filepath.Join(backup, "keyring"))
	said += s.operate(t, "config") + s.operate(t, "keys", "status") + s.operate(t, "audit", "export")
	s.stop(t, 15*time.Second)
	if sent := traces.sent(); !strings.Contains(string(sent), `"name":"chat anthropic"`) {
		t.Error("there is no span of the provider: nothing was searched")
	} else {
		search(t, &c, "traces", sent)
	}
	for where, text := range map[string]string{"what commands say": said, "standard output": s.stdout.String(), "log": s.stderr.String(), "pages": string(pages)} {
		search(t, &c, where, []byte(text))
	}
	for where, at := range map[string]string{"data directory": s.dir, "log files": dir, "backup": backup} {
		searchDir(t, &c, where, at)
	}
}

// showErrors asks for pages and answers that are refused, with keys that are
// accepted and with some that are not, and returns all that was said.
func showErrors(t *testing.T, c *canaries, p *person, token string) (all []byte) {
	t.Helper()
	stranger := newPerson(p.base)
	for _, ask := range []struct {
		who     *person
		request []string
		status  int
	}{
		{p, []string{"GET", "/no-such-page"}, 404},
		{p, []string{"GET", "/api/projects/no-such-project"}, 404},
		{p, []string{"GET", "/admin/providers"}, 200},
		{p, []string{"GET", "/admin/deployment"}, 200},
		{p, []string{"POST", "/admin/providers/anthropic/test"}, 200},
		{p, []string{"GET", "/api/openapi.json"}, 200},
		{p, []string{"GET", "/health"}, 200},
		{stranger, []string{"GET", "/api/no-such-thing", "Authorization", "Bearer " + token}, 404},
		{stranger, []string{"DELETE", "/api/projects/no-such-project", "Authorization", "Bearer " + token}, 403},
		{stranger, []string{"GET", "/api/me", "Authorization", "Bearer " + token + "x"}, 401},
		{stranger, []string{"GET", "/metrics", "Authorization", "Bearer " + c.words["METRICS_TOKEN"] + "x"}, 401},
		{stranger, []string{"GET", "/auth/oidc/callback?code=x&state=" + token}, 401},
	} {
		status, said := ask.who.page(t, ask.request[0], ask.request[1], ask.request[2:]...)
		if status != ask.status {
			t.Errorf("%s answers %d, want %d", ask.request[:2], status, ask.status)
		}
		all = append(all, said...)
	}
	return all
}
