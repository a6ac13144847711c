package api

import (
	"net/http"
)

const (
	get    = http.MethodGet
	post   = http.MethodPost
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// routes is the one table of the API. A route that is not in it does not
// exist; one without an authority fails the isolation probe.
func (s *server) routes() []Route {
	var all []Route
	for _, group := range [][]Route{
		s.healthRoutes(), s.signInRoutes(), s.accountRoutes(), s.projectRoutes(), s.documentRoutes(), s.threadRoutes(), s.requirementRoutes(), s.artifactRoutes(), s.lintRoutes(), s.adminRoutes(),
	} {
		all = append(all, group...)
	}
	return all
}

func (s *server) healthRoutes() []Route {
	return []Route{
		{Method: get, Path: "/health", Authority: Open, ID: "health", Tag: "Health", Summary: "Whether the instance can do its work", register: handle(s.health)},
		{Method: get, Path: "/health/live", Authority: Open, ID: "health-live", Tag: "Health", Summary: "Whether the process answers", register: handle(s.live)},
		{Method: get, Path: "/health/stream", Authority: Open, ID: "health-stream", Tag: "Health", Summary: "Ten events, 200 ms apart, to measure buffering on the way", register: raw(s.healthStream), document: describeProbe},
	}
}

func (s *server) signInRoutes() []Route {
	limit := s.SignInLimiter
	routes := []Route{
		{Method: get, Path: "/auth/providers", Authority: Open, ID: "list-providers", Tag: "Sign-in", Summary: "The ways to sign in", register: handle(s.providers)},
		{Method: get, Path: "/auth/{provider}/login", Authority: Open, ID: "begin-sign-in", Tag: "Sign-in", Summary: "Send the browser to the provider", status: http.StatusFound,
			register: plain(s.ErrorPage, limited(limit, s.login)), document: describeLogin},
		{Method: get, Path: "/auth/{provider}/callback", Authority: Open, ID: "end-sign-in", Tag: "Sign-in", Summary: "The provider sends the browser here", status: http.StatusSeeOther,
			register: plain(s.ErrorPage, limited(limit, s.callback)), document: describeCallback},
		{Method: post, Path: "/auth/token", Authority: Open, ID: "exchange-code", Tag: "Sign-in", Summary: "A separate front end exchanges its one-time code for a session token", register: handle(s.exchangeCode)},
		{Method: post, Path: "/auth/logout", Authority: Open, ID: "logout", Tag: "Sign-in", Summary: "End this session", status: http.StatusNoContent, register: raw(s.logout)},
	}
	if s.Dev != nil {
		routes = append(routes, Route{Method: post, Path: "/auth/dev", Authority: Open, ID: "sign-in-dev", Tag: "Sign-in",
			Summary: "Sign in without a proof; exists in development only", register: raw(s.signInDev), document: describeDev})
	}
	return routes
}

func (s *server) accountRoutes() []Route {
	const tag = "Account"
	return []Route{
		{Method: get, Path: "/api/me", Authority: Person, ID: "me", Tag: tag, Summary: "Who is signed in, with the budget", register: handle(s.me)},
		{Method: get, Path: "/api/providers", Authority: Person, ID: "list-answerers", Tag: tag, Summary: "The AI providers and models that a thread can begin with; the first is the default", register: handle(s.answerers)},
		{Method: get, Path: "/api/sessions", Authority: Person, ID: "list-sessions", Tag: tag, Summary: "The person's sessions", register: handle(s.sessions)},
		{Method: remove, Path: "/api/sessions/{id}", Authority: Own, ID: "end-session", Tag: tag, Summary: "Revoke a session; its streams end within 5 seconds", register: handle(s.endSession)},
		{Method: get, Path: "/api/tokens", Authority: Person, ID: "list-tokens", Tag: tag, Summary: "The person's API tokens", register: handle(s.tokens)},
		{Method: post, Path: "/api/tokens", Authority: Person, ID: "create-token", Tag: tag, Summary: "Make an API token; its secret is shown once", status: http.StatusCreated, register: handle(s.createToken)},
		{Method: remove, Path: "/api/tokens/{id}", Authority: Own, ID: "delete-token", Tag: tag, Summary: "Revoke an API token", register: handle(s.deleteToken)},
	}
}

func (s *server) projectRoutes() []Route {
	const tag = "Projects"
	return []Route{
		{Method: get, Path: "/api/projects", Authority: Person, ID: "list-projects", Tag: tag, Summary: "The person's projects, the most recently used first", register: handle(s.projects)},
		{Method: post, Path: "/api/projects", Authority: Person, ID: "create-project", Tag: tag, Summary: "Make a project", status: http.StatusCreated, register: handle(s.createProject)},
		{Method: get, Path: "/api/projects/{id}", Authority: Viewer, ID: "get-project", Tag: tag, Summary: "One project", register: handle(s.project)},
		{Method: patch, Path: "/api/projects/{id}", Authority: Editor, ID: "update-project", Tag: tag, Summary: "Change name or description", register: handle(s.updateProject)},
		{Method: remove, Path: "/api/projects/{id}", Authority: Owner, ID: "delete-project", Tag: tag, Summary: "Delete a project; can be undone for 10 seconds", register: handle(s.deleteProject)},
		{Method: post, Path: "/api/projects/{id}/restore", Authority: Owner, ID: "restore-project", Tag: tag, Summary: "Undo the deletion, within 10 seconds", register: handle(s.restoreProject)},
		{Method: get, Path: "/api/projects/{id}/members", Authority: Viewer, ID: "list-members", Tag: tag, Summary: "Who may enter", register: handle(s.members)},
		{Method: post, Path: "/api/projects/{id}/members", Authority: Owner, ID: "share-project", Tag: tag, Summary: "Share; an unknown address becomes an invitation", status: http.StatusCreated, register: handle(s.share)},
		{Method: remove, Path: "/api/projects/{id}/members/{user_id}", Authority: Owner, ID: "unshare-project", Tag: tag, Summary: "Take a person's access away", register: handle(s.unshare)},
		{Method: get, Path: "/api/projects/{id}/search", Authority: Viewer, ID: "search-project", Tag: "Search", Summary: "Search a project", register: handle(s.searchProject)},
		{Method: get, Path: "/api/search", Authority: Person, ID: "search", Tag: "Search", Summary: "Search everything that the person may see", register: handle(s.searchAll)},
	}
}

func (s *server) documentRoutes() []Route {
	const tag = "Documents"
	return []Route{
		{Method: get, Path: "/api/projects/{id}/documents", Authority: Viewer, ID: "list-documents", Tag: tag, Summary: "A project's documents, the newest first", register: handle(s.documents)},
		{Method: post, Path: "/api/projects/{id}/documents", Authority: Editor, ID: "upload-document", Tag: tag, Summary: "Upload a document in the form field 'file'", status: http.StatusCreated,
			register: raw(s.upload), document: describeUpload},
		{Method: get, Path: "/api/documents/{id}", Authority: Viewer, ID: "get-document", Tag: tag, Summary: "One document in its newest version", register: handle(s.document)},
		{Method: remove, Path: "/api/documents/{id}", Authority: Editor, ID: "delete-document", Tag: tag, Summary: "Delete a document with its versions", register: handle(s.deleteDocument)},
		{Method: get, Path: "/api/documents/{id}/content", Authority: Viewer, ID: "download-document", Tag: tag, Summary: "The original, as an attachment", register: raw(s.content), document: describeContent},
		{Method: get, Path: "/api/documents/{id}/text", Authority: Viewer, ID: "read-document", Tag: tag, Summary: "The extracted blocks with their locators", register: handle(s.text)},
		{Method: get, Path: "/api/documents/{id}/versions", Authority: Viewer, ID: "list-versions", Tag: tag, Summary: "All versions, the newest first", register: handle(s.versions)},
		{Method: post, Path: "/api/documents/{id}/versions", Authority: Editor, ID: "upload-version", Tag: tag, Summary: "Upload a new version in the form field 'file'", status: http.StatusCreated,
			register: raw(s.uploadVersion), document: describeUpload},
	}
}

func (s *server) threadRoutes() []Route {
	const tag = "Threads"
	return []Route{
		{Method: get, Path: "/api/projects/{id}/threads", Authority: Viewer, ID: "list-project-threads", Tag: tag, Summary: "A project's threads, the newest activity first", register: handle(s.projectThreads)},
		{Method: post, Path: "/api/projects/{id}/threads", Authority: Editor, ID: "create-project-thread", Tag: tag, Summary: "Begin a thread in a project", status: http.StatusCreated, register: handle(s.createProjectThread)},
		{Method: get, Path: "/api/threads", Authority: Person, ID: "list-threads", Tag: tag, Summary: "The person's threads without a project", register: handle(s.looseThreads)},
		{Method: post, Path: "/api/threads", Authority: Person, ID: "create-thread", Tag: tag, Summary: "Begin a thread without a project", status: http.StatusCreated, register: handle(s.createLooseThread)},
		{Method: get, Path: "/api/threads/{id}", Authority: Viewer, ID: "get-thread", Tag: tag, Summary: "One thread", register: handle(s.thread)},
		{Method: patch, Path: "/api/threads/{id}", Authority: Editor, ID: "update-thread", Tag: tag, Summary: "Change title or mode, or put a loose thread into a project", register: handle(s.updateThread)},
		{Method: remove, Path: "/api/threads/{id}", Authority: Editor, ID: "delete-thread", Tag: tag, Summary: "Delete a thread; can be undone for 10 seconds", register: handle(s.deleteThread)},
		{Method: post, Path: "/api/threads/{id}/restore", Authority: Editor, ID: "restore-thread", Tag: tag, Summary: "Undo the deletion, within 10 seconds", register: handle(s.restoreThread)},
		{Method: get, Path: "/api/threads/{id}/messages", Authority: Viewer, ID: "list-messages", Tag: tag, Summary: "Messages in order, with the point of the event stream that they reflect", register: handle(s.messages)},
		{Method: post, Path: "/api/threads/{id}/chat", Authority: Editor, ID: "send-message", Tag: tag, Summary: "Ask; with Accept: text/event-stream the answer's events follow on this response", status: http.StatusAccepted,
			register: raw(s.send), document: describeSend},
		{Method: get, Path: "/api/threads/{id}/chat", Authority: Viewer, ID: "watch-thread", Tag: tag, Summary: "The thread's events, resumable", register: raw(s.watchThread), document: describeStream},
		{Method: get, Path: "/api/events", Authority: Person, ID: "watch-threads", Tag: tag, Summary: "The events of several threads on one connection", register: raw(s.watchThreads), document: describeStream},
		{Method: post, Path: "/api/turns/{id}/stop", Authority: Editor, ID: "stop-turn", Tag: tag, Summary: "Stop an answer; what came is kept", status: http.StatusAccepted, register: handle(s.stopTurn)},
		{Method: post, Path: "/api/turns/{id}/retry", Authority: Editor, ID: "retry-turn", Tag: tag, Summary: "Answer the question again", status: http.StatusAccepted, register: handle(s.retryTurn)},
		{Method: post, Path: "/api/turns/{id}/continue", Authority: Editor, ID: "continue-turn", Tag: tag, Summary: "Go on with an answer that was cut", status: http.StatusAccepted, register: handle(s.continueTurn)},
	}
}

func (s *server) lintRoutes() []Route {
	const tag = "Quality"
	return []Route{
		{Method: post, Path: "/api/lint", Authority: Person, ID: "lint-text", Tag: tag, Summary: "Check statements against the quality rules; nothing is stored", register: handle(s.lint)},
		{Method: get, Path: "/api/lint/rules", Authority: Person, ID: "list-lint-rules", Tag: tag, Summary: "The quality rules with their sources", register: handle(s.lintRules)},
	}
}

func (s *server) requirementRoutes() []Route {
	const tag = "Requirements"
	return []Route{
		{Method: get, Path: "/api/projects/{id}/requirements", Authority: Viewer, ID: "list-requirements", Tag: tag, Summary: "A project's requirements, filtered and sorted", register: handle(s.requirements)},
		{Method: post, Path: "/api/projects/{id}/requirements", Authority: Editor, ID: "create-requirement", Tag: tag, Summary: "Write a requirement, with the sources that it quotes", status: http.StatusCreated, register: handle(s.createRequirement)},
		{Method: post, Path: "/api/projects/{id}/requirements/extract", Authority: Editor, ID: "extract-requirements", Tag: tag, Summary: "Find requirements in documents and threads; twice adds nothing", register: handle(s.extractRequirements)},
		{Method: post, Path: "/api/projects/{id}/requirements/bulk", Authority: Editor, ID: "change-requirements", Tag: tag, Summary: "Change or delete several requirements, all or none", register: handle(s.changeRequirements)},
		{Method: get, Path: "/api/projects/{id}/requirements/export", Authority: Viewer, ID: "export-requirements", Tag: tag, Summary: "The requirements that match, as a file", register: raw(s.exportRequirements), document: describeExport},
		{Method: post, Path: "/api/projects/{id}/requirements/import", Authority: Editor, ID: "import-requirements", Tag: tag, Summary: "Compare the requirements of an Excel, Word, CSV or ReqIF file in the form field 'file' with the project's; nothing is changed",
			register: raw(s.importRequirements), document: describeImport},
		{Method: post, Path: "/api/projects/{id}/requirements/revise", Authority: Editor, ID: "revise-requirements", Tag: tag, Summary: "Apply what was accepted of an import, all or nothing; where a requirement is not as it was read, 409",
			maxBody: maxRevision, register: handle(s.reviseRequirements)},
		{Method: get, Path: "/api/requirements/{id}", Authority: Viewer, ID: "get-requirement", Tag: tag, Summary: "One requirement with its sources", register: handle(s.requirement)},
		{Method: patch, Path: "/api/requirements/{id}", Authority: Editor, ID: "update-requirement", Tag: tag, Summary: "Change a requirement; of two changes of one version, one is refused", register: handle(s.updateRequirement)},
		{Method: remove, Path: "/api/requirements/{id}", Authority: Editor, ID: "delete-requirement", Tag: tag, Summary: "Delete a requirement; its number is not given again", register: handle(s.deleteRequirement)},
		{Method: get, Path: "/api/requirements/{id}/history", Authority: Viewer, ID: "list-requirement-versions", Tag: tag, Summary: "All versions, the newest first", register: handle(s.requirementHistory)},
		{Method: post, Path: "/api/requirements/{id}/links", Authority: Editor, ID: "add-link", Tag: tag, Summary: "Add a source; its quote must stand there word for word", status: http.StatusCreated, register: handle(s.addLink)},
		{Method: remove, Path: "/api/requirements/{id}/links/{link_id}", Authority: Editor, ID: "remove-link", Tag: tag, Summary: "Remove a source", register: handle(s.removeLink)},
		{Method: post, Path: "/api/requirements/{id}/links/{link_id}/verify", Authority: Editor, ID: "verify-link", Tag: tag, Summary: "Verify a source as it is now, with the same words or new ones", register: handle(s.verifyLink)},
		{Method: get, Path: "/api/projects/{id}/coverage", Authority: Viewer, ID: "get-coverage", Tag: tag, Summary: "What sources and requirements cover of one another", register: handle(s.coverage)},
		{Method: get, Path: "/api/projects/{id}/uncovered", Authority: Viewer, ID: "list-uncovered", Tag: tag, Summary: "Passages with a statement and no requirement", register: handle(s.uncovered)},
		{Method: get, Path: "/api/projects/{id}/matrix", Authority: Viewer, ID: "get-matrix", Tag: tag, Summary: "Requirements by their sources", register: handle(s.matrix)},
		{Method: get, Path: "/api/projects/{id}/notes", Authority: Viewer, ID: "list-notes", Tag: tag, Summary: "Questions, decisions and assumptions, the oldest first", register: handle(s.notes)},
		{Method: post, Path: "/api/projects/{id}/notes", Authority: Editor, ID: "create-note", Tag: tag, Summary: "Write a note", status: http.StatusCreated, register: handle(s.createNote)},
		{Method: get, Path: "/api/notes/{id}", Authority: Viewer, ID: "get-note", Tag: tag, Summary: "One note", register: handle(s.note)},
		{Method: patch, Path: "/api/notes/{id}", Authority: Editor, ID: "update-note", Tag: tag, Summary: "Change or resolve a note", register: handle(s.updateNote)},
		{Method: remove, Path: "/api/notes/{id}", Authority: Editor, ID: "delete-note", Tag: tag, Summary: "Delete a note", register: handle(s.deleteNote)},
	}
}
