package ba

import "time"

// Role is what a user may do on the instance.
type Role string

// The roles of the instance.
const (
	RoleMember Role = "member"
	RoleAdmin  Role = "admin"
)

// Access is what a personal API token may do.
type Access string

// The accesses of a token. A session has both.
const (
	AccessRead  Access = "read"
	AccessWrite Access = "write"
)

// Actor is who asks. Every service method takes one. The zero Actor is nobody,
// and every check on it fails.
type Actor struct {
	User    UserID
	Role    Role
	Session SessionID // empty where a token was used
	Token   TokenID   // empty where a session was used
	Access  Access    // AccessWrite includes reading
}

// OperatorID stands for whoever runs a command on the machine itself, who is no
// user. The audit log keeps it as nobody who acted by a command.
const OperatorID UserID = "operator"

// Operator returns the actor of a command that changes something.
func Operator() Actor { return Actor{User: OperatorID, Role: RoleAdmin, Access: AccessWrite} }

// Valid reports whether the actor is somebody.
func (a Actor) Valid() bool { return a.User != "" }

// IsAdmin reports whether the actor administers the instance.
func (a Actor) IsAdmin() bool { return a.Valid() && a.Role == RoleAdmin }

// CanWrite reports whether the actor's session or token may change anything.
func (a Actor) CanWrite() bool { return a.Valid() && a.Access == AccessWrite }

// User is a person who signed in at least once.
type User struct {
	ID    UserID
	Role  Role
	Email string // for display and sharing, never a key for sign-in
	// EmailTrusted says that the provider vouches for the address: it is
	// authoritative for its domain, or verified it, so that a project may be
	// shared with whoever has it. Otherwise sharing makes an invitation.
	EmailTrusted bool
	Name         string
	Disabled     bool
	CreatedAt    time.Time
	LastSeenAt   time.Time
}

// Session is one signed-in browser or front end. Its secret is not in it.
type Session struct {
	ID         SessionID
	User       UserID
	Agent      string // the browser's own description, shortened
	Bearer     bool   // true for a separate front end that sends it as a bearer token
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
}

// APIToken is a personal API token. Its secret is shown once and not stored.
type APIToken struct {
	ID         TokenID
	User       UserID
	Name       string
	Access     Access
	CreatedAt  time.Time
	LastUsedAt time.Time // zero if never used
	ExpiresAt  time.Time
}
