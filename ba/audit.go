package ba

import (
	"context"
	"time"
)

// Action is what was done, as the audit log names it: a kind of object, a dot
// and a word for what became of it.
type Action string

// The actions that the audit log keeps.
const (
	ActSignedIn        Action = "session.started"
	ActSignInFailed    Action = "session.refused"
	ActSignedOut       Action = "session.ended"
	ActSessionRevoked  Action = "session.revoked"
	ActSessionsRevoked Action = "session.all_revoked"
	ActTokenCreated    Action = "token.created"
	ActTokenRevoked    Action = "token.revoked"

	ActUserCreated       Action = "user.created"
	ActUserRole          Action = "user.role_changed"
	ActUserDisabled      Action = "user.disabled"
	ActUserEnabled       Action = "user.enabled"
	ActInvited           Action = "invitation.created"
	ActInvitationUsed    Action = "invitation.accepted"
	ActInvitationDropped Action = "invitation.withdrawn"

	ActProjectCreated  Action = "project.created"
	ActProjectChanged  Action = "project.changed"
	ActProjectDeleted  Action = "project.deleted"
	ActProjectRestored Action = "project.restored"
	ActProjectPurged   Action = "project.purged"
	ActMemberPut       Action = "member.set"
	ActMemberRemoved   Action = "member.removed"

	ActDocumentUploaded   Action = "document.uploaded"
	ActDocumentDeleted    Action = "document.deleted"
	ActDocumentDownloaded Action = "document.downloaded"
	ActArtifactExported   Action = "artifact.exported"

	ActBudgetChanged   Action = "budget.changed"
	ActProviderTested  Action = "provider.tested"
	ActSettingsChanged Action = "settings.changed"
	ActUpgraded        Action = "schema.upgraded"
	ActMoved           Action = "database.moved"
	ActKeysRotating    Action = "keys.rotation_begun"
	ActKeysRotated     Action = "keys.rotated"
	ActKeysRetired     Action = "keys.retired"
	ActBackupMade      Action = "backup.made"
	ActBackupRestored  Action = "backup.restored"
	ActAuditExported   Action = "audit.exported"
)

// Actions are all of them, in the order in which people choose from them.
var Actions = []Action{
	ActSignedIn, ActSignInFailed, ActSignedOut, ActSessionRevoked, ActSessionsRevoked, ActTokenCreated, ActTokenRevoked,
	ActUserCreated, ActUserRole, ActUserDisabled, ActUserEnabled, ActInvited, ActInvitationUsed, ActInvitationDropped,
	ActProjectCreated, ActProjectChanged, ActProjectDeleted, ActProjectRestored, ActProjectPurged, ActMemberPut, ActMemberRemoved,
	ActDocumentUploaded, ActDocumentDeleted, ActDocumentDownloaded, ActArtifactExported,
	ActBudgetChanged, ActProviderTested, ActSettingsChanged, ActUpgraded, ActMoved, ActKeysRotating, ActKeysRotated, ActKeysRetired,
	ActBackupMade, ActBackupRestored, ActAuditExported,
}

// Via is by what somebody acted.
type Via string

// The ways to act.
const (
	ViaSession Via = "session" // signed in
	ViaToken   Via = "token"   // a program with a personal API token
	ViaDoor    Via = "door"    // somebody who is not signed in
	ViaCommand Via = "command" // the operator, on the machine itself
	ViaProgram Via = "program" // the workspace by itself
)

// AuditEntry is one act as the audit log keeps it: who did what to which
// object, when and from where.
type AuditEntry struct {
	Seq        int64 // its place in the log, from 1 on without a gap
	ID         string
	At         time.Time
	Action     Action
	Actor      UserID // empty where nobody is signed in
	Via        Via
	Credential string // id of the session or token
	Kind       string // of the object: user, project, document, ...
	Object     string // its id
	Project    ProjectID
	Request    string // id of the request, as in the log
	Hash       []byte // keyed; covers the entry and the one before it

	// What follows is sealed.
	Network string // where the request came from, reduced to its network
	Name    string // of the object; under the key of its project, if it has one
	Gone    bool   // the name cannot be read any more: its project's key was destroyed
	Detail  string // further words, such as the new role
}

// Act returns the entry of what an actor did to an object.
func Act(a Actor, action Action, kind, object string) AuditEntry {
	e := AuditEntry{Action: action, Actor: a.User, Kind: kind, Object: object}
	switch {
	case a.Token != "":
		e.Via, e.Credential = ViaToken, string(a.Token)
	case a.Session != "":
		e.Via, e.Credential = ViaSession, string(a.Session)
	}
	return e
}

// Of says to which project the object belongs.
func (e AuditEntry) Of(project ProjectID) AuditEntry {
	e.Project = project
	return e
}

// Called adds the object's name.
func (e AuditEntry) Called(name string) AuditEntry {
	e.Name = name
	return e
}

// With adds further words.
func (e AuditEntry) With(detail string) AuditEntry {
	e.Detail = detail
	return e
}

// AuditFilter narrows the audit log. Empty fields are for everything.
type AuditFilter struct {
	Action      Action
	Actor       UserID
	Object      string
	Project     ProjectID
	From, Until time.Time
}

// AuditReport is what a check of the whole log found.
type AuditReport struct {
	Entries int64  // that are there
	Last    int64  // place of the last entry
	Hash    []byte // of the last entry; noted elsewhere, it proves later that nothing was cut off
	Faults  []AuditFault
}

// AuditFault is a place where the log is not as it was written.
type AuditFault struct {
	Seq  int64
	What string // a sentence
}

// AuditAnchor is an entry that somebody noted elsewhere.
type AuditAnchor struct {
	Seq  int64
	Hash []byte
}

// Origin is where a request came from.
type Origin struct {
	Address string // of the client
	Request string // id of the request
	Via     Via    // of those who have neither session nor token
}

type originKey struct{}

// WithOrigin returns a context that carries where its request came from.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// OriginOf returns where the request came from; the zero Origin for what the
// program does by itself.
func OriginOf(ctx context.Context) Origin {
	o, _ := ctx.Value(originKey{}).(Origin)
	return o
}
