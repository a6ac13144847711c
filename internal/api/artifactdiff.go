package api

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/export"
)

type wireArtifactVersion struct {
	Version   int            `json:"version"`
	Revision  int            `json:"revision"`
	Origin    string         `json:"origin" enum:"generated,edited"`
	Hash      string         `json:"hash" doc:"Of its content; empty while it is written"`
	Approvals []wireApproval `json:"approvals"`
	Approved  bool           `json:"approved"`
	CreatedBy string         `json:"created_by"`
	CreatedAt time.Time      `json:"created_at"`
	UpdatedAt time.Time      `json:"updated_at"`
}

func artifactVersionOf(v ba.ArtifactVersion) wireArtifactVersion {
	return wireArtifactVersion{v.Version, v.Revision, string(v.Origin), v.Hash, listOf(v.Approvals, "", approvalOf).Items, v.Approved(), string(v.CreatedBy), v.CreatedAt.UTC(), v.UpdatedAt.UTC()}
}

func (s *server) artifactVersions(ctx context.Context, a ba.Actor, in *ByID) (*out[List[wireArtifactVersion]], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Artifacts.Versions(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return listed(all, "", artifactVersionOf), nil
}

type diffInput struct {
	ByID
	From int `query:"from" minimum:"0" doc:"Version; 0 or absent is the one before to"`
	To   int `query:"to" minimum:"0" doc:"Version; 0 or absent is the newest"`
}

type wireDiff struct {
	From         int                   `json:"from"`
	To           int                   `json:"to"`
	Sections     []wireSectionDiff     `json:"sections"`
	Requirements []wireRequirementDiff `json:"requirements" doc:"Those that differ"`
}

type wireSectionDiff struct {
	Key   string    `json:"key"`
	Title string    `json:"title"`
	State string    `json:"state" enum:"same,added,removed,changed"`
	Words []wireRun `json:"words" doc:"Empty where nothing differs"`
}

type wireRun struct {
	State string `json:"state" enum:"same,added,removed"`
	Text  string `json:"text"`
}

type wireRequirementDiff struct {
	Key    string          `json:"key"`
	State  string          `json:"state" enum:"added,removed,changed"`
	Fields []wireFieldDiff `json:"fields"`
}

type wireFieldDiff struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

func (s *server) artifactDiff(ctx context.Context, a ba.Actor, in *diffInput) (*out[wireDiff], error) {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return nil, err
	}
	d, err := s.Artifacts.Compare(ctx, a, id, in.From, in.To)
	if err != nil {
		return nil, err
	}
	return answer(wireDiff{d.From.Version, d.To.Version, listOf(d.Sections, "", sectionDiffOf).Items, listOf(d.Requirements, "", requirementDiffOf).Items}), nil
}

func sectionDiffOf(d artifact.SectionDiff) wireSectionDiff {
	run := func(r artifact.Run) wireRun { return wireRun{string(r.State), r.Text} }
	return wireSectionDiff{d.Key, d.Title, string(d.State), listOf(d.Words, "", run).Items}
}

func requirementDiffOf(d artifact.RequirementDiff) wireRequirementDiff {
	return wireRequirementDiff{d.Key, string(d.State), listOf(d.Fields, "", func(f artifact.FieldDiff) wireFieldDiff { return wireFieldDiff(f) }).Items}
}

type exportInput struct {
	ByID
	Format  string `query:"format" default:"md" enum:"md,html,docx,pdf,xlsx,csv,jira,reqif"`
	Version int    `query:"version" minimum:"0" doc:"0 or absent is the newest"`
	Table   string `query:"table" enum:"requirements,criteria,matrix" doc:"Of CSV; requirements where absent"`
	BOM     bool   `query:"bom" doc:"Begin CSV with a byte order mark, which Excel needs"`
}

// exportArtifact answers with a file, as an attachment. It is made whole
// before the first byte is sent: what a format cannot carry is an answer.
func (s *server) exportArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor, in *exportInput) error {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return err
	}
	input, err := s.Artifacts.Export(r.Context(), a, id, in.Version)
	if err != nil {
		return err
	}
	format := export.Format(in.Format)
	var file bytes.Buffer
	opts := s.Artifacts.FileOptions()
	opts.Table, opts.BOM = export.Table(in.Table), in.BOM
	if err := export.Write(&file, format, input, opts); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", format.MediaType())
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": export.Filename(input, format)}))
	h.Set("Content-Length", strconv.Itoa(file.Len()))
	_, _ = w.Write(file.Bytes()) // a client that left cannot be told
	return nil
}

func describeExport(op *huma.Operation, _ huma.Registry) {
	content(op, "200", "application/octet-stream", &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}})
}
