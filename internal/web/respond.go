package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// recentProjects is how many projects the navigation names.
const recentProjects = 6

// render completes the frame of a page and writes it.
func (s *Site) render(w http.ResponseWriter, r *http.Request, name string, p page.Framed) error {
	return s.renderStatus(w, r, http.StatusOK, name, p)
}

func (s *Site) renderStatus(w http.ResponseWriter, r *http.Request, status int, name string, p page.Framed) error {
	if err := s.frame(r, p.Frame()); err != nil {
		return err
	}
	return s.templates.Write(w, status, name, p)
}

// frame fills in what every page has around its content.
func (s *Site) frame(r *http.Request, shell *page.Shell) error {
	shell.Theme = themeOf(r)
	shell.ThisURL = r.URL.RequestURI()
	a := httpx.ActorFrom(r.Context())
	if !a.Valid() {
		return nil
	}
	user, err := s.Identity.User(r.Context(), a)
	if err != nil {
		return err
	}
	shell.User = page.NewPerson(user)
	recent, err := s.Projects.List(r.Context(), a, ba.Page{Limit: recentProjects})
	if err != nil {
		return err
	}
	for _, p := range recent.Items {
		href := "/projects/" + string(p.ID)
		shell.Recent = append(shell.Recent, page.Link{Href: href, Name: p.Name, Current: r.URL.Path == href})
	}
	return nil
}

// Problem writes an error as a page; it is the httpx.Renderer of all surfaces.
func (s *Site) Problem(w http.ResponseWriter, r *http.Request, p httpx.Problem) {
	httpx.ProblemHeaders(w.Header(), p)
	w.Header().Del("WWW-Authenticate") // a page offers the sign-in instead
	data := &page.Problem{Shell: page.Shell{Title: p.Title}, Status: p.Status, Heading: p.Title, Detail: p.Detail,
		RequestID: p.RequestID, RetryAfter: p.RetryAfter, BackHref: "/", BackName: "First page"}
	for _, f := range p.Errors {
		data.Fields = append(data.Fields, fieldName(f.Location)+" "+f.Message)
	}
	for _, action := range p.Actions {
		data.Actions = append(data.Actions, page.Link{Href: action.URL, Name: action.Label})
	}
	if p.Status == http.StatusUnauthorized {
		data.BackHref, data.BackName = "/login", "Sign in"
	}
	if err := s.frame(r, &data.Shell); err != nil {
		httpx.Note(r.Context(), err) // the page comes without navigation, the log says why
		data.User = page.Person{}
	}
	if err := s.templates.Write(w, p.Status, "problem", data); err != nil {
		httpx.Note(r.Context(), err)
		http.Error(w, p.Title+". "+p.Detail, p.Status)
	}
}

// fieldName returns the name of a field as the form shows it.
func fieldName(location string) string {
	name := location[strings.LastIndexByte(location, '.')+1:]
	name = strings.ReplaceAll(name, "_", " ")
	if name == "" {
		return "The request"
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// redirect answers with 303, so that a form is not sent again on reload.
func redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// pathID returns a part of the path as an id; what is none is not found.
func pathID[T ~string](r *http.Request, name string) (T, error) {
	id, err := ba.ParseID[T](r.PathValue(name))
	if err != nil {
		return "", ba.Wrap(ba.NotFound, "There is nothing at this address. Check it, or start again from the first page.", err)
	}
	return id, nil
}

// readForm parses a form without files.
func readForm(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		return nil, ba.Wrap(ba.Invalid, "The form did not arrive whole. Go back and send it again.", err)
	}
	return r.PostForm, nil
}

// sentence returns an error as it is shown beside a form: its own words, and
// which fields are meant.
func sentence(err error) string {
	var e *ba.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return ba.Explain(err)
	}
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = fieldName(f.Location) + " " + f.Message + "."
	}
	return strings.Join(parts, " ")
}
