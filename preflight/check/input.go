package check

import (
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// Check is a check of a repository.
type Check = preflight.Check[*Input]

// Input is a repository as the checks see it. Tree, Code and Deploy are never
// nil when repository checks run.
type Input struct {
	Tree   *tree.Tree
	Code   *repo.Program // one goroutine at a time: repository checks run one after the other
	Deploy *manifest.Set
	Git    Git

	// Names are the variables set on the platform, as the user listed them;
	// nil when no list was given. With a list, what is not in it is not set.
	Names map[string]bool
	// URL tells whether a running site is checked in the same run.
	URL string
	// Answers are the questions that the configuration file answers, by id.
	Answers map[string]Answer
	Now     time.Time
}

// Git is what is known about the repository itself.
type Git struct {
	Repository bool
	Shallow    bool
	Partial    bool // a partial clone: objects may be missing
	Submodules []string
	Dirty      int // changed or untracked files; -1 if unknown
	Untracked  map[string]bool
}

// Answer is a person's answer to a question, kept in the configuration file.
type Answer struct {
	Text string
	Date time.Time
}

// Set is the answer to "does this path set this variable".
type Set uint8

// The answers.
const (
	SetUnknown Set = iota // nobody can tell from the repository: a dashboard may hold it
	SetNo
	SetYes
)

// Sets reports whether a path sets a variable, joining its manifest with the
// list of names. It is SetNo for a path that declares variables and leaves
// this one out, or that is not in the list; SetUnknown where the manifest can't
// declare any (railway.json, Procfile, a plain image) and no list was given.
func (in *Input) Sets(p *manifest.Path, name string) Set {
	switch {
	case p.Sets(name) || in.Names[name]:
		return SetYes
	case in.Names != nil, p.DeclaresVars:
		return SetNo
	case p.VarsOpen:
		return SetUnknown
	}
	return SetNo
}

// Paths returns the deployment paths for users: all but those of development.
func (in *Input) Paths() []*manifest.Path {
	var out []*manifest.Path
	for _, p := range in.Deploy.Paths {
		if p.Purpose != manifest.Development {
			out = append(out, p)
		}
	}
	return out
}
