package api

import (
	"bytes"
	"mime"
	"net/http"
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
)

// FileFormat says as what a file is wanted.
type FileFormat struct {
	Format string `query:"format" default:"md" enum:"md,html,docx,pdf,xlsx,csv,jira,reqif"`
	Table  string `query:"table" enum:"requirements,criteria,matrix" doc:"Of CSV; requirements where absent"`
	BOM    bool   `query:"bom" doc:"Begin CSV with a byte order mark, which Excel needs"`
}

type requirementExport struct {
	ByID
	RequirementFilter
	FileFormat
}

// exportRequirements answers with a file of those that match.
func (s *server) exportRequirements(w http.ResponseWriter, r *http.Request, a ba.Actor, in *requirementExport) error {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return err
	}
	input, err := s.Requirements.Export(r.Context(), a, id, in.filter())
	if err != nil {
		return err
	}
	return s.sendFile(w, input, in.FileFormat)
}

// sendFile answers with a file, as an attachment. It is made whole before the
// first byte is sent: what a format cannot carry is an answer.
func (s *server) sendFile(w http.ResponseWriter, input export.Input, f FileFormat) error {
	format := export.Format(f.Format)
	var file bytes.Buffer
	opts := s.Artifacts.FileOptions()
	opts.Table, opts.BOM = export.Table(f.Table), f.BOM
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
