package vault_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func TestAWrongMasterKeyStopsTheStartWithTheRemedy(t *testing.T) {
	ring := newRing(t)
	v := open(t, local(t, 1), ring)
	_, err := v.Seal(t.Context(), ba.InstanceScope, place, []byte("text"))
	ok(t, err)
	_, err = vault.New(t.Context(), local(t, 2), ring)
	if ba.KindOf(err) != ba.Invalid || !errors.Is(err, vault.ErrUnknownMasterKey) || !strings.Contains(ba.Explain(err), "MASTER_KEY_FILE") || !strings.Contains(ba.Explain(err), "nothing was changed") {
		t.Errorf("error %v", err)
	}
}

// The key is replaced while the server runs: with the old one still given,
// everything opens; after the data keys were wrapped again, without it.
func TestAMasterKeyIsReplacedWithoutSealingAnythingAgain(t *testing.T) {
	ring, ctx := newRing(t), t.Context()
	v := open(t, local(t, 1), ring)
	sealed := seal(t, v, place, "text")
	_, err := v.Seal(ctx, ba.InstanceScope, place, nil)
	ok(t, err)
	ok(t, v.RotateDataKey(ctx, scope))

	both := open(t, local(t, 2, 1), ring)
	if got, err := both.Open(ctx, scope, place, sealed); err != nil || string(got) != "text" {
		t.Errorf("%q, %v", got, err)
	}
	seal(t, both, vault.AD{Purpose: "x"}, "a key of another scope")
	for i, want := range []int{3, 0} { // three were wrapped by the old key
		if n, err := both.Rewrap(ctx, nil); err != nil || n != want {
			t.Errorf("run %d wrapped %d keys (%v), want %d", i, n, err, want)
		}
	}
	alone := open(t, local(t, 2), ring)
	if got, err := alone.Open(ctx, scope, place, sealed); err != nil || string(got) != "text" {
		t.Errorf("without the old key: %q, %v", got, err)
	}
	if _, err := vault.New(ctx, local(t, 1), ring); !errors.Is(err, vault.ErrUnknownMasterKey) {
		t.Errorf("the old key alone: %v", err)
	}
}

func TestRewrappingGoesOnWhereItWasCut(t *testing.T) {
	ring, ctx := newRing(t), t.Context()
	v := open(t, local(t, 1), ring)
	for i := range 205 { // more than are listed at once
		_, err := v.Seal(ctx, ba.Scope("project:"+strings.Repeat("x", i)), place, nil)
		ok(t, err)
	}
	broken := &failing{Keyring: ring}
	broken.left.Store(203)
	both := open(t, local(t, 2, 1), broken)
	first, err := both.Rewrap(ctx, nil)
	if err == nil || first < 200 || first > 203 {
		t.Fatalf("%d keys, %v", first, err)
	}
	broken.left.Store(1000)
	if n, err := both.Rewrap(ctx, nil); err != nil || first+n != 205 {
		t.Errorf("%d keys (%v), want those that are left after %d", n, err, first)
	}
}

// failing is a keyring whose disk is full after some changes.
type failing struct {
	vault.Keyring
	left atomic.Int64
}

func (f *failing) Rewrap(ctx context.Context, k vault.WrappedKey) error {
	if f.left.Add(-1) < 0 {
		return errors.New("no space left on device")
	}
	return f.Keyring.Rewrap(ctx, k)
}

// What is wrapped belongs to its place in the keyring: keys cannot be
// exchanged between scopes or generations.
func TestAWrappedKeyOpensInItsOwnPlaceAlone(t *testing.T) {
	ring, ctx := newRing(t), t.Context()
	v := open(t, local(t, 1), ring)
	sealed := seal(t, v, place, "text")
	_, err := v.Seal(ctx, "project:two", place, nil)
	ok(t, err)
	one, err := ring.DataKey(ctx, scope)
	ok(t, err)
	two, err := ring.DataKey(ctx, "project:two")
	ok(t, err)
	for name, k := range map[string]vault.WrappedKey{
		"the key of another scope": {Scope: one.Scope, ID: one.ID, Master: two.Master, Wrapped: two.Wrapped},
		"an altered key":           {Scope: one.Scope, ID: one.ID, Master: one.Master, Wrapped: append([]byte{one.Wrapped[0] ^ 1}, one.Wrapped[1:]...)},
		"a cut key":                {Scope: one.Scope, ID: one.ID, Master: one.Master, Wrapped: one.Wrapped[:20]},
		"no key":                   {Scope: one.Scope, ID: one.ID, Master: one.Master, Wrapped: []byte{}},
		"another master's name":    {Scope: one.Scope, ID: one.ID, Master: "local:0000000000000000", Wrapped: one.Wrapped},
	} {
		ok(t, ring.Rewrap(ctx, k))
		if plain, err := open(t, local(t, 1), ring).Open(ctx, scope, place, sealed); err == nil {
			t.Errorf("%s: it opened %q", name, plain)
		}
	}
	ok(t, ring.Rewrap(ctx, one))
	if _, err := open(t, local(t, 1), ring).Open(ctx, scope, place, sealed); err != nil {
		t.Errorf("its own: %v", err)
	}
}

