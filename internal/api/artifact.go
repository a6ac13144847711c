package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
)

func (s *server) artifactRoutes() []Route {
	const tag = "Artifacts"
	return []Route{
		{Method: get, Path: "/api/projects/{id}/artifacts", Authority: Viewer, ID: "list-project-artifacts", Tag: tag, Summary: "A project's artifacts, the newest first", register: handle(s.projectArtifacts)},
		{Method: post, Path: "/api/projects/{id}/artifacts", Authority: Editor, ID: "create-project-artifact", Tag: tag, Summary: "Ask for an artifact about the whole project", status: http.StatusAccepted, register: handle(s.createProjectArtifact)},
		{Method: get, Path: "/api/threads/{id}/artifacts", Authority: Viewer, ID: "list-thread-artifacts", Tag: tag, Summary: "What was asked for in a thread, the newest first", register: handle(s.threadArtifacts)},
		{Method: post, Path: "/api/threads/{id}/artifacts", Authority: Editor, ID: "create-thread-artifact", Tag: tag, Summary: "Ask for an artifact in a thread; artifact events follow in its stream", status: http.StatusAccepted, register: handle(s.createThreadArtifact)},
		{Method: get, Path: "/api/artifacts/{id}", Authority: Viewer, ID: "get-artifact", Tag: tag, Summary: "One artifact with the content of a version", register: handle(s.artifact)},
		{Method: patch, Path: "/api/artifacts/{id}", Authority: Editor, ID: "update-artifact", Tag: tag, Summary: "Change title or sections by hand", register: handle(s.updateArtifact)},
		{Method: remove, Path: "/api/artifacts/{id}", Authority: Editor, ID: "delete-artifact", Tag: tag, Summary: "Delete an artifact with its versions", register: handle(s.deleteArtifact)},
		{Method: post, Path: "/api/artifacts/{id}/stop", Authority: Editor, ID: "stop-artifact", Tag: tag, Summary: "Stop the writing; the sections that are written are kept", status: http.StatusAccepted, register: handle(s.stopArtifact)},
		{Method: post, Path: "/api/artifacts/{id}/continue", Authority: Editor, ID: "continue-artifact", Tag: tag, Summary: "Go on with the first section that is not written", status: http.StatusAccepted, register: handle(s.continueArtifact)},
		{Method: post, Path: "/api/artifacts/{id}/regenerate", Authority: Editor, ID: "regenerate-artifact", Tag: tag, Summary: "Write it anew as its next version", status: http.StatusAccepted, register: handle(s.regenerateArtifact)},
		{Method: get, Path: "/api/artifacts/{id}/versions", Authority: Viewer, ID: "list-artifact-versions", Tag: tag, Summary: "All versions, the newest first", register: handle(s.artifactVersions)},
		{Method: get, Path: "/api/artifacts/{id}/diff", Authority: Viewer, ID: "compare-artifact", Tag: tag, Summary: "What distinguishes two versions, by requirement and by word", register: handle(s.artifactDiff)},
		{Method: post, Path: "/api/artifacts/{id}/restore", Authority: Editor, ID: "bring-back-artifact", Tag: tag, Summary: "Make the content of an older version that of a new one; nothing is lost", register: handle(s.restoreArtifact)},
		{Method: post, Path: "/api/artifacts/{id}/approvals", Authority: Editor, ID: "approve-artifact", Tag: tag, Summary: "Approve exactly the content with a hash", register: handle(s.approveArtifact)},
		{Method: remove, Path: "/api/artifacts/{id}/approvals", Authority: Editor, ID: "withdraw-approval", Tag: tag, Summary: "Take one's own approval of a version back", register: handle(s.withdrawApproval)},
		{Method: get, Path: "/api/artifacts/{id}/export", Authority: Viewer, ID: "export-artifact", Tag: tag, Summary: "A file, as an attachment", register: raw(s.exportArtifact), document: describeExport},
	}
}

