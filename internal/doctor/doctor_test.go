package doctor

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/volume"
	"github.com/ba-assistant/ba-assistant/preflight"
)

var (
	secret = strings.Repeat("fedcba9876543210", 4)
	master = strings.Repeat("0123456789abcdef", 4)
)

func well(context.Context) (Health, error) { return Health{Ready: true}, nil }

// gather returns the facts of a production with some variables replaced. Its
// public address is the handler's, if there is one.
func gather(t *testing.T, front http.Handler, vars ...string) *Facts {
	t.Helper()
	f, err := Gather(append([]string{"ENVIRONMENT=production", "PUBLIC_URL=https://ba.example.com", "SECRET_KEY=" + secret, "MASTER_KEY=" + master,
		"OIDC_ISSUER=https://id.example.com", "OIDC_CLIENT_ID=ba", "DATA_DIR=" + t.TempDir()}, vars...), well)
	if err != nil {
		t.Fatal(err)
	}
	if f.Config == nil {
		return f
	}
	f.Client = &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network") }}}
	if front != nil {
		s := httptest.NewTLSServer(front)
		t.Cleanup(s.Close)
		f.Client = s.Client()
		f.Client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, s.Listener.Addr().String())
		}
		f.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return f
}

// line returns how a check of the facts ended.
func line(t *testing.T, f *Facts, id string) Line {
	t.Helper()
	for _, l := range Lines(Examine(t.Context(), f, "test")) {
		if l.ID == id {
			return l
		}
	}
	return Line{}
}

var scheduled = []string{"BACKUP_TO=/mnt/backups", "BACKUP_SCHEDULE=daily 03:00"}

func backupsOf(b Backups) func(context.Context, *config.Config) (Backups, error) {
	return func(context.Context, *config.Config) (Backups, error) { return b, nil }
}

// found says that the newest backup is so old.
func found(age time.Duration, keys bool) func(*Facts) {
	return func(f *Facts) {
		f.Backups = backupsOf(Backups{Place: "/mnt/backups", Newest: f.Now.Add(-age), Keys: keys})
	}
}

var inService = []string{"MASTER_KEY=", "MASTER_KEY_URL=awskms://eu-central-1/alias/ba"}

// asked says what the key service answers.
func asked(err error) func(*Facts) {
	return func(f *Facts) { f.Keys = func(context.Context, *config.Config) error { return err } }
}

