package code

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

func TestAVariableIsSetTheWayThePlatformWantsIt(t *testing.T) {
	for platform, want := range map[manifest.Platform]string{
		manifest.Railway: `railway variables --set "JWT_SECRET=$(openssl rand -hex 32)"`,
		manifest.Fly:     "fly secrets set JWT_SECRET=$(openssl rand -hex 32)",
		manifest.Render:  "generateValue: true",
		manifest.Compose: "JWT_SECRET: ${JWT_SECRET:?}",
		manifest.Docker:  "docker run -e JWT_SECRET=",
	} {
		if got := setCommand(&manifest.Path{Platform: platform}, "JWT_SECRET", newKey); !strings.Contains(got, want) {
			t.Errorf("%s: %q does not say %q", platform, got, want)
		}
	}
}

func TestWhereNobodyKnowsThePlatformNoCommandIsMadeUp(t *testing.T) {
	for _, platform := range []manifest.Platform{manifest.Unknown, manifest.Heroku} { // a Procfile is read by many hosts
		if got := (setting{missing: []*manifest.Path{{Platform: platform}}}).commands("A", ownDomain); got != "" {
			t.Errorf("%s: %q", platform, got)
		}
	}
}