// Summary is an artifact in a list. (Exported, as List is.)
type Summary = artifact.SummaryJSON

type wireArtifact struct {
	Summary
	Newest       int                    `json:"newest" doc:"Number of the newest version; version is that of this content"`
	Revision     int                    `json:"revision" doc:"Of the content; a change names the one that it was made from"`
	Origin       string                 `json:"origin" enum:"generated,edited"`
	Hash         string                 `json:"hash" doc:"SHA-256 of the content; an approval names it"`
	Sections     []wireSection          `json:"sections"`
	Requirements []wireShownRequirement `json:"requirements" doc:"That the sections name, as they were when they were written"`
	Sources      []wireCited            `json:"sources" doc:"That the sections cite by number, as [3]"`
	Approvals    []wireApproval         `json:"approvals" doc:"Of this version; void where the content has another hash"`
	Approved     bool                   `json:"approved" doc:"Somebody approved exactly this content"`
}

type wireSection struct {
	Key          string   `json:"key"`
	Title        string   `json:"title"`
	Text         string   `json:"text" doc:"Markdown"`
	Requirements []string `json:"requirements" doc:"Ids, shown after the text"`
	Remarks      []string `json:"remarks" doc:"What the check of the text took out, labelled or missed"`
	Done         bool     `json:"done" doc:"Written to its end"`
}

type wireShownRequirement struct {
	ID         string          `json:"id"`
	Key        string          `json:"key" doc:"Such as REQ-0042; survives every regeneration"`
	Statement  string          `json:"statement"`
	Type       string          `json:"type"`
	Quality    string          `json:"quality,omitempty"`
	Priority   string          `json:"priority,omitempty"`
	Rationale  string          `json:"rationale,omitempty"`
	Criteria   []WireCriterion `json:"criteria"`
	Status     string          `json:"status"`
	Assumption bool            `json:"assumption" doc:"No verified quote supports it"`
	Links      []ShownLink     `json:"links"`
}

// ShownLink is a source as an artifact shows it. (Exported, as List is.)
type ShownLink struct {
	DocumentID *string     `json:"document_id"`
	Version    int         `json:"version,omitempty"`
	PassageID  *string     `json:"passage_id"`
	ThreadID   *string     `json:"thread_id"`
	MessageID  *string     `json:"message_id"`
	Filename   string      `json:"filename" doc:"Of the document, or the title of the thread"`
	Locator    wireLocator `json:"locator"`
	Quote      string      `json:"quote" doc:"Verbatim"`
	QuoteHash  string      `json:"quote_hash" doc:"SHA-256 of the quote in hexadecimal"`
	State      string      `json:"state" enum:"verified,suspect"`
}

type wireCited struct {
	N int `json:"n"`
	ShownLink
}

type wireApproval struct {
	UserID string    `json:"user_id"`
	Hash   string    `json:"hash"`
	At     time.Time `json:"at"`
}

func artifactOf(v ba.Artifact) wireArtifact {
	w := wireArtifact{Summary: artifact.SummaryOf(v), Newest: v.Newest, Revision: v.Revision, Origin: string(v.Origin), Hash: v.Hash(), Approved: v.Approved(),
		Sections: listOf(v.Sections, "", sectionOf).Items, Requirements: listOf(v.Requirements, "", shownOf).Items,
		Sources:   listOf(v.Sources, "", func(s ba.Source) wireCited { return wireCited{s.N, shownLinkOf(s.Link)} }).Items,
		Approvals: listOf(v.Approvals, "", approvalOf).Items}
	w.Version = v.Version
	return w
}

func sectionOf(s ba.Section) wireSection {
	text := func(id ba.RequirementID) string { return string(id) }
	same := func(s string) string { return s }
	return wireSection{s.Key, s.Title, s.Text, listOf(s.Requirements, "", text).Items, listOf(s.Remarks, "", same).Items, s.Done}
}

