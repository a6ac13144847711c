package web

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func (s *Site) adminRoutes() map[string]personal {
	return map[string]personal{
		"GET /admin":                            func(w http.ResponseWriter, r *http.Request, _ ba.Actor) error { return redirect(w, r, "/admin/users") },
		"GET /admin/deployment":                 s.deployment,
		"GET /admin/users":                      s.adminUsers,
		"POST /admin/users/invite":              s.inviteUser,
		"POST /admin/invitations/{id}/withdraw": s.withdrawInvitation,
		"GET /admin/users/{id}":                 s.adminUser,
		"POST /admin/users/{id}/role":           s.changeRole,
		"POST /admin/users/{id}/access":         s.changeAccess,
		"POST /admin/users/{id}/sign-out":       s.signOutEverywhere,
		"POST /admin/users/{id}/limit":          s.limitUser,
		"GET /admin/budgets":                    s.adminBudgets,
		"POST /admin/budgets":                   s.decideBudget,
		"GET /admin/providers":                  s.adminProviders,
		"POST /admin/providers/{id}/test":       s.testProvider,
		"POST /admin/sign-in/{id}/test":         s.testSignIn,
		"GET /admin/audit":                      s.adminAudit,
		"GET /admin/audit/export":               s.exportAudit,
		"GET /admin/backups":                    s.adminBackups,
		"POST /admin/backups":                   s.startBackup,
	}
}

func adminShell(title, tab string) page.AdminShell {
	return page.AdminShell{Shell: page.Shell{Title: title, Section: "settings"}, Tab: tab}
}

func (s *Site) adminUsers(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.usersPage(r, a)
	if err != nil {
		return err
	}
	return s.render(w, r, "admin-users", data)
}

func (s *Site) usersPage(r *http.Request, a ba.Actor) (*page.AdminUsers, error) {
	q := r.URL.Query()
	data := &page.AdminUsers{AdminShell: adminShell("Users", "users"), Query: q.Get("q")}
	l, err := s.Identity.People(r.Context(), a, data.Query, ba.Page{Limit: 50, After: q.Get("after")})
	if err != nil {
		return nil, err
	}
	for _, u := range l.Items {
		data.Users = append(data.Users, adminUserOf(u, a))
	}
	if l.Next != "" {
		data.Next = "/admin/users?" + url.Values{"after": {l.Next}}.Encode()
	}
	open, err := s.Identity.Invitations(r.Context(), a, "")
	for _, inv := range open {
		data.Invitations = append(data.Invitations, page.AdminInvitation{ID: string(inv.ID), Email: inv.Email, Admin: inv.Admin, Expires: page.Moment{Time: inv.ExpiresAt}})
	}
	return data, err
}

func adminUserOf(u ba.User, a ba.Actor) page.AdminUser {
	return page.AdminUser{Person: page.NewPerson(u), Disabled: u.Disabled, Self: u.ID == a.User, Seen: page.Moment{Time: u.LastSeenAt}, Joined: page.Moment{Time: u.CreatedAt}}
}

// inviteUser makes an invitation and shows its link, once.
func (s *Site) inviteUser(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	email := strings.TrimSpace(form.Get("email"))
	inv, link, err := s.Identity.Invite(r.Context(), a, ba.Invitation{Email: email, Admin: form.Get("role") == string(ba.RoleAdmin)})
	if err != nil {
		return err
	}
	data, err := s.usersPage(r, a)
	if err != nil {
		return err
	}
	data.Invited = &page.NewInvitation{Email: inv.Email, URL: link}
	return s.render(w, r, "admin-users", data)
}

func (s *Site) withdrawInvitation(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.InvitationID](r, "id")
	if err != nil {
		return err
	}
	if err := s.Identity.Uninvite(r.Context(), a, id); err != nil {
		return err
	}
	return redirect(w, r, "/admin/users")
}

func (s *Site) adminUser(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.showUser(w, r, a, http.StatusOK, "")
}

func (s *Site) showUser(w http.ResponseWriter, r *http.Request, a ba.Actor, status int, problem string) error {
	id, err := pathID[ba.UserID](r, "id")
	if err != nil {
		return err
	}
	u, err := s.Identity.Person(r.Context(), a, id)
	if err != nil {
		return err
	}
	spent, limit, own, err := s.Budget.Of(r.Context(), a, id)
	if err != nil {
		return err
	}
	recent, err := s.Audit.List(r.Context(), a, ba.AuditFilter{Actor: id}, ba.Page{Limit: 10})
	if err != nil {
		return err
	}
	who := adminUserOf(u, a)
	data := &page.AdminPerson{AdminShell: adminShell(who.Name, "users"), Who: who, Used: dollars(spent.UsedMicroUSD), Limit: dollars(limit), Own: own, Acts: auditLines(recent.Items)}
	if data.Problem = problem; own {
		data.Dollars = inDollars(limit)
	}
	return s.renderStatus(w, r, status, "admin-user", data)
}

// onUser does something with the user of the path, and comes back to the page.
// What is refused is said there.
func (s *Site) onUser(w http.ResponseWriter, r *http.Request, a ba.Actor, do func(id ba.UserID, form url.Values) error) error {
	id, err := pathID[ba.UserID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	err = do(id, form)
	switch {
	case err == nil:
		return redirect(w, r, "/admin/users/"+string(id))
	case ba.KindOf(err) == ba.Conflict, ba.KindOf(err) == ba.Invalid:
		httpx.Note(r.Context(), err)
		return s.showUser(w, r, a, httpx.StatusOf(ba.KindOf(err)), sentence(err))
	}
	return err
}

func (s *Site) changeRole(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onUser(w, r, a, func(id ba.UserID, form url.Values) error {
		return s.Identity.SetRole(r.Context(), a, id, ba.Role(form.Get("role")))
	})
}

func (s *Site) changeAccess(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onUser(w, r, a, func(id ba.UserID, form url.Values) error {
		return s.Identity.SetDisabled(r.Context(), a, id, form.Get("access") == "off")
	})
}

func (s *Site) signOutEverywhere(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onUser(w, r, a, func(id ba.UserID, _ url.Values) error { return s.Identity.SignOutEverywhere(r.Context(), a, id) })
}

func (s *Site) limitUser(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onUser(w, r, a, func(id ba.UserID, form url.Values) error {
		limit, err := limitOf(form)
		if err != nil {
			return err
		}
		return s.Budget.SetLimit(r.Context(), a, ba.LimitScope(id), limit)
	})
}

// limitOf reads a limit in dollars: empty is what is configured, "none" is no
// limit.
func limitOf(form url.Values) (*int64, error) {
	text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(form.Get("dollars")), "$"))
	if text == "" || form.Get("reset") != "" {
		return nil, nil
	}
	n := ba.NoLimit
	if strings.EqualFold(text, "none") {
		return &n, nil
	}
	usd, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil || usd < 0 || usd > 1e6 || math.IsNaN(usd) {
		return nil, ba.E(ba.Invalid, "A limit is an amount of dollars such as 20 or 12.50, at most 1,000,000, or the word none.")
	}
	n = int64(math.Round(usd * 1e6))
	return &n, nil
}
