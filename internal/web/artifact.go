package web

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strconv"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func artifactPath(id ba.ArtifactID) string { return "/artifacts/" + string(id) }

func (s *Site) artifacts(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.artifactList(w, r, a, page.ArtifactRequest{Kind: ba.ArtifactBRD})
}

// artifactList shows what a project's artifacts are, with the form that asks
// for another one as it was typed.
func (s *Site) artifactList(w http.ResponseWriter, r *http.Request, a ba.Actor, form page.ArtifactRequest) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	found, err := s.Projects.Find(r.Context(), a, id)
	if err != nil {
		return err
	}
	list, err := s.Artifacts.List(r.Context(), a, id, ba.Page{Limit: listSize, After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	p := page.NewProject(found)
	form.Action = "/projects/" + string(id) + "/artifacts"
	data := &page.ArtifactList{Shell: page.Shell{Title: "Artifacts of " + p.Name}, Project: p, Tabs: page.Tabs{Project: p.ID, Current: "artifacts"}, Next: list.Next, Request: form, Items: s.artifactItems(list.Items, p.CanEdit())}
	if r.Header.Get("X-Part") != "" {
		return s.templates.Write(w, http.StatusOK, "artifact-items", data)
	}
	status := http.StatusOK
	if form.Problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return s.renderStatus(w, r, status, "artifacts", data)
}

func (s *Site) artifactItems(list []ba.Artifact, canWrite bool) []page.Artifact {
	items := make([]page.Artifact, len(list))
	for i, v := range list {
		items[i] = page.NewArtifact(v, s.writer(v), canWrite)
	}
	return items
}

// writer says who writes an artifact.
func (s *Site) writer(v ba.Artifact) string {
	return s.model(ba.Thread{Provider: v.Provider, Model: v.Model}).Name
}

func (s *Site) requestArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	in := artifact.Request{ID: ba.NewID[ba.ArtifactID](), Project: id, Kind: ba.ArtifactKind(form.Get("kind")), Instructions: form.Get("instructions")}
	v, err := s.Artifacts.Request(r.Context(), a, in)
	if ba.KindOf(err) == ba.Invalid && err != nil {
		return s.artifactList(w, r, a, page.ArtifactRequest{Kind: in.Kind, Wishes: in.Instructions, Problem: sentence(err)})
	}
	if err != nil {
		return err
	}
	return redirect(w, r, artifactPath(v.ID))
}

func (s *Site) requestThreadArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ThreadID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	v, err := s.Artifacts.Request(r.Context(), a, artifact.Request{ID: ba.NewID[ba.ArtifactID](), Thread: id, Kind: ba.ArtifactKind(form.Get("kind")), Instructions: form.Get("instructions")})
	if err != nil {
		return err
	}
	return redirect(w, r, artifactPath(v.ID))
}

// threadArtifacts answers with the part of a conversation's page that names
// what was asked for in it.
func (s *Site) threadArtifacts(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ThreadID](r, "id")
	if err != nil {
		return err
	}
	strip, err := s.strip(r.Context(), a, id)
	if err != nil {
		return err
	}
	return s.templates.Write(w, http.StatusOK, "artifact-strip", strip)
}

// stripSize is how many artifacts a conversation's page names.
const stripSize = 6

func (s *Site) strip(ctx context.Context, a ba.Actor, id ba.ThreadID) (page.ArtifactStrip, error) {
	list, err := s.Artifacts.OfThread(ctx, a, id, ba.Page{Limit: stripSize})
	return page.ArtifactStrip{Thread: id, Items: s.artifactItems(list.Items, false)}, err
}

func (s *Site) artifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.artifactPage(r, a)
	if err != nil {
		return err
	}
	return s.render(w, r, "artifact", data)
}

// artifactSections answers with the part of the page that grows.
func (s *Site) artifactSections(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.artifactPage(r, a)
	if err != nil {
		return err
	}
	return s.templates.Write(w, http.StatusOK, "artifact-sections", data)
}

