package artifact

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Store is what the service needs of the database. Methods that take an actor
// check what it may do and answer ba.NotFound or ba.Forbidden; the others
// belong to a generation that was claimed before, and answer ba.Conflict where
// it is no longer its owner's.
type Store interface {
	Artifact(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int) (ba.Artifact, error)
	Artifacts(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Artifact], error)
	ThreadArtifacts(ctx context.Context, a ba.Actor, thread ba.ThreadID, page ba.Page) (ba.List[ba.Artifact], error)
	ArtifactVersions(ctx context.Context, a ba.Actor, id ba.ArtifactID) ([]ba.ArtifactVersion, error)
	DeleteArtifact(ctx context.Context, a ba.Actor, id ba.ArtifactID) error
	ChangeArtifact(ctx context.Context, a ba.Actor, v ba.Artifact, terms []string) (ba.Artifact, error)
	ApproveArtifact(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int, hash string) error
	WithdrawApproval(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int) error

	StartArtifact(ctx context.Context, a ba.Actor, v ba.Artifact, owner ba.TurnOwner) (ba.Artifact, bool, error)
	ResumeArtifact(ctx context.Context, a ba.Actor, id ba.ArtifactID, owner ba.TurnOwner) (ba.Artifact, bool, error)
	RegenerateArtifact(ctx context.Context, a ba.Actor, v ba.Artifact, request string, owner ba.TurnOwner) (ba.Artifact, bool, error)
	RequestArtifactStop(ctx context.Context, a ba.Actor, id ba.ArtifactID) error
	ArtifactStopRequested(ctx context.Context, id ba.ArtifactID) (bool, error)
	SaveGenerated(ctx context.Context, v ba.Artifact, until time.Time) error
	EndGeneration(ctx context.Context, v ba.Artifact, terms []string) error
	InterruptArtifacts(ctx context.Context, instance string, at time.Time) ([]ba.Artifact, error)

	Project(ctx context.Context, a ba.Actor, id ba.ProjectID) (ba.Project, error)
	ProjectRole(ctx context.Context, a ba.Actor, id ba.ProjectID) (ba.ProjectRole, error)
	Members(ctx context.Context, a ba.Actor, id ba.ProjectID) ([]ba.Member, error)
	Thread(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Thread, ba.ProjectRole, error)
	Threads(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Thread], error)
	Messages(ctx context.Context, a ba.Actor, id ba.ThreadID, page ba.Page) (ba.List[ba.Message], error)
	Message(ctx context.Context, a ba.Actor, id ba.MessageID) (ba.Message, error)
	Documents(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Document], error)
	Passage(ctx context.Context, a ba.Actor, id ba.PassageID) (ba.Passage, error)
	Requirements(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Requirement, error)
	DocumentLinks(ctx context.Context, a ba.Actor, id ba.DocumentID) ([]ba.AddedLink, error)
	ThreadLinks(ctx context.Context, a ba.Actor, id ba.ThreadID) ([]ba.AddedLink, error)
	RequirementNumbers(ctx context.Context, a ba.Actor, project ba.ProjectID) (int, error)
	Notes(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Note, error)

	// Audit adds what is no act of the store itself to the audit log.
	Audit(ctx context.Context, e ba.AuditEntry) error
}

// Library finds passages. It checks what the actor may see.
type Library interface {
	Retrieve(ctx context.Context, a ba.Actor, project ba.ProjectID, text string, limit int) ([]ba.Hit, error)
	Place(ctx context.Context, a ba.Actor, id ba.PassageID, quote string) (ba.Locator, error)
}

// Collector makes requirement objects of the statements in the documents and
// conversations of a project. It is asked once, for a project that never had
// any: what people changed or deleted since is theirs to decide.
type Collector interface {
	Collect(ctx context.Context, a ba.Actor, project ba.ProjectID) error
}

// Budget sets money aside before each call of a provider, and books what it
// cost after it.
type Budget interface {
	// Reserve returns what the call may write at most, or why it must not be made.
	Reserve(ctx context.Context, c ba.Call) (ba.Hold, error)
	// Settle books the cost of a call in micro-dollars and returns it.
	Settle(ctx context.Context, h ba.Hold, spent ba.Spent) (int64, error)
}

