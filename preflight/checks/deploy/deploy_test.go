package deploy

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

func TestEveryCheckFindsTheFaultAndNotItsLookAlike(t *testing.T) {
	for _, s := range suites() {
		s.Run(t)
	}
}

func TestEveryCheckExplainsItselfAndShowsBothOutcomes(t *testing.T) {
	checktest.Cover(t, Checks(), suites())
}

func suites() []checktest.Suite {
	var out []checktest.Suite
	for _, list := range [][]checktest.Suite{dataSuites(), storageSuites(), frontSuites(), manSuites(), runSuites(), envSuites(), restSuites()} {
		out = append(out, list...)
	}
	return checktest.Join(out, shapeSuites())
}
