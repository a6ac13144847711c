package ba

import "time"

// MaxPageSize is the largest number of items that one list call returns.
const MaxPageSize = 200

// DefaultPageSize is used where the caller names none.
const DefaultPageSize = 50

// Page asks for one part of a list. After is the opaque cursor that the part
// before returned; empty begins at the start.
type Page struct {
	Limit int
	After string
}

// Size returns the limit within 1 and MaxPageSize; zero is DefaultPageSize.
func (p Page) Size() int {
	switch {
	case p.Limit <= 0:
		return DefaultPageSize
	case p.Limit > MaxPageSize:
		return MaxPageSize
	}
	return p.Limit
}

// List is one part of a list. Next is empty where nothing follows.
type List[T any] struct {
	Items []T
	Next  string
}

// Identity is how a provider knows a person: never by address. Subject is the
// provider's stable, unique name for the person within Issuer (OpenID Connect
// Core 1.0, section 2; for Microsoft "tid:oid").
type Identity struct {
	Provider string // google, microsoft, oidc, dev
	Issuer   string
	Subject  string
}

// Installation is what is known of the instance itself.
type Installation struct {
	ID            string
	CreatedAt     time.Time
	SetupCodeHash []byte // SHA-256 of the setup code; nil once an administrator exists
}

// LoginCode lets a separate front end fetch its session token, once.
type LoginCode struct {
	Hash      []byte // SHA-256 of the code
	User      UserID
	Challenge string // PKCE S256 challenge of the front end (RFC 7636)
	ExpiresAt time.Time
}
