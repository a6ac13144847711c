package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// DecodeKey reads a key of 32 bytes in hex, or base64 with or without padding
// and in either alphabet. The error is a sentence that repeats nothing of it.
func DecodeKey(s string) ([]byte, error) {
	s = strings.TrimSpace(s)
	if key, err := hex.DecodeString(s); err == nil && len(key) == KeySize {
		return key, nil
	}
	std := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	if key, err := base64.RawStdEncoding.DecodeString(std); err == nil && len(key) == KeySize {
		return key, nil
	}
	return nil, errors.New("is not a key of 32 bytes in base64 or hex.")
}

const makeKey = "Set it to the output of: openssl rand -base64 32"

func (c *Config) checkKeys() []Problem {
	var all []Problem
	if c.Production() {
		all = append(all, missing("SECRET_KEY", c.SecretKey, "Set it, for example to the output of: openssl rand -hex 32")...)
		all = append(all, missing("MASTER_KEY", c.MasterKey+c.MasterKeyURL, "Set MASTER_KEY_FILE to a file with the output of: openssl rand -base64 32")...)
	}
	if c.SecretKey != "" {
		all = append(all, checkSecret(c.SecretKey)...)
	}
	all = append(all, c.checkMasterKey()...)
	all = append(all, c.checkPrevious()...)
	all = append(all, c.checkVault()...)
	if c.Production() && c.keyFile != "" && inside(c.keyFile, c.DataDir) {
		all = append(all, Problem{"MASTER_KEY_FILE", "lies inside DATA_DIR, so whoever copies the data has the key too.", "Move it elsewhere, such as a secret mount."})
	}
	return all
}

func (c *Config) checkMasterKey() []Problem {
	switch {
	case c.MasterKey != "" && c.MasterKeyURL != "":
		return problem("MASTER_KEY_URL", "is set, and so is MASTER_KEY.", "Keep one; to move to the key service, give the old key as MASTER_KEY_PREVIOUS and run ba keys rotate.")
	case c.MasterKeyURL != "":
		if _, err := vault.ParseService(c.MasterKeyURL); err != nil {
			return problem("MASTER_KEY_URL", err.Error()+".", "Write vault+https://host:8200/transit/keys/ba or awskms://eu-central-1/alias/ba")
		}
	case strings.Contains(c.MasterKey, "://"):
		return problem("MASTER_KEY", "is the address of a key service.", "Give it as MASTER_KEY_URL.")
	}
	var all []Problem
	for i, text := range strings.Fields(c.MasterKey) {
		if i > 0 && c.keyFile == "" {
			return append(all, Problem{"MASTER_KEY", "holds several keys.", "Keep the newest, and give the others as MASTER_KEY_PREVIOUS."})
		}
		all = append(all, checkKey("MASTER_KEY", text, c.SecretKey)...)
	}
	return all
}

func (c *Config) checkPrevious() []Problem {
	var all []Problem
	for _, text := range strings.Fields(c.MasterKeyPrevious) {
		switch _, err := vault.ParseService(text); {
		case strings.Contains(text, "://") && err != nil:
			all = append(all, Problem{"MASTER_KEY_PREVIOUS", "has an address that " + err.Error() + ".", "Write it as MASTER_KEY_URL was written."})
		case strings.Contains(text, "://"):
		case text == c.MasterKey:
			all = append(all, Problem{"MASTER_KEY_PREVIOUS", "is the same key as MASTER_KEY.", "Put the key from before there, and the new one into MASTER_KEY."})
		default:
			all = append(all, checkKey("MASTER_KEY_PREVIOUS", text, "")...)
		}
	}
	if len(all) == 0 && c.MasterKeyPrevious != "" && c.MasterKey+c.MasterKeyURL == "" {
		return problem("MASTER_KEY_PREVIOUS", "is set, and MASTER_KEY is not.", "Set MASTER_KEY to the new key.")
	}
	return all
}

func checkKey(variable, text, secret string) []Problem {
	key, err := DecodeKey(text)
	switch {
	case err != nil:
		return problem(variable, err.Error(), makeKey)
	case distinct(string(key)) < 5:
		return problem(variable, "is too regular to be random.", makeKey)
	case text == secret:
		return problem(variable, "is the same as SECRET_KEY.", "Make a key of its own with: openssl rand -base64 32")
	}
	return nil
}

// checkVault looks at what belongs to Vault, wherever it is named.
func (c *Config) checkVault() []Problem {
	used := strings.Contains(c.MasterKeyURL+" "+c.MasterKeyPrevious, "vault+")
	var all []Problem
	if used {
		if c.VaultToken == "" {
			all = append(all, Problem{"VAULT_TOKEN", "is not set, and MASTER_KEY_URL names a key of Vault.", "Set VAULT_TOKEN_FILE to the file in which an agent keeps a token, or VAULT_TOKEN."})
		}
		if _, err := os.Stat(c.VaultCACert); c.VaultCACert != "" && err != nil {
			all = append(all, Problem{"VAULT_CACERT", "names a file that cannot be read: " + reason(err) + ".", "Check the path and that this user may read it."})
		}
		return all
	}
	for _, v := range [][2]string{{"VAULT_NAMESPACE", c.VaultNamespace}, {"VAULT_CACERT", c.VaultCACert}} {
		if v[1] != "" {
			c.Notices = append(c.Notices, v[0]+" is set, and no key of Vault is used.")
		}
	}
	return all
}
