package self

import (
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// Input is a run after its checks.
type Input struct {
	Results      []preflight.Result
	Suppressions []preflight.SuppressionProblem
	Repository   *check.Input // nil when only a site was checked
	Skipped      []tree.Skip
	Incomplete   []string // what the secret scanner could not read
	Now          time.Time
}

// Check is a check of the run.
type Check = preflight.Check[*Input]

// Checks returns the checks of this package, in the order of the catalogue.
func Checks() []Check { return []Check{self01, self02, self03, self04, self05} }
