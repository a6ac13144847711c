package web

import "github.com/ba-assistant/ba-assistant/ba"

// projectPath returns the page of a project, and the first page for none.
func projectPath(id ba.ProjectID) string {
	if id == "" {
		return "/"
	}
	return "/projects/" + string(id)
}

func documentPath(id ba.DocumentID) string { return "/documents/" + string(id) }

func threadPath(id ba.ThreadID) string { return "/threads/" + string(id) }
