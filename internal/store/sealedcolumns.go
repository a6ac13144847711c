package store

const (
	ofDocument    = "(SELECT d.project_id FROM documents d WHERE d.id = x.document_id)"
	ofThread      = "(SELECT coalesce(t.project_id, '') FROM threads t WHERE t.id = x.thread_id)"
	ofThreadOwner = "(SELECT t.owner_id FROM threads t WHERE t.id = x.thread_id)"
)

// sealedColumns are all columns with sealed values, and how each is sealed. A
// test compares it with the schema: a column that is not here would be lost
// when the data keys are replaced.
var sealedColumns = []sealedColumn{
	{table: "installation", name: "probe", keys: []string{"one#"}, purpose: "probe", row: "'installation'"},
	{table: "users", name: "email", keys: []string{"id"}, purpose: "user email", at: "x.version"},
	{table: "users", name: "name", keys: []string{"id"}, purpose: "user name", at: "x.version"},
	{table: "identities", name: "body", keys: []string{"hash~"}, purpose: "identity", row: "x.user_id"},
	{table: "sessions", name: "agent", keys: []string{"id"}, purpose: "session agent"},
	{table: "tokens", name: "name", keys: []string{"id"}, purpose: "token name"},
	{table: "invitations", name: "email", keys: []string{"id"}, purpose: "invitation email"},
	{table: "audit_entries", name: "detail", keys: []string{"seq#"}, purpose: auditDetailAD, row: "x.id"},
	{table: "audit_entries", name: "name", keys: []string{"seq#"}, purpose: auditNameAD, row: "x.id", project: "x.project_id"},
	{table: "backups", name: "place", keys: []string{"id"}, purpose: "backup place"},
	{table: "backups", name: "failure", keys: []string{"id"}, purpose: "backup failure"},

	{table: "projects", name: "name", keys: []string{"id"}, purpose: "project name", at: "x.version", project: "x.id"},
	{table: "projects", name: "description", keys: []string{"id"}, purpose: "project description", at: "x.version", project: "x.id"},
	{table: "document_versions", name: "filename", keys: []string{"document_id", "version#"}, purpose: "document filename", at: "x.version", project: ofDocument},
	{table: "document_versions", name: "detail", keys: []string{"document_id", "version#"}, purpose: "document detail", at: "x.version", project: ofDocument},
	{table: "pieces", name: "data", keys: []string{"document_id", "version#", "seq#"}, purpose: "document piece", at: "x.version", project: ofDocument, piece: "x.last", large: true},
	{table: "block_pages", name: "data", keys: []string{"document_id", "version#", "page#"}, purpose: "block page", row: "x.document_id || '/' || x.page", at: "x.version", project: ofDocument, large: true},
	{table: "passages", name: "body", keys: []string{"id"}, purpose: "passage", at: "x.version", project: ofDocument},

	{table: "threads", name: "title", keys: []string{"id"}, purpose: "thread title", at: "x.version", project: "coalesce(x.project_id, '')", owner: "x.owner_id"},
	{table: "messages", name: "body", keys: []string{"id"}, purpose: "message", at: "x.version", project: ofThread, owner: ofThreadOwner},
	{table: "messages", name: "citations", keys: []string{"id"}, purpose: "message citations", at: "x.version", project: ofThread, owner: ofThreadOwner},
	{table: "messages", name: "steps", keys: []string{"id"}, purpose: "message steps", at: "x.version", project: ofThread, owner: ofThreadOwner},
	{table: "turns", name: "failure", keys: []string{"id"}, purpose: "turn failure", at: "x.epoch", project: ofThread, owner: ofThreadOwner},
	{table: "summaries", name: "body", keys: []string{"thread_id"}, purpose: "thread summary", at: "x.through", project: ofThread, owner: ofThreadOwner},

	{table: "requirements", name: "body", keys: []string{"id"}, purpose: "requirement", at: "x.version", project: "x.project_id"},
	{table: "requirement_versions", name: "body", keys: []string{"requirement_id", "version#"}, purpose: "requirement", at: "x.version", project: "(SELECT r.project_id FROM requirements r WHERE r.id = x.requirement_id)"},
	{table: "requirement_links", name: "body", keys: []string{"id"}, purpose: "requirement link", at: "x.version", project: "x.project_id"},
	{table: "notes", name: "body", keys: []string{"id"}, purpose: "note", at: "x.version", project: "x.project_id"},

	{table: "artifacts", name: "head", keys: []string{"id"}, purpose: "artifact head", at: "x.revision", project: "x.project_id"},
	{table: "artifacts", name: "failure", keys: []string{"id"}, purpose: "artifact failure", at: "x.epoch", project: "x.project_id"},
	{table: "artifact_versions", name: "body", keys: []string{"artifact_id", "version#"}, purpose: "artifact", row: "x.artifact_id || '/' || x.version", at: "x.revision", project: "(SELECT a.project_id FROM artifacts a WHERE a.id = x.artifact_id)", large: true},
}
