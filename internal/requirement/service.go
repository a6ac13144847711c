package requirement

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Store is what the service needs of the database. Methods that take an actor
// check what it may do and answer ba.NotFound or ba.Forbidden.
type Store interface {
	ProjectRole(ctx context.Context, a ba.Actor, id ba.ProjectID) (ba.ProjectRole, error)
	Project(ctx context.Context, a ba.Actor, id ba.ProjectID) (ba.Project, error)
	Members(ctx context.Context, a ba.Actor, id ba.ProjectID) ([]ba.Member, error)
	Requirement(ctx context.Context, a ba.Actor, id ba.RequirementID) (ba.Requirement, error)
	Requirements(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Requirement, error)
	RequirementOutlines(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Requirement, error)
	FillRequirements(ctx context.Context, a ba.Actor, project ba.ProjectID, some []ba.Requirement) ([]ba.Requirement, error)
	Standing(ctx context.Context, a ba.Actor, project ba.ProjectID) (ba.Standing, error)
	OpenLinks(ctx context.Context, a ba.Actor, project ba.ProjectID, some []ba.Requirement) error
	RequirementVersions(ctx context.Context, a ba.Actor, id ba.RequirementID) ([]ba.Requirement, error)
	RequirementNumbers(ctx context.Context, a ba.Actor, project ba.ProjectID) (int, error)
	ChangeRequirements(ctx context.Context, a ba.Actor, c ba.RequirementChange) ([]ba.Requirement, error)
	DeleteRequirements(ctx context.Context, a ba.Actor, project ba.ProjectID, ids []ba.RequirementID) error
	UpdateLink(ctx context.Context, a ba.Actor, r ba.Requirement, l ba.Link) error
	DeleteLink(ctx context.Context, a ba.Actor, r ba.Requirement, id ba.LinkID) error

	Notes
	Sources
	Surveys
}

// Notes is the store of notes.
type Notes interface {
	Note(ctx context.Context, a ba.Actor, id ba.NoteID) (ba.Note, error)
	Notes(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Note, error)
	NotesAbout(ctx context.Context, a ba.Actor, project ba.ProjectID, id ba.RequirementID) ([]ba.Note, error)
	AddNote(ctx context.Context, a ba.Actor, n ba.Note) error
	UpdateNote(ctx context.Context, a ba.Actor, n ba.Note) error
	DeleteNote(ctx context.Context, a ba.Actor, project ba.ProjectID, id ba.NoteID) error
}

// Sources is what requirements come from, and what of it they cover.
type Sources interface {
	Documents(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Document], error)
	Document(ctx context.Context, a ba.Actor, id ba.DocumentID) (ba.Document, error)
	SearchedText(ctx context.Context, a ba.Actor, id ba.DocumentID, from int) ([]ba.Passage, error)
	BlockPage(ctx context.Context, a ba.Actor, id ba.DocumentID, version, page int) ([]byte, error)
	Passage(ctx context.Context, a ba.Actor, id ba.PassageID) (ba.Passage, error)
	DocumentLinks(ctx context.Context, a ba.Actor, id ba.DocumentID) ([]ba.AddedLink, error)
	Thread(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Thread, ba.ProjectRole, error)
	Threads(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Thread], error)
	Message(ctx context.Context, a ba.Actor, id ba.MessageID) (ba.Message, error)
	Messages(ctx context.Context, a ba.Actor, id ba.ThreadID, page ba.Page) (ba.List[ba.Message], error)
	ThreadLinks(ctx context.Context, a ba.Actor, id ba.ThreadID) ([]ba.AddedLink, error)
	Coverage(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.DocumentCoverage, error)
	SourceNames(ctx context.Context, a ba.Actor, project ba.ProjectID) (map[ba.DocumentID]string, error)
	Uncovered(ctx context.Context, a ba.Actor, project ba.ProjectID, only ba.DocumentID, page ba.Page) (ba.List[ba.UncoveredPassage], error)
}

// Surveys is the work that is due after a document was indexed.
type Surveys interface {
	Surveys(ctx context.Context, after ba.DocumentID) ([]ba.Survey, error)
	SurveyText(ctx context.Context, v ba.Survey, from int) ([]ba.Passage, error)
	SurveyBlocks(ctx context.Context, v ba.Survey, page int) ([]byte, error)
	SurveyLinks(ctx context.Context, v ba.Survey) ([]ba.SurveyedLink, map[ba.PassageID]ba.Passage, error)
	FinishSurvey(ctx context.Context, v ba.Survey, result ba.SurveyResult) (bool, error)
}

// Model is a language model that can be asked to find requirements.
type Model struct {
	Provider llm.Provider
	Name     string   // for people
	Models   []string // the first is the default; may be empty
}

// Budget sets money aside before each call of a model, and books what it cost.
type Budget interface {
	Reserve(ctx context.Context, c ba.Call) (ba.Hold, error)
	Settle(ctx context.Context, h ba.Hold, spent ba.Spent) (int64, error)
}

// Deps is what a Service is made of.
type Deps struct {
	Store Store
	// Blocks decodes a page of a document's blocks.
	Blocks func(data []byte) ([]extract.Block, error)
	// Rows reads the requirements of a file that somebody edited, in a process
	// of its own; nil where files are not read.
	Rows   func(ctx context.Context, name string, data []byte) ([]export.Row, error)
	Models []Model // beside the rules; may be empty
	Budget Budget  // pays for the models; needed where there are any
	Clock  func() time.Time
	Log    *slog.Logger
}

// Service is the use cases of requirements. It is safe for concurrent use.
type Service struct {
	Deps
	wake    chan struct{} // holds one token where a document may wait for its survey
	imports chan struct{} // holds a token for each file that is being read
	areas   *areaCache
}

// New returns a Service. Run must be called for new versions of documents to
// be compared with what requirements quote.
func New(d Deps) (*Service, error) {
	if d.Store == nil || d.Blocks == nil || d.Clock == nil || d.Log == nil || len(d.Models) > 0 && d.Budget == nil {
		return nil, errors.New("requirement: a dependency is missing")
	}
	return &Service{Deps: d, wake: make(chan struct{}, 1), imports: make(chan struct{}, importsAtOnce), areas: newAreaCache()}, nil
}

func mayWrite(a ba.Actor) error {
	if !a.CanWrite() {
		return ba.E(ba.Forbidden, "This token may only read. Make one that may also write, or sign in.")
	}
	return nil
}

// mayEdit is for work that reads much before it writes: it fails early.
func (s *Service) mayEdit(ctx context.Context, a ba.Actor, project ba.ProjectID) error {
	role, err := s.Store.ProjectRole(ctx, a, project)
	if err != nil {
		return err
	}
	if !role.AtLeast(ba.RoleEditor) {
		return ba.E(ba.Forbidden, "Your role in this project only lets you read. Ask an owner to make you an editor.")
	}
	return mayWrite(a)
}
