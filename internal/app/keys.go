package app

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/vault"
	"github.com/ba-assistant/ba-assistant/internal/vault/kms"
)

// keysDir holds what development generates, within DATA_DIR. Production has no
// keys there: whoever copies the data would have them too.
const keysDir = "keys"

// masters are the keys that wrap the data keys.
type masters struct {
	vault.MasterKey                 // the present one, with those before it
	current         vault.MasterKey // the present one alone
	place           string          // where it is, for people
	previous        bool            // keys before it are configured apart
}

// masterKey returns the key that wraps the data keys: the configured one, or
// in development one that is generated at the first start.
func masterKey(c *config.Config) (masters, error) {
	m, err := currentKey(c)
	if err != nil {
		return m, ba.Wrap(ba.Invalid, "The master key cannot be used. Correct MASTER_KEY, its file or MASTER_KEY_URL, or the file keys/master.key in DATA_DIR; without the right key the content cannot be read.", err)
	}
	older, err := previousKeys(c)
	if err != nil {
		return m, ba.Wrap(ba.Invalid, "A key of MASTER_KEY_PREVIOUS cannot be used. Correct it, or remove it if nothing is wrapped by it any more.", err)
	}
	m.MasterKey, m.previous = vault.Chain(m.current, older...), len(older) > 0
	return m, nil
}

func currentKey(c *config.Config) (m masters, err error) {
	switch {
	case c.MasterKeyURL != "":
		m.place = c.MasterKeyURL
		m.current, err = keyService(c, c.MasterKeyURL)
	case c.MasterKeyFile() != "":
		m.place = "the file " + c.MasterKeyFile()
		m.current, err = vault.MountedKey(c.MasterKeyFile())
	case c.MasterKey != "":
		m.place = "the variable MASTER_KEY"
		m.current, err = vault.EnvKey(c.MasterKey)
	default:
		path := filepath.Join(c.DataDir, keysDir, "master.key")
		m.place = "the file " + path
		m.current, err = vault.FileKey(path, true)
	}
	return m, err
}

func previousKeys(c *config.Config) ([]vault.MasterKey, error) {
	var older []vault.MasterKey
	for _, text := range strings.Fields(c.MasterKeyPrevious) {
		var key vault.MasterKey
		var err error
		if strings.Contains(text, "://") {
			key, err = keyService(c, text)
		} else {
			key, err = vault.EnvKey(text)
		}
		if err != nil {
			return nil, err
		}
		older = append(older, key)
	}
	return older, nil
}

func keyService(c *config.Config, address string) (vault.MasterKey, error) {
	s, err := vault.ParseService(address)
	if err != nil {
		return nil, err
	}
	return kms.Open(s, kms.Options{Token: vaultToken(c), Namespace: c.VaultNamespace, CACert: c.VaultCACert})
}

// vaultToken returns the token as it is now: an agent may renew its file.
func vaultToken(c *config.Config) func() (string, error) {
	return func() (string, error) {
		if c.VaultTokenFile() == "" {
			return c.VaultToken, nil
		}
		text, err := os.ReadFile(c.VaultTokenFile())
		return strings.TrimSpace(string(text)), err
	}
}

// cookieBox returns what seals cookies, under the configured secret, or in
// development under one that is generated at the first start.
func cookieBox(c *config.Config) (*vault.Box, error) {
	secret := c.SecretKey
	if secret == "" {
		var err error
		if secret, err = generatedSecret(filepath.Join(c.DataDir, keysDir, "secret.key")); err != nil {
			return nil, ba.Wrap(ba.Unavailable, "The secret of this installation cannot be read or made in DATA_DIR. Check that its files belong to this user.", err)
		}
	}
	return vault.NewBox([]byte(secret), "cookie")
}

const secretBytes = 32

// generatedSecret reads the file, which only its owner may read, or makes it.
func generatedSecret(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		secret := strings.TrimSpace(string(text))
		if len(secret) < secretBytes {
			return "", errors.New(path + " is too short; delete it for a new one")
		}
		return secret, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	raw := make([]byte, secretBytes)
	_, _ = rand.Read(raw) // never fails (Go 1.24); it would crash the program
	secret := hex.EncodeToString(raw)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(secret + "\n")
	return secret, errors.Join(err, f.Sync(), f.Close())
}
