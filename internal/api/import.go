package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
)

// maxRevision is how many bytes a revision may have: a project's worth.
const maxRevision = 32 << 20

type wireProposal struct {
	Kind          string        `json:"kind" enum:"change,add,missing" doc:"missing: in the project and not in the file; nothing is deleted by itself"`
	RequirementID *string       `json:"requirement_id"`
	Key           string        `json:"key" doc:"Empty for an addition"`
	Version       int           `json:"version" doc:"Of the requirement that the file was compared with"`
	Where         string        `json:"where" doc:"In the file"`
	Note          string        `json:"note" doc:"A sentence that a person should read; may be empty"`
	Changes       []wireChange  `json:"changes" doc:"Of an addition all fields that it has"`
	Accept        *RevisionItem `json:"accept" doc:"The item by which it is applied; null where nothing of it can be"`
}

type wireChange struct {
	Field   string    `json:"field" enum:"statement,type,quality,priority,status,rationale,criteria"`
	Old     string    `json:"old"`
	New     string    `json:"new"`
	Problem string    `json:"problem" doc:"Why it cannot be applied; empty where it can"`
	Words   []wireRun `json:"words" doc:"Old and new word by word"`
}

// RevisionItem is a change of a requirement where it has an id, and a new one
// where it has none.
type RevisionItem struct {
	ID string `json:"id,omitempty" maxLength:"100" doc:"Of the requirement that changes; absent for a new one"`
	RequirementBody
}

func proposalOf(p export.Proposal) wireProposal {
	w := wireProposal{Kind: string(p.Kind), RequirementID: optional(p.ID), Version: p.Version, Where: p.Where, Note: p.Note, Changes: listOf(p.Changes, "", changeOf).Items}
	if p.Number > 0 {
		w.Key = ba.RequirementKey(p.Number)
	}
	v := requirement.Accept([]export.Proposal{p})
	for _, e := range v.Edit {
		w.Accept = &RevisionItem{string(e.ID), bodyOf(e.Patch)}
	}
	for _, patch := range v.Add {
		w.Accept = &RevisionItem{RequirementBody: bodyOf(patch)}
	}
	return w
}

func changeOf(c export.Change) wireChange {
	return wireChange{string(c.Field), c.Old, c.New, c.Problem, listOf(artifact.Words(c.Old, c.New), "", runOf).Items}
}

// bodyOf returns what a patch changes as a body.
func bodyOf(p requirement.Patch) RequirementBody {
	b := RequirementBody{Version: p.Version, Statement: p.Statement, Type: untyped(p.Type), Quality: untyped(p.Quality), Priority: untyped(p.Priority), Rationale: p.Rationale, Status: untyped(p.Status)}
	if p.Criteria != nil {
		criteria := listOf(*p.Criteria, "", func(c ba.Criterion) WireCriterion { return WireCriterion(c) }).Items
		b.Criteria = &criteria
	}
	return b
}

// untyped gives a value that may be absent as a text.
func untyped[T ~string](v *T) *string {
	if v == nil {
		return nil
	}
	s := string(*v)
	return &s
}

// importRequirements compares a file with the project's requirements.
func (s *server) importRequirements(w http.ResponseWriter, r *http.Request, a ba.Actor, in *ByID) error {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return err
	}
	httpx.AllowBody(w, r, export.MaxImport+multipartOverhead)
	form, err := r.MultipartReader()
	if err != nil {
		return ba.Wrap(ba.Unsupported, "Send the file as multipart/form-data, in the field 'file'.", err)
	}
	part, err := nextFile(form)
	if err != nil {
		return err
	}
	defer part.Close()
	found, err := s.Requirements.Import(r.Context(), a, id, part.FileName(), &patient{Reader: part, control: http.NewResponseController(w)})
	if err != nil {
		return uploadError(err, export.MaxImport)
	}
	return writeJSON(w, http.StatusOK, listOf(found, "", proposalOf))
}

func describeImport(op *huma.Operation, r huma.Registry) {
	op.RequestBody = fileForm("The file with its name: .xlsx, .docx, .csv, .reqif or .reqifz")
	content(op, "200", "application/json", jsonSchema[List[wireProposal]](r, "ListProposal"))
}

type revisionInput struct {
	ByID
	Body struct {
		Items []RevisionItem `json:"items" minItems:"1" maxItems:"10000" doc:"All are applied, or none. One with an id needs the version that was read"`
	}
}

type wireRevised struct {
	Changed int               `json:"changed" doc:"Those that were as asked for already are not counted"`
	Added   []wireRequirement `json:"added"`
}

func (s *server) reviseRequirements(ctx context.Context, a ba.Actor, in *revisionInput) (*out[wireRevised], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	var v requirement.Revision
	for _, item := range in.Body.Items {
		if item.ID == "" {
			v.Add = append(v.Add, item.patch())
			continue
		}
		v.Edit = append(v.Edit, requirement.Edit{ID: ba.RequirementID(item.ID), Patch: item.patch()})
	}
	done, err := s.Requirements.Revise(ctx, a, id, v)
	if err != nil {
		return nil, err
	}
	return answer(wireRevised{done.Changed, listOf(done.Added, "", requirementOf).Items}), nil
}
