package identity

import (
	"context"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// The limits of a personal API token's life, in days.
const (
	DefaultTokenDays = 90
	MaxTokenDays     = 365
)

// NewToken makes a personal API token and returns it with its secret, which is
// shown once. days zero is DefaultTokenDays. A token cannot make tokens: only
// a signed-in person can.
func (s *Service) NewToken(ctx context.Context, a ba.Actor, name string, days int, access ba.Access) (ba.APIToken, string, error) {
	if !a.CanWrite() || a.Session == "" {
		return ba.APIToken{}, "", ba.E(ba.Forbidden, "A token can only be made by a person who is signed in, not with another token.")
	}
	if days == 0 {
		days = DefaultTokenDays
	}
	name = strings.TrimSpace(name)
	fields := ba.CheckText("body.name", name, 1, ba.MaxNameLen)
	if days < 1 || days > MaxTokenDays {
		fields = append(fields, ba.Field{Location: "body.expires_in_days", Message: "must be between 1 and 365"})
	}
	if access != ba.AccessRead && access != ba.AccessWrite {
		fields = append(fields, ba.Field{Location: "body.scopes", Message: "must name read, or read and write"})
	}
	if err := ba.InvalidFields(fields); err != nil {
		return ba.APIToken{}, "", err
	}
	now := s.clock()
	token := ba.APIToken{ID: ba.NewID[ba.TokenID](), User: a.User, Name: name, Access: access, CreatedAt: now, ExpiresAt: now.Add(time.Duration(days) * 24 * time.Hour)}
	secret := newSecret(tokenPrefix)
	if err := s.store.CreateToken(ctx, token, hashOf(secret)); err != nil {
		return ba.APIToken{}, "", err
	}
	return token, secret, nil
}

// Tokens returns the actor's tokens without their secrets.
func (s *Service) Tokens(ctx context.Context, a ba.Actor) ([]ba.APIToken, error) {
	return s.store.Tokens(ctx, a)
}

// RevokeToken ends one of the actor's tokens.
func (s *Service) RevokeToken(ctx context.Context, a ba.Actor, id ba.TokenID) error {
	if !a.CanWrite() {
		return readOnly()
	}
	return s.store.DeleteToken(ctx, a, id)
}