func shownOf(r ba.Requirement) wireShownRequirement {
	return wireShownRequirement{ID: string(r.ID), Key: r.Key(), Statement: r.Statement, Type: string(r.Type), Quality: string(r.Quality), Priority: string(r.Priority),
		Rationale: r.Rationale, Status: string(r.Status), Assumption: r.Assumption(), Links: listOf(r.Links, "", shownLinkOf).Items,
		Criteria: listOf(r.Criteria, "", func(c ba.Criterion) WireCriterion { return WireCriterion(c) }).Items}
}

func shownLinkOf(l ba.Link) ShownLink {
	return ShownLink{optional(l.Document), l.Version, optional(l.Passage), optional(l.Thread), optional(l.Message), l.Filename, locatorOf(l.Locator), l.Quote, l.Hash, string(l.State)}
}

func approvalOf(p ba.Approval) wireApproval { return wireApproval{string(p.By), p.Hash, p.At.UTC()} }

func (s *server) projectArtifacts(ctx context.Context, a ba.Actor, in *listInput) (*out[List[Summary]], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	l, err := s.Artifacts.List(ctx, a, id, in.page())
	if err != nil {
		return nil, err
	}
	return listed(l.Items, l.Next, artifact.SummaryOf), nil
}

func (s *server) threadArtifacts(ctx context.Context, a ba.Actor, in *listInput) (*out[List[Summary]], error) {
	id, err := idOf[ba.ThreadID](in.ID)
	if err != nil {
		return nil, err
	}
	l, err := s.Artifacts.OfThread(ctx, a, id, in.page())
	if err != nil {
		return nil, err
	}
	return listed(l.Items, l.Next, artifact.SummaryOf), nil
}

type artifactRequest struct {
	ByID
	Body struct {
		ID           string `json:"id" maxLength:"100" doc:"UUID that the client makes: the same again is the same artifact"`
		Kind         string `json:"kind" enum:"brd,user_stories,acceptance_criteria,requirements,document"`
		Instructions string `json:"instructions,omitempty" maxLength:"10000" doc:"Wishes for content and style; what a free document is about"`
		Title        string `json:"title,omitempty" maxLength:"200" doc:"One that says what it is where absent"`
	}
}

func (s *server) createThreadArtifact(ctx context.Context, a ba.Actor, in *artifactRequest) (*out[Summary], error) {
	thread, err := idOf[ba.ThreadID](in.ID)
	if err != nil {
		return nil, err
	}
	return s.requestArtifact(ctx, a, artifact.Request{Thread: thread}, in)
}

func (s *server) createProjectArtifact(ctx context.Context, a ba.Actor, in *artifactRequest) (*out[Summary], error) {
	project, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	return s.requestArtifact(ctx, a, artifact.Request{Project: project}, in)
}

func (s *server) requestArtifact(ctx context.Context, a ba.Actor, r artifact.Request, in *artifactRequest) (*out[Summary], error) {
	id, err := clientID[ba.ArtifactID]("body.id", in.Body.ID)
	if err != nil {
		return nil, err
	}
	r.ID, r.Kind, r.Instructions, r.Title = id, ba.ArtifactKind(in.Body.Kind), in.Body.Instructions, in.Body.Title
	v, err := s.Artifacts.Request(ctx, a, r)
	if err != nil {
		return nil, err
	}
	return answer(artifact.SummaryOf(v)), nil
}

type artifactInput struct {
	ByID
	Version int `query:"version" minimum:"0" doc:"0 or absent is the newest"`
}

func (s *server) artifact(ctx context.Context, a ba.Actor, in *artifactInput) (*out[wireArtifact], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	return artifactAnswer(s.Artifacts.Find(ctx, a, id, in.Version))
}

func artifactAnswer(v ba.Artifact, err error) (*out[wireArtifact], error) {
	if err != nil {
		return nil, err
	}
	return answer(artifactOf(v)), nil
}

