package secret

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
)

// Checks returns the checks of this package, in the order of the catalogue.
func Checks() []Check {
	return []Check{auth12, sec01, sec02, sec03, sec04, sec05, sec11, sec12, sec13}
}

func runner(run func(*Input) preflight.Outcome) func(context.Context, *Input) preflight.Outcome {
	return func(_ context.Context, in *Input) preflight.Outcome { return run(in) }
}
