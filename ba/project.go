package ba

import (
	"strings"
	"time"
	"unicode/utf8"
)

// ProjectRole is what a member may do in a project. Each includes the ones before.
type ProjectRole string

// The roles in a project.
const (
	RoleViewer ProjectRole = "viewer" // reads
	RoleEditor ProjectRole = "editor" // uploads, talks, changes
	RoleOwner  ProjectRole = "owner"  // shares and deletes
)

var projectRanks = map[ProjectRole]int{RoleViewer: 1, RoleEditor: 2, RoleOwner: 3}

// Valid reports whether r is one of the three roles.
func (r ProjectRole) Valid() bool { return projectRanks[r] > 0 }

// AtLeast reports whether r includes what is needed.
func (r ProjectRole) AtLeast(needed ProjectRole) bool {
	return r.Valid() && projectRanks[r] >= projectRanks[needed]
}

// Limits on what a person types. They are stated in the API's description and
// on the pages; longer input is Invalid and names the limit.
const (
	MaxNameLen        = 200    // characters of a name or title
	MaxDescriptionLen = 10_000 // characters of a description
	MaxMessageLen     = 100_000
	MaxFilenameLen    = 255
)

// Project is what documents and threads live in.
type Project struct {
	ID          ProjectID
	Name        string
	Description string
	Role        ProjectRole // of the actor who asked
	Documents   int
	Threads     int
	Members     int
	CreatedAt   time.Time
	UpdatedAt   time.Time // the last change of anything in it
	DeletedAt   time.Time // zero, or within the undo period
}

// Validate checks name and description.
func (p Project) Validate() error {
	var fields []Field
	fields = append(fields, CheckText("body.name", p.Name, 1, MaxNameLen)...)
	fields = append(fields, CheckText("body.description", p.Description, 0, MaxDescriptionLen)...)
	return InvalidFields(fields)
}

// Member is one user's part in a project.
type Member struct {
	User      UserID
	Email     string
	Name      string
	Role      ProjectRole
	CreatedAt time.Time
}

// Invitation lets a person in who is not yet known: to the instance, or to a project.
type Invitation struct {
	ID        InvitationID
	Project   ProjectID // empty: to the instance only
	Email     string
	Role      ProjectRole // in the project, if there is one
	Admin     bool        // becomes an administrator of the instance
	InvitedBy UserID
	CreatedAt time.Time
	ExpiresAt time.Time
}

// CheckText returns what is wrong with a text that a person typed: its length
// in characters, invalid UTF-8, control characters. It returns nil if nothing is.
func CheckText(location, s string, minLen, maxLen int) []Field {
	n := utf8.RuneCountInString(s)
	switch {
	case !utf8.ValidString(s):
		return []Field{{location, "must be valid UTF-8 text"}}
	case n > maxLen:
		return []Field{{location, "may have " + itoa(maxLen) + " characters at most"}}
	case minLen > 0 && strings.TrimSpace(s) == "":
		return []Field{{location, "must not be empty"}}
	case strings.ContainsFunc(s, isControl):
		return []Field{{location, "must not contain control characters"}}
	}
	return nil
}

// InvalidFields returns nil for no fields, else one Invalid error that lists them.
func InvalidFields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Msg: "Some fields are not valid. Correct them and send the request again.", Fields: fields}
}

func isControl(r rune) bool {
	return r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == 0x7f
}
