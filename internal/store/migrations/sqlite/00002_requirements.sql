-- +goose Up
-- How many numbers a project has given to requirements: none is given twice.
CREATE TABLE requirement_numbers (
    project_id TEXT PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    last       INTEGER NOT NULL
) STRICT;

CREATE TABLE requirements (
    id         TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    type       TEXT NOT NULL,
    quality    TEXT NOT NULL,
    priority   TEXT NOT NULL,
    status     TEXT NOT NULL,
    owner_id   TEXT NOT NULL,
    areas      INTEGER NOT NULL, -- of discovery that it touches, a bit for each
    body       BLOB NOT NULL, -- statement, rationale, criteria, waivers
    created_by TEXT NOT NULL,
    updated_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (project_id, number)
) STRICT;

-- The versions before the present one, as they were.
CREATE TABLE requirement_versions (
    requirement_id TEXT NOT NULL REFERENCES requirements (id) ON DELETE CASCADE,
    version        INTEGER NOT NULL,
    type           TEXT NOT NULL,
    quality        TEXT NOT NULL,
    priority       TEXT NOT NULL,
    status         TEXT NOT NULL,
    owner_id       TEXT NOT NULL,
    body           BLOB NOT NULL,
    updated_by     TEXT NOT NULL,
    updated_at     INTEGER NOT NULL,
    PRIMARY KEY (requirement_id, version)
) STRICT;

-- Where a requirement comes from. Documents, passages and messages may go away:
-- the quote stays, and the link becomes suspect.
CREATE TABLE requirement_links (
    id               TEXT PRIMARY KEY,
    requirement_id   TEXT NOT NULL REFERENCES requirements (id) ON DELETE CASCADE,
    project_id       TEXT NOT NULL,
    document_id      TEXT NOT NULL,
    document_version INTEGER NOT NULL,
    passage_id       TEXT NOT NULL,
    thread_id        TEXT NOT NULL,
    message_id       TEXT NOT NULL,
    hash             BLOB NOT NULL, -- of the quote, keyed
    state            TEXT NOT NULL,
    version          INTEGER NOT NULL,
    body             BLOB NOT NULL, -- file name, locator, quote, what stands there now
    UNIQUE (requirement_id, passage_id, message_id, hash)
) STRICT;
CREATE INDEX requirement_links_by_project ON requirement_links (project_id, requirement_id);
CREATE INDEX requirement_links_by_document ON requirement_links (document_id, id) WHERE document_id <> '';
CREATE INDEX requirement_links_by_thread ON requirement_links (thread_id, id) WHERE thread_id <> '';
CREATE INDEX requirement_links_by_passage ON requirement_links (passage_id) WHERE passage_id <> '';

CREATE TABLE notes (
    id             TEXT PRIMARY KEY,
    project_id     TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    requirement_id TEXT REFERENCES requirements (id) ON DELETE CASCADE, -- null: of the project as a whole
    kind           TEXT NOT NULL,
    resolved       INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    thread_id      TEXT NOT NULL,
    message_id     TEXT NOT NULL,
    body           BLOB NOT NULL, -- text and answer
    created_by     TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX notes_by_project ON notes (project_id, created_at, id);
CREATE INDEX notes_by_requirement ON notes (requirement_id);

-- How many statements of a passage read like requirements; what coverage counts
-- without opening a passage.
ALTER TABLE passages ADD COLUMN statements INTEGER NOT NULL DEFAULT 0;
CREATE INDEX passages_with_statements ON passages (document_id, version, seq, id, statements) WHERE statements > 0;

-- The version whose statements were counted and whose links were looked at.
ALTER TABLE documents ADD COLUMN surveyed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX documents_to_survey ON documents (id) WHERE surveyed <> indexed AND deleted_at = 0;
