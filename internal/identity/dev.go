package identity

import (
	"net/http"
	"net/mail"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Development is sign-in without a proof, for a laptop. It exists only where
// the service was made for development: production has none to call.
type Development struct{ service *Service }

// NewDevelopment returns the development sign-in of s, and nil where s is not
// for development.
func NewDevelopment(s *Service) *Development {
	if !s.cfg.Development {
		return nil
	}
	return &Development{service: s}
}

// SignIn lets somebody in under an address and a name and sets the session
// cookie. The first person becomes administrator.
func (d *Development) SignIn(w http.ResponseWriter, r *http.Request, email, name string) (ba.User, error) {
	s := d.service
	name = strings.TrimSpace(name)
	fields := ba.CheckText("body.name", name, 0, ba.MaxNameLen)
	addr, err := mail.ParseAddress(strings.TrimSpace(email))
	if err != nil || addr.Name != "" || len(email) > 254 {
		fields = append(fields, ba.Field{Location: "body.email", Message: "must be an e-mail address such as ana@example.com"})
	}
	if err := ba.InvalidFields(fields); err != nil {
		return ba.User{}, err
	}
	who := person{
		identity: ba.Identity{Provider: "dev", Issuer: "dev", Subject: strings.ToLower(addr.Address)},
		provider: "development", email: addr.Address, name: name, emailTrusted: true,
	}
	user, err := s.admit(w, r, who)
	if err != nil {
		return ba.User{}, s.turnedAway(r.Context(), "dev", who, err)
	}
	return user, s.startSession(w, r, user)
}
