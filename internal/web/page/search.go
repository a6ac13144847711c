package page

// Search is the search page.
type Search struct {
	Shell
	Query    string
	Project  string // id; empty searches everything
	Projects []Link // Href holds the id
	Kind     string // "", passage, message or artifact
	Asked    bool
	Results  []Result
}

// Result is one thing found.
type Result struct {
	Href    string
	Kind    string // "Document", "Conversation" or "Artifact"
	Title   string
	Place   string
	Project string
	Snippet []Part
}
