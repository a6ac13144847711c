package config

import (
	"strconv"
	"strings"
)

// platform names the hosting platform by the variables that it sets in every
// running service, or returns the empty string.
func platform(vars map[string]string) string {
	switch {
	case vars["RAILWAY_ENVIRONMENT_ID"] != "" || vars["RAILWAY_PROJECT_ID"] != "" || vars["RAILWAY_ENVIRONMENT"] != "":
		return "Railway"
	case vars["RENDER"] == "true" || vars["RENDER_SERVICE_ID"] != "":
		return "Render"
	case vars["FLY_APP_NAME"] != "" && vars["FLY_MACHINE_ID"] != "" || vars["FLY_ALLOC_ID"] != "":
		return "Fly"
	case vars["KUBERNETES_SERVICE_HOST"] != "":
		return "Kubernetes"
	case vars["DYNO"] != "":
		return "Heroku"
	case vars["K_SERVICE"] != "":
		return "Cloud Run"
	}
	return ""
}

// defaultPublicURL returns the address that the platform gave this service, or
// localhost in development, or nothing.
func defaultPublicURL(c *Config, vars map[string]string) string {
	switch {
	case vars["RAILWAY_PUBLIC_DOMAIN"] != "":
		return "https://" + vars["RAILWAY_PUBLIC_DOMAIN"]
	case strings.HasPrefix(vars["RENDER_EXTERNAL_URL"], "https://"):
		return vars["RENDER_EXTERNAL_URL"]
	case c.Platform == "Fly":
		return "https://" + vars["FLY_APP_NAME"] + ".fly.dev"
	case c.Environment == Development:
		return "http://localhost:" + strconv.Itoa(c.Port)
	}
	return ""
}
