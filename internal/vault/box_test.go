package vault_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func TestABoxOpensItsOwnValuesAlone(t *testing.T) {
	secret := []byte(strings.Repeat("s", 32))
	box := func(secret []byte, purpose string) *vault.Box {
		b, err := vault.NewBox(secret, purpose)
		ok(t, err)
		return b
	}
	cookie := box(secret, "sign-in cookie")
	sealed := cookie.Seal([]byte("state"), []byte("google"))
	if plain, err := box(secret, "sign-in cookie").Open(sealed, []byte("google")); err != nil || string(plain) != "state" {
		t.Errorf("%q, %v", plain, err)
	}
	if strings.Trim(sealed, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		t.Errorf("%q does not fit into a cookie", sealed)
	}
	if cookie.Seal([]byte("state"), []byte("google")) == sealed {
		t.Error("two values are sealed alike")
	}
	for name, open := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return box(secret, "session").Open(sealed, []byte("google")) },
		"another secret": func() ([]byte, error) {
			return box([]byte(strings.Repeat("t", 32)), "sign-in cookie").Open(sealed, []byte("google"))
		},
		"another ad": func() ([]byte, error) { return cookie.Open(sealed, []byte("microsoft")) },
		"altered":    func() ([]byte, error) { return cookie.Open("A"+sealed[1:]+"A", []byte("google")) },
		"cut":        func() ([]byte, error) { return cookie.Open(sealed[:20], []byte("google")) },
		"empty":      func() ([]byte, error) { return cookie.Open("", []byte("google")) },
		"no base64":  func() ([]byte, error) { return cookie.Open("!"+sealed, []byte("google")) },
	} {
		plain, err := open()
		if err == nil {
			t.Errorf("%s: it opened as %q", name, plain)
		} else if strings.Contains(err.Error(), sealed[:12]) {
			t.Errorf("%s: the error repeats the value: %v", name, err)
		}
	}
	if _, err := vault.NewBox(secret[:15], "x"); err == nil {
		t.Error("a short secret was taken")
	}
}
