package httpx

import (
	"net/http"
	"net/url"
	"strings"
)

// TrustedTypesPolicy is the one Trusted Types policy that scripts may create.
const TrustedTypesPolicy = "ba-html"

const noStore = "private, no-store"

// hsts tells browsers to use https for two years (RFC 6797).
const hsts = "max-age=63072000; includeSubDomains"

// secure sets the security headers on every response, and forbids storing it:
// a handler whose answer holds nothing personal says so itself.
func secure(o Options) middleware {
	csp := contentPolicy(o.FormOrigins)
	https := o.PublicURL != nil && o.PublicURL.Scheme == "https"
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", csp)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
			h.Set("Cache-Control", noStore)
			if https {
				h.Set("Strict-Transport-Security", hsts)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// contentPolicy returns the Content-Security-Policy of every response.
// Browsers apply form-action to the redirects that follow a form as well, so
// the places to which a form leads in the end must be named.
func contentPolicy(formOrigins []string) string {
	forms := strings.Join(append([]string{"'self'"}, formOrigins...), " ")
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' data:",
		"connect-src 'self'",
		"font-src 'self'",
		"manifest-src 'self'",
		"form-action " + forms,
		"frame-ancestors 'none'",
		"base-uri 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types " + TrustedTypesPolicy,
	}, "; ")
}

// originOf returns scheme and host of u as browsers write an Origin.
func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }
