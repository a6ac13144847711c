package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// axeSource returns axe-core, which npm ci has installed.
func axeSource(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core is not installed: run npm ci in e2e")
	}
	return string(text)
}

// axe fails where the page, as it is shown, breaks a rule of accessibility.
func (b *tab) axe(name, source string) {
	b.t.Helper()
	eval[bool](b, source+"; true")
	found := eval[[]string](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary)))`)
	for _, v := range found {
		b.t.Errorf("%s: %s", name, strings.Join(strings.Fields(v), " "))
	}
}