// artifactPage gathers what an artifact's page shows, in the version that the
// query names.
func (s *Site) artifactPage(r *http.Request, a ba.Actor) (*page.ArtifactPage, error) {
	id, err := pathID[ba.ArtifactID](r, "id")
	if err != nil {
		return nil, err
	}
	version, _ := strconv.Atoi(r.FormValue("version"))
	v, err := s.Artifacts.Find(r.Context(), a, id, max(version, 0))
	if err != nil {
		return nil, err
	}
	found, err := s.Projects.Find(r.Context(), a, v.Project)
	if err != nil {
		return nil, err
	}
	names, err := s.memberNames(r.Context(), a, v.Project)
	if err != nil {
		return nil, err
	}
	p := page.NewProject(found)
	data := &page.ArtifactPage{Shell: page.Shell{Title: v.Title}, Project: p, Artifact: page.NewArtifact(v, s.writer(v), p.CanEdit()), Version: v.Version, Hash: v.Hash(),
		Sections: sectionItems(v), Approved: v.Approved(), Formats: exportFormats()}
	data.Approvals, data.Mine = approvalItems(v.Approvals, data.Hash, names, a)
	written := v.Written()
	data.Complete = written.Total > 0 && written.Done == written.Total
	if v.Thread != "" {
		data.FromThread = threadPath(v.Thread)
	}
	return data, nil
}

// memberNames returns how the members of a project are called.
func (s *Site) memberNames(ctx context.Context, a ba.Actor, project ba.ProjectID) (map[ba.UserID]string, error) {
	members, err := s.Projects.Members(ctx, a, project)
	names := make(map[ba.UserID]string, len(members))
	for _, m := range members {
		if names[m.User] = m.Name; m.Name == "" {
			names[m.User] = m.Email
		}
	}
	return names, err
}

// nameOf returns how a user is called; somebody who left has no name here.
func nameOf(names map[ba.UserID]string, id ba.UserID) string {
	if name := names[id]; name != "" {
		return name
	}
	return "somebody who left"
}

func approvalItems(approvals []ba.Approval, hash string, names map[ba.UserID]string, a ba.Actor) (items []page.Approval, mine bool) {
	for _, p := range approvals {
		items = append(items, page.Approval{By: nameOf(names, p.By), At: page.Moment{Time: p.At}, Void: p.Hash != hash})
		mine = mine || p.By == a.User && p.Hash == hash
	}
	return items, mine
}

func exportFormats() []page.ExportFormat {
	var list []page.ExportFormat
	for _, f := range export.Formats {
		list = append(list, page.ExportFormat{Format: string(f), Name: f.Label(), Hint: f.Hint()})
	}
	return list
}

// exportArtifact answers with a file. What its format cannot carry is said on
// the page, with a format that can.
func (s *Site) exportArtifact(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ArtifactID](r, "id")
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(r.FormValue("version"))
	in, err := s.Artifacts.Export(r.Context(), a, id, max(version, 0))
	if err != nil {
		return err
	}
	format := export.Format(r.FormValue("format"))
	if format == "" {
		format = export.Markdown
	}
	for _, problem := range export.Check(in, format, s.Artifacts.FileOptions()) {
		if problem.Blocks {
			return s.refuseExport(w, r, a, format, problem)
		}
	}
	return s.sendFile(w, format, in)
}

// sendFile answers with a file as an attachment.
func (s *Site) sendFile(w http.ResponseWriter, format export.Format, in export.Input) error {
	var file bytes.Buffer
	if err := export.Write(&file, format, in, s.Artifacts.FileOptions()); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", format.MediaType())
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": export.Filename(in, format)}))
	h.Set("Content-Length", strconv.Itoa(file.Len()))
	_, _ = w.Write(file.Bytes()) // a client that left cannot be told
	return nil
}

func (s *Site) refuseExport(w http.ResponseWriter, r *http.Request, a ba.Actor, format export.Format, problem export.Problem) error {
	data, err := s.artifactPage(r, a)
	if err != nil {
		return err
	}
	data.Export, data.Refusal, data.Offer = string(format), problem.Message, string(problem.Offer)
	if problem.Offer != "" {
		data.OfferName = problem.Offer.Label()
	}
	return s.renderStatus(w, r, http.StatusUnprocessableEntity, "artifact", data)
}
