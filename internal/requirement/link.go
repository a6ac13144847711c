package requirement

import (
	"context"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/quote"
)

// Source is a place that supports a requirement: a passage or a message, and
// the words of it. Exactly one of Passage and Message is set.
type Source struct {
	Passage ba.PassageID
	Message ba.MessageID
	Quote   string
}

// Link adds a source to a requirement. Its quote must stand in it verbatim:
// only spaces and line ends may differ. The same source again changes nothing.
func (s *Service) Link(ctx context.Context, a ba.Actor, id ba.RequirementID, source Source) (ba.Requirement, error) {
	r, err := s.Store.Requirement(ctx, a, id)
	if err != nil {
		return ba.Requirement{}, err
	}
	if err := s.mayEdit(ctx, a, r.Project); err != nil {
		return ba.Requirement{}, err
	}
	l, err := s.linkTo(ctx, a, r.Project, source)
	if err != nil {
		return ba.Requirement{}, err
	}
	change := ba.RequirementChange{Project: r.Project, Link: []ba.AddedLink{{Requirement: id, Link: l}}}
	if _, err := s.Store.ChangeRequirements(ctx, a, change); err != nil {
		return ba.Requirement{}, err
	}
	return s.Store.Requirement(ctx, a, id)
}

// linkTo verifies a source and returns it as a link.
func (s *Service) linkTo(ctx context.Context, a ba.Actor, project ba.ProjectID, source Source) (ba.Link, error) {
	l := ba.Link{ID: ba.NewID[ba.LinkID](), State: ba.LinkVerified}
	text, err := "", error(nil)
	switch {
	case (source.Passage == "") == (source.Message == ""):
		return l, ba.InvalidFields([]ba.Field{{Location: "body.passage_id", Message: "or message_id is needed, one of the two"}})
	case source.Passage != "":
		text, err = s.passageOf(ctx, a, project, source.Passage, &l)
	default:
		text, err = s.messageOf(ctx, a, project, source.Message, &l)
	}
	if err != nil {
		return l, err
	}
	l.Quote, err = verified(text, source.Quote)
	return l, err
}

func (s *Service) passageOf(ctx context.Context, a ba.Actor, project ba.ProjectID, id ba.PassageID, l *ba.Link) (string, error) {
	p, err := s.Store.Passage(ctx, a, id)
	if err != nil {
		return "", err
	}
	d, err := s.Store.Document(ctx, a, p.Document)
	if err != nil {
		return "", err
	}
	if d.Project != project {
		return "", ba.E(ba.NotFound, "This passage does not exist in the project.")
	}
	l.Document, l.Version, l.Passage, l.Filename, l.Locator = p.Document, p.Version, p.ID, d.Filename, p.Locator
	return p.Text, nil
}

func (s *Service) messageOf(ctx context.Context, a ba.Actor, project ba.ProjectID, id ba.MessageID, l *ba.Link) (string, error) {
	m, err := s.Store.Message(ctx, a, id)
	if err != nil {
		return "", err
	}
	t, _, err := s.Store.Thread(ctx, a, m.Thread)
	if err != nil {
		return "", err
	}
	if t.Project != project {
		return "", ba.E(ba.NotFound, "This message does not exist in the project.")
	}
	l.Thread, l.Message, l.Filename = t.ID, m.ID, t.Title
	return m.Text, nil
}

// verified returns the words as the text has them, or why they are no quote of it.
func verified(text, words string) (string, error) {
	start, end, found := quote.Find(text, words)
	switch {
	case !found:
		return "", &ba.Error{Kind: ba.Invalid, Code: "quote_not_found",
			Msg:    "These words are not in the source. Copy them exactly as they stand there, in whole words; only spaces and line ends may differ.",
			Fields: []ba.Field{{Location: "body.quote", Message: "is not in the source word for word"}}}
	case utf8.RuneCountInString(text[start:end]) > ba.MaxQuoteLen:
		return "", ba.InvalidFields(ba.CheckText("body.quote", text[start:end], 1, ba.MaxQuoteLen))
	}
	return text[start:end], nil
}