type artifactPatch struct {
	ByID
	Body struct {
		Revision int                `json:"revision" minimum:"1" doc:"Of the content that the change was made from; where it is not the newest, 409 and nothing is stored"`
		Title    *string            `json:"title,omitempty" maxLength:"200"`
		Sections []wireSectionPatch `json:"sections,omitempty" maxItems:"200" doc:"Those that change"`
		Order    []string           `json:"order,omitempty" maxItems:"200" doc:"Keys of the sections that there are to be, in their order; those left out go. A new key begins with own- and needs a title among sections"`
	}
}

type wireSectionPatch struct {
	Key   string  `json:"key" maxLength:"200"`
	Title *string `json:"title,omitempty" maxLength:"200"`
	Text  *string `json:"text,omitempty" maxLength:"100000" doc:"Markdown"`
}

func (s *server) updateArtifact(ctx context.Context, a ba.Actor, in *artifactPatch) (*out[wireArtifact], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	c := artifact.Change{Revision: in.Body.Revision, Title: in.Body.Title, Order: in.Body.Order}
	for _, section := range in.Body.Sections {
		c.Sections = append(c.Sections, artifact.SectionChange(section))
	}
	return artifactAnswer(s.Artifacts.Save(ctx, a, id, c))
}

func (s *server) deleteArtifact(ctx context.Context, a ba.Actor, in *ByID) (*struct{}, error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Artifacts.Delete(ctx, a, id)
}

func (s *server) stopArtifact(ctx context.Context, a ba.Actor, in *ByID) (*out[wireArtifact], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	return artifactAnswer(s.Artifacts.Stop(ctx, a, id))
}

func (s *server) continueArtifact(ctx context.Context, a ba.Actor, in *ByID) (*out[wireArtifact], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	return artifactAnswer(s.Artifacts.Continue(ctx, a, id))
}

type regenerateInput struct {
	ByID
	Body struct {
		ID           string  `json:"id" maxLength:"100" doc:"UUID that the client makes: the same again is the same version"`
		Instructions *string `json:"instructions,omitempty" maxLength:"10000" doc:"In place of those that it has"`
	}
}

func (s *server) regenerateArtifact(ctx context.Context, a ba.Actor, in *regenerateInput) (*out[wireArtifact], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	request, err := clientID[string]("body.id", in.Body.ID)
	if err != nil {
		return nil, err
	}
	return artifactAnswer(s.Artifacts.Regenerate(ctx, a, id, request, in.Body.Instructions))
}

type restoreInput struct {
	ByID
	Body struct {
		Version  int `json:"version" minimum:"1" doc:"Whose content is wanted back"`
		Revision int `json:"revision" minimum:"1" doc:"Of the newest content that was read; where it is not the newest, 409 and nothing is stored"`
	}
}

func (s *server) restoreArtifact(ctx context.Context, a ba.Actor, in *restoreInput) (*out[wireArtifact], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	return artifactAnswer(s.Artifacts.Restore(ctx, a, id, in.Body.Version, in.Body.Revision))
}

type approveInput struct {
	ByID
	Body struct {
		Version int    `json:"version" minimum:"1"`
		Hash    string `json:"hash" maxLength:"64" doc:"Of the content that was read"`
	}
}

func (s *server) approveArtifact(ctx context.Context, a ba.Actor, in *approveInput) (*out[wireArtifact], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	return artifactAnswer(s.Artifacts.Approve(ctx, a, id, in.Body.Version, in.Body.Hash))
}

type withdrawInput struct {
	ByID
	Version int `query:"version" minimum:"1" default:"1"`
}

func (s *server) withdrawApproval(ctx context.Context, a ba.Actor, in *withdrawInput) (*out[wireArtifact], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	return artifactAnswer(s.Artifacts.Withdraw(ctx, a, id, in.Version))
}
