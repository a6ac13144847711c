package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// sealer seals and opens the columns of one row; the first error stays.
type sealer struct {
	ctx   context.Context
	vault *vault.Vault
	scope ba.Scope
	row   string
	at    int64 // version of the row
	err   error
}

func (db *DB) sealer(ctx context.Context, scope ba.Scope, row string, version int64) *sealer {
	return &sealer{ctx: ctx, vault: db.vault, scope: scope, row: row, at: version}
}

func (s *sealer) ad(purpose string) vault.AD {
	return vault.AD{Purpose: purpose, Row: s.row, Version: s.at}
}

func (s *sealer) seal(purpose, text string) []byte {
	return s.sealBytes(purpose, []byte(text))
}

func (s *sealer) sealBytes(purpose string, plain []byte) []byte {
	if s.err != nil {
		return nil
	}
	var sealed []byte
	sealed, s.err = s.vault.Seal(s.ctx, s.scope, s.ad(purpose), plain)
	return sealed
}

// sealJSON returns nil for a nil or empty value, which is kept as null.
func (s *sealer) sealJSON(purpose string, v any, empty bool) []byte {
	if empty || s.err != nil {
		return nil
	}
	plain, err := json.Marshal(v)
	if err != nil {
		s.err = fmt.Errorf("encode %s: %w", purpose, err)
		return nil
	}
	return s.sealBytes(purpose, plain)
}

func (s *sealer) open(purpose string, sealed []byte) string {
	return string(s.openBytes(purpose, sealed))
}

func (s *sealer) openBytes(purpose string, sealed []byte) []byte {
	if s.err != nil {
		return nil
	}
	var plain []byte
	plain, s.err = s.vault.Open(s.ctx, s.scope, s.ad(purpose), sealed)
	return plain
}

// openJSON leaves v alone where nothing was kept.
func (s *sealer) openJSON(purpose string, sealed []byte, v any) {
	if len(sealed) == 0 || s.err != nil {
		return
	}
	plain := s.openBytes(purpose, sealed)
	if s.err == nil {
		s.err = json.Unmarshal(plain, v)
	}
}