func TestEachRowEndsAsTheFactsSay(t *testing.T) {
	dir := t.TempDir()
	open := filepath.Join(dir, "open.key")
	if err := os.WriteFile(open, []byte(master), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		vars []string
		edit func(*Facts)
		id   string
		mark Mark
		says string
	}{
		"a variable is missing":      {[]string{"SECRET_KEY="}, nil, "OWN-01", Failed, "openssl rand -hex 32"},
		"all variables":              {nil, nil, "OWN-01", Proven, "options are read"},
		"nothing else with problems": {[]string{"SECRET_KEY="}, nil, "OWN-09", Unknown, "correct them first"},
		"a note":                     {[]string{"ANTHROPIC_API_KEY=fixture", "ANTHROPIC_BASE_URL=http://gateway.example.com"}, nil, "OWN-01", Warning, "https"},
		"redirect URIs":              {nil, nil, "OWN-03", Proven, "https://ba.example.com/auth/oidc/callback"},
		"the client of production":   {nil, nil, "OWN-05", Unknown, "provider's console"},
		"a lasting disk":             {nil, func(f *Facts) { f.Volume = volume.Finding{Lifetime: volume.Lasting, Detail: "Kept."} }, "OWN-09", Proven, "Kept."},
		"a fleeting disk": {nil, func(f *Facts) {
			f.Volume = volume.Finding{Lifetime: volume.Fleeting, Detail: "Gone.", Remedy: "Attach."}
		}, "OWN-09", Failed, "Attach."},
		"a network disk": {nil, func(f *Facts) {
			f.Volume = volume.Finding{Lifetime: volume.Lasting, Network: true, Detail: "NFS.", Remedy: "Local."}
		}, "OWN-09", Failed, "Local."},
		"a disk that nobody knows":      {nil, func(f *Facts) { f.Volume = volume.Finding{} }, "OWN-09", Unknown, "deploy again"},
		"a full disk":                   {nil, func(f *Facts) { f.Free = 1 << 20 }, "OWN-10", Failed, "Make room"},
		"a disk that fills":             {nil, func(f *Facts) { f.Free = 500 << 20 }, "OWN-10", Warning, "Enlarge"},
		"a disk that takes no file":     {nil, func(f *Facts) { f.Unfit = "make a file: permission denied" }, "OWN-10", Failed, "chown"},
		"no id of the installation":     {nil, nil, "OWN-11", Warning, "INSTALLATION_ID"},
		"an id of the installation":     {[]string{"INSTALLATION_ID=0198f000-0000-7000-8000-000000000001"}, nil, "OWN-11", Proven, "refused"},
		"a key in the environment":      {nil, nil, "OWN-12", Warning, "MASTER_KEY_FILE"},
		"a key that others may read":    {[]string{"MASTER_KEY=", "MASTER_KEY_FILE=" + open}, nil, "OWN-12", Warning, "chmod 600"},
		"a key of its owner":            {[]string{"MASTER_KEY=", "MASTER_KEY_FILE=" + open}, func(f *Facts) { f.MasterMode = 0o600 }, "OWN-12", Proven, "outside of DATA_DIR"},
		"a key that everybody may read": {[]string{"MASTER_KEY=", "MASTER_KEY_FILE=" + open}, nil, "OWN-12", Warning, "others on this machine"},
		"a key of 91 days":              {[]string{"MASTER_KEY=", "MASTER_KEY_FILE=" + open}, func(f *Facts) { f.MasterMode, f.Now = 0o600, f.Now.AddDate(0, 0, 91) }, "OWN-12", Warning, "91 days old"},
		"the remedy for an old key":     {[]string{"MASTER_KEY=", "MASTER_KEY_FILE=" + open}, func(f *Facts) { f.MasterMode, f.Now = 0o600, f.Now.AddDate(0, 0, 91) }, "OWN-12", Warning, "ba keys rotate"},
		"a key of 89 days":              {[]string{"MASTER_KEY=", "MASTER_KEY_FILE=" + open}, func(f *Facts) { f.MasterMode, f.Now = 0o600, f.Now.AddDate(0, 0, 89) }, "OWN-12", Proven, "outside of DATA_DIR"},
		"a key inside the data":         {[]string{"MASTER_KEY=", "MASTER_KEY_FILE=" + open, "DATA_DIR=" + dir}, nil, "OWN-01", Failed, "lies inside DATA_DIR"},
		"a rotation without its end":    {[]string{"MASTER_KEY_PREVIOUS=" + strings.Repeat("abcdef0123456789", 4)}, nil, "OWN-12", Warning, "ba keys retire"},
		"a key service that serves":     {inService, asked(nil), "OWN-30", Proven, "can use the key"},
		"a key service that is away": {inService, asked(&ba.Error{Kind: ba.Unavailable, Msg: "Not now.", Err: errors.New("Vault at https://keys.example.com: is sealed. Unseal it")}),
			"OWN-30", Failed, "is sealed. Unseal it. Data keys that this instance has opened"},
		"a key service that is away from the instance": {inService, func(f *Facts) {
			asked(errors.New("it is away"))(f)
			f.Ask = func(context.Context) (Health, error) {
				h := Health{Ready: true}
				h.Say("key_service", true, KeysAway+"29 November 09:00 (UTC). "+WithoutKeys)
				return h, nil
			}
		}, "OWN-30", Failed, "since 29 November 09:00"},
		"a key service that nobody asks": {inService, nil, "OWN-30", Unknown, "not asked"},
		"a key service":                  {[]string{"MASTER_KEY=", "MASTER_KEY_URL=awskms://eu-central-1/alias/ba"}, nil, "OWN-12", Proven, "awskms://eu-central-1/alias/ba"},
		"a key service without a token":  {[]string{"MASTER_KEY=", "MASTER_KEY_URL=vault+https://vault.example.com/transit/keys/ba"}, nil, "OWN-01", Failed, "VAULT_TOKEN_FILE"},
		"no backups":                     {nil, nil, "OWN-08", Warning, "BACKUP_TO"},
		"a backup of yesterday":          {scheduled, found(20*time.Hour, true), "OWN-08", Proven, "20 h 0 min old"},
		"an old backup":                  {scheduled, found(72*time.Hour, true), "OWN-08", Warning, "3 days old"},
		"an old backup, no schedule":     {scheduled[:1], found(72*time.Hour, true), "OWN-08", Warning, "BACKUP_SCHEDULE"},
		"no keyring copy":                {scheduled, found(time.Hour, false), "OWN-08", Warning, "keyring copy is missing"},
		"no backup yet":                  {scheduled, func(f *Facts) { f.Backups = backupsOf(Backups{Keys: true}) }, "OWN-08", Warning, "ba backup"},
		"a place that cannot be read": {scheduled, func(f *Facts) {
			f.Backups = func(context.Context, *config.Config) (Backups, error) {
				return Backups{}, errors.New("permission denied")
			}
		}, "OWN-08", Warning, "permission denied"},
		"origins":             {[]string{"CORS_ORIGINS=https://app.example.com"}, nil, "OWN-14", Proven, "https://app.example.com"},
		"no proxy is trusted": {[]string{"LISTEN_ADDR=127.0.0.1"}, nil, "OWN-17", Warning, "TRUSTED_PROXIES"},
		"a proxy is trusted":  {[]string{"LISTEN_ADDR=127.0.0.1", "TRUSTED_PROXIES=127.0.0.1"}, nil, "OWN-17", Proven, "127.0.0.1"},
		"an instance that is not well": {nil, func(f *Facts) {
			f.Ask = func(context.Context) (Health, error) { return Health{Failing: []string{"The disk is full."}}, nil }
		}, "OWN-19", Failed, "The disk is full."},
		"no instance": {nil, func(f *Facts) {
			f.Ask = func(context.Context) (Health, error) { return Health{}, errors.New("refused") }
		}, "OWN-19", Unknown, "no instance"},
		"no way out": {nil, nil, "OWN-16", Unknown, "from elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			f := gather(t, nil, test.vars...)
			if test.edit != nil {
				test.edit(f)
			}
			l := line(t, f, test.id)
			text := ""
			for _, n := range l.Notes {
				text += n.Text + " " + n.Fix + "\n"
			}
			if l.Mark != test.mark || !strings.Contains(strings.ToLower(text), strings.ToLower(test.says)) {
				t.Errorf("%s is %s: %s", test.id, l.Mark, text)
			}
			if strings.Contains(text, secret) || strings.Contains(text, master) {
				t.Errorf("a secret is shown: %s", text)
			}
		})
	}
}

