package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// transit is a Vault on loopback with one transit key. It wraps by keeping what
// it was given; whether that is bound to its place, its own tests ask.
type transit struct {
	*httptest.Server
	mu   sync.Mutex
	kept map[string][2]string // plain text and associated data, by ciphertext
	away bool
}

func startTransit(t *testing.T) *transit {
	t.Helper()
	v := &transit{kept: make(map[string][2]string)}
	v.Server = httptest.NewServer(http.HandlerFunc(v.serve))
	t.Cleanup(v.Close)
	return v
}

func (v *transit) set(away bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.away = away
}

func (v *transit) serve(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var in, out = map[string]string{}, map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&in) // a GET has none
	kept := v.kept[in["ciphertext"]]
	switch {
	case v.away:
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, `{"errors":["Vault is sealed"]}`)
		return
	case r.Header.Get("X-Vault-Token") != "fixture-token":
		w.WriteHeader(http.StatusForbidden)
		return
	case strings.HasPrefix(r.URL.Path, "/v1/transit/encrypt/ba"):
		c := fmt.Sprintf("vault:v1:%d", len(v.kept))
		v.kept[c] = [2]string{in["plaintext"], in["associated_data"]}
		out["ciphertext"] = c
	case strings.HasPrefix(r.URL.Path, "/v1/transit/decrypt/ba") && kept[0] != "" && kept[1] == in["associated_data"]:
		out["plaintext"] = kept[0]
	case r.URL.Path == "/v1/transit/keys/ba":
		out["latest_version"] = 1
	default:
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": out})
}

// While the key service is away, what is open stays open, what needs a new
// data key is refused with a sentence, and nothing is sealed under another key.
func TestAnOutageOfTheKeyServiceIsSaidAndLosesNothing(t *testing.T) {
	t.Parallel()
	v := startTransit(t)
	vars := []string{"MASTER_KEY_URL=vault+" + v.URL + "/transit/keys/ba", "VAULT_TOKEN=fixture-token"}
	s := start(t, vars...)
	ana := signIn(t, s.url, "ana")
	a := ana.archive(t, "Refunds")

	v.set(true)
	ana.whole(t, a)
	err := ana.call(t.Context(), "POST", "/api/projects", map[string]string{"name": "Returns"}, nil)
	if !hasStatus(err, http.StatusServiceUnavailable) || !strings.Contains(err.Error(), "key_service") || !strings.Contains(err.Error(), "Try again in a minute") {
		t.Errorf("a new project: %v", err)
	}
	eventually(t, 5*time.Second, "the log says what to do", func() bool { return strings.Contains(s.stderr.String(), "vault operator unseal") })
	if said := s.stderr.String(); strings.Contains(said, "fixture-token") {
		t.Errorf("the log shows the token:\n%s", said)
	}
	s.kill()
	if code, said := refusal(t, []string{"serve"}, append(vars, "PORT=0", "DATA_DIR="+s.dir)...); code != 1 || !strings.Contains(said, "vault operator unseal") {
		t.Errorf("a start without it: %d\n%s", code, said)
	}
	v.set(false)
	s.launch(t)
	ana.base = s.url
	ana.whole(t, a)
	ana.archive(t, "Returns")
	if k := s.keys(t); k.Master != "vault:transit/ba:v1" || k.Pending != 0 {
		t.Errorf("keys %+v", k)
	}
}

// An installation moves from a key in a file to a key service, and the file is
// no longer needed.
func TestAnInstallationMovesToAKeyService(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	a := ana.archive(t, "Refunds")
	s.kill()
	v := startTransit(t)
	s.env = append(s.env, "MASTER_KEY_URL=vault+"+v.URL+"/transit/keys/ba", "VAULT_TOKEN=fixture-token", "MASTER_KEY_PREVIOUS="+s.keyFile(t)[0])
	s.launch(t)
	ana.base = s.url
	ana.whole(t, a)
	s.operate(t, "keys", "rotate")
	if said := s.operate(t, "keys", "retire"); !strings.Contains(said, "Remove MASTER_KEY_PREVIOUS") {
		t.Errorf("it says %q", said)
	}
	s.env = s.env[:len(s.env)-1]
	s.restart(t)
	ana.base = s.url
	ana.whole(t, a)
}
