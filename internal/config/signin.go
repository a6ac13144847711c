package config

import (
	"regexp"
	"slices"
	"strings"
)

// guid is what Microsoft's ids look like, in any case.
var guid = regexp.MustCompile(`^(?i)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)

var tenantName = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)

// checkRegistrations finds values that were copied from the wrong field of a
// registration. Source: the consoles of Google and Microsoft, November 2026.
func (c *Config) checkRegistrations() []Problem {
	if !c.Production() {
		return nil
	}
	var all []Problem
	if c.GoogleClientID != "" && !strings.HasSuffix(c.GoogleClientID, ".apps.googleusercontent.com") {
		all = append(all, Problem{"GOOGLE_CLIENT_ID", "is not a client id of Google, which ends in .apps.googleusercontent.com.", "Copy it from APIs & Services > Credentials."})
	}
	if c.MicrosoftClientID != "" && !guid.MatchString(c.MicrosoftClientID) {
		all = append(all, Problem{"MICROSOFT_CLIENT_ID", "is not an application id, which has 36 characters with four hyphens.", "Copy it from the Overview page of the registration."})
	}
	if guid.MatchString(c.MicrosoftClientSecret) {
		all = append(all, Problem{"MICROSOFT_CLIENT_SECRET", "is the id of the secret, not its value.", "Make a new secret and copy the column Value, which is shown once."})
	}
	if t := strings.ToLower(c.MicrosoftTenant); t != "" && !slices.Contains([]string{"common", "organizations", "consumers"}, t) && !guid.MatchString(t) && !tenantName.MatchString(t) {
		all = append(all, Problem{"MICROSOFT_TENANT", "is neither a directory id nor a domain, nor organizations, common or consumers.", "Copy the directory (tenant) id from the Overview page."})
	}
	return all
}

// publicMail are domains of which everybody can have an address.
var publicMail = []string{"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "gmx.net", "gmx.de", "proton.me"}

// checkAllowed judges the lists of those who need no invitation.
func (c *Config) checkAllowed() []Problem {
	var all []Problem
	for _, d := range c.AllowedDomains {
		switch {
		case !tenantName.MatchString(d):
			all = append(all, Problem{"ALLOWED_DOMAINS", "has an entry that is not a domain.", "Use entries such as example.com, without @ and *."})
		case slices.Contains(publicMail, d):
			all = append(all, Problem{"ALLOWED_DOMAINS", "contains " + d + ", of which everybody can have an address.", "List the domains of your company only, and invite the others."})
		}
	}
	for _, t := range c.AllowedTenants {
		if !tenantID.MatchString(t) {
			all = append(all, Problem{"ALLOWED_TENANTS", "has an entry that is not a tenant id.", "Use the ids from the Overview page of the registration."})
		}
	}
	if !c.Production() {
		return all
	}
	if len(c.AllowedDomains) > 0 && c.GoogleClientID == "" {
		all = append(all, Problem{"ALLOWED_DOMAINS", "has no effect without Google, which vouches for the domain.", "Set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, or remove it."})
	}
	if len(c.AllowedTenants) > 0 && c.MicrosoftClientID == "" {
		all = append(all, Problem{"ALLOWED_TENANTS", "has no effect without Microsoft, which vouches for the tenant.", "Set MICROSOFT_CLIENT_ID and its secret, or remove it."})
	}
	return all
}
