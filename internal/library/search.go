package library

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/markdown"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// snippetWidth is the length of a snippet in code points, about three lines.
const snippetWidth = 240

// SearchInput is a search as a person makes it.
type SearchInput struct {
	Project ba.ProjectID // empty: everything that the actor may see
	Text    string
	Kinds   []ba.HitKind // empty: all
	Limit   int
}

// Found is a hit with the part of its text that shows why.
type Found struct {
	ba.Hit
	Snippet    string
	Highlights [][2]int // code points of Snippet, the end exclusive
}

// Search returns what holds all words of the text, or, where nothing does,
// what holds any of them; best first. Any text is a valid search, and one
// without words finds nothing.
func (s *Service) Search(ctx context.Context, a ba.Actor, in SearchInput) ([]Found, error) {
	q := ba.Query{Clauses: term.Parse(in.Text), Project: in.Project, Kinds: in.Kinds, Limit: ba.Page{Limit: in.Limit}.Size()}
	if len(q.Clauses) == 0 {
		return nil, s.mayEnter(ctx, a, in.Project)
	}
	hits, err := s.Store.Search(ctx, a, q)
	if err == nil && len(hits) == 0 && len(q.Clauses) > 1 {
		q.Match = ba.MatchAny
		hits, err = s.Store.Search(ctx, a, q)
	}
	if err != nil {
		return nil, err
	}
	found := make([]Found, len(hits))
	for i, h := range hits {
		found[i].Hit = h
		found[i].Snippet, found[i].Highlights = term.Snippet(readable(h), q.Clauses, snippetWidth)
	}
	return found, nil
}

// readable returns the text of a hit as people see it: answers are written in
// Markdown.
func readable(h ba.Hit) string {
	if h.Kind == ba.HitPassage || h.Kind == ba.HitRequirement {
		return h.Text
	}
	return markdown.Plain(h.Text)
}

// mayEnter makes a search without words in somebody else's project NotFound too.
func (s *Service) mayEnter(ctx context.Context, a ba.Actor, project ba.ProjectID) error {
	if project == "" {
		return nil
	}
	_, err := s.Store.Documents(ctx, a, project, ba.Page{Limit: 1})
	return err
}

// Retrieve returns the passages of the project that hold any of the words of
// the text, best first. It is the search of answers.
func (s *Service) Retrieve(ctx context.Context, a ba.Actor, project ba.ProjectID, text string, limit int) ([]ba.Hit, error) {
	clauses := term.Parse(text)
	if len(clauses) == 0 || project == "" {
		return nil, nil
	}
	return s.Store.Search(ctx, a, ba.Query{Clauses: clauses, Match: ba.MatchAny, Project: project,
		Kinds: []ba.HitKind{ba.HitPassage}, Limit: ba.Page{Limit: limit}.Size()})
}
