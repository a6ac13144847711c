package artifact

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/quote"
)

// Verified reports whether a link's quote is the one that was linked, and
// stands word for word in the text of its source.
func Verified(l ba.Link, source string) bool {
	_, _, stands := quote.Find(source, l.Quote)
	return stands && l.Hash == ba.QuoteHash(l.Quote)
}

// verifier looks quotes up in their sources, each of which is read once.
type verifier struct {
	s     *Service
	actor ba.Actor
	texts map[string]string
}

func newVerifier(s *Service, a ba.Actor) *verifier {
	return &verifier{s: s, actor: a, texts: make(map[string]string)}
}

// source returns the text of a link's passage or message, empty where it is
// gone, or not the actor's to see.
func (f *verifier) source(ctx context.Context, l ba.Link) (string, error) {
	id := string(l.Passage) + string(l.Message)
	if text, known := f.texts[id]; known {
		return text, nil
	}
	text, err := f.read(ctx, l)
	if err != nil && ba.KindOf(err) != ba.NotFound {
		return "", err
	}
	f.texts[id] = text
	return text, nil
}

func (f *verifier) read(ctx context.Context, l ba.Link) (string, error) {
	switch {
	case l.Passage != "":
		p, err := f.s.Store.Passage(ctx, f.actor, l.Passage)
		return p.Text, err
	case l.Message != "":
		m, err := f.s.Store.Message(ctx, f.actor, l.Message)
		return m.Text, err
	}
	return "", nil
}

// requirement returns the object with each link that claims to be verified
// looked up: one whose quote is not there becomes suspect, and without a
// verified one the requirement is an assumption.
func (f *verifier) requirement(ctx context.Context, r ba.Requirement) (ba.Requirement, error) {
	links := make([]ba.Link, len(r.Links))
	for i, l := range r.Links {
		if l.State == ba.LinkVerified {
			text, err := f.source(ctx, l)
			if err != nil {
				return r, err
			}
			if !Verified(l, text) {
				l.State = ba.LinkSuspect
			}
		}
		links[i] = l
	}
	r.Links = links
	return r, nil
}

// Fault is a quote of an artifact that does not stand in its source.
type Fault struct {
	Requirement ba.RequirementID // that the quote supports; empty for one that the text cites
	Source      int              // number of the source; 0 for a requirement's
	Quote       string
}

// Verify looks up every quote of an artifact that claims to be verified, and
// returns those that do not stand in their sources: nil for a sound artifact.
func (s *Service) Verify(ctx context.Context, a ba.Actor, v ba.Artifact) ([]Fault, error) {
	f := newVerifier(s, a)
	var faults []Fault
	look := func(l ba.Link, fault Fault) error {
		if l.State != ba.LinkVerified {
			return nil
		}
		text, err := f.source(ctx, l)
		if err == nil && !Verified(l, text) {
			fault.Quote = l.Quote
			faults = append(faults, fault)
		}
		return err
	}
	for _, r := range v.Requirements {
		for _, l := range r.Links {
			if err := look(l, Fault{Requirement: r.ID}); err != nil {
				return nil, err
			}
		}
	}
	for _, source := range v.Sources {
		if err := look(source.Link, Fault{Source: source.N}); err != nil {
			return nil, err
		}
	}
	return faults, nil
}
