package web

import (
	"errors"
	"io"
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

const (
	// filesAtOnce bounds one form; a browser with scripts sends one file each.
	filesAtOnce = 20
	// formOverhead is what a form may have around its files.
	formOverhead = 64 << 10
)

func (s *Site) upload(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	httpx.AllowBody(w, r, filesAtOnce*s.Library.MaxUpload()+formOverhead)
	err = eachFile(r, func(name string, content io.Reader) error {
		_, err := s.Library.Upload(r.Context(), a, id, name, content)
		return err
	})
	if err != nil {
		return err
	}
	return redirect(w, r, projectPath(id)+"#documents-title")
}

func (s *Site) uploadVersion(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.DocumentID](r, "id")
	if err != nil {
		return err
	}
	httpx.AllowBody(w, r, s.Library.MaxUpload()+formOverhead)
	err = eachFile(r, func(name string, content io.Reader) error {
		_, err := s.Library.UploadVersion(r.Context(), a, id, name, content)
		return err
	})
	if err != nil {
		return err
	}
	return redirect(w, r, documentPath(id))
}

// eachFile hands over the files of a form as they arrive. A form without a
// file is Invalid.
func eachFile(r *http.Request, take func(name string, content io.Reader) error) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return ba.Wrap(ba.Invalid, "The form did not arrive whole. Go back and send it again.", err)
	}
	for n := 0; ; {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF) && n == 0:
			return ba.E(ba.Invalid, "No file was chosen. Go back and choose one.")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case part.FormName() != "file" || part.FileName() == "":
			continue
		case n == filesAtOnce:
			return ba.E(ba.TooLarge, "Too many files at once. Send 20 at most; those before are stored.")
		}
		n++
		if err := take(part.FileName(), part); err != nil {
			return err
		}
	}
}

func (s *Site) documentList(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	p, err := s.Projects.Find(r.Context(), a, id)
	if err != nil {
		return err
	}
	list, err := s.documentsOf(r.Context(), a, page.NewProject(p), "")
	if err != nil {
		return err
	}
	return s.templates.Write(w, http.StatusOK, "document-list", list)
}

func (s *Site) deleteDocument(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.DocumentID](r, "id")
	if err != nil {
		return err
	}
	d, err := s.Library.Find(r.Context(), a, id)
	if err != nil {
		return err
	}
	if err := s.Library.Delete(r.Context(), a, id); err != nil {
		return err
	}
	return redirect(w, r, projectPath(d.Project)+"#documents-title")
}
