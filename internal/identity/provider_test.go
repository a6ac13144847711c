package identity_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/identity"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// newFront is an address that is known before what stands behind it.
func newFront(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	front := httptest.NewServer(h)
	t.Cleanup(front.Close)
	return front
}

var formAction = regexp.MustCompile(`action="([^"]+)"`)

// A provider that we did not write, as people meet it: a page to sign in, a
// page to consent, and the way back.
func TestSignInWorksWithAProviderOfOthers(t *testing.T) {
	s, front := overOthersProvider(t)
	b := newBrowser(t)
	login := b.get(front + "/auth/oidc/login?return_to=/projects")
	action := formAction.FindStringSubmatch(login.body)
	if action == nil {
		t.Fatalf("no sign-in page: %d %s", login.StatusCode, login.body)
	}
	consent := b.post(action[1], url.Values{"prompt": {"login"}, "login": {"ana"}, "password": {"any"}})
	action = formAction.FindStringSubmatch(consent.body)
	if action == nil {
		t.Fatalf("no consent page: %d %s", consent.StatusCode, consent.body)
	}
	p := b.post(action[1], url.Values{"prompt": {"consent"}})
	if p.body != "page /projects" {
		t.Fatalf("landed on %s: %s", p.Request.URL, p.body)
	}
	if who := b.who(s); who.Name != "Person ana" || who.Email != "ana@example.com" {
		t.Errorf("signed in as %+v", who)
	}

	t.Run("cancelling there is explained here", func(t *testing.T) {
		b := newBrowser(t)
		login := b.get(front + "/auth/oidc/login")
		action := formAction.FindStringSubmatch(login.body)
		if action == nil {
			t.Fatal("no sign-in page")
		}
		p := b.get(strings.TrimSuffix(action[1], "/") + "/abort")
		if got := p.problem(t); got.Code != "sign_in_cancelled" || b.who(s).ID != "" {
			t.Errorf("problem: %+v", got)
		}
	})
}

// overOthersProvider starts npm's oidc-provider and an instance that uses it.
func overOthersProvider(t *testing.T) (*site, string) {
	t.Helper()
	node := testenv.Program(t, "node")
	dir := filepath.Join(testenv.Root(t), "e2e")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "oidc-provider")); err != nil {
		if testenv.CI() {
			t.Fatal("oidc-provider is not installed, and CI must not skip: run npm ci in e2e")
		}
		t.Skip("oidc-provider is not installed: run npm ci in e2e")
	}
	handler := &late{}
	front := newFront(t, handler)
	is := startProvider(t, node, dir, front.URL+"/auth/oidc/callback")
	s := newSiteOver(t, storetest.New(t), newClock(), front.URL, development, func(c *identity.Config) {
		c.Providers = append(c.Providers, identity.OIDC("Example", is, "ba-test", "fixture-of-the-tests"))
	})
	handler.Handler = s.Config.Handler
	s.URL = front.URL
	return s, front.URL
}

type late struct{ http.Handler }

func startProvider(t *testing.T, node, dir string, redirect string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), node, "op.mjs", redirect)
	cmd.Dir = dir
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if line := lines.Text(); strings.HasPrefix(line, "http://") {
			go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
			return line
		}
	}
	t.Fatal("the provider did not start")
	return ""
}