// Unlink removes a source of a requirement.
func (s *Service) Unlink(ctx context.Context, a ba.Actor, id ba.RequirementID, link ba.LinkID) (ba.Requirement, error) {
	r, _, err := s.link(ctx, a, id, link)
	if err != nil {
		return ba.Requirement{}, err
	}
	if err := s.Store.DeleteLink(ctx, a, r, link); err != nil {
		return ba.Requirement{}, err
	}
	return s.Store.Requirement(ctx, a, id)
}

func (s *Service) link(ctx context.Context, a ba.Actor, id ba.RequirementID, link ba.LinkID) (ba.Requirement, ba.Link, error) {
	r, err := s.Store.Requirement(ctx, a, id)
	if err != nil {
		return ba.Requirement{}, ba.Link{}, err
	}
	if err := s.mayEdit(ctx, a, r.Project); err != nil {
		return ba.Requirement{}, ba.Link{}, err
	}
	for _, l := range r.Links {
		if l.ID == link {
			return r, l, nil
		}
	}
	return ba.Requirement{}, ba.Link{}, ba.E(ba.NotFound, "This source is not one of the requirement's. Load the page again.")
}

// Verify looks a link's quote up in its source as that is now, and makes the
// link verified. Words that are given replace the quote; with none, they are
// what stands in the quote's place today, or the quote itself. What is not in
// the source is refused as in Link.
func (s *Service) Verify(ctx context.Context, a ba.Actor, id ba.RequirementID, link ba.LinkID, words string) (ba.Requirement, error) {
	r, l, err := s.link(ctx, a, id, link)
	if err != nil {
		return ba.Requirement{}, err
	}
	if words == "" {
		words = l.Quote
		if l.State == ba.LinkSuspect && l.Now != "" {
			words = l.Now
		}
	}
	if err := s.locate(ctx, a, &l, words); err != nil {
		return ba.Requirement{}, err
	}
	l.State, l.Now = ba.LinkVerified, ""
	if err := s.Store.UpdateLink(ctx, a, r, l); err != nil {
		return ba.Requirement{}, err
	}
	return s.Store.Requirement(ctx, a, id)
}

// locate finds the words in the link's source and sets the link to that place.
func (s *Service) locate(ctx context.Context, a ba.Actor, l *ba.Link, words string) error {
	if l.Message != "" {
		m, err := s.Store.Message(ctx, a, l.Message)
		if err != nil {
			return err
		}
		l.Quote, err = verified(m.Text, words)
		return err
	}
	passages, err := s.textOf(ctx, a, l.Document)
	if err != nil {
		return err
	}
	refused := error(&ba.Error{Kind: ba.Invalid, Code: "quote_not_found", Msg: "The document has no text any more in which these words could stand. Remove this source, or add another one."})
	for _, p := range passages {
		var found string
		if found, refused = verified(p.Text, words); refused == nil {
			l.Quote, l.Passage, l.Version, l.Locator = found, p.ID, p.Version, p.Locator
			return nil
		}
	}
	return refused
}

// textOf returns all passages of the version of a document that is searched.
func (s *Service) textOf(ctx context.Context, a ba.Actor, id ba.DocumentID) ([]ba.Passage, error) {
	var all []ba.Passage
	for {
		part, err := s.Store.SearchedText(ctx, a, id, len(all))
		if err != nil || len(part) == 0 {
			return all, err
		}
		all = append(all, part...)
	}
}

// LinkIn adds a source to a requirement that is known by its words alone: the
// first passage of the document that has them.
func (s *Service) LinkIn(ctx context.Context, a ba.Actor, id ba.RequirementID, document ba.DocumentID, words string) (ba.Requirement, error) {
	r, err := s.Store.Requirement(ctx, a, id)
	if err != nil {
		return ba.Requirement{}, err
	}
	if err := s.mayEdit(ctx, a, r.Project); err != nil {
		return ba.Requirement{}, err
	}
	l := ba.Link{Document: document}
	if err := s.locate(ctx, a, &l, words); err != nil {
		return ba.Requirement{}, err
	}
	return s.Link(ctx, a, id, Source{Passage: l.Passage, Quote: l.Quote})
}
