package api

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/identity"
	"github.com/ba-assistant/ba-assistant/internal/provider"
)

// Backups makes backups and knows the recent ones.
type Backups interface {
	Recent(ctx context.Context) ([]ba.Backup, error)
	// Start begins one and returns; Conflict where one is being made.
	Start(ctx context.Context, a ba.Actor) error
}

// DeploymentCheck is what the instance knows of one point of its deployment.
type DeploymentCheck struct {
	ID    string           `json:"id" example:"OWN-09"`
	Title string           `json:"title"`
	State string           `json:"state" enum:"proven,failed,warning,unknown" doc:"unknown: it cannot be known from inside"`
	Rows  []string         `json:"rows" doc:"What it keeps, in the list of pitfalls"`
	Notes []DeploymentNote `json:"notes"`
}

// DeploymentNote is what was found, and what to do about it.
type DeploymentNote struct {
	Text string `json:"text"`
	Fix  string `json:"fix,omitempty"`
}

// adminRoutes let programs of administrators watch an installation, test it
// and back it up. Who may enter, with which role and limit, is decided on the
// pages alone: a token that leaked must not make itself an administrator.
func (s *server) adminRoutes() []Route {
	const tag = "Administration"
	return []Route{
		{Method: get, Path: "/api/admin/users", Authority: Admin, ID: "list-users", Tag: tag, Summary: "Everybody who ever signed in, the newest first", register: handle(s.users)},
		{Method: get, Path: "/api/admin/users/{id}", Authority: Admin, ID: "get-user", Tag: tag, Summary: "One user, with what was spent this month", register: handle(s.user)},
		{Method: get, Path: "/api/admin/invitations", Authority: Admin, ID: "list-invitations", Tag: tag, Summary: "Open invitations to the workspace; their links are shown once, to whoever made them", register: handle(s.invitations)},
		{Method: get, Path: "/api/admin/budgets", Authority: Admin, ID: "get-budgets", Tag: tag, Summary: "Limits, and what models and users cost this month", register: handle(s.budgets)},
		{Method: get, Path: "/api/admin/providers", Authority: Admin, ID: "list-ai-providers", Tag: tag, Summary: "The AI providers, as this instance has seen them; the first is the default", register: handle(s.aiProviders)},
		{Method: post, Path: "/api/admin/providers/{id}/test", Authority: Admin, ID: "test-ai-provider", Tag: tag, Summary: "Ask an AI provider one tiny question, paid from the caller's budget", register: handle(s.testAIProvider)},
		{Method: get, Path: "/api/admin/sign-in", Authority: Admin, ID: "list-sign-ins", Tag: tag, Summary: "The ways to sign in, with the address to register at each", register: handle(s.signIns)},
		{Method: post, Path: "/api/admin/sign-in/{id}/test", Authority: Admin, ID: "test-sign-in", Tag: tag, Summary: "Read the discovery document of a way to sign in again", register: handle(s.testSignIn)},
		{Method: get, Path: "/api/admin/audit", Authority: Admin, ID: "list-audit", Tag: tag, Summary: "The audit log, the newest entry first", register: handle(s.auditLog)},
		{Method: get, Path: "/api/admin/audit/export", Authority: Admin, ID: "export-audit", Tag: tag, Summary: "The entries that pass the filter, as a file; that it was made is recorded first", register: raw(s.exportAudit), document: describeExport},
		{Method: get, Path: "/api/admin/audit/verify", Authority: Admin, ID: "verify-audit", Tag: tag, Summary: "Read the whole log and say where it is not as it was written", register: handle(s.verifyAudit)},
		{Method: get, Path: "/api/admin/backups", Authority: Admin, ID: "list-backups", Tag: tag, Summary: "The newest backups of all instances", register: handle(s.backups)},
		{Method: post, Path: "/api/admin/backups", Authority: Admin, ID: "start-backup", Tag: tag, Summary: "Begin a backup, to where the configuration says", status: 202, register: handle(s.startBackup)},
		{Method: get, Path: "/api/admin/deployment", Authority: Admin, ID: "get-deployment", Tag: tag, Summary: "What is proven of this deployment, what failed, and how to fix it; the worst first", register: handle(s.deployment)},
	}
}

// ByName is the id in the path of what the configuration names, such as anthropic.
type ByName struct {
	ID string `path:"id" maxLength:"100" doc:"Its id in the list"`
}

type wireAIProvider struct {
	ID         string        `json:"id"`
	Name       string        `json:"name"`
	BuiltIn    bool          `json:"built_in" doc:"Needs no key and no network"`
	Default    bool          `json:"default"`
	State      string        `json:"state" enum:"ready,failing,paused" doc:"paused: it failed several times in a row and is left alone for a while"`
	Host       string        `json:"host,omitempty"`
	Key        string        `json:"key_variable,omitempty" doc:"The variable that its key came from"`
	Failures   int           `json:"failures" doc:"In a row"`
	Fault      string        `json:"fault,omitempty" doc:"The kind of the last fault"`
	FaultAt    *time.Time    `json:"fault_at"`
	AnsweredAt *time.Time    `json:"answered_at"`
	AloneUntil *time.Time    `json:"alone_until"`
	Models     []WirePricing `json:"models"`
}

