package lint

import (
	"slices"
	"testing"
)

func TestEveryRuleFindsItsExampleAndAcceptsItsFix(t *testing.T) {
	for _, r := range Rules() {
		if !found(r.ID, Text(r.Example)) {
			t.Errorf("%s does not find its own example: %q", r.ID, r.Example)
		}
		if found(r.ID, Text(r.Fix)) {
			t.Errorf("%s finds fault with its own fix: %q", r.ID, r.Fix)
		}
	}
}

func found(rule string, list []Finding) bool {
	return slices.ContainsFunc(list, func(f Finding) bool { return f.Rule == rule })
}
