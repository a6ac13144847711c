package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/library"
)

type wireDocument struct {
	ID         string       `json:"id"`
	ProjectID  string       `json:"project_id"`
	Filename   string       `json:"filename"`
	Format     string       `json:"format" doc:"Decided by the content; empty while unknown"`
	Size       int64        `json:"size" doc:"Bytes of the original"`
	Version    int          `json:"version"`
	Status     string       `json:"status" enum:"processing,ready,no_text,rejected"`
	Reason     string       `json:"reason,omitempty" doc:"Why it was rejected or has no text, as a sentence"`
	ReasonCode string       `json:"reason_code,omitempty"`
	Pages      int          `json:"pages,omitempty" doc:"Pages, slides or sheets"`
	EmptyPages int          `json:"empty_pages,omitempty" doc:"Pages without text"`
	Notes      []string     `json:"notes,omitempty"`
	Passages   int          `json:"passages"`
	Progress   wireProgress `json:"progress" doc:"Of the extraction"`
	CreatedBy  string       `json:"created_by"`
	CreatedAt  time.Time    `json:"created_at"`
	UpdatedAt  time.Time    `json:"updated_at"`
}

type wireProgress struct {
	Done  int `json:"done"`
	Total int `json:"total" doc:"0 while unknown"`
}

func documentOf(d ba.Document) wireDocument {
	return wireDocument{
		ID: string(d.ID), ProjectID: string(d.Project), Filename: d.Filename, Format: d.Format, Size: d.Size, Version: d.Version,
		Status: string(d.Status), Reason: d.Reason, ReasonCode: d.ReasonCode, Pages: d.Pages, EmptyPages: d.EmptyPages,
		Notes: d.Notes, Passages: d.Passages, Progress: wireProgress(d.Progress),
		CreatedBy: string(d.CreatedBy), CreatedAt: d.CreatedAt.UTC(), UpdatedAt: d.UpdatedAt.UTC(),
	}
}

type listInput struct {
	ByID
	Paged
}

func (s *server) documents(ctx context.Context, a ba.Actor, in *listInput) (*out[List[wireDocument]], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	l, err := s.Library.List(ctx, a, id, in.page())
	if err != nil {
		return nil, err
	}
	return listed(l.Items, l.Next, documentOf), nil
}

func (s *server) document(ctx context.Context, a ba.Actor, in *ByID) (*out[wireDocument], error) {
	id, err := idOf[ba.DocumentID](in.ID)
	if err != nil {
		return nil, err
	}
	d, err := s.Library.Find(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return answer(documentOf(d)), nil
}

func (s *server) deleteDocument(ctx context.Context, a ba.Actor, in *ByID) (*struct{}, error) {
	id, err := idOf[ba.DocumentID](in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Library.Delete(ctx, a, id)
}

func (s *server) versions(ctx context.Context, a ba.Actor, in *ByID) (*out[List[wireDocument]], error) {
	id, err := idOf[ba.DocumentID](in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Library.Versions(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return listed(all, "", documentOf), nil
}

func (s *server) upload(w http.ResponseWriter, r *http.Request, a ba.Actor, in *ByID) error {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return err
	}
	return s.receive(w, r, func(name string, body io.Reader) (ba.Document, error) {
		return s.Library.Upload(r.Context(), a, id, name, body)
	})
}

func (s *server) uploadVersion(w http.ResponseWriter, r *http.Request, a ba.Actor, in *ByID) error {
	id, err := idOf[ba.DocumentID](in.ID)
	if err != nil {
		return err
	}
	return s.receive(w, r, func(name string, body io.Reader) (ba.Document, error) {
		return s.Library.UploadVersion(r.Context(), a, id, name, body)
	})
}

// multipartOverhead is what a form may have around the file.
const multipartOverhead = 64 << 10

// uploadPause is the longest wait for the next part of an upload.
const uploadPause = time.Minute

// receive streams the field "file" of a multipart form to keep; nothing of it
// lies in memory as a whole or in a temporary file.
func (s *server) receive(w http.ResponseWriter, r *http.Request, keep func(name string, body io.Reader) (ba.Document, error)) error {
	httpx.AllowBody(w, r, s.Library.MaxUpload()+multipartOverhead)
	form, err := r.MultipartReader()
	if err != nil {
		return ba.Wrap(ba.Unsupported, "Send the file as multipart/form-data, in the field 'file'.", err)
	}
	part, err := nextFile(form)
	if err != nil {
		return err
	}
	defer part.Close()
	d, err := keep(part.FileName(), &patient{Reader: part, control: http.NewResponseController(w)})
	if err != nil {
		return uploadError(err, s.Library.MaxUpload())
	}
	w.Header().Set("Location", "/api/documents/"+string(d.ID))
	return writeJSON(w, http.StatusCreated, documentOf(d))
}

// nextFile returns the part "file", past other fields.
func nextFile(form *multipart.Reader) (*multipart.Part, error) {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, &ba.Error{Kind: ba.Invalid, Msg: "The form has no file. Send it in the field 'file'.", Fields: []ba.Field{{Location: "body.file", Message: "is required"}}}
		}
		if err != nil {
			return nil, uploadError(err, 0)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part, nil
		}
	}
}

// uploadError gives the errors of a body that is cut, malformed or too large
// their kind; those of the service keep theirs.
func uploadError(err error, limit int64) error {
	var known *ba.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &known) && known.Kind != ba.Internal:
		return err
	case errors.As(err, &tooLarge) && limit > 0:
		return ba.Wrap(ba.TooLarge, "The file is larger than "+strconv.FormatInt(limit/1_000_000, 10)+" MB, which is the limit here. Split it, or ask your administrator to raise the limit.", err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, multipart.ErrMessageTooLarge):
		return ba.Wrap(ba.Invalid, "The upload was cut off or is not a valid form. Send the file again.", err)
	}
	return err
}

