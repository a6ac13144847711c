package provider

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/breaker"
)

// Registered is a provider as the operator set it up.
type Registered struct {
	llm.Provider
	Name    string
	Models  []string
	BuiltIn bool // needs no key and no network

	Host          string // of its address
	KeyVariable   string // the variable that the key came from; empty where there is none
	AddressOption string // the variable that moves it elsewhere
	ModelsOption  string
	Watch         *breaker.Breaker // nil for one that is never left alone
}

// Budget sets money aside before a call, and books what it cost after it.
type Budget interface {
	Reserve(ctx context.Context, c ba.Call) (ba.Hold, error)
	Settle(ctx context.Context, h ba.Hold, spent ba.Spent) (int64, error)
}

// Log is the audit log.
type Log interface {
	Audit(ctx context.Context, e ba.AuditEntry) error
}

// Deps is what a Service is made of.
type Deps struct {
	Providers []Registered // the default first
	Budget    Budget
	Audit     Log
	Limit     time.Duration // for one test; zero is 20 seconds
	Clock     func() time.Time
	Log       *slog.Logger
}

// Service is the use cases of providers. It is safe for concurrent use.
type Service struct {
	Deps
	mu      sync.Mutex
	testing map[string]bool // providers whose test is under way
}

const testLimit = 20 * time.Second

// New returns a Service.
func New(d Deps) (*Service, error) {
	if d.Budget == nil || d.Audit == nil || d.Clock == nil || d.Log == nil {
		return nil, errors.New("provider: a dependency is missing")
	}
	if d.Limit == 0 {
		d.Limit = testLimit
	}
	return &Service{Deps: d, testing: make(map[string]bool)}, nil
}

// State is how a provider does.
type State string

// The states of a provider.
const (
	Ready   State = "ready"   // it is asked
	Failing State = "failing" // it is asked, and failed the last time
	Paused  State = "paused"  // it failed several times in a row and is left alone for a while
)

// Status is a provider with how it did, as far as this instance has seen.
type Status struct {
	Registered
	breaker.Standing
	State   State
	Default bool // new conversations are answered by it
}

// List returns the providers, the default first, for administrators.
func (s *Service) List(a ba.Actor) ([]Status, error) {
	if !a.IsAdmin() {
		return nil, ba.E(ba.Forbidden, "Only an administrator sees how the providers are set up.")
	}
	list := make([]Status, len(s.Providers))
	for i, p := range s.Providers {
		list[i] = Status{Registered: p, State: Ready, Default: i == 0}
		if p.Watch == nil {
			continue
		}
		v := p.Watch.Standing()
		list[i].Standing = v
		switch {
		case !v.AloneUntil.IsZero():
			list[i].State = Paused
		case v.FaultAt.After(v.AnsweredAt):
			list[i].State = Failing
		}
	}
	return list, nil
}

func (s *Service) find(id, model string) (Registered, string, error) {
	at := slices.IndexFunc(s.Providers, func(p Registered) bool { return p.ID() == id })
	if at < 0 {
		return Registered{}, "", ba.E(ba.NotFound, "There is no such provider here. Go back to the list.")
	}
	p := s.Providers[at]
	if model == "" && len(p.Models) > 0 {
		model = p.Models[0]
	}
	if model != "" && !slices.Contains(p.Models, model) {
		return p, "", &ba.Error{Kind: ba.Invalid, Msg: p.Name + " is not set up with this model. Choose one of its list.",
			Fields: []ba.Field{{Location: "body.model", Message: "must be one of the provider's models"}}}
	}
	return p, model, nil
}

// begin keeps a second test of a provider from running beside the first.
func (s *Service) begin(id string) (end func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.testing[id] {
		return nil, ba.E(ba.Conflict, "This provider is being tested already. Wait for the result.")
	}
	s.testing[id] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.testing, id)
	}, nil
}