func TestTheWayToTheInstanceIsMeasured(t *testing.T) {
	events := func(pause time.Duration, n int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for range n {
				_, _ = w.Write([]byte("data: {}\n\n"))
				if pause > 0 {
					w.(http.Flusher).Flush()
					time.Sleep(pause) // the pause is what is measured
				}
			}
		})
	}
	for name, test := range map[string]struct {
		front http.Handler
		mark  Mark
	}{
		"one by one":  {events(40*time.Millisecond, 10), Proven},
		"all at once": {events(0, 10), Failed},
		"cut":         {events(time.Millisecond, 4), Failed},
	} {
		f := gather(t, test.front)
		if l := line(t, f, "OWN-18"); l.Mark != test.mark {
			t.Errorf("%s: %+v", name, l)
		}
	}
	f := gather(t, events(0, 1))
	f.Now = f.Now.AddDate(200, 0, 0) // the certificate of the test server has ended then
	if l := line(t, f, "OWN-16"); l.Mark != Warning {
		t.Errorf("a certificate that ends: %+v", l)
	}
	f.Client = &http.Client{Transport: failing{&url.Error{Op: "Get", Err: &net.DNSError{Name: "ba.example.com", IsNotFound: true}}}}
	if l := line(t, f, "OWN-16"); l.Mark != Failed || !strings.Contains(l.Notes[0].Fix, "CNAME") {
		t.Errorf("no DNS: %+v", l)
	}
}

// failing is a network on which every request fails alike.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestEveryCheckExplainsItselfAndIsAskedOnce(t *testing.T) {
	var ids, rows []string
	for _, c := range Checks() {
		if c.Title == "" || len(c.Rows) == 0 || slices.Contains(ids, c.ID) {
			t.Errorf("%s: %q %v", c.ID, c.Title, c.Rows)
		}
		ids = append(ids, c.ID)
		rows = append(rows, c.Rows...)
		for _, row := range c.Rows {
			if !preflight.ValidRow(row) {
				t.Errorf("%s has the row %s", c.ID, row)
			}
		}
	}
	for group, n := range map[string]int{"P": 10, "G": 8, "S": 8, "C": 12} {
		for i := 1; i <= n; i++ {
			if row := group + string(rune('0'+i)); i < 10 && !slices.Contains(rows, row) {
				t.Errorf("no check for %s", row)
			}
		}
	}
	for _, row := range []string{"P10", "C10", "C11", "C12"} {
		if !slices.Contains(rows, row) {
			t.Errorf("no check for %s", row)
		}
	}
}