func TestAFingerprintNamesAKeyAndShowsNothingOfIt(t *testing.T) {
	a, b := local(t, 1), local(t, 2, 1)
	if a.ID() == b.ID() || a.ID() != local(t, 1).ID() || !strings.HasPrefix(a.ID(), "local:") || len(a.ID()) != len("local:")+16 {
		t.Errorf("fingerprints %s and %s", a.ID(), b.ID())
	}
	if strings.Contains(a.ID(), hex.EncodeToString([]byte{1, 1})) {
		t.Errorf("%s shows the key", a.ID())
	}
}

func TestAKeyIsReadInHexAndBase64(t *testing.T) {
	raw := bytes.Repeat([]byte{0xfb, 1}, vault.MasterKeySize/2)
	want, err := vault.NewLocalKey(raw)
	ok(t, err)
	for _, text := range []string{hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)), base64.StdEncoding.EncodeToString(raw),
		base64.RawStdEncoding.EncodeToString(raw), base64.URLEncoding.EncodeToString(raw), " " + base64.StdEncoding.EncodeToString(raw) + "\n"} {
		if got, err := vault.EnvKey(text); err != nil || got.ID() != want.ID() {
			t.Errorf("%.8s...: %v", text, err)
		}
	}
	for _, text := range []string{"", "short", hex.EncodeToString(raw[:31]), hex.EncodeToString(append(raw, 1)), base64.StdEncoding.EncodeToString(raw[:16]), strings.Repeat("z", 64)} {
		_, err := vault.EnvKey(text)
		if err == nil || !strings.Contains(err.Error(), "openssl rand -base64 32") {
			t.Errorf("%q: %v, want the remedy", text, err)
		} else if len(text) > 4 && strings.Contains(err.Error(), text) {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
	if _, err := vault.EnvKey(hex.EncodeToString(raw), "bad"); err == nil {
		t.Error("a bad older key was taken")
	}
	if _, err := vault.NewLocalKey(raw[:16]); err == nil {
		t.Error("16 bytes were taken")
	}
}

func TestAKeyFileIsMadeOnceForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "master.key")
	if _, err := vault.FileKey(path, false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	ids := make(chan string)
	for range 8 { // several instances start at once
		go func() {
			k, err := vault.FileKey(path, true)
			if err != nil {
				t.Error(err)
				ids <- ""
				return
			}
			ids <- k.ID()
		}()
	}
	first := <-ids
	for range 7 {
		if id := <-ids; id != first {
			t.Errorf("two keys were made: %s and %s", id, first)
		}
	}
	for file, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(file)
		if ok(t, err); info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(file), info.Mode().Perm(), want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("files %v", left)
	}
}

func TestAKeyFileThatOthersReadOrThatHoldsNoKeyIsRefusedWithTheRemedy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	text := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, vault.MasterKeySize))
	for mode, remedy := range map[os.FileMode]string{0o640: "chmod 600", 0o604: "chmod 600", 0o666: "chmod 600"} {
		ok(t, os.WriteFile(path, []byte(text), 0o600))
		ok(t, os.Chmod(path, mode))
		if _, err := vault.FileKey(path, true); err == nil || !strings.Contains(err.Error(), remedy) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	ok(t, os.Chmod(path, 0o600))
	for content, remedy := range map[string]string{"": "restore it", "  \n": "restore it", "not a key": path} {
		ok(t, os.WriteFile(path, []byte(content), 0o600))
		if _, err := vault.FileKey(path, true); err == nil || !strings.Contains(err.Error(), remedy) {
			t.Errorf("content %q: %v", content, err)
		}
	}
	old := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{2}, vault.MasterKeySize))
	ok(t, os.WriteFile(path, []byte(text+"\n"+old+"\n"), 0o600))
	k, err := vault.FileKey(path, false)
	if ok(t, err); k.ID() != local(t, 1).ID() {
		t.Error("the first line does not wrap")
	}
	wrapped, _, err := local(t, 2).Wrap(t.Context(), []byte("data key"), []byte("place"))
	ok(t, err)
	if plain, err := k.Unwrap(t.Context(), local(t, 2).ID(), wrapped, []byte("place")); err != nil || string(plain) != "data key" {
		t.Errorf("the second line does not unwrap: %q, %v", plain, err)
	}
	if _, err := k.Unwrap(t.Context(), local(t, 2).ID(), wrapped, []byte("another place")); err == nil {
		t.Error("a data key unwraps in another place")
	}
}
