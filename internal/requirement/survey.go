package requirement

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// pollEvery is how often documents are looked for whose new version nobody
// told of: those that other instances indexed, and those of a crash.
const pollEvery = 30 * time.Second

// Indexed tells the service that a new version of a document is searched. It
// returns at once.
func (s *Service) Indexed(ba.DocumentID) {
	select {
	case s.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Run surveys new versions of documents until ctx ends: it counts their
// statements for the coverage, and compares the quotes of requirements with
// what stands in the document now. It may run in several instances.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if err := s.SurveyAll(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "documents could not be compared with what requirements quote; trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// SurveyAll surveys the documents that are due. A document whose survey fails
// does not keep the others from theirs; it stays due.
func (s *Service) SurveyAll(ctx context.Context) error {
	var failed error
	for after := ba.DocumentID(""); ; {
		due, err := s.Store.Surveys(ctx, after)
		if err != nil || len(due) == 0 {
			return firstOf(err, failed)
		}
		for _, v := range due {
			if err := s.survey(ctx, v); err != nil {
				failed = err
			}
			after = v.Document
		}
	}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) survey(ctx context.Context, v ba.Survey) error {
	begun := time.Now()
	d, err := s.surveyed(ctx, v)
	if err != nil {
		return err
	}
	links, quoted, err := s.Store.SurveyLinks(ctx, v)
	if err != nil {
		return err
	}
	found, _ := d.candidates()
	result := ba.SurveyResult{Statements: statements(found), Links: compare(links, quoted, d.passages)}
	counts, err := s.Store.FinishSurvey(ctx, v, result)
	if err != nil || !counts {
		return err
	}
	suspect := 0
	for _, l := range result.Links {
		if l.State == ba.LinkSuspect {
			suspect++
		}
	}
	s.Log.InfoContext(ctx, "document surveyed", "document", v.Document, "version", v.Version, "statements", len(found), "links", len(links),
		"suspect", suspect, "took", time.Since(begun).Round(time.Millisecond))
	return nil
}

// surveyed reads the version of a survey.
func (s *Service) surveyed(ctx context.Context, v ba.Survey) (document, error) {
	var d document
	for {
		part, err := s.Store.SurveyText(ctx, v, len(d.passages))
		if err != nil {
			return d, err
		}
		if len(part) == 0 {
			break
		}
		d.passages = append(d.passages, part...)
	}
	var err error
	d.blocks, err = s.blocks(func(page int) ([]byte, error) { return s.Store.SurveyBlocks(ctx, v, page) })
	return d, err
}