// Offer is who can write. The built-in analyst, which works by rules, is the
// one with the id analyst.ID.
type Offer struct {
	Provider llm.Provider
	Name     string
	Models   []string
}

// Deps is what a Service is made of.
type Deps struct {
	Store     Store
	Bus       event.Bus
	Library   Library
	Budget    Budget
	Collector Collector // before an artifact is planned; nil: it shows the objects that there are
	Offers    []Offer   // the first writes what is asked for outside of a conversation
	Instance  string    // name of this process as the owner of generations; the same after a restart
	AtOnce    int       // generations; 0 is 20
	Grace     time.Duration
	Fonts     func() *export.Fonts // of PDF files; nil: the built-in one
	Clock     func() time.Time
	Log       *slog.Logger
}

// Service is the use cases of artifacts. It is safe for concurrent use.
type Service struct {
	Deps
	pace    pace
	started chan struct{} // closed when Run has marked what was left from before
	leaving chan struct{} // closed when Run waits for nothing but last writes

	mu      sync.Mutex // guards what follows
	work    context.Context
	running map[ba.ArtifactID]context.CancelCauseFunc
	closed  bool
	writers sync.WaitGroup
}

// pace is how often a generation does what it does. Only tests change it.
type pace struct {
	save  time.Duration // least time between two writes
	renew time.Duration // most time between them
	poll  time.Duration // between looks for a stop that was asked for elsewhere
	lease time.Duration // how long a generation is ours after a write
	sweep time.Duration // between looks for what nobody will finish
}

var defaultPace = pace{save: 500 * time.Millisecond, renew: 10 * time.Second, poll: time.Second, lease: 45 * time.Second, sweep: 5 * time.Second}

// New returns a Service. Run must be called for anything to be generated.
func New(d Deps) (*Service, error) {
	if d.Store == nil || d.Bus == nil || d.Library == nil || d.Budget == nil || len(d.Offers) == 0 || d.Instance == "" || d.Clock == nil || d.Log == nil {
		return nil, errors.New("artifact: a dependency is missing")
	}
	d.AtOnce = cmp.Or(d.AtOnce, 20)
	d.Grace = cmp.Or(d.Grace, 5*time.Second)
	return &Service{Deps: d, pace: defaultPace, started: make(chan struct{}), leaving: make(chan struct{}), running: make(map[ba.ArtifactID]context.CancelCauseFunc)}, nil
}

// Find returns an artifact in one of its versions, the newest for version 0.
func (s *Service) Find(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int) (ba.Artifact, error) {
	return s.Store.Artifact(ctx, a, id, version)
}

// List returns the artifacts of a project without their content, the newest first.
func (s *Service) List(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Artifact], error) {
	return s.Store.Artifacts(ctx, a, project, page)
}

// OfThread returns what was asked for in a conversation, the newest first.
func (s *Service) OfThread(ctx context.Context, a ba.Actor, thread ba.ThreadID, page ba.Page) (ba.List[ba.Artifact], error) {
	return s.Store.ThreadArtifacts(ctx, a, thread, page)
}

// Versions returns the history of an artifact, the newest version first.
func (s *Service) Versions(ctx context.Context, a ba.Actor, id ba.ArtifactID) ([]ba.ArtifactVersion, error) {
	return s.Store.ArtifactVersions(ctx, a, id)
}

// Delete removes an artifact with its versions. What writes it notices that it
// is gone.
func (s *Service) Delete(ctx context.Context, a ba.Actor, id ba.ArtifactID) error {
	if err := s.Store.DeleteArtifact(ctx, a, id); err != nil {
		return err
	}
	s.cancel(id, errStopped)
	return nil
}

// offer returns who has the id, or the first where there is none with it.
func (s *Service) offer(id string) (Offer, bool) {
	for _, o := range s.Offers {
		if o.Provider.ID() == id {
			return o, true
		}
	}
	return Offer{}, false
}
