package identity

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// maxSearched bounds how many users a search looks at: names are sealed, so
// they are compared here and not in the database.
const maxSearched = 10_000

// People returns the users of the instance, the newest first, for
// administrators. With words, it returns those whose name or address holds
// them, as many as a page has.
func (s *Service) People(ctx context.Context, a ba.Actor, words string, page ba.Page) (ba.List[ba.User], error) {
	words = strings.ToLower(strings.TrimSpace(words))
	if words == "" {
		return s.store.Users(ctx, a, page)
	}
	var found ba.List[ba.User]
	for seen, part := 0, (ba.Page{Limit: ba.MaxPageSize}); seen < maxSearched; {
		l, err := s.store.Users(ctx, a, part)
		if err != nil {
			return found, err
		}
		for _, u := range l.Items {
			if strings.Contains(strings.ToLower(u.Name+"\n"+u.Email), words) && len(found.Items) < page.Size() {
				found.Items = append(found.Items, u)
			}
		}
		seen += len(l.Items)
		if part.After = l.Next; l.Next == "" || len(found.Items) == page.Size() {
			break
		}
	}
	return found, nil
}

// Person returns any user, for administrators.
func (s *Service) Person(ctx context.Context, a ba.Actor, id ba.UserID) (ba.User, error) {
	if !a.IsAdmin() {
		return ba.User{}, ba.E(ba.Forbidden, "Only an administrator sees the users of this instance.")
	}
	return s.store.User(ctx, id)
}

// SetRole makes a user an administrator or a member. Only administrators may;
// the last one stays one.
func (s *Service) SetRole(ctx context.Context, a ba.Actor, id ba.UserID, role ba.Role) error {
	return s.store.SetRole(ctx, a, id, role)
}

// SetDisabled shuts a user out, whose streams end within seconds, or lets the
// user in again. Nobody shuts out oneself.
func (s *Service) SetDisabled(ctx context.Context, a ba.Actor, id ba.UserID, disabled bool) error {
	if id == a.User && disabled {
		return ba.E(ba.Conflict, "You cannot disable yourself. Ask another administrator.")
	}
	return s.store.SetDisabled(ctx, a, id, disabled)
}

// SignOutEverywhere ends all sessions of a user and revokes the API tokens.
func (s *Service) SignOutEverywhere(ctx context.Context, a ba.Actor, id ba.UserID) error {
	if !a.IsAdmin() {
		return ba.E(ba.Forbidden, "Only an administrator may do this.")
	}
	return s.store.DeleteSessions(ctx, a, id)
}
