package e2e

import (
	"slices"
	"strings"
	"testing"
)

// What a page that was tampered with would try. The harness fails a test at
// the first complaint of the content policy, so each page that any test opens
// is one on which the policy holds; here it must complain.
func TestThePolicyStopsWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := browse(t, s.url)
	b.open("/login")
	for what, script := range map[string]string{
		"HTML from a text":         `document.createElement("div").innerHTML = "<b>x</b>"`,
		"HTML into the page":       `document.body.insertAdjacentHTML("beforeend", "<b>x</b>")`,
		"a script from a text":     `document.createElement("script").textContent = "window.ran = true"`,
		"a script from elsewhere":  `document.createElement("script").src = "https://other.example/x.js"`,
		"a policy of another name": `trustedTypes.createPolicy("other", { createHTML: (x) => x })`,
	} {
		if refused := eval[bool](b, `(() => { try { `+script+`; return false } catch (e) { return e instanceof TypeError } })()`); !refused {
			t.Errorf("the page took %s", what)
		}
	}
	if red := eval[bool](b, `(() => { document.body.setAttribute("style", "color: rgb(1, 2, 3)"); return getComputedStyle(document.body).color === "rgb(1, 2, 3)" })()`); red {
		t.Error("a style in an attribute counts")
	}
	eval[bool](b, `(() => { const f = document.createElement("iframe"); f.src = "/login"; document.body.append(f); return true })()`)
	eval[bool](b, `fetch("https://other.example/").then(() => false, () => true)`)
	for _, complaint := range []string{"'TrustedHTML'", "'TrustedScript'", "'TrustedScriptURL'", "trusted-types ba-html", "inline style", "Framing", "connect-src"} {
		eventually(t, patience, "the browser complains of "+complaint, func() bool {
			b.mu.Lock()
			defer b.mu.Unlock()
			return slices.ContainsFunc(b.faults, func(f string) bool { return strings.Contains(f, complaint) })
		})
	}
	b.mu.Lock()
	b.faults = nil // they were wanted
	b.mu.Unlock()
}
