package web

import (
	"net/http"
	"net/url"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// returnTo returns the local page that is wanted after the sign-in.
func returnTo(value string) string {
	if path, ok := httpx.LocalPath(value); ok {
		return path
	}
	return "/"
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	wanted := returnTo(r.URL.Query().Get("return_to"))
	if httpx.ActorFrom(r.Context()).Valid() {
		return redirect(w, r, wanted)
	}
	needed, err := s.Identity.NeedsSetup(r.Context())
	if err != nil {
		return err
	}
	return s.render(w, r, "signin", &page.SignIn{Shell: page.Shell{Title: "Sign in"},
		Providers: s.providers(wanted), Dev: s.Dev != nil, ReturnTo: wanted, Setup: needed && s.Dev == nil})
}

// providers returns the buttons of the sign-in, each leading to the page wanted.
func (s *Site) providers(wanted string) []page.Provider {
	var out []page.Provider
	for _, o := range s.Identity.Options() {
		href := o.LoginURL
		if wanted != "/" {
			href += "?return_to=" + url.QueryEscape(wanted)
		}
		out = append(out, page.Provider{ID: o.ID, Name: o.Name, Href: href})
	}
	return out
}

func (s *Site) signInForDevelopment(w http.ResponseWriter, r *http.Request) error {
	if s.Dev == nil {
		return httpx.NotFound(w, r)
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	if _, err := s.Dev.SignIn(w, r, form.Get("email"), form.Get("name")); err != nil {
		return err
	}
	return redirect(w, r, returnTo(form.Get("return_to")))
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Identity.Logout(r.Context(), w, httpx.ActorFrom(r.Context())); err != nil {
		return err
	}
	return redirect(w, r, "/login")
}

func (s *Site) setup(w http.ResponseWriter, r *http.Request) error {
	needed, err := s.Identity.NeedsSetup(r.Context())
	if err != nil {
		return err
	}
	if !needed {
		return redirect(w, r, "/")
	}
	return s.render(w, r, "setup", &page.Setup{Shell: page.Shell{Title: "Setup"}})
}

func (s *Site) enterSetupCode(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.Identity.BringSetupCode(w, r, form.Get("code"))
	switch {
	case err == nil:
		return redirect(w, r, "/login")
	case ba.KindOf(err) == ba.Forbidden:
		httpx.Note(r.Context(), err)
		return s.renderStatus(w, r, http.StatusForbidden, "setup", &page.Setup{Shell: page.Shell{Title: "Setup"}, Problem: ba.Explain(err)})
	}
	return err
}

func (s *Site) invitation(w http.ResponseWriter, r *http.Request) error {
	inv, err := s.Identity.Invitation(r.Context(), r.PathValue("secret"))
	data := &page.Invitation{Shell: page.Shell{Title: "Invitation"}, Token: r.PathValue("secret"), Email: inv.Email}
	if inv.Project != "" {
		data.Project, data.Role = "a shared project", string(inv.Role)
	}
	switch {
	case err == nil:
		return s.render(w, r, "invitation", data)
	case ba.KindOf(err) == ba.NotFound:
		data.Problem = ba.Explain(err)
		return s.renderStatus(w, r, http.StatusNotFound, "invitation", data)
	}
	return err
}

func (s *Site) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	secret := r.PathValue("secret")
	a := httpx.ActorFrom(r.Context())
	if !a.Valid() {
		inv, err := s.Identity.BringInvitation(w, r, secret)
		if err != nil {
			return err
		}
		return redirect(w, r, loginFor(projectPath(inv.Project)))
	}
	inv, err := s.Identity.AcceptInvitation(r.Context(), a, secret)
	if err != nil {
		return err
	}
	return redirect(w, r, projectPath(inv.Project))
}

func (s *Site) privacy(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, "privacy", &page.Privacy{Shell: page.Shell{Title: "What is stored about you"}})
}
