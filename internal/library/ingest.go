package library

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/tracing"
)

// Extractor reads documents under limits of time and memory. A fault of the
// document is an *extract.RejectError; errors of the input's callbacks and
// pieces come back as they are; every other error is one of the service, after
// which the document is read again. extract.Supervisor is one.
type Extractor interface {
	Extract(ctx context.Context, in extract.Input) (extract.Result, error)
}

const (
	// claimFor is how long a document belongs to a worker that says nothing.
	// After a crash another one takes it over then.
	claimFor = time.Minute
	// renewEvery leaves room for two renewals that fail.
	renewEvery = claimFor / 4
	// pollEvery is how often a worker looks for documents of which nobody told
	// it: those of other instances, and those whose worker is gone.
	pollEvery = 5 * time.Second
	// sweepEvery and uploadIdle bound how long an upload that was given up stays.
	sweepEvery = 15 * time.Minute
	uploadIdle = time.Hour
	// maxAttempts is how often a document is tried that fails for reasons of ours.
	maxAttempts = 5
	// maxClaims is how often a document is claimed at all: one that takes the
	// whole process down is given up.
	maxClaims = 12
	// retryAfter is the first pause after a failure of ours; each next one is
	// twice as long.
	retryAfter = 5 * time.Second
	// lastWords bounds what is still written when Run ends.
	lastWords = 10 * time.Second
)

// Run extracts the text of uploaded documents until ctx ends, then returns nil
// once its workers have stopped: what they had begun can be claimed again at
// once. It may run in several instances on one database.
func (s *Service) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	for range max(s.Workers, 1) {
		workers.Go(func() { s.work(ctx) })
	}
	workers.Go(func() { s.sweep(ctx) })
	workers.Wait()
	return nil
}

// work claims and reads documents, one after the other.
func (s *Service) work(ctx context.Context) {
	for ctx.Err() == nil {
		job, found, err := s.Store.ClaimJob(ctx, s.Instance, s.Clock().Add(claimFor))
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.Log.ErrorContext(ctx, "claim a document", "error", err)
			s.wait(ctx)
		case !found:
			s.wait(ctx)
		default:
			s.notify() // there may be another one, for another worker
			s.process(ctx, job)
		}
	}
}

// wait returns when a document may be waiting, or ctx ended.
func (s *Service) wait(ctx context.Context) {
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-s.wake:
	case <-timer.C:
	}
}

// process reads one document and stores what became of it.
func (s *Service) process(ctx context.Context, j ba.Job) {
	begun := time.Now()
	ctx, span := tracing.Begin(ctx, "read document", attribute.Int64("ba.document.size", j.Size))
	log := s.Log.With("document", j.Document, "version", j.Version, "attempt", j.Epoch)
	e, res, err := s.read(ctx, j)
	if err == nil {
		err = s.Store.FinishJob(ctx, j, e)
		span.SetAttributes(attribute.String("ba.document.format", string(e.Format)), attribute.String("ba.document.status", string(e.Status)), attribute.String("ba.document.reason", e.ReasonCode))
	}
	tracing.End(span, err)
	if err == nil {
		if s.Indexed != nil && e.Status != ba.DocumentRejected {
			s.Indexed(j.Document)
		}
		log.InfoContext(ctx, "document read", "format", e.Format, "status", e.Status, "reason", e.ReasonCode, "passages", e.Passages,
			"took", time.Since(begun).Round(time.Millisecond), "cpu", res.Processor.Round(time.Millisecond), "peak_mb", res.PeakMemory>>20)
		return
	}
	s.giveBack(ctx, log, j, err)
}

// read extracts a document's text into the store. Its error is one of ours; a
// fault of the document is part of the extraction.
func (s *Service) read(ctx context.Context, j ba.Job) (ba.Extraction, extract.Result, error) {
	if j.Epoch > maxClaims {
		return givenUp(), extract.Result{}, nil
	}
	ctx, k := s.keep(ctx, j)
	w := newTextWriter(ctx, s.Store, j)
	res, err := s.Extractor.Extract(ctx, extract.Input{
		Name: j.Filename, Size: j.Size, Pieces: s.Store.JobPieces(ctx, j), Block: w.add, Progress: k.set,
	})
	if err == nil {
		err = w.finish()
	}
	cause := k.stop()
	var refused *extract.RejectError
	switch {
	case errors.As(err, &refused):
		return rejected(res, refused), res, nil
	case err != nil && cause != nil:
		return ba.Extraction{}, res, cause
	case err != nil:
		return ba.Extraction{}, res, err
	}
	return extracted(res, w.passages), res, nil
}

// giveBack makes a document claimable again after an error of ours: at once
// where this instance stops, after a pause where something failed. A document
// that fails again and again is given up; its original stays.
func (s *Service) giveBack(ctx context.Context, log *slog.Logger, j ba.Job, cause error) {
	stopping := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	if !stopping && ba.KindOf(cause) == ba.Conflict {
		log.InfoContext(ctx, "document taken over by another worker, or deleted")
		return
	}
	var err error
	switch {
	case stopping:
		log.InfoContext(ctx, "document given back, this instance stops")
		err = s.Store.JobProgress(ctx, j, ba.Progress{}, s.Clock().Add(-time.Millisecond))
	case j.Epoch >= maxAttempts:
		log.ErrorContext(ctx, "document given up", "error", cause)
		err = s.Store.FinishJob(ctx, j, givenUp())
	default:
		log.WarnContext(ctx, "reading a document failed and will be tried again", "error", cause)
		err = s.Store.JobProgress(ctx, j, ba.Progress{}, s.Clock().Add(retryAfter<<(j.Epoch-1)))
	}
	if err != nil && ba.KindOf(err) != ba.Conflict {
		log.ErrorContext(ctx, "give a document back", "error", err)
	}
}

// sweep removes uploads that were given up, now and then.
func (s *Service) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.Store.SweepUploads(ctx, s.Clock().Add(-uploadIdle)); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "sweep uploads", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
