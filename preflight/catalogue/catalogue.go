// Package catalogue is the list of all checks: what package scan runs and what
// `preflight explain` prints.
//
// Invariant: ids are unique within each list; an id that stands in two lists
// is the same fault, guessed from the repository and measured on the site.
package catalogue

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/checks/code"
	"github.com/ba-assistant/ba-assistant/preflight/checks/deploy"
	"github.com/ba-assistant/ba-assistant/preflight/checks/live"
	"github.com/ba-assistant/ba-assistant/preflight/checks/question"
	"github.com/ba-assistant/ba-assistant/preflight/checks/secret"
	"github.com/ba-assistant/ba-assistant/preflight/checks/self"
)

// Repository returns the checks of code and manifests, and the questions.
func Repository() []check.Check {
	return slices.Concat(code.Checks(), deploy.Checks(), question.Checks())
}

// Secrets returns the checks of secrets in files and history.
func Secrets() []secret.Check { return secret.Checks() }

// Live returns the checks of a running deployment.
func Live() []live.Check { return live.Checks() }

// Self returns the checks of the run itself.
func Self() []self.Check { return self.Checks() }

// Rules returns every rule in the order of the catalogue. An id that is both
// guessed and measured has two, the guess first.
func Rules() []*preflight.Rule {
	out := slices.Concat(preflight.Rules(Repository()), preflight.Rules(Secrets()), preflight.Rules(Live()), preflight.Rules(Self()))
	slices.SortStableFunc(out, func(a, b *preflight.Rule) int { return byID(a.ID, b.ID) })
	return out
}

// Find returns the rules of an id, in either case; nil for none.
func Find(id string) []*preflight.Rule {
	var out []*preflight.Rule
	for _, r := range Rules() {
		if strings.EqualFold(r.ID, id) {
			out = append(out, r)
		}
	}
	return out
}

// families is the order of the catalogue.
var families = []string{"AUTH", "SEC", "KEY", "DATA", "CORS", "WEB", "STATE", "TLS", "SSE", "ENV", "MAN", "RUN", "HLT", "LOG", "ERR", "MID", "RATE", "PERF", "ADM", "MAIL", "SELF", "OPS"}

// Compare orders results as the catalogue does.
func Compare(a, b preflight.Result) int { return byID(a.ID, b.ID) }

func byID(a, b string) int {
	fa, na, _ := strings.Cut(a, "-")
	fb, nb, _ := strings.Cut(b, "-")
	return cmp.Or(cmp.Compare(slices.Index(families, fa), slices.Index(families, fb)), cmp.Compare(na, nb))
}
