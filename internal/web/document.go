package web

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func (s *Site) document(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.DocumentID](r, "id")
	if err != nil {
		return err
	}
	newest, err := s.Library.Find(r.Context(), a, id)
	if err != nil {
		return err
	}
	p, err := s.Projects.Find(r.Context(), a, newest.Project)
	if err != nil {
		return err
	}
	data := &page.Viewer{Shell: page.Shell{Title: newest.Filename}, Project: page.NewProject(p), Limit: page.Size(s.Library.MaxUpload())}
	data.Document = page.NewDocument(newest, data.Project.CanEdit())
	if err := s.readText(r.Context(), a, data, r.URL.Query()); err != nil {
		return err
	}
	versions, err := s.Library.Versions(r.Context(), a, id)
	if err != nil {
		return err
	}
	for _, v := range versions {
		data.Versions = append(data.Versions, page.NewDocument(v, false))
	}
	return s.render(w, r, "viewer", data)
}

// readText fills in the part of the text that the query names: by its number,
// or as the one that holds a passage.
func (s *Site) readText(ctx context.Context, a ba.Actor, data *page.Viewer, q url.Values) error {
	data.Version, _ = strconv.Atoi(q.Get("version"))
	part, _ := strconv.Atoi(q.Get("page"))
	cited := page.Cited{First: 0, Last: -1}
	if id, err := ba.ParseID[ba.PassageID](q.Get("passage")); err == nil {
		passage, err := s.Library.Passage(ctx, a, id)
		if err != nil {
			return err
		}
		data.Version, cited = passage.Version, page.Cited{First: passage.FirstBlock, Last: passage.LastBlock}
		if part == 0 {
			part = passage.FirstBlock/library.BlocksPerPage + 1
		}
	}
	if data.Version == 0 {
		data.Version = data.Document.Version
	}
	if !data.Document.Ready() && data.Version == data.Document.Version {
		return nil
	}
	text, err := s.Library.Text(ctx, a, data.Document.ID, data.Version, max(part, 1))
	if err != nil {
		return err
	}
	data.Groups = page.Groups(blocksOf(text.Blocks, data.Document.Format), cited)
	data.Grid = page.OnlyTables(data.Groups)
	data.Part, data.Parts = text.Page, text.Pages
	data.Prev, data.Next = partPath(data, text.Page-1), partPath(data, text.Page+1)
	return nil
}

// partPath returns the address of another part, and nothing where there is none.
func partPath(v *page.Viewer, part int) string {
	if part < 1 || part > v.Parts {
		return ""
	}
	return "?version=" + strconv.Itoa(v.Version) + "&page=" + strconv.Itoa(part)
}

func blocksOf(blocks []library.Block, format string) []page.Block {
	out := make([]page.Block, 0, len(blocks))
	for _, b := range blocks {
		out = append(out, page.Block{Index: b.Index, Kind: string(b.Kind), Level: b.Level, Header: b.Header, Text: b.Text, Cells: b.Cells,
			Row: b.Locator.Row, Place: placeOf(b.Locator, format)})
	}
	return out
}

// placeOf returns the words of the mark where a page, slide or sheet begins.
func placeOf(l ba.Locator, format string) string {
	switch {
	case l.Sheet != "":
		return "Sheet " + l.Sheet
	case l.Page > 0 && format == "pptx":
		return "Slide " + strconv.Itoa(l.Page)
	case l.Page > 0:
		return "Page " + strconv.Itoa(l.Page)
	}
	return ""
}

func (s *Site) documentState(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.DocumentID](r, "id")
	if err != nil {
		return err
	}
	d, err := s.Library.Find(r.Context(), a, id)
	if err != nil {
		return err
	}
	return s.templates.Write(w, http.StatusOK, "document-progress", page.NewDocument(d, false))
}

// download streams the original, always as an attachment: what somebody
// uploaded never runs on our origin.
func (s *Site) download(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.DocumentID](r, "id")
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(r.URL.Query().Get("version"))
	d, pieces, err := s.Library.Content(r.Context(), a, id, version)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Filename}))
	h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	for piece, err := range pieces {
		if err != nil {
			return err
		}
		if _, err := w.Write(piece); err != nil {
			return ba.Wrap(ba.Canceled, "The download was cancelled.", err)
		}
	}
	return nil
}
