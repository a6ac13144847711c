package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

const (
	themeCookie = "ba_theme"
	themeDays   = 365
)

// themeOf reads what this browser chose for the looks. The server writes it
// into the page, so that it holds before the first paint and without a script.
func themeOf(r *http.Request) page.Theme {
	cookie, err := r.Cookie(themeCookie)
	if err != nil {
		return page.Theme{}
	}
	mode, contrast, _ := strings.Cut(cookie.Value, ".")
	return checkedTheme(mode, contrast)
}

func checkedTheme(mode, contrast string) page.Theme {
	var t page.Theme
	if slices.Contains([]string{"light", "dark"}, mode) {
		t.Mode = mode
	}
	if slices.Contains([]string{"more", "standard"}, contrast) {
		t.Contrast = contrast
	}
	return t
}

func (s *Site) saveTheme(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	t := checkedTheme(form.Get("mode"), form.Get("contrast"))
	http.SetCookie(w, &http.Cookie{Name: themeCookie, Value: t.Mode + "." + t.Contrast, Path: "/", MaxAge: themeDays * 24 * 3600,
		Secure: s.HTTPS, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return redirect(w, r, "/settings#s-looks")
}
