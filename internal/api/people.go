package api

import (
	"cmp"
	"context"
	"encoding/hex"
	"mime"
	"net/http"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/audit"
)

// WirePerson is a user as administrators see one.
type WirePerson struct {
	ID         string     `json:"id"`
	Email      string     `json:"email"`
	Name       string     `json:"name"`
	Role       string     `json:"role" enum:"member,admin"`
	Disabled   bool       `json:"disabled" doc:"Then no session and no token of theirs counts"`
	CreatedAt  time.Time  `json:"created_at"`
	LastSeenAt *time.Time `json:"last_seen_at"`
}

func personOf(u ba.User) WirePerson {
	return WirePerson{ID: string(u.ID), Email: u.Email, Name: u.Name, Role: string(u.Role), Disabled: u.Disabled, CreatedAt: u.CreatedAt.UTC(), LastSeenAt: moment(u.LastSeenAt)}
}

type usersInput struct {
	Paged
	Q string `query:"q" maxLength:"200" doc:"Words of name or address"`
}

func (s *server) users(ctx context.Context, a ba.Actor, in *usersInput) (*out[List[WirePerson]], error) {
	l, err := s.Identity.People(ctx, a, in.Q, in.page())
	if err != nil {
		return nil, err
	}
	return listed(l.Items, l.Next, personOf), nil
}

type wirePersonMoney struct {
	WirePerson
	Money WireMoney `json:"budget"`
	Own   bool      `json:"own_limit" doc:"The limit was decided for this user alone"`
}

// WireMoney is what was spent this month, of what.
type WireMoney struct {
	Limit    *int64 `json:"limit_microusd" doc:"null where there is none"`
	Used     int64  `json:"used_microusd"`
	Reserved int64  `json:"reserved_microusd" doc:"For answers that are being written"`
}

func moneyOf(limit int64, spent ba.Spending) WireMoney {
	return WireMoney{Limit: limitOf(limit), Used: spent.UsedMicroUSD, Reserved: spent.ReservedMicroUSD}
}

// limitOf returns nil for no limit.
func limitOf(microUSD int64) *int64 {
	if microUSD == ba.NoLimit {
		return nil
	}
	return &microUSD
}

