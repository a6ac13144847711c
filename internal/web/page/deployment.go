package page

// Deployment is what the program knows of its own deployment, for
// administrators.
type Deployment struct {
	AdminShell
	Groups []CheckGroup // the worst first; those without checks are left out
}

// CheckGroup is the checks that ended alike.
type CheckGroup struct {
	Name   string // "Failed"
	Tone   string // danger, warn, accent or empty
	Note   string // what the group means
	Folded bool   // nothing in it needs a look
	Checks []Check
}

// Check is one question to the deployment.
type Check struct {
	ID    string
	Title string
	Rows  string // of the study, such as "P3 C4"
	Notes []CheckNote
}

// CheckNote is what was found or seen, and what to do about it.
type CheckNote struct{ Text, Fix string }

// Count returns how many checks are in the group: "3 checks".
func (g CheckGroup) Count() string { return Count(len(g.Checks), "check") }
