package chat

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Store is what the service needs of the database. Methods that take an actor
// check what it may do and answer ba.NotFound or ba.Forbidden; the others
// belong to a turn that was claimed before, and answer ba.Conflict where it is
// no longer its owner's.
type Store interface {
	CreateThread(ctx context.Context, a ba.Actor, v ba.Thread) error
	Thread(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Thread, ba.ProjectRole, error)
	Threads(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Thread], error)
	UpdateThread(ctx context.Context, a ba.Actor, id ba.ThreadID, c ba.ThreadChange) error
	NameThread(ctx context.Context, a ba.Actor, id ba.ThreadID, title string, by ba.Titled) (bool, error)
	MoveThread(ctx context.Context, a ba.Actor, id ba.ThreadID, project ba.ProjectID) error
	DeleteThread(ctx context.Context, a ba.Actor, id ba.ThreadID) error
	RestoreThread(ctx context.Context, a ba.Actor, id ba.ThreadID, deletedAfter time.Time) error
	PurgeThreads(ctx context.Context, deletedBefore time.Time) (int, error)

	Messages(ctx context.Context, a ba.Actor, id ba.ThreadID, page ba.Page) (ba.List[ba.Message], error)
	LatestMessages(ctx context.Context, a ba.Actor, id ba.ThreadID, before int64, limit int) ([]ba.Message, error)
	Message(ctx context.Context, a ba.Actor, id ba.MessageID) (ba.Message, error)
	Turn(ctx context.Context, a ba.Actor, id ba.TurnID) (ba.Turn, error)
	Turns(ctx context.Context, a ba.Actor, id ba.ThreadID, ids []ba.TurnID) ([]ba.Turn, error)

	StartTurn(ctx context.Context, a ba.Actor, start ba.TurnStart, terms []string) (ba.TurnStart, bool, error)
	RequestStop(ctx context.Context, a ba.Actor, id ba.TurnID) (ba.Turn, error)
	StopRequested(ctx context.Context, id ba.TurnID) (bool, error)
	ClaimTurn(ctx context.Context, id ba.TurnID, owner ba.TurnOwner) (ba.Turn, error)
	SaveAnswer(ctx context.Context, p ba.AnswerPart, until time.Time) error
	EndTurn(ctx context.Context, e ba.TurnEnd, terms []string) error
	InterruptTurns(ctx context.Context, instance string, at time.Time) ([]ba.Turn, error)

	Summary(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Summary, error)
	SaveSummary(ctx context.Context, a ba.Actor, v ba.Summary, seen int64) error
}

// Library finds passages and lists documents for the tools of an answer. It
// checks what the actor may see.
type Library interface {
	Retrieve(ctx context.Context, a ba.Actor, project ba.ProjectID, text string, limit int) ([]ba.Hit, error)
	List(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Document], error)
	// Place returns where in its document a quote of a passage stands.
	Place(ctx context.Context, a ba.Actor, id ba.PassageID, quote string) (ba.Locator, error)
	// PassagesAround returns a passage with those before and after it in its document.
	PassagesAround(ctx context.Context, a ba.Actor, id ba.PassageID, before, after int) ([]ba.Passage, error)
}

// Notes keeps what a conversation notes of its project. It checks what the
// actor may do, and that the note makes sense.
type Notes interface {
	TakeNote(ctx context.Context, a ba.Actor, n ba.Note) error
}

// Offer is a provider that threads may use. Models may be empty, for a
// provider that has none to choose; the first is the default.
type Offer struct {
	Provider llm.Provider
	Name     string // for people, such as "Built-in analyst"
	Models   []string
	Rules    bool // it answers by rules, and can sum nothing up
}

// Limits bound what an instance does at once. A zero field is that of
// DefaultLimits.
type Limits struct {
	Threads int           // that are answered at once
	Waiting int           // questions of one thread that run or wait
	History int           // code points of a conversation that a provider is shown beside the question
	Grace   time.Duration // that answers may go on for when the instance stops
}

// DefaultLimits returns the limits of an instance that sets none.
func DefaultLimits() Limits {
	return Limits{Threads: 200, Waiting: 5, History: 120_000, Grace: 8 * time.Second}
}

func (l Limits) orDefaults() Limits {
	d := DefaultLimits()
	return Limits{cmp.Or(l.Threads, d.Threads), cmp.Or(l.Waiting, d.Waiting), cmp.Or(l.History, d.History), cmp.Or(l.Grace, d.Grace)}
}

// Deps is what a Service is made of.
type Deps struct {
	Store     Store
	Bus       event.Bus
	Library   Library
	Notes     Notes
	Budget    Budget
	Providers []Offer      // the first is the default of new threads
	Fallback  []Substitute // who answers, in this order, where a thread's provider fails before anything was shown
	// Retold returns the events of a thread that are not the chat's own, as they
	// would be told of what is stored now; nil where there are none.
	Retold func(ctx context.Context, a ba.Actor, thread ba.ThreadID) ([]event.Event, error)
	// StillValid returns Unauthenticated where the actor's session or token
	// has ended since it was checked.
	StillValid func(ctx context.Context, a ba.Actor) error
	Instance   string // name of this process as the owner of turns; the same after a restart
	Limits     Limits
	Clock      func() time.Time
	Log        *slog.Logger
}

// Provider describes an Offer.
type Provider struct {
	ID     string
	Name   string
	Models []string
}

// Service is the use cases of threads and turns. It is safe for concurrent use.
type Service struct {
	Deps
	limits  Limits
	pace    pace
	queue   *queue
	running *runningTurns
	guard   *guard
	started chan struct{}  // closed when Run has marked what was left from before
	leaving chan struct{}  // closed when Run waits for nothing but last writes
	makers  sync.WaitGroup // calls of providers
	naming  sync.Map       // ba.ThreadID of the threads that get a title now
}

// New returns a Service. Run must be called for questions to be answered.
func New(d Deps) (*Service, error) {
	if d.Store == nil || d.Bus == nil || d.Library == nil || d.Notes == nil || d.Budget == nil || len(d.Providers) == 0 || d.StillValid == nil || d.Instance == "" || d.Clock == nil || d.Log == nil {
		return nil, errors.New("chat: a dependency is missing")
	}
	limits := d.Limits.orDefaults()
	return &Service{
		Deps: d, limits: limits, pace: defaultPace,
		queue:   newQueue(limits.Threads, limits.Waiting),
		running: &runningTurns{turns: make(map[ba.TurnID]runningTurn)},
		guard:   newGuard(d),
		started: make(chan struct{}),
		leaving: make(chan struct{}),
	}, nil
}

// Limits returns the limits that are in force.
func (s *Service) Limits() Limits { return s.limits }

// Providers returns who can answer, the default first.
func (s *Service) Providers() []Provider {
	list := make([]Provider, len(s.Deps.Providers))
	for i, o := range s.Deps.Providers {
		list[i] = Provider{ID: o.Provider.ID(), Name: o.Name, Models: o.Models}
	}
	return list
}

// offer returns the offer of a provider's id, and whether there is one.
func (s *Service) offer(id string) (Offer, bool) {
	for _, o := range s.Deps.Providers {
		if o.Provider.ID() == id {
			return o, true
		}
	}
	return Offer{}, false
}
