package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
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
	return wireSectionDiff{d.Key, d.Title, string(d.State), listOf(d.Words, "", runOf).Items}
}

func runOf(r artifact.Run) wireRun { return wireRun{string(r.State), r.Text} }

func requirementDiffOf(d artifact.RequirementDiff) wireRequirementDiff {
	return wireRequirementDiff{d.Key, string(d.State), listOf(d.Fields, "", func(f artifact.FieldDiff) wireFieldDiff { return wireFieldDiff(f) }).Items}
}

type exportInput struct {
	ByID
	FileFormat
	Version int `query:"version" minimum:"0" doc:"0 or absent is the newest"`
}

func (s *server) exportArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor, in *exportInput) error {
	id, err := idOf[ba.ArtifactID](in.ID)
	if err != nil {
		return err
	}
	input, err := s.Artifacts.Export(r.Context(), a, id, in.Version)
	if err != nil {
		return err
	}
	return s.sendFile(w, input, in.FileFormat)
}

func describeExport(op *huma.Operation, _ huma.Registry) {
	content(op, "200", "application/octet-stream", &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}})
}
