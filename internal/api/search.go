package api

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/library"
)

type wireHit struct {
	Kind       string      `json:"kind" enum:"passage,message,artifact,requirement"`
	ProjectID  *string     `json:"project_id"`
	DocumentID *string     `json:"document_id"`
	PassageID  *string     `json:"passage_id"`
	ThreadID   *string     `json:"thread_id"`
	MessageID  *string     `json:"message_id"`
	ArtifactID *string     `json:"artifact_id"`
	RequiredID *string     `json:"requirement_id"`
	Filename   string      `json:"filename" doc:"Of the document, the title of the thread or artifact, or the key of the requirement"`
	Locator    wireLocator `json:"locator"`
	Snippet    string      `json:"snippet"`
	Highlights [][2]int    `json:"highlights" doc:"Pairs of start and end in code points of the snippet"`
	Score      float64     `json:"score" doc:"Higher is better; compares within one answer only"`
}

func hitOf(f library.Found) wireHit {
	w := wireHit{
		Kind: string(f.Kind), ProjectID: optional(f.Project), DocumentID: optional(f.Document), PassageID: optional(f.Passage),
		ThreadID: optional(f.Thread), MessageID: optional(f.Message), ArtifactID: optional(f.Artifact), RequiredID: optional(f.Required), Filename: f.Filename, Locator: locatorOf(f.Locator),
		Snippet: f.Snippet, Highlights: f.Highlights, Score: f.Score,
	}
	if w.Highlights == nil {
		w.Highlights = [][2]int{}
	}
	return w
}

// Query is any text: quotes make a phrase, nothing else has a meaning.
type Query struct {
	Q     string `query:"q" maxLength:"20000" doc:"Words, all of which must occur; quotes make a phrase"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

type projectQuery struct {
	ByID
	Query
}

func (s *server) searchProject(ctx context.Context, a ba.Actor, in *projectQuery) (*out[List[wireHit]], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	return s.found(ctx, a, library.SearchInput{Project: id, Text: in.Q, Limit: in.Limit})
}

func (s *server) searchAll(ctx context.Context, a ba.Actor, in *Query) (*out[List[wireHit]], error) {
	return s.found(ctx, a, library.SearchInput{Text: in.Q, Limit: in.Limit})
}

func (s *server) found(ctx context.Context, a ba.Actor, in library.SearchInput) (*out[List[wireHit]], error) {
	hits, err := s.Library.Search(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return listed(hits, "", hitOf), nil
}
