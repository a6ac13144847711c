package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

type wireProvider struct {
	ID       string `json:"id" enum:"google,microsoft,oidc"`
	Name     string `json:"name"`
	LoginURL string `json:"login_url" doc:"Where to send the browser, with ?return_to= a local path"`
}

func (s *server) providers(context.Context, ba.Actor, *struct{}) (*out[[]wireProvider], error) {
	all := []wireProvider{}
	for _, o := range s.Identity.Options() {
		all = append(all, wireProvider(o))
	}
	return answer(all), nil
}

// login and callback are looked up late, so that the table can be made for its
// description alone.
func (s *server) login(w http.ResponseWriter, r *http.Request) error { return s.Identity.Login(w, r) }

func (s *server) callback(w http.ResponseWriter, r *http.Request) error {
	return s.Identity.Callback(w, r)
}

type devInput struct {
	Body struct {
		Email string `json:"email" maxLength:"254"`
		Name  string `json:"name,omitempty" maxLength:"200"`
	}
}

// signInDev needs the response writer for the cookie, which handle does not
// pass on; so it is raw, and its input is decoded by the framework all the same.
func (s *server) signInDev(w http.ResponseWriter, r *http.Request, _ ba.Actor, in *devInput) error {
	user, err := s.Dev.SignIn(w, r, in.Body.Email, in.Body.Name)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, userOf(user))
}

type exchangeInput struct {
	Agent string `header:"User-Agent"`
	Body  struct {
		Code         string `json:"code" maxLength:"200" doc:"The one-time code that came to the front end"`
		CodeVerifier string `json:"code_verifier" minLength:"43" maxLength:"128" doc:"The PKCE verifier whose challenge began the sign-in (RFC 7636)"`
	}
}

type wireGrant struct {
	Token     string    `json:"token" doc:"Send it as Authorization: Bearer"`
	TokenType string    `json:"token_type" enum:"Bearer"`
	ExpiresAt time.Time `json:"expires_at" doc:"It ends earlier where it is unused, later where it is used"`
	User      wireUser  `json:"user"`
}

func (s *server) exchangeCode(ctx context.Context, _ ba.Actor, in *exchangeInput) (*out[wireGrant], error) {
	if err := s.atTheDoor(ctx); err != nil {
		return nil, err
	}
	secret, session, user, err := s.Identity.ExchangeCode(ctx, in.Body.Code, in.Body.CodeVerifier, in.Agent)
	if err != nil {
		return nil, err
	}
	return answer(wireGrant{Token: secret, TokenType: "Bearer", ExpiresAt: session.ExpiresAt.UTC(), User: userOf(user)}), nil
}

func (s *server) logout(w http.ResponseWriter, r *http.Request, a ba.Actor, _ *struct{}) error {
	if err := s.Identity.Logout(r.Context(), w, a); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type wireSession struct {
	ID         string    `json:"id"`
	Agent      string    `json:"agent" doc:"The browser's own description"`
	Current    bool      `json:"current" doc:"Whether it is the session of this request"`
	Bearer     bool      `json:"bearer" doc:"Whether it belongs to a separate front end"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	ExpiresAt  time.Time `json:"expires_at"`
}

func (s *server) sessions(ctx context.Context, a ba.Actor, _ *struct{}) (*out[List[wireSession]], error) {
	all, err := s.Identity.Sessions(ctx, a)
	if err != nil {
		return nil, err
	}
	return listed(all, "", func(x ba.Session) wireSession {
		return wireSession{
			ID: string(x.ID), Agent: x.Agent, Current: x.ID == a.Session, Bearer: x.Bearer,
			CreatedAt: x.CreatedAt.UTC(), LastUsedAt: x.LastUsedAt.UTC(), ExpiresAt: x.ExpiresAt.UTC(),
		}
	}), nil
}

func (s *server) endSession(ctx context.Context, a ba.Actor, in *ByID) (*struct{}, error) {
	id, err := idOf[ba.SessionID](in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Identity.EndSession(ctx, a, id)
}

// WireToken is a personal API token without its secret.
type WireToken struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Scopes     []string   `json:"scopes"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
	ExpiresAt  time.Time  `json:"expires_at"`
}

type wireNewToken struct {
	WireToken
	Token string `json:"token" doc:"The secret. It is shown once"`
}

func tokenOf(t ba.APIToken) WireToken {
	scopes := []string{string(ba.AccessRead)}
	if t.Access == ba.AccessWrite {
		scopes = append(scopes, string(ba.AccessWrite))
	}
	return WireToken{ID: string(t.ID), Name: t.Name, Scopes: scopes, CreatedAt: t.CreatedAt.UTC(), LastUsedAt: moment(t.LastUsedAt), ExpiresAt: t.ExpiresAt.UTC()}
}

type tokenInput struct {
	Body struct {
		Name          string   `json:"name" maxLength:"200"`
		ExpiresInDays int      `json:"expires_in_days,omitempty" minimum:"1" maximum:"365" doc:"90 where absent"`
		Scopes        []string `json:"scopes,omitempty" enum:"read,write" maxItems:"2" doc:"read where absent; write includes read"`
	}
}

func (s *server) createToken(ctx context.Context, a ba.Actor, in *tokenInput) (*out[wireNewToken], error) {
	if err := s.atTheDoor(ctx); err != nil {
		return nil, err
	}
	access := ba.AccessRead
	if slices.Contains(in.Body.Scopes, string(ba.AccessWrite)) {
		access = ba.AccessWrite
	}
	t, secret, err := s.Identity.NewToken(ctx, a, in.Body.Name, in.Body.ExpiresInDays, access)
	if err != nil {
		return nil, err
	}
	return answer(wireNewToken{WireToken: tokenOf(t), Token: secret}), nil
}

func (s *server) tokens(ctx context.Context, a ba.Actor, _ *struct{}) (*out[List[WireToken]], error) {
	all, err := s.Identity.Tokens(ctx, a)
	if err != nil {
		return nil, err
	}
	return listed(all, "", tokenOf), nil
}

func (s *server) deleteToken(ctx context.Context, a ba.Actor, in *ByID) (*struct{}, error) {
	id, err := idOf[ba.TokenID](in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Identity.RevokeToken(ctx, a, id)
}

type wireMe struct {
	User   wireUser   `json:"user"`
	Role   string     `json:"role" enum:"member,admin"`
	Budget wireBudget `json:"budget"`
}

type wireBudget struct {
	Limit    int64     `json:"limit_microusd"`
	Used     int64     `json:"used_microusd"`
	Reserved int64     `json:"reserved_microusd" doc:"For answers that are being written"`
	Percent  int       `json:"percent"`
	State    string    `json:"state" enum:"ok,warning,critical,exhausted" doc:"Of this user, or of all together where that is worse: warning from 80 %, critical from 95 %, exhausted where nothing more can be asked"`
	Reason   string    `json:"reason,omitempty" doc:"Why, in a sentence for the person; absent where the state is ok"`
	ResetsAt time.Time `json:"resets_at"`
}

func (s *server) me(ctx context.Context, a ba.Actor, _ *struct{}) (*out[wireMe], error) {
	user, err := s.Identity.User(ctx, a)
	if err != nil {
		return nil, err
	}
	v, err := s.Budget.Standing(ctx, a)
	if err != nil {
		return nil, err
	}
	budget := wireBudget{Limit: v.Limit, Used: v.Used, Reserved: v.Reserved, Percent: v.Percent, State: string(v.State), Reason: v.Reason, ResetsAt: v.ResetsAt}
	return answer(wireMe{User: userOf(user), Role: string(user.Role), Budget: budget}), nil
}
