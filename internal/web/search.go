package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func (s *Site) search(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	q := r.URL.Query()
	data := &page.Search{Shell: page.Shell{Title: "Search", Section: "search"}, Query: q.Get("q"), Kind: q.Get("kind"), Asked: strings.TrimSpace(q.Get("q")) != ""}
	in := library.SearchInput{Text: data.Query, Limit: listSize}
	if id, err := ba.ParseID[ba.ProjectID](q.Get("project")); err == nil {
		in.Project, data.Project = id, string(id)
	}
	if kind := ba.HitKind(data.Kind); slices.Contains([]ba.HitKind{ba.HitPassage, ba.HitMessage, ba.HitArtifact, ba.HitRequirement}, kind) {
		in.Kinds = []ba.HitKind{kind}
	}
	found, err := s.Library.Search(r.Context(), a, in)
	if err != nil {
		return err
	}
	all, err := s.Projects.List(r.Context(), a, ba.Page{Limit: ba.MaxPageSize})
	if err != nil {
		return err
	}
	names := map[ba.ProjectID]string{}
	for _, p := range all.Items {
		names[p.ID] = p.Name
		data.Projects = append(data.Projects, page.Link{Href: string(p.ID), Name: p.Name})
	}
	for _, f := range found {
		data.Results = append(data.Results, result(f, names))
	}
	return s.render(w, r, "search", data)
}

// result returns a hit with the address at which it can be read.
func result(f library.Found, projects map[ba.ProjectID]string) page.Result {
	out := page.Result{Kind: "Document", Title: f.Filename, Place: f.Locator.String(), Project: projects[f.Project], Snippet: marked(f.Snippet, f.Highlights)}
	switch f.Kind {
	case ba.HitMessage:
		out.Kind, out.Place, out.Title = "Conversation", "", page.ThreadName(f.Filename)
		out.Href = threadPath(f.Thread) + "#m-" + string(f.Message)
	case ba.HitArtifact:
		out.Kind, out.Place = "Artifact", ""
		out.Href = artifactPath(f.Artifact)
	case ba.HitRequirement:
		out.Kind, out.Place = "Requirement", ""
		out.Href = requirementPath(f.Required)
	default:
		out.Href = page.PassageHref(f.Document, f.Version, f.Passage)
	}
	return out
}

// marked cuts text at the highlights, which are in code points, in order and
// without overlap.
func marked(text string, highlights [][2]int) []page.Part {
	runes := []rune(text)
	var out []page.Part
	at := 0
	add := func(to int, mark bool) {
		to = min(to, len(runes))
		if to > at {
			out = append(out, page.Part{Text: string(runes[at:to]), Mark: mark})
			at = to
		}
	}
	for _, h := range highlights {
		add(h[0], false)
		add(h[1], true)
	}
	add(len(runes), false)
	return out
}
