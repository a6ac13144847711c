package app

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func newHealth(a *App, c *chat.Service) (*health, error) {
	h := &health{version: a.version, clock: time.Now, log: a.log, checks: []check{
		{"database", a.checkDatabase},
		{"storage", a.storage.check},
		{"keys", a.checkKeys},
		{"ai_provider", func(context.Context) (string, error) { return checkProviders(c.Providers()) }},
		{"configuration", a.checkConfiguration},
	}}
	if !a.cfg.OnSQLite() {
		h.checks = append(h.checks, check{"instances", a.checkInstances})
	}
	if a.front.cert != nil {
		h.checks = append(h.checks, check{"certificate", a.checkCertificate})
	}
	keys, err := newKeyWatch(a.cfg, a.log)
	if err != nil {
		return nil, err
	}
	if keys != nil { // the last, as it may use up the time
		h.checks = append(h.checks, check{"key_service", keys.say})
	}
	return h, nil
}

// checkDatabase writes and reads.
func (a *App) checkDatabase(ctx context.Context) (string, error) {
	if err := a.db.CheckWrite(ctx); err != nil {
		return "The database takes no writes. Check that it runs, and the free space of its disk.", err
	}
	if err := a.db.Ping(ctx); err != nil {
		return "The database does not answer. Check that it runs.", err
	}
	return "The " + engineNames[a.db.Engine()] + " database takes writes and answers.", nil
}

var engineNames = map[string]string{"sqlite": "SQLite", "postgres": "PostgreSQL"}

// checkKeys seals and opens: the master key unwraps and the keyring is there.
func (a *App) checkKeys(ctx context.Context) (string, error) {
	const broken = "The keys do not open what they sealed. Check MASTER_KEY and the keyring; nothing can be read without them."
	want := []byte("health")
	address := vault.AD{Purpose: "health", Row: "health"}
	sealed, err := a.db.Vault().Seal(ctx, ba.InstanceScope, address, want)
	if err != nil {
		return broken, err
	}
	got, err := a.db.Vault().Open(ctx, ba.InstanceScope, address, sealed)
	if err == nil && !bytes.Equal(got, want) {
		err = errors.New("a sealed value came back different")
	}
	if err != nil {
		return broken, err
	}
	return "The master key fits this data.", nil
}

func checkProviders(all []chat.Provider) (string, error) {
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.Name
	}
	if len(names) == 0 {
		return "Nobody can answer: no AI provider is set up.", errors.New("no provider")
	}
	return "New conversations are answered by " + names[0] + "." + others(names[1:]), nil
}

func others(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " Also offered: " + strings.Join(names, ", ") + "."
}

// checkConfiguration repeats what the start decided: an instance with
// problems in its configuration does not run.
func (a *App) checkConfiguration(context.Context) (string, error) {
	if n := len(a.cfg.Notices); n > 0 {
		return "All that is required is set. The start printed notes; run: ba config", nil
	}
	if !a.cfg.Production() {
		return "Development: sign-in asks for no password, and only this machine can connect.", nil
	}
	return "All that is required is set.", nil
}
