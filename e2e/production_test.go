package e2e

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
)

// The first administrator of a production instance, in a browser: the setup
// code, the provider's pages, cookies that are for https only.
func TestTheFirstAdministratorComesInWithTheSetupCode(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	c := startCluster(t)
	b := browse(t, c.public, chromedp.Flag("host-resolver-rules", "MAP "+publicHost+" 127.0.0.1"), chromedp.IgnoreCertErrors)
	look(b, axe, []shown{{name: "signin-production", path: "/login"}, {name: "setup", path: "/setup"}})

	b.open("/login?return_to=/projects")
	b.click("a[href='/setup']")
	b.fill("#code", "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF")
	b.click("form[action='/setup'] button")
	b.shows("This is not the setup code")
	b.fill("#code", c.setupCode(t))
	b.click("form[action='/setup'] button")
	b.wait("the sign-in", `location.pathname === "/login"`)

	b.click("a.provider.oidc")
	b.fill("input[name=login]", "ana")
	b.fill("input[name=password]", "any")
	b.click("form button[type=submit]")
	b.wait("the consent", `document.querySelector("form input[name=prompt][value=consent]")`)
	b.click("form button[type=submit]")
	b.shows("Welcome, Person ana")
	b.open("/settings")
	b.shows("Administrator")
	if err := c.visitor().call(t.Context(), "GET", "/api/me", nil, nil); !hasStatus(err, http.StatusUnauthorized) {
		t.Errorf("somebody else: %v", err)
	}
	b.open("/setup")
	b.wait("no second setup", `location.pathname === "/"`)
}