// WirePricing is what a model costs now.
type WirePricing struct {
	ID     string `json:"id"`
	Priced bool   `json:"priced" doc:"One without a price is not asked"`
	Free   bool   `json:"free"`
	Input  int64  `json:"input_microusd" doc:"For a million tokens"`
	Output int64  `json:"output_microusd" doc:"For a million tokens"`
	Varies bool   `json:"varies" doc:"Long questions, or some hours, cost more"`
}

func (s *server) aiProviders(_ context.Context, a ba.Actor, _ *struct{}) (*out[List[wireAIProvider]], error) {
	all, err := s.Providers.List(a)
	if err != nil {
		return nil, err
	}
	return listed(all, "", func(p provider.Status) wireAIProvider {
		w := wireAIProvider{ID: p.ID(), Name: p.Name, BuiltIn: p.BuiltIn, Default: p.Default, State: string(p.State), Host: p.Host, Key: p.KeyVariable, Failures: p.Failures,
			FaultAt: moment(p.FaultAt), AnsweredAt: moment(p.AnsweredAt), AloneUntil: moment(p.AloneUntil), Models: []WirePricing{}}
		if !p.FaultAt.IsZero() {
			w.Fault = p.Fault.String()
		}
		for _, m := range p.Models {
			q := s.Budget.Quote(p.ID(), m)
			w.Models = append(w.Models, WirePricing{ID: m, Priced: q.Known, Free: q.Free, Input: q.Input, Output: q.Output, Varies: q.Varies})
		}
		return w
	}), nil
}

type testInput struct {
	ByName
	Body *struct {
		Model string `json:"model,omitempty" maxLength:"200" doc:"The provider's first where absent"`
	}
}

type wireTest struct {
	OK    bool   `json:"ok"`
	Code  string `json:"code" doc:"Stable, such as ok, auth, billing, model, host_unknown"`
	Text  string `json:"text" doc:"What happened"`
	Fix   string `json:"fix,omitempty" doc:"What to do"`
	Model string `json:"model,omitempty"`
	Cost  int64  `json:"cost_microusd"`
}

func (s *server) testAIProvider(ctx context.Context, a ba.Actor, in *testInput) (*out[wireTest], error) {
	model := ""
	if in.Body != nil {
		model = in.Body.Model
	}
	r, err := s.Providers.Test(ctx, a, in.ID, model)
	if err != nil {
		return nil, err
	}
	return answer(wireTest{OK: r.OK, Code: r.Code, Text: r.Text, Fix: r.Fix, Model: r.Model, Cost: r.CostMicroUSD}), nil
}

type wireSignIn struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Address  string `json:"discovery_url"`
	Redirect string `json:"redirect_uri" doc:"Register it there, character for character"`
	State    string `json:"state" enum:"answers,silent,not_asked" doc:"As this instance has seen it"`
}

func (s *server) signIns(_ context.Context, a ba.Actor, _ *struct{}) (*out[List[wireSignIn]], error) {
	all, err := s.Identity.Registrations(a)
	if err != nil {
		return nil, err
	}
	return listed(all, "", func(r identity.Registration) wireSignIn {
		w := wireSignIn{ID: r.ID, Name: r.Name, Address: r.Address, Redirect: r.Redirect, State: "not_asked"}
		switch {
		case r.Answered:
			w.State = "answers"
		case r.Failed:
			w.State = "silent"
		}
		return w
	}), nil
}

func (s *server) testSignIn(ctx context.Context, a ba.Actor, in *ByName) (*out[wireTest], error) {
	r, err := s.Identity.TestSignIn(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(wireTest{OK: r.OK, Code: r.Code, Text: r.Text, Fix: r.Fix}), nil
}

type wireBackup struct {
	ID         string     `json:"id"`
	State      string     `json:"state"`
	Origin     string     `json:"origin" doc:"What asked for it"`
	Place      string     `json:"place"`
	Size       int64      `json:"size" doc:"Bytes; 0 while it runs"`
	Rows       int64      `json:"rows"`
	Failure    string     `json:"failure,omitempty"`
	StartedAt  time.Time  `json:"started_at"`
	FinishedAt *time.Time `json:"finished_at"`
}

func (s *server) backups(ctx context.Context, _ ba.Actor, _ *struct{}) (*out[List[wireBackup]], error) {
	recent, err := s.Backups.Recent(ctx)
	if err != nil {
		return nil, err
	}
	return listed(recent, "", func(b ba.Backup) wireBackup {
		return wireBackup{ID: string(b.ID), State: string(b.State), Origin: string(b.Origin), Place: b.Place, Size: b.Size, Rows: b.Rows, Failure: b.Failure,
			StartedAt: b.StartedAt.UTC(), FinishedAt: moment(b.FinishedAt)}
	}), nil
}

func (s *server) startBackup(ctx context.Context, a ba.Actor, _ *struct{}) (*struct{}, error) {
	return nil, s.Backups.Start(ctx, a)
}

func (s *server) deployment(ctx context.Context, _ ba.Actor, _ *struct{}) (*out[List[DeploymentCheck]], error) {
	all, err := s.Deployment(ctx)
	if err != nil {
		return nil, err
	}
	return listed(all, "", func(c DeploymentCheck) DeploymentCheck { return c }), nil
}
