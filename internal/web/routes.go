package web

import (
	"net/http"
	"net/url"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
)

// Authority is what a caller needs for a page. Services and store enforce what
// concerns a particular object.
type Authority string

// The authorities of pages.
const (
	Open   Authority = "open"   // anybody
	Person Authority = "person" // whoever is signed in
	Admin  Authority = "admin"  // an administrator
)

// Route is one line of the table of pages and forms.
type Route struct {
	Pattern   string
	Authority Authority
	handler   httpx.HandlerFunc
}

// personal is a handler of somebody who is signed in.
type personal func(w http.ResponseWriter, r *http.Request, a ba.Actor) error

// Routes returns the table.
func (s *Site) Routes() []Route {
	routes := []Route{
		{"GET /login", Open, s.signIn},
		{"POST /login", Open, s.limited(s.signInForDevelopment)},
		{"GET /setup", Open, s.setup},
		{"POST /setup", Open, s.limited(s.enterSetupCode)},
		{"GET /invite/{secret}", Open, s.limited(s.invitation)},
		{"POST /invite/{secret}", Open, s.limited(s.acceptInvitation)},
		{"GET /privacy", Open, s.privacy},
		{"POST /settings/theme", Open, s.saveTheme},
		{"GET /offline", Open, s.offline},
		{"GET /sw.js", Open, s.worker},
		{"POST /logout", Open, s.signOut},
	}
	for pattern, h := range s.personalRoutes() {
		routes = append(routes, Route{pattern, Person, signedIn(h)})
	}
	for pattern, h := range s.adminRoutes() {
		routes = append(routes, Route{pattern, Admin, signedIn(administrators(h))})
	}
	return routes
}

func (s *Site) personalRoutes() map[string]personal {
	return map[string]personal{
		"GET /{$}":                                           s.home,
		"POST /sample":                                       s.makeSample,
		"GET /projects":                                      s.projects,
		"POST /projects":                                     s.createProject,
		"GET /projects/{id}":                                 s.project,
		"POST /projects/{id}/edit":                           s.editProject,
		"POST /projects/{id}/delete":                         s.deleteProject,
		"POST /projects/{id}/restore":                        s.restoreProject,
		"POST /projects/{id}/members":                        s.share,
		"POST /projects/{id}/members/{user}/remove":          s.unshare,
		"GET /projects/{id}/documents":                       s.documentList,
		"POST /projects/{id}/documents":                      s.upload,
		"GET /projects/{id}/requirements":                    s.requirements,
		"POST /projects/{id}/requirements":                   s.createRequirement,
		"GET /projects/{id}/requirements/new":                s.newRequirement,
		"POST /projects/{id}/requirements/change":            s.changeRequirements,
		"POST /projects/{id}/requirements/extract":           s.extractRequirements,
		"GET /projects/{id}/requirements/export":             s.exportRequirements,
		"GET /projects/{id}/requirements/import":             s.importPage,
		"POST /projects/{id}/requirements/import":            s.importRequirements,
		"POST /projects/{id}/requirements/revise":            s.reviseRequirements,
		"GET /projects/{id}/coverage":                        s.coverage,
		"GET /projects/{id}/matrix":                          s.matrix,
		"GET /projects/{id}/notes":                           s.notes,
		"POST /projects/{id}/notes":                          s.createNote,
		"POST /notes/{id}/edit":                              s.editNote,
		"POST /notes/{id}/delete":                            s.deleteNote,
		"GET /requirements/{id}":                             s.requirement,
		"POST /requirements/{id}/edit":                       s.editRequirement,
		"POST /requirements/{id}/status":                     s.setStatus,
		"POST /requirements/{id}/delete":                     s.deleteRequirement,
		"POST /requirements/{id}/waive":                      s.waive,
		"POST /requirements/{id}/sources":                    s.addSource,
		"POST /requirements/{id}/sources/{link}/verify":      s.verifySource,
		"POST /requirements/{id}/sources/{link}/remove":      s.removeSource,
		"GET /documents/{id}":                                s.document,
		"GET /documents/{id}/state":                          s.documentState,
		"GET /documents/{id}/content":                        s.download,
		"POST /documents/{id}/versions":                      s.uploadVersion,
		"POST /documents/{id}/delete":                        s.deleteDocument,
		"GET /projects/{id}/artifacts":                       s.artifacts,
		"POST /projects/{id}/artifacts":                      s.requestArtifact,
		"GET /threads/{id}/artifacts":                        s.threadArtifacts,
		"POST /threads/{id}/artifacts":                       s.requestThreadArtifact,
		"GET /artifacts/{id}":                                s.artifact,
		"GET /artifacts/{id}/sections":                       s.artifactSections,
		"GET /artifacts/{id}/edit":                           s.artifactEditor,
		"POST /artifacts/{id}/edit":                          s.editArtifact,
		"GET /artifacts/{id}/versions":                       s.artifactVersions,
		"GET /artifacts/{id}/export":                         s.exportArtifact,
		"POST /artifacts/{id}/stop":                          s.stopArtifact,
		"POST /artifacts/{id}/continue":                      s.continueArtifact,
		"POST /artifacts/{id}/regenerate":                    s.regenerateArtifact,
		"POST /artifacts/{id}/approve":                       s.approveArtifact,
		"POST /artifacts/{id}/withdraw":                      s.withdrawApproval,
		"POST /artifacts/{id}/restore":                       s.restoreArtifact,
		"POST /artifacts/{id}/delete":                        s.deleteArtifact,
		"GET /threads":                                       s.threads,
		"POST /threads":                                      s.beginThread,
		"GET /threads/{id}":                                  s.thread,
		"POST /threads/{id}/messages":                        s.send,
		"GET /threads/{id}/discovery":                        s.threadDiscovery,
		"GET /threads/{id}/budget":                           s.threadBudget,
		"GET /threads/{id}/messages/{message}":               s.message,
		"GET /threads/{id}/messages/{message}/citations/{n}": s.citation,
		"POST /threads/{id}/edit":                            s.editThread,
		"POST /threads/{id}/delete":                          s.deleteThread,
		"POST /threads/{id}/restore":                         s.restoreThread,
		"POST /turns/{id}/stop":                              s.stopTurn,
		"POST /turns/{id}/retry":                             s.retryTurn,
		"POST /turns/{id}/continue":                          s.continueTurn,
		"GET /search":                                        s.search,
		"GET /settings":                                      s.settings,
		"POST /settings/sessions/{id}/revoke":                s.endSession,
		"POST /settings/tokens":                              s.createToken,
		"POST /settings/tokens/{id}/revoke":                  s.revokeToken,
	}
}

// signedIn leads somebody who is not signed in to the sign-in, and from there
// back to the page wanted.
func signedIn(h personal) httpx.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		a, err := httpx.RequireActor(r.Context())
		switch {
		case err == nil:
			return h(w, r, a)
		case r.Method == http.MethodGet:
			return redirect(w, r, loginFor(r.URL.RequestURI()))
		}
		return err
	}
}

// limited counts the requests of each address to a door, where there is a limiter.
func (s *Site) limited(h httpx.HandlerFunc) httpx.HandlerFunc {
	if s.SignInLimiter == nil {
		return h
	}
	return httpx.Limited(s.SignInLimiter, h)
}

// loginFor returns the sign-in that leads to path afterwards.
func loginFor(path string) string {
	if path == "/" || path == "" {
		return "/login"
	}
	return "/login?return_to=" + url.QueryEscape(path)
}
