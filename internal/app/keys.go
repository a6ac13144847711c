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
)

// keysDir holds what development generates, within DATA_DIR. Production has no
// keys there: whoever copies the data would have them too.
const keysDir = "keys"

// masterKey returns the key that wraps the data keys: the configured one, or
// in development one that is generated at the first start.
func masterKey(c *config.Config) (*vault.LocalKey, error) {
	var key *vault.LocalKey
	var err error
	if c.MasterKey != "" {
		key, err = vault.EnvKey(c.MasterKey)
	} else {
		key, err = vault.FileKey(filepath.Join(c.DataDir, keysDir, "master.key"), true)
	}
	if err != nil {
		return nil, ba.Wrap(ba.Invalid, "The master key cannot be used. Correct MASTER_KEY, or the file keys/master.key in DATA_DIR; without the right key the content cannot be read.", err)
	}
	return key, nil
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