// patient reads an upload for as long as something comes: the time limit is
// one of silence, since a large file on a slow line may take its time.
type patient struct {
	io.Reader
	control *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(uploadPause)) // a server without deadlines needs none
	return p.Reader.Read(b)
}

type contentInput struct {
	ByID
	Version int `query:"version" minimum:"0" doc:"0 or absent is the newest"`
}

// content sends the original as an attachment of no particular type, so that
// no browser renders what somebody uploaded.
func (s *server) content(w http.ResponseWriter, r *http.Request, a ba.Actor, in *contentInput) error {
	id, err := idOf[ba.DocumentID](in.ID)
	if err != nil {
		return err
	}
	d, pieces, err := s.Library.Content(r.Context(), a, id, in.Version)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Filename}))
	h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	return writePieces(w, pieces)
}

// writePieces sends the pieces in order. An error before the first byte is an
// answer; one after it cuts the connection.
func writePieces(w http.ResponseWriter, pieces iter.Seq2[[]byte, error]) error {
	control := http.NewResponseController(w)
	for piece, err := range pieces {
		if err != nil {
			dropEntityHeaders(w.Header())
			return fmt.Errorf("read an original: %w", err)
		}
		_ = control.SetWriteDeadline(time.Now().Add(uploadPause))
		if _, err := w.Write(piece); err != nil {
			return ba.Wrap(ba.Canceled, "The download was cancelled.", err)
		}
	}
	return nil
}

// dropEntityHeaders makes way for an error in place of the original.
func dropEntityHeaders(h http.Header) {
	for _, name := range []string{"Content-Length", "Content-Disposition"} {
		h.Del(name)
	}
}

type textInput struct {
	ByID
	Version int `query:"version" minimum:"0" doc:"0 or absent is the newest"`
	Page    int `query:"page" minimum:"0" doc:"Part of the text, from 1; 0 or absent is the first"`
}

type wireText struct {
	DocumentID string      `json:"document_id"`
	Page       int         `json:"page"`
	Pages      int         `json:"pages" doc:"How many parts the text has"`
	Blocks     []wireBlock `json:"blocks"`
}

type wireBlock struct {
	Index   int         `json:"index"`
	Kind    string      `json:"kind" enum:"paragraph,heading,list_item,row,note,comment,margin,code,field"`
	Level   int         `json:"level,omitempty" doc:"Of a heading from 1, of a list item from 0"`
	Header  bool        `json:"header,omitempty" doc:"A row that names the columns of those below it"`
	Text    string      `json:"text"`
	Cells   []string    `json:"cells,omitempty" doc:"Of a row"`
	Locator wireLocator `json:"locator"`
}

func (s *server) text(ctx context.Context, a ba.Actor, in *textInput) (*out[wireText], error) {
	id, err := idOf[ba.DocumentID](in.ID)
	if err != nil {
		return nil, err
	}
	page, err := s.Library.Text(ctx, a, id, in.Version, in.Page)
	if err != nil {
		return nil, err
	}
	return answer(wireText{
		DocumentID: string(id), Page: page.Page, Pages: page.Pages,
		Blocks: listOf(page.Blocks, "", blockOf).Items,
	}), nil
}

func blockOf(b library.Block) wireBlock {
	return wireBlock{Index: b.Index, Kind: b.Kind, Level: b.Level, Header: b.Header, Text: b.Text, Cells: b.Cells, Locator: locatorOf(b.Locator)}
}
