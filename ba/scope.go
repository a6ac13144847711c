package ba

import "strconv"

// Scope is what shares one data key and one set of blinded search terms.
type Scope string

// InstanceScope seals what belongs to no project and no user alone, such as
// the addresses of users.
const InstanceScope Scope = "instance"

// ProjectScope returns the scope of a project.
func ProjectScope(id ProjectID) Scope { return Scope("project:" + string(id)) }

// UserScope returns the scope of a user's loose threads.
func UserScope(id UserID) Scope { return Scope("user:" + string(id)) }

func itoa(n int) string { return strconv.Itoa(n) }