func (s *server) user(ctx context.Context, a ba.Actor, in *ByID) (*out[wirePersonMoney], error) {
	id, err := idOf[ba.UserID](in.ID)
	if err != nil {
		return nil, err
	}
	u, err := s.Identity.Person(ctx, a, id)
	if err != nil {
		return nil, err
	}
	spent, limit, own, err := s.Budget.Of(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return answer(wirePersonMoney{WirePerson: personOf(u), Money: moneyOf(limit, spent), Own: own}), nil
}

// WireOpenInvitation is an invitation that nobody accepted yet.
type WireOpenInvitation struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Role      string    `json:"role" enum:"member,admin"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (s *server) invitations(ctx context.Context, a ba.Actor, _ *struct{}) (*out[List[WireOpenInvitation]], error) {
	all, err := s.Identity.Invitations(ctx, a, "")
	if err != nil {
		return nil, err
	}
	return listed(all, "", func(i ba.Invitation) WireOpenInvitation {
		role := ba.RoleMember
		if i.Admin {
			role = ba.RoleAdmin
		}
		return WireOpenInvitation{ID: string(i.ID), Email: i.Email, Role: string(role), ExpiresAt: i.ExpiresAt.UTC()}
	}), nil
}

type wireBudgets struct {
	Month  string           `json:"month" example:"2026-11"`
	All    WireMoney        `json:"all" doc:"Of everybody together"`
	Each   *int64           `json:"each_limit_microusd" doc:"Of a user without a limit of their own; null where there is none"`
	Models []WireModelCost  `json:"models" doc:"The dearest first"`
	Users  []WirePersonCost `json:"users" doc:"Those who spent most, 200 at most"`
}

// WireModelCost is what a model cost this month.
type WireModelCost struct {
	Provider string `json:"provider"`
	Model    string `json:"model"`
	Calls    int64  `json:"calls"`
	Used     int64  `json:"used_microusd"`
}

// WirePersonCost is what a user spent this month.
type WirePersonCost struct {
	ID       string `json:"user_id"`
	Used     int64  `json:"used_microusd"`
	Reserved int64  `json:"reserved_microusd"`
}

const maxSpenders = 200

func (s *server) budgets(ctx context.Context, a ba.Actor, _ *struct{}) (*out[wireBudgets], error) {
	o, err := s.Budget.Overview(ctx, a)
	if err != nil {
		return nil, err
	}
	w := wireBudgets{Month: o.Month.End().AddDate(0, 0, -1).Format("2006-01"), All: moneyOf(o.Limits.Instance, o.All), Each: limitOf(o.Limits.User),
		Models: []WireModelCost{}, Users: []WirePersonCost{}}
	for _, m := range o.Models {
		w.Models = append(w.Models, WireModelCost{Provider: m.Provider, Model: m.Model, Calls: m.Calls, Used: m.UsedMicroUSD})
	}
	slices.SortFunc(w.Models, func(x, y WireModelCost) int {
		return cmp.Or(cmp.Compare(y.Used, x.Used), cmp.Compare(x.Provider, y.Provider), cmp.Compare(x.Model, y.Model))
	})
	for id, spent := range o.Users {
		w.Users = append(w.Users, WirePersonCost{ID: string(id), Used: spent.UsedMicroUSD, Reserved: spent.ReservedMicroUSD})
	}
	slices.SortFunc(w.Users, func(x, y WirePersonCost) int { return cmp.Or(cmp.Compare(y.Used, x.Used), cmp.Compare(x.ID, y.ID)) })
	w.Users = w.Users[:min(len(w.Users), maxSpenders)]
	return answer(w), nil
}

// AuditFilter are the parameters that narrow the audit log.
type AuditFilter struct {
	Action string    `query:"action" maxLength:"100" example:"document.downloaded"`
	Actor  string    `query:"actor_id" maxLength:"100" doc:"Who did it"`
	Object string    `query:"object_id" maxLength:"100"`
	From   time.Time `query:"from" doc:"Not before"`
	Until  time.Time `query:"until" doc:"Before"`
}

func (f AuditFilter) filter() ba.AuditFilter {
	return ba.AuditFilter{Action: ba.Action(f.Action), Actor: ba.UserID(f.Actor), Object: f.Object, From: f.From, Until: f.Until}
}

type auditInput struct {
	Paged
	AuditFilter
}

func (s *server) auditLog(ctx context.Context, a ba.Actor, in *auditInput) (*out[List[audit.Record]], error) {
	l, err := s.Audit.List(ctx, a, in.filter(), in.page())
	if err != nil {
		return nil, err
	}
	return listed(l.Items, l.Next, audit.RecordOf), nil
}

type auditExport struct {
	AuditFilter
	Format string `query:"format" enum:"json,csv" default:"json" doc:"json: one object a line"`
}

func (s *server) exportAudit(w http.ResponseWriter, r *http.Request, a ba.Actor, in *auditExport) error {
	format := audit.Format(in.Format)
	name := "audit-" + s.Clock().UTC().Format(time.DateOnly) + "." + format.Extension()
	h := w.Header()
	h.Set("Content-Type", format.MediaType())
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return s.Audit.Export(r.Context(), a, in.filter(), format, w)
}

type auditVerify struct {
	Noted string `query:"noted" maxLength:"200" doc:"The anchor of an earlier check: proves that nothing was cut off since"`
}

type wireAuditReport struct {
	Sound   bool     `json:"sound"`
	Entries int64    `json:"entries"`
	Last    int64    `json:"last" doc:"Place of the last entry"`
	Hash    string   `json:"hash" doc:"Of the last entry"`
	Anchor  string   `json:"anchor" doc:"Note it elsewhere, and give it to the next check"`
	Faults  []string `json:"faults"`
}

func (s *server) verifyAudit(ctx context.Context, a ba.Actor, in *auditVerify) (*out[wireAuditReport], error) {
	var noted *ba.AuditAnchor
	if in.Noted != "" {
		var err error
		if noted, err = audit.ParseAnchor(in.Noted); err != nil {
			return nil, err
		}
	}
	r, err := s.Audit.Verify(ctx, a, noted)
	if err != nil {
		return nil, err
	}
	w := wireAuditReport{Sound: len(r.Faults) == 0, Entries: r.Entries, Last: r.Last, Hash: hex.EncodeToString(r.Hash), Anchor: audit.Anchor(r), Faults: []string{}}
	for _, f := range r.Faults {
		w.Faults = append(w.Faults, f.What)
	}
	return answer(w), nil
}
