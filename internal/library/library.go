package library

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Store is what the service needs of the database. Methods that take an actor
// check what it may do and answer ba.NotFound or ba.Forbidden; the others
// belong to an upload or a job that was begun or claimed before.
type Store interface {
	BeginUpload(ctx context.Context, a ba.Actor, d ba.Document) (ba.Document, error)
	AppendPieces(ctx context.Context, d ba.Document, pieces []ba.Piece) error
	FinishUpload(ctx context.Context, a ba.Actor, d ba.Document, size int64) (ba.Document, error)
	AbortUpload(ctx context.Context, d ba.Document) error
	SweepUploads(ctx context.Context, before time.Time) error

	Documents(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Document], error)
	Document(ctx context.Context, a ba.Actor, id ba.DocumentID) (ba.Document, error)
	DeleteDocument(ctx context.Context, a ba.Actor, id ba.DocumentID) error
	Versions(ctx context.Context, a ba.Actor, id ba.DocumentID) ([]ba.Document, error)
	Pieces(ctx context.Context, a ba.Actor, id ba.DocumentID, version int) iter.Seq2[[]byte, error]
	BlockPage(ctx context.Context, a ba.Actor, id ba.DocumentID, version, page int) ([]byte, error)
	BlockPages(ctx context.Context, a ba.Actor, id ba.DocumentID, version int) (int, error)

	ClaimJob(ctx context.Context, owner string, until time.Time) (ba.Job, bool, error)
	JobPieces(ctx context.Context, j ba.Job) iter.Seq2[[]byte, error]
	JobProgress(ctx context.Context, j ba.Job, p ba.Progress, until time.Time) error
	AddText(ctx context.Context, j ba.Job, passages []ba.Passage, terms [][]string, blockPages map[int][]byte) error
	FinishJob(ctx context.Context, j ba.Job, e ba.Extraction) error

	Passage(ctx context.Context, a ba.Actor, id ba.PassageID) (ba.Passage, error)
	PassagesAround(ctx context.Context, a ba.Actor, id ba.PassageID, before, after int) ([]ba.Passage, error)
	Search(ctx context.Context, a ba.Actor, q ba.Query) ([]ba.Hit, error)

	// Audit adds what is no act of the store itself to the audit log.
	Audit(ctx context.Context, e ba.AuditEntry) error
}

// Deps is what a Service is made of.
type Deps struct {
	Store     Store
	Extractor Extractor
	MaxUpload int64  // bytes
	Workers   int    // documents extracted at once
	Instance  string // name of this process as the owner of jobs
	// Indexed is told of each version whose text is searched from now on; nil
	// where nobody wants to know. It must return at once.
	Indexed func(ba.DocumentID)
	Clock   func() time.Time
	Log     *slog.Logger
}

// Service is the use cases of documents. It is safe for concurrent use.
type Service struct {
	Deps
	wake chan struct{} // holds one token where a job may be waiting
}

// New returns a Service. Run must be called for documents to be extracted.
func New(d Deps) *Service {
	return &Service{Deps: d, wake: make(chan struct{}, 1)}
}

// MaxUpload returns the largest accepted document in bytes.
func (s *Service) MaxUpload() int64 { return s.Deps.MaxUpload }

// List returns a project's documents, the newest first.
func (s *Service) List(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Document], error) {
	return s.Store.Documents(ctx, a, project, page)
}

// Find returns one document in its newest version.
func (s *Service) Find(ctx context.Context, a ba.Actor, id ba.DocumentID) (ba.Document, error) {
	return s.Store.Document(ctx, a, id)
}

// Delete removes a document with its versions, text and index rows. Quotes in
// answers that cite it stay.
func (s *Service) Delete(ctx context.Context, a ba.Actor, id ba.DocumentID) error {
	if err := mayWrite(a); err != nil {
		return err
	}
	return s.Store.DeleteDocument(ctx, a, id)
}

// Versions returns all versions of a document, the newest first.
func (s *Service) Versions(ctx context.Context, a ba.Actor, id ba.DocumentID) ([]ba.Document, error) {
	return s.Store.Versions(ctx, a, id)
}

// Content returns a document and its original, piece by piece. Version 0 is the
// newest. A cut or altered original ends with an error, never silently. That
// it was asked for is recorded before its first byte is given.
func (s *Service) Content(ctx context.Context, a ba.Actor, id ba.DocumentID, version int) (ba.Document, iter.Seq2[[]byte, error], error) {
	d, err := s.version(ctx, a, id, version)
	if err != nil {
		return ba.Document{}, nil, err
	}
	act := ba.Act(a, ba.ActDocumentDownloaded, "document", string(id)).Of(d.Project).Called(d.Filename).With(fmt.Sprintf("version %d", d.Version))
	if err := s.Store.Audit(ctx, act); err != nil {
		return ba.Document{}, nil, err
	}
	return d, s.Store.Pieces(ctx, a, id, d.Version), nil
}

func (s *Service) version(ctx context.Context, a ba.Actor, id ba.DocumentID, version int) (ba.Document, error) {
	d, err := s.Store.Document(ctx, a, id)
	if err != nil || version == 0 || version == d.Version {
		return d, err
	}
	all, err := s.Store.Versions(ctx, a, id)
	if err != nil {
		return ba.Document{}, err
	}
	for _, v := range all {
		if v.Version == version {
			return v, nil
		}
	}
	return ba.Document{}, ba.E(ba.NotFound, fmt.Sprintf("This document has no version %d. The newest is %d.", version, d.Version))
}

// Passage returns one passage with its text.
func (s *Service) Passage(ctx context.Context, a ba.Actor, id ba.PassageID) (ba.Passage, error) {
	return s.Store.Passage(ctx, a, id)
}

// PassagesAround returns a passage with those before and after it in the document.
func (s *Service) PassagesAround(ctx context.Context, a ba.Actor, id ba.PassageID, before, after int) ([]ba.Passage, error) {
	return s.Store.PassagesAround(ctx, a, id, before, after)
}

func mayWrite(a ba.Actor) error {
	if !a.CanWrite() {
		return ba.E(ba.Forbidden, "This token may only read. Make one that may also write, or sign in.")
	}
	return nil
}
