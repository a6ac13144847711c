package identity

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// loginPeriod is how long a sign-in may take at the provider.
const loginPeriod = 10 * time.Minute

// maxLoginCookies is how many sign-ins one browser may have open at once; more
// would fill the request header.
const maxLoginCookies = 4

// transaction is one sign-in under way. It travels in a sealed cookie of the
// browser that began it and is kept nowhere else.
type transaction struct {
	Provider  string    `json:"p"`
	State     string    `json:"s"`
	Nonce     string    `json:"n"`
	Verifier  string    `json:"v"` // PKCE (RFC 7636)
	ReturnTo  string    `json:"r"`
	Challenge string    `json:"c,omitempty"` // PKCE challenge of a separate front end
	Link      ba.UserID `json:"l,omitempty"` // signed-in user who adds this provider
	Expires   time.Time `json:"e"`
}

const (
	loginCookie   = "ba_login_"
	sessionCookie = "ba_session"
	entryCookie   = "ba_entry"
)

// cookieName returns the name of a cookie: with the prefix that binds it to
// this host and https (RFC 6265bis), which plain http in development lacks.
func (s *Service) cookieName(base string) string {
	if s.secure {
		return "__Host-" + base
	}
	return base
}

// loginCookieName differs for each sign-in, so that two tabs don't overwrite
// one another's.
func (s *Service) loginCookieName(state string) string {
	sum := sha256.Sum256([]byte(state))
	return s.cookieName(loginCookie) + hex.EncodeToString(sum[:6])
}

func (s *Service) setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	c := &http.Cookie{
		Name: name, Value: value, Path: "/", Secure: s.secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, MaxAge: int(age.Seconds()),
	}
	if age <= 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (s *Service) dropCookie(w http.ResponseWriter, name string) { s.setCookie(w, name, "", 0) }

// put seals v into a cookie. The cookie's name is part of what is sealed: one
// cookie's value is worthless under another name.
func (s *Service) put(w http.ResponseWriter, name string, v any, age time.Duration) error {
	plain, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("seal a cookie: %w", err)
	}
	s.setCookie(w, name, s.box.Seal(plain, []byte(name)), age)
	return nil
}

// take opens a sealed cookie into v. It reports false for a cookie that is
// absent, foreign or altered.
func (s *Service) take(r *http.Request, name string, v any) bool {
	c, err := r.Cookie(name)
	if err != nil {
		return false
	}
	plain, err := s.box.Open(c.Value, []byte(name))
	return err == nil && json.Unmarshal(plain, v) == nil
}

// dropOldLogins removes the cookies of sign-ins that were never finished.
func (s *Service) dropOldLogins(w http.ResponseWriter, r *http.Request) {
	var names []string
	for _, c := range r.Cookies() {
		if strings.HasPrefix(c.Name, s.cookieName(loginCookie)) {
			names = append(names, c.Name)
		}
	}
	if len(names) < maxLoginCookies {
		return
	}
	for _, name := range names {
		s.dropCookie(w, name)
	}
}
