package web

import (
	"net/http"
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func (s *Site) settings(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.settingsPage(r, a)
	if err != nil {
		return err
	}
	return s.render(w, r, "settings", data)
}

func (s *Site) settingsPage(r *http.Request, a ba.Actor) (*page.Settings, error) {
	sessions, err := s.Identity.Sessions(r.Context(), a)
	if err != nil {
		return nil, err
	}
	tokens, err := s.Identity.Tokens(r.Context(), a)
	if err != nil {
		return nil, err
	}
	meter, err := s.meter(r.Context(), a)
	if err != nil {
		return nil, err
	}
	data := &page.Settings{Meter: meter, Shell: page.Shell{Title: "Settings", Section: "settings"}, Role: "Member"}
	if a.IsAdmin() {
		data.Role = "Administrator"
	}
	for _, v := range sessions {
		data.Sessions = append(data.Sessions, page.Session{ID: string(v.ID), Name: page.BrowserName(v.Agent), Current: v.ID == a.Session,
			Used: page.Moment{Time: v.LastUsedAt}, Began: page.Moment{Time: v.CreatedAt}, Expires: page.Moment{Time: v.ExpiresAt}})
	}
	for _, t := range tokens {
		data.Tokens = append(data.Tokens, page.Token{ID: string(t.ID), Name: t.Name, Access: string(t.Access),
			Used: page.Moment{Time: t.LastUsedAt}, Expires: page.Moment{Time: t.ExpiresAt}})
	}
	return data, nil
}

func (s *Site) endSession(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.SessionID](r, "id")
	if err != nil {
		return err
	}
	if err := s.Identity.EndSession(r.Context(), a, id); err != nil {
		return err
	}
	return redirect(w, r, "/settings#s-sessions")
}

func (s *Site) createToken(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(form.Get("days"))
	if err != nil {
		return ba.Wrap(ba.Invalid, "Choose for how long the token is valid.", err)
	}
	token, secret, err := s.Identity.NewToken(r.Context(), a, form.Get("name"), days, ba.Access(form.Get("access")))
	if err != nil {
		return err
	}
	data, err := s.settingsPage(r, a)
	if err != nil {
		return err
	}
	data.Created = &page.NewToken{Name: token.Name, Secret: secret}
	return s.render(w, r, "settings", data)
}

func (s *Site) revokeToken(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.TokenID](r, "id")
	if err != nil {
		return err
	}
	if err := s.Identity.RevokeToken(r.Context(), a, id); err != nil {
		return err
	}
	return redirect(w, r, "/settings#s-tokens")
}
