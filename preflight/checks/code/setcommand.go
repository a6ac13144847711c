package code

import (
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

const (
	newKey    = "$(openssl rand -hex 32)"
	ownDomain = "https://app.example.com"
)

// commands says how to set a variable on the first path that may lack it, as lines to run or to paste; "" where nobody
// knows the platform. Source: the platforms' documentation of their command line tools, November 2026.
func (s setting) commands(name, value string) string {
	for _, list := range [][]*manifest.Path{s.missing, s.open} {
		for _, p := range list {
			if text := setCommand(p, name, value); text != "" {
				return "\n" + text
			}
		}
	}
	return ""
}

func setCommand(p *manifest.Path, name, value string) string {
	switch p.Platform {
	case manifest.Railway:
		return fmt.Sprintf("  railway variables --set \"%s=%s\"", name, value)
	case manifest.Fly:
		return fmt.Sprintf("  fly secrets set %s=%s", name, value)
	case manifest.Vercel:
		return fmt.Sprintf("  vercel env add %s production", name)
	case manifest.Render:
		last := "value: " + value
		if value == newKey {
			last = "generateValue: true"
		}
		return fmt.Sprintf("  # %s, below envVars\n  - key: %s\n    %s", p.Manifest(), name, last)
	case manifest.Compose:
		return fmt.Sprintf("  # %s, below environment of %s\n  %s: ${%s:?}\n  # and beside the file\n  echo \"%s=%s\" >> .env", p.Manifest(), p.Service, name, name, name, value)
	case manifest.Docker:
		return fmt.Sprintf("  docker run -e %s=%s ...", name, value)
	}
	return ""
}
