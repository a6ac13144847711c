package api

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
)

type wireRequirement struct {
	ID         string          `json:"id"`
	Key        string          `json:"key" doc:"Such as REQ-0042; given once in a project"`
	ProjectID  string          `json:"project_id"`
	Version    int             `json:"version" doc:"Send it with a change, which is refused where the version is no longer the newest"`
	Statement  string          `json:"statement"`
	Type       string          `json:"type" enum:"functional,quality,constraint,business_rule,interface,data"`
	Quality    string          `json:"quality" doc:"Of type quality: the characteristic of ISO/IEC 25010; empty else"`
	Priority   string          `json:"priority" enum:",must,should,could,wont" doc:"MoSCoW; empty: not decided"`
	Rationale  string          `json:"rationale"`
	Criteria   []WireCriterion `json:"criteria"`
	Status     string          `json:"status" enum:"draft,reviewed,approved,rejected"`
	OwnerID    *string         `json:"owner_id"`
	Assumption bool            `json:"assumption" doc:"No source supports it as it is quoted today"`
	Suspect    bool            `json:"suspect" doc:"A quoted source changed or is gone"`
	Links      []wireLink      `json:"links"`
	Waivers    []WireWaiver    `json:"waivers"`
	CreatedBy  string          `json:"created_by"`
	UpdatedBy  string          `json:"updated_by"`
	CreatedAt  time.Time       `json:"created_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
}

// WireCriterion is an acceptance criterion.
type WireCriterion struct {
	Given string `json:"given" maxLength:"2000"`
	When  string `json:"when" maxLength:"2000"`
	Then  string `json:"then" minLength:"1" maxLength:"2000"`
}

// WireWaiver keeps a finding of a quality rule from being shown.
type WireWaiver struct {
	Rule   string `json:"rule" minLength:"1" maxLength:"200"`
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
	By     string `json:"by,omitempty" readOnly:"true" doc:"The user; filled in by the server"`
}

type wireLink struct {
	ID         string      `json:"id"`
	DocumentID *string     `json:"document_id"`
	Version    int         `json:"version" doc:"Of the document, when the quote was verified last"`
	PassageID  *string     `json:"passage_id"`
	ThreadID   *string     `json:"thread_id"`
	MessageID  *string     `json:"message_id"`
	Filename   string      `json:"filename" doc:"Of the document, or the title of the thread"`
	Locator    wireLocator `json:"locator"`
	Quote      string      `json:"quote" doc:"Verbatim in the source"`
	QuoteHash  string      `json:"quote_hash" doc:"SHA-256 of the quote in hexadecimal"`
	State      string      `json:"state" enum:"verified,suspect"`
	Now        string      `json:"now" doc:"Of a suspect link: what stands in the quote's place today; empty where it is gone"`
}

func linkOf(l ba.Link) wireLink {
	return wireLink{ID: string(l.ID), DocumentID: optional(l.Document), Version: l.Version, PassageID: optional(l.Passage), ThreadID: optional(l.Thread),
		MessageID: optional(l.Message), Filename: l.Filename, Locator: locatorOf(l.Locator), Quote: l.Quote, QuoteHash: l.Hash, State: string(l.State), Now: l.Now}
}

func requirementOf(r ba.Requirement) wireRequirement {
	w := wireRequirement{
		ID: string(r.ID), Key: r.Key(), ProjectID: string(r.Project), Version: r.Version, Statement: r.Statement, Type: string(r.Type), Quality: string(r.Quality),
		Priority: string(r.Priority), Rationale: r.Rationale, Status: string(r.Status), OwnerID: optional(r.Owner), Assumption: r.Assumption(), Suspect: r.Suspect(),
		Criteria: []WireCriterion{}, Links: []wireLink{}, Waivers: []WireWaiver{},
		CreatedBy: string(r.CreatedBy), UpdatedBy: string(r.UpdatedBy), CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
	for _, c := range r.Criteria {
		w.Criteria = append(w.Criteria, WireCriterion(c))
	}
	for _, l := range r.Links {
		w.Links = append(w.Links, linkOf(l))
	}
	for _, v := range r.Waivers {
		w.Waivers = append(w.Waivers, WireWaiver{v.Rule, v.Reason, string(v.By)})
	}
	return w
}

// wireRequirements is a part of a filtered list.
type wireRequirements struct {
	List[wireRequirement]
	Matching int `json:"matching" doc:"How many match the filter"`
	All      int `json:"all" doc:"How many the project has"`
}

// RequirementFilter are the parameters by which requirements are chosen.
type RequirementFilter struct {
	Q          string `query:"q" maxLength:"500" doc:"Words that all occur in key, statement, rationale or criteria"`
	Status     string `query:"status" enum:"draft,reviewed,approved,rejected"`
	Type       string `query:"type" enum:"functional,quality,constraint,business_rule,interface,data"`
	Quality    string `query:"quality" maxLength:"50"`
	Priority   string `query:"priority" enum:"must,should,could,wont,none" doc:"none: not decided"`
	Owner      string `query:"owner" maxLength:"100"`
	Document   string `query:"document" maxLength:"100" doc:"That a link refers to"`
	Thread     string `query:"thread" maxLength:"100"`
	Suspect    bool   `query:"suspect"`
	Assumption bool   `query:"assumption"`
	Sort       string `query:"sort" enum:"number,updated,priority,status,type,statement" default:"number"`
	Descending bool   `query:"descending"`
}

func (f RequirementFilter) filter() requirement.Filter {
	return requirement.Filter{
		Text: f.Q, Status: ba.RequirementStatus(f.Status), Type: ba.RequirementType(f.Type), Quality: ba.Quality(f.Quality), Priority: ba.Priority(f.Priority),
		Owner: ba.UserID(f.Owner), Document: ba.DocumentID(f.Document), Thread: ba.ThreadID(f.Thread), Suspect: f.Suspect, Assumption: f.Assumption,
		Sort: requirement.Sort(f.Sort), Descending: f.Descending,
	}
}

type requirementQuery struct {
	ByID
	Paged
	RequirementFilter
}

func (s *server) requirements(ctx context.Context, a ba.Actor, in *requirementQuery) (*out[wireRequirements], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	found, err := s.Requirements.List(ctx, a, id, in.filter(), in.page())
	if err == nil {
		err = s.Requirements.Quote(ctx, a, id, found.Items)
	}
	if err != nil {
		return nil, err
	}
	return answer(wireRequirements{listOf(found.Items, found.Next, requirementOf), found.Matching, found.All}), nil
}

// RequirementBody is a change; what is absent stays as it is.
type RequirementBody struct {
	Version   int              `json:"version,omitempty" minimum:"0" doc:"That was read; absent: whatever is there now"`
	Statement *string          `json:"statement,omitempty" minLength:"1" maxLength:"2000"`
	Type      *string          `json:"type,omitempty" enum:"functional,quality,constraint,business_rule,interface,data"`
	Quality   *string          `json:"quality,omitempty" maxLength:"50"`
	Priority  *string          `json:"priority,omitempty" enum:",must,should,could,wont"`
	Rationale *string          `json:"rationale,omitempty" maxLength:"10000"`
	Criteria  *[]WireCriterion `json:"criteria,omitempty" maxItems:"50"`
	Status    *string          `json:"status,omitempty" enum:"draft,reviewed,approved,rejected"`
	OwnerID   *string          `json:"owner_id,omitempty" maxLength:"100" doc:"Empty: nobody"`
	Waivers   *[]WireWaiver    `json:"waivers,omitempty" maxItems:"50"`
}

func (b RequirementBody) patch() requirement.Patch {
	p := requirement.Patch{Version: b.Version, Statement: b.Statement, Rationale: b.Rationale, Type: typed[ba.RequirementType](b.Type), Quality: typed[ba.Quality](b.Quality),
		Priority: typed[ba.Priority](b.Priority), Status: typed[ba.RequirementStatus](b.Status), Owner: typed[ba.UserID](b.OwnerID)}
	if b.Criteria != nil {
		criteria := make([]ba.Criterion, 0, len(*b.Criteria))
		for _, c := range *b.Criteria {
			criteria = append(criteria, ba.Criterion(c))
		}
		p.Criteria = &criteria
	}
	if b.Waivers != nil {
		waivers := make([]ba.Waiver, 0, len(*b.Waivers))
		for _, w := range *b.Waivers {
			waivers = append(waivers, ba.Waiver{Rule: w.Rule, Reason: w.Reason})
		}
		p.Waivers = &waivers
	}
	return p
}

// typed gives a text that may be absent its own type.
func typed[T ~string](s *string) *T {
	if s == nil {
		return nil
	}
	v := T(*s)
	return &v
}

// WireSource is a place that supports a requirement: one of the two ids.
type WireSource struct {
	PassageID string `json:"passage_id,omitempty" maxLength:"100"`
	MessageID string `json:"message_id,omitempty" maxLength:"100"`
	Quote     string `json:"quote" minLength:"1" maxLength:"4000" doc:"Word for word as in the source; only spaces and line ends may differ"`
}

func (w WireSource) source() requirement.Source {
	return requirement.Source{Passage: ba.PassageID(w.PassageID), Message: ba.MessageID(w.MessageID), Quote: w.Quote}
}

type newRequirement struct {
	ByID
	Body struct {
		RequirementBody
		Links []WireSource `json:"links,omitempty" maxItems:"50"`
	}
}

func (s *server) createRequirement(ctx context.Context, a ba.Actor, in *newRequirement) (*out[wireRequirement], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	var sources []requirement.Source
	for _, l := range in.Body.Links {
		sources = append(sources, l.source())
	}
	return asRequirement(s.Requirements.Create(ctx, a, id, in.Body.patch(), sources...))
}

func asRequirement(r ba.Requirement, err error) (*out[wireRequirement], error) {
	if err != nil {
		return nil, err
	}
	return answer(requirementOf(r)), nil
}

func (s *server) requirement(ctx context.Context, a ba.Actor, in *ByID) (*out[wireRequirement], error) {
	id, err := idOf[ba.RequirementID](in.ID)
	if err != nil {
		return nil, err
	}
	return asRequirement(s.Requirements.Find(ctx, a, id))
}

type requirementPatch struct {
	ByID
	Body RequirementBody
}

func (s *server) updateRequirement(ctx context.Context, a ba.Actor, in *requirementPatch) (*out[wireRequirement], error) {
	id, err := idOf[ba.RequirementID](in.ID)
	if err != nil {
		return nil, err
	}
	return asRequirement(s.Requirements.Edit(ctx, a, id, in.Body.patch()))
}

func (s *server) deleteRequirement(ctx context.Context, a ba.Actor, in *ByID) (*struct{}, error) {
	id, err := idOf[ba.RequirementID](in.ID)
	if err != nil {
		return nil, err
	}
	r, err := s.Requirements.Find(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return nil, s.Requirements.Delete(ctx, a, r.Project, []ba.RequirementID{id})
}

func (s *server) requirementHistory(ctx context.Context, a ba.Actor, in *ByID) (*out[List[wireRequirement]], error) {
	id, err := idOf[ba.RequirementID](in.ID)
	if err != nil {
		return nil, err
	}
	versions, err := s.Requirements.History(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return listed(versions, "", requirementOf), nil
}

type bulkInput struct {
	ByID
	Body struct {
		IDs    []string `json:"ids" minItems:"1" maxItems:"1000" doc:"Of requirements of the project; all are changed, or none"`
		Delete bool     `json:"delete,omitempty" doc:"Delete them instead of changing them"`
		Set    struct {
			Type     *string `json:"type,omitempty" enum:"functional,quality,constraint,business_rule,interface,data"`
			Priority *string `json:"priority,omitempty" enum:",must,should,could,wont"`
			Status   *string `json:"status,omitempty" enum:"draft,reviewed,approved,rejected"`
			OwnerID  *string `json:"owner_id,omitempty" maxLength:"100" doc:"Empty: nobody"`
		} `json:"set,omitempty"`
	}
}

type wireChanged struct {
	Changed int `json:"changed" doc:"Those that were as asked for already are not counted"`
}

func (s *server) changeRequirements(ctx context.Context, a ba.Actor, in *bulkInput) (*out[wireChanged], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	ids := make([]ba.RequirementID, len(in.Body.IDs))
	for i, raw := range in.Body.IDs {
		ids[i] = ba.RequirementID(raw)
	}
	if in.Body.Delete {
		return answer(wireChanged{len(ids)}), s.Requirements.Delete(ctx, a, id, ids)
	}
	set := in.Body.Set
	n, err := s.Requirements.EditAll(ctx, a, id, ids, RequirementBody{Type: set.Type, Priority: set.Priority, Status: set.Status, OwnerID: set.OwnerID}.patch())
	if err != nil {
		return nil, err
	}
	return answer(wireChanged{n}), nil
}

type extractInput struct {
	ByID
	Body struct {
		DocumentIDs []string `json:"document_ids,omitempty" maxItems:"200"`
		ThreadIDs   []string `json:"thread_ids,omitempty" maxItems:"200" doc:"With no ids at all: everything in the project"`
		Model       string   `json:"model,omitempty" maxLength:"100" doc:"Id of a provider; absent: the rules, which need none"`
	}
}

type wireExtraction struct {
	Sources  int               `json:"sources" doc:"Documents and threads that were read"`
	Added    []wireRequirement `json:"added"`
	Linked   int               `json:"linked" doc:"Statements that a requirement said already; it got this source too"`
	Known    int               `json:"known" doc:"Statements whose requirement quotes this source already"`
	Unquoted int               `json:"unquoted" doc:"Statements left out: too long, or not in one place"`
	Refused  []wireRefusal     `json:"refused" doc:"What a model claimed that is not in the source"`
}

type wireRefusal struct {
	Statement string `json:"statement"`
	Quote     string `json:"quote"`
}

func (s *server) extractRequirements(ctx context.Context, a ba.Actor, in *extractInput) (*out[wireExtraction], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	sel := requirement.Selection{Model: in.Body.Model}
	for _, raw := range in.Body.DocumentIDs {
		sel.Documents = append(sel.Documents, ba.DocumentID(raw))
	}
	for _, raw := range in.Body.ThreadIDs {
		sel.Threads = append(sel.Threads, ba.ThreadID(raw))
	}
	done, err := s.Requirements.Extract(ctx, a, id, sel)
	if err != nil {
		return nil, err
	}
	w := wireExtraction{Sources: done.Sources, Linked: done.Linked, Known: done.Known, Unquoted: done.Unquoted, Added: []wireRequirement{}, Refused: []wireRefusal{}}
	for _, r := range done.Added {
		w.Added = append(w.Added, requirementOf(r))
	}
	for _, r := range done.Refused {
		w.Refused = append(w.Refused, wireRefusal(r))
	}
	return answer(w), nil
}

type linkInput struct {
	ByID
	Body WireSource
}

func (s *server) addLink(ctx context.Context, a ba.Actor, in *linkInput) (*out[wireRequirement], error) {
	id, err := idOf[ba.RequirementID](in.ID)
	if err != nil {
		return nil, err
	}
	return asRequirement(s.Requirements.Link(ctx, a, id, in.Body.source()))
}

// LinkPath names a source of a requirement.
type LinkPath struct {
	ByID
	LinkID string `path:"link_id" maxLength:"100"`
}

func (s *server) removeLink(ctx context.Context, a ba.Actor, in *LinkPath) (*struct{}, error) {
	id, err := idOf[ba.RequirementID](in.ID)
	if err != nil {
		return nil, err
	}
	_, err = s.Requirements.Unlink(ctx, a, id, ba.LinkID(in.LinkID))
	return nil, err
}

type verifyInput struct {
	LinkPath
	Body struct {
		Quote string `json:"quote,omitempty" maxLength:"4000" doc:"New words; absent: what stands in the quote's place today, or the quote itself"`
	}
}

func (s *server) verifyLink(ctx context.Context, a ba.Actor, in *verifyInput) (*out[wireRequirement], error) {
	id, err := idOf[ba.RequirementID](in.ID)
	if err != nil {
		return nil, err
	}
	return asRequirement(s.Requirements.Verify(ctx, a, id, ba.LinkID(in.LinkID), in.Body.Quote))
}
